from django.urls import path, re_path

from motcua.dossiers import views_filing as views
from motcua.dossiers import views_rating, views_results_public

urlpatterns = [
    re_path(r"^nop-truc-tuyen/(?P<code>[0-9A-Z.]{1,40})/$", views.begin, name="filing_begin"),
    path("nop-truc-tuyen/ho-so/<uuid:draft_id>/", views.fill, name="filing"),
    path("nop-truc-tuyen/ho-so/<uuid:draft_id>/tep/", views.upload, name="filing_upload"),
    path("nop-truc-tuyen/ho-so/<uuid:draft_id>/tep/<uuid:file_id>/", views.show, name="filing_file"),
    path("nop-truc-tuyen/ho-so/<uuid:draft_id>/xem-lai/", views.review, name="filing_review"),
    path("nop-truc-tuyen/ho-so/<uuid:draft_id>/da-nop/", views.done, name="filing_done"),
    path("nop-truc-tuyen/ho-so/<uuid:draft_id>/xoa/", views.discard, name="filing_discard"),
    path("ho-so-cua-toi/", views.mine, name="mine"),
    path("ho-so-cua-toi/mo/", views.open_mine, name="mine_open"),
    re_path(
        r"^ho-so-cua-toi/(?P<code>[0-9A-Za-z.\-]{1,64})/ket-qua\.pdf$",
        views_results_public.result_of_mine,
        name="mine_result",
    ),
    path("tra-cuu/ho-so/danh-gia/", views_rating.rate, name="track_rate"),
]
