from django.urls import include, path, re_path

from motcua.dossiers import views, views_attachments, views_handing_over, views_register_book

app_name = "dossiers"

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,64})"

urlpatterns = [
    path("", include("motcua.dossiers.urls_intake")),
    path("", include("motcua.dossiers.urls_filing")),
    path("", include("motcua.dossiers.urls_public")),
    path("", include("motcua.dossiers.urls_reappointing")),
    path("", include("motcua.dossiers.urls_results")),
    path("ho-so/", views.register, name="list"),
    path("ho-so/so-theo-doi.pdf", views_register_book.register_book, name="register_book"),
    re_path(rf"^ho-so/{CODE}/$", views.dossier, name="dossier"),
    re_path(rf"^ho-so/{CODE}/digitise/$", views_attachments.digitise, name="digitise"),
    path("tep/", views_attachments.upload, name="upload"),
    path("tep/<uuid:file_id>/", views_attachments.show, name="file"),
    path("tep/<uuid:file_id>/anh.jpg", views_attachments.preview, name="file_preview"),
    path("tiep-nhan/da-co/", views_attachments.earlier, name="receive_earlier"),
    re_path(rf"^ho-so/{CODE}/(?P<act>[a-z_]{{1,40}})/$", views.act, name="act"),
    path("ban-giao/", views_handing_over.counter, name="hand_overs"),
    path("ban-giao/phieu/<uuid:id>/", views_handing_over.sheet, name="hand_over_sheet"),
    path("ban-giao/phieu/<uuid:id>/phieu.pdf", views_handing_over.sheet_pdf, name="hand_over_pdf"),
    path("giao-lai/", views.reassign_all, name="reassign"),
]
