from django.urls import re_path

from motcua.dossiers import views_reappointing as views

CODE = r"(?P<code>[A-Za-z0-9._\-]{1,40})"
RUN = r"(?P<run>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    re_path(rf"^lich-lam-viec/{CODE}/hen-lai/$", views.order, name="reappoint_order"),
    re_path(rf"^lich-lam-viec/{CODE}/hen-lai/{RUN}/$", views.progress, name="reappoint_run"),
]
