from django.urls import path

from motcua.letters import views_export

urlpatterns = [
    path("ket-xuat-don-thu/", views_export.exports, name="exports"),
    path("ket-xuat-don-thu/<uuid:id>/", views_export.export_file, name="export_file"),
]
