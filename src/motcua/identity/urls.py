from django.urls import path

from motcua.identity import views

app_name = "identity"

urlpatterns = [
    path("cong-dan/dang-nhap/", views.sign_in, name="sign_in"),
    path("cong-dan/dinh-danh/", views.go, name="go"),
    path("cong-dan/tro-lai/", views.back, name="back"),
    path("cong-dan/danh-tinh-demo/", views.demo_sign_in, name="demo"),
    path("cong-dan/dang-xuat/", views.sign_out, name="sign_out"),
]
