from django.urls import path, re_path

from motcua.indicators import views, views_figures, views_ratings

app_name = "indicators"

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,35})"

urlpatterns = [
    path("so-lieu/", views_figures.province, name="figures"),
    path("so-lieu/doi-chieu/", views_figures.drift, name="drift"),
    re_path(rf"^so-lieu/{CODE}/$", views_figures.agency, name="agency_figures"),
    re_path(rf"^so-lieu/{CODE}/(?P<division>[0-9a-f\-]{{36}})/$", views_figures.division, name="division_figures"),
    path("bao-phu/", views.coverage, name="coverage"),
    path("bao-phu/xuat.csv", views.coverage_csv, name="coverage_csv"),
    re_path(rf"^bao-phu/{CODE}/$", views.office, name="office"),
    re_path(rf"^bao-phu/{CODE}/xuat\.csv$", views.office_csv, name="office_csv"),
    path("muc-do-hai-long/", views_ratings.satisfaction, name="satisfaction"),
    re_path(rf"^muc-do-hai-long/{CODE}/$", views_ratings.satisfaction_of, name="satisfaction_of"),
]
