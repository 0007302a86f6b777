from django.urls import path

from motcua.steering import views

app_name = "steering"

urlpatterns = [
    path("dieu-hanh/", views.overview, name="overview"),
    path("dieu-hanh/tom-tat.docx", views.brief, name="brief"),
    path("dieu-hanh/xa/", views.communes, name="communes"),
    path("dieu-hanh/vuong/<slug:topic>/", views.trouble, name="trouble"),
    path("dieu-hanh/tuan/", views.weeks, name="weeks"),
    path("dieu-hanh/tuan/<str:monday>/", views.week, name="week"),
]
