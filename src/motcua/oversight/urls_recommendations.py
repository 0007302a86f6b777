from django.urls import path

from motcua.oversight import views_assigning, views_groups, views_recommendations

urlpatterns = [
    path("kien-nghi/", views_recommendations.recommendations, name="recommendations"),
    path("kien-nghi/moi/", views_recommendations.raise_recommendation, name="raise_recommendation"),
    path("kien-nghi/phan-cong/", views_groups.routes, name="routes"),
    path("kien-nghi/phan-cong/<slug:sector>/", views_groups.route, name="route"),
    path("kien-nghi/nhom/", views_groups.groups, name="groups"),
    path("kien-nghi/nhom/moi/", views_groups.new_group, name="new_group"),
    path("kien-nghi/nhom/<uuid:id>/", views_groups.group, name="group"),
    path("kien-nghi/nhom/<uuid:id>/<slug:act>/", views_assigning.group_act, name="group_act"),
    path("kien-nghi/no-tra-loi/", views_groups.owing, name="owing"),
    path("kien-nghi/no-tra-loi/<str:code>/cong-van.docx", views_groups.reminder_letter, name="reminder_letter"),
    path("kien-nghi/no-tra-loi/<str:code>/don-doc/", views_groups.remind_all, name="remind_all"),
]
