from django.urls import include, path

from motcua.organisation import views

app_name = "organisation"

urlpatterns = [
    path("", include("motcua.organisation.urls_calendars")),
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("vi-tri/", views.switch_position, name="switch_position"),
]
