from django.urls import path, re_path

from motcua.letters import views_reception

urlpatterns = [
    path("lich-tiep-cong-dan/", views_reception.calendar, name="reception_calendar"),
    path("tiep-cong-dan/", views_reception.reception, name="reception"),
    path("tiep-cong-dan/lich/moi/", views_reception.new_day, name="reception_new_day"),
    path("tiep-cong-dan/lich/<uuid:id>/hoan/", views_reception.put_off, name="reception_put_off"),
    path("tiep-cong-dan/so/", views_reception.book, name="reception_book"),
    re_path(r"^tiep-cong-dan/so\.(?P<kind>pdf|xlsx)$", views_reception.book_file, name="reception_book_file"),
    path("tiep-cong-dan/so/moi/", views_reception.new_line, name="reception_new"),
    path("tiep-cong-dan/so/<uuid:id>/", views_reception.line, name="reception_line"),
    path("tiep-cong-dan/so/<uuid:id>/tra-loi/", views_reception.answer, name="reception_answer"),
    path("tiep-cong-dan/so/<uuid:id>/mau-01-tcd.pdf", views_reception.refusal, name="reception_refusal"),
    path("tiep-cong-dan/so/<uuid:id>/thong-bao/", views_reception.notify, name="reception_notify"),
]
