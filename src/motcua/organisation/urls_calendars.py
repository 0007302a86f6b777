from django.urls import path, re_path

from motcua.organisation import views_calendars as views

CODE = r"(?P<code>[A-Za-z0-9._\-]{1,40})"

urlpatterns = [
    path("lich-lam-viec/", views.listing, name="calendars"),
    path("lich-lam-viec/lap/", views.create, name="calendar_create"),
    path("lich-lam-viec/dung/", views.use, name="calendar_use"),
    re_path(rf"^lich-lam-viec/{CODE}/$", views.show, name="calendar"),
    re_path(rf"^lich-lam-viec/{CODE}/sua/(?P<what>[a-z\-]{{1,20}})/$", views.change, name="calendar_change"),
]
