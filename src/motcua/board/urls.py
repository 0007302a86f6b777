from django.urls import path, re_path

from motcua.board import views

app_name = "board"

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,35})"

urlpatterns = [
    path("bang-cong-khai/", views.offices, name="offices"),
    re_path(rf"^bang-cong-khai/{CODE}/$", views.board, name="board"),
    re_path(rf"^bang-cong-khai/{CODE}/bang\.pdf$", views.sheets, name="sheets"),
    re_path(rf"^bang-cong-khai/{CODE}/ma-qr\.svg$", views.board_qr, name="board_qr"),
    re_path(r"^thu-tuc/(?P<code>[A-Za-z0-9.]{1,40})/ma-qr\.svg$", views.procedure_qr, name="procedure_qr"),
]
