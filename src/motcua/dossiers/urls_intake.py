from django.urls import path, re_path

from motcua.dossiers import views_intake as views

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,64})"

urlpatterns = [
    path("tiep-nhan/", views.receive, name="receive"),
    path("tiep-nhan/tim/", views.find, name="receive_find"),
    path("tiep-nhan/thu-tuc/", views.version, name="receive_version"),
    path("tiep-nhan/hen-tra/", views.promise, name="receive_promise"),
    re_path(rf"^ho-so/{CODE}/da-tiep-nhan/$", views.received, name="received"),
    re_path(rf"^ho-so/{CODE}/giay-tiep-nhan\.pdf$", views.form, {"form": "01"}, name="receipt"),
    re_path(rf"^ho-so/{CODE}/mau-(?P<form>0[1-7])\.pdf$", views.form, name="form"),
]
