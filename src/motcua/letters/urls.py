from django.urls import path

from motcua.letters import urls_export, urls_field, urls_reception, views_denunciations, views_letters

app_name = "letters"

urlpatterns = [
    path("don-thu/", views_letters.letters, name="letters"),
    path("don-thu/moi/", views_letters.new, name="new"),
    path("don-thu/so/", views_letters.book, name="book"),
    path("don-thu/so.xlsx", views_letters.book_xlsx, name="book_xlsx"),
    path("don-thu/thoi-han/", views_letters.limits, name="limits"),
    path("don-thu/<str:code>/van-ban/<slug:form>.pdf", views_letters.paper, name="paper"),
    path("to-cao/", views_denunciations.denunciations, name="denunciations"),
    path("to-cao/moi/", views_denunciations.new, name="new_denunciation"),
    path("to-cao/nhat-ky/", views_denunciations.journal, name="denunciation_journal"),
    path("to-cao/da-doc/", views_denunciations.reads, name="denunciation_reads"),
    path("to-cao/<str:code>/van-ban/<slug:form>.pdf", views_denunciations.paper, name="denunciation_paper"),
    *urls_field.urlpatterns,
    *urls_reception.urlpatterns,
    *urls_export.urlpatterns,
]
