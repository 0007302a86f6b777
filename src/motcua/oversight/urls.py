from django.urls import path

from motcua.oversight import views_recommendations

app_name = "oversight"

urlpatterns = [
    path("kien-nghi/", views_recommendations.recommendations, name="recommendations"),
    path("kien-nghi/moi/", views_recommendations.raise_recommendation, name="raise_recommendation"),
]
