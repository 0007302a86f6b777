from django.urls import path

from motcua.demo import views

app_name = "demo"

urlpatterns = [
    path("tham-quan/", views.tour, name="tour"),
    path("tham-quan/giay-to-mau.jpg", views.sample, name="sample"),
]
