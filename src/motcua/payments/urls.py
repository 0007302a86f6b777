from django.urls import path, re_path

from motcua.payments import views, views_books

app_name = "payments"

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,64})"

urlpatterns = [
    path("thu-phi/", views.counter, name="counter"),
    re_path(rf"^thu-phi/thu/{CODE}/$", views.collect, name="collect"),
    path("thu-phi/bien-lai/<uuid:id>/", views.receipt, name="receipt"),
    path("thu-phi/bien-lai/<uuid:id>.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("thu-phi/bien-lai/<uuid:id>/huy/", views.cancel, name="cancel"),
    path("thu-phi/bien-lai/<uuid:id>/hoan/", views.ask_refund, name="ask_refund"),
    path("thu-phi/hoan-tra/", views_books.refunds, name="refunds"),
    path("thu-phi/hoan-tra/<uuid:id>/", views_books.decide, name="decide"),
    path("thu-phi/chot/", views_books.tills, name="tills"),
    path("thu-phi/chot/<uuid:cashier>/", views_books.close, name="close"),
    path("thu-phi/chot/lan/<uuid:id>/", views_books.closing, name="closing"),
    path("thu-phi/chot/lan/<uuid:id>.pdf", views_books.closing_pdf, name="closing_pdf"),
    path("thu-phi/so-cai/", views_books.ledger, name="ledger"),
    path("thu-phi/so-cai.csv", views_books.ledger_csv, name="ledger_csv"),
    path("thu-phi/so-bien-lai/", views_books.books, name="books"),
]
