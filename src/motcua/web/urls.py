from django.urls import path

from motcua.web import views

urlpatterns = [
    path("", views.front, name="front"),
    path("ky-hieu/", views.style, name="style"),
]
