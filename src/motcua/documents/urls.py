from django.urls import path, re_path

from motcua.documents import views_certificates, views_verification

app_name = "documents"

WHICH = r"(?P<which>ca-nhan|co-quan)"

urlpatterns = [
    path("kiem-tra-ket-qua/", views_verification.check, name="check"),
    path("chu-ky-so/", views_certificates.mine, name="my_certificate"),
    path("chu-ky-so/danh-sach/", views_certificates.everyone, name="certificates"),
    path("chu-ky-so/trang-thu.pdf", views_certificates.sample, name="signed_sample"),
    re_path(rf"^chu-ky-so/{WHICH}/gan/$", views_certificates.bind, name="bind_certificate"),
    re_path(rf"^chu-ky-so/{WHICH}/ky-thu/$", views_certificates.try_out, name="try_certificate"),
    re_path(rf"^chu-ky-so/{WHICH}/ket-thuc/$", views_certificates.end, name="end_certificate"),
]
