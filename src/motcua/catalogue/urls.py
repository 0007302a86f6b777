from django.urls import path, re_path

from motcua.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("thu-tuc/", views.procedures, name="procedures"),
    re_path(r"^thu-tuc/(?P<code>[A-Za-z0-9.]{1,40})/$", views.procedure, name="procedure"),
]
