from django.urls import path

from motcua.casework import views

app_name = "casework"

urlpatterns = [path("viec-can-lam/", views.worklist, name="worklist")]
