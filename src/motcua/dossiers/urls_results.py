from django.urls import path, re_path

from motcua.dossiers import views_result_templates as templates
from motcua.dossiers import views_results as views

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,64})"

urlpatterns = [
    path("danh-muc/mau-ket-qua/", templates.listed, name="result_templates"),
    path("danh-muc/mau-ket-qua/moi/", templates.new, name="result_template_new"),
    path("danh-muc/mau-ket-qua/<slug:key>/", templates.edit, name="result_template"),
    path("cho-ky/", views.waiting, {"work": "sign"}, name="to_sign"),
    path("cho-dong-dau/", views.waiting, {"work": "seal"}, name="to_seal"),
    path("luot-ky/<uuid:run>/", views.run, name="signing_run"),
    re_path(rf"^ho-so/{CODE}/ket-qua/$", views.draft, name="result_draft"),
    re_path(rf"^ho-so/{CODE}/du-thao\.pdf$", views.draft_pdf, name="result_draft_pdf"),
    re_path(rf"^ho-so/{CODE}/ket-qua\.pdf$", views.result_pdf, name="result_pdf"),
    re_path(rf"^ho-so/{CODE}/ky-so/$", views.put, {"work": "sign"}, name="sign_result"),
    re_path(rf"^ho-so/{CODE}/dong-dau/$", views.put, {"work": "seal"}, name="seal_result"),
]
