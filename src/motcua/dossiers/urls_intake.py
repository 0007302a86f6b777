from django.urls import path, re_path

from motcua.dossiers import views_certification, views_counter
from motcua.dossiers import views_intake as views

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,64})"

urlpatterns = [
    path("tiep-nhan/", views.receive, name="receive"),
    path("tiep-nhan/tim/", views.find, name="receive_find"),
    path("tiep-nhan/thu-tuc/", views.version, name="receive_version"),
    path("tiep-nhan/hen-tra/", views.promise, name="receive_promise"),
    path("tiep-nhan/the/", views_counter.card, name="receive_card"),
    path("tiep-nhan/ho-so-truoc/", views_counter.former, name="receive_former"),
    re_path(rf"^ho-so/{CODE}/nhan\.pdf$", views_counter.label, name="label"),
    re_path(rf"^ho-so/{CODE}/complete_now/$", views_certification.complete_now, name="complete_now"),
    re_path(rf"^ho-so/{CODE}/lam-xong/$", views_certification.completed, name="completed"),
    path("so-chung-thuc/", views_certification.books, name="books"),
    path("so-chung-thuc/<slug:kind>/<int:year>/", views_certification.book, name="book"),
    path("so-chung-thuc/<slug:kind>/<int:year>/trang.pdf", views_certification.book_pdf, name="book_pdf"),
    re_path(rf"^ho-so/{CODE}/da-tiep-nhan/$", views.received, name="received"),
    re_path(rf"^ho-so/{CODE}/giay-tiep-nhan\.pdf$", views.form, {"form": "01"}, name="receipt"),
    re_path(rf"^ho-so/{CODE}/mau-(?P<form>0[1-7])\.pdf$", views.form, name="form"),
]
