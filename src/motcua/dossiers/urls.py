from django.urls import include, path, re_path

from motcua.dossiers import views

app_name = "dossiers"

CODE = r"(?P<code>[A-Za-z0-9.\-]{1,64})"

urlpatterns = [
    path("", include("motcua.dossiers.urls_intake")),
    path("", include("motcua.dossiers.urls_public")),
    path("", include("motcua.dossiers.urls_reappointing")),
    path("ho-so/", views.register, name="list"),
    re_path(rf"^ho-so/{CODE}/$", views.dossier, name="dossier"),
    re_path(rf"^ho-so/{CODE}/(?P<act>[a-z_]{{1,40}})/$", views.act, name="act"),
    path("giao-lai/", views.reassign_all, name="reassign"),
]
