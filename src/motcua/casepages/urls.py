from django.urls import path

from motcua.casepages import views

app_name = "casepages"

urlpatterns = [
    path("viec/", views.find, name="find"),
    path("viec/tep/", views.upload, name="upload"),
    path("viec/<str:code>/", views.case, name="case"),
    path("viec/<str:code>/tep/<uuid:file_id>/", views.file, name="file"),
    path("viec/<str:code>/tep/<uuid:file_id>/anh/", views.preview, name="preview"),
    path("viec/<str:code>/<slug:act>/", views.act, name="act"),
]
