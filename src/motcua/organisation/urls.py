from django.urls import include, path

from motcua.organisation import views, views_account

app_name = "organisation"

urlpatterns = [
    path("", include("motcua.organisation.urls_calendars")),
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-nhap/ma-xac-thuc/", views.sign_in_code, name="sign_in_code"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("vi-tri/", views.switch_position, name="switch_position"),
    path("tai-khoan/", views_account.account, name="account"),
    path("tai-khoan/mat-khau/", views_account.change_password, name="change_password"),
    path("tai-khoan/dang-xuat-moi-noi/", views_account.end_sessions, name="end_sessions"),
    path("tai-khoan/xac-thuc-hai-lop/", views_account.second_factor, name="second_factor"),
    path("tai-khoan/xac-thuc-hai-lop/go-bo/", views_account.remove_second_factor, name="remove_second_factor"),
    path("tai-khoan/ma-du-phong/", views_account.renew_recovery_codes, name="renew_recovery_codes"),
]
