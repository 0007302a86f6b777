from django.urls import path, re_path

from motcua.catalogue import views, views_drafts, views_managing, views_words

app_name = "catalogue"

CODE = r"^danh-muc/(?P<code>[0-9]\.[0-9]{6})/"
DRAFT = "danh-muc/ban-nhap/<uuid:draft_id>/"

urlpatterns = [
    path("thu-tuc/", views.procedures, name="procedures"),
    re_path(r"^thu-tuc/(?P<code>[A-Za-z0-9.]{1,40})/$", views.procedure, name="procedure"),
    path("danh-muc/", views_managing.catalogue, name="managing"),
    path("danh-muc/moi/", views_managing.new_procedure, name="new"),
    re_path(CODE + "$", views_managing.procedure, name="managed"),
    re_path(CODE + "so-sanh/$", views_managing.compare, name="compare"),
    re_path(CODE + "soan/$", views_managing.start, name="start"),
    re_path(CODE + "bai-bo/$", views_managing.abolish, name="abolish"),
    re_path(CODE + "thay-the/$", views_managing.supersede, name="supersede"),
    re_path(CODE + "he-thong/$", views_managing.system, name="system"),
    re_path(CODE + "tai-tinh/$", views_managing.provincial, name="provincial"),
    re_path(CODE + "muc-thu/$", views_managing.fee, name="fee"),
    path("danh-muc/ban-nhap/", views_drafts.drafts, name="drafts"),
    path(DRAFT, views_drafts.draft, name="draft"),
    path(DRAFT + "kiem-tra/", views_drafts.live, name="live"),
    path(DRAFT + "xem-truoc/", views_drafts.preview, name="preview"),
    path(DRAFT + "cong-bo/", views_drafts.publish, name="publish"),
    path(DRAFT + "bo/", views_drafts.discard, name="discard"),
    path("danh-muc/tu-dong-nghia/", views_words.synonyms, name="synonyms"),
    path("danh-muc/tu-dong-nghia/<uuid:synonym_id>/", views_words.switch_synonym, name="switch_synonym"),
    path("danh-muc/cau-hoi/", views_words.questions, name="questions"),
]
