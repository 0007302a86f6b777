from django.urls import path

from motcua.letters import views_field, views_field_public

urlpatterns = [
    path("phan-anh-hien-truong/", views_field.reports, name="field_reports"),
    path("phan-anh/", views_field_public.send, name="field_send"),
    path("phan-anh/theo-doi/", views_field_public.follow, name="field_follow"),
    path("phan-anh/thoat/", views_field_public.leave, name="field_leave"),
    path("phan-anh/cong-khai/", views_field_public.public, name="field_public"),
    path("phan-anh/cong-khai/<str:code>/<uuid:file_id>/", views_field_public.public_photo, name="field_public_photo"),
    path("phan-anh/<str:code>/", views_field_public.followed, name="field_followed"),
    path("phan-anh/<str:code>/danh-gia/", views_field_public.rate, name="field_rate"),
    path("phan-anh/<str:code>/them-anh/", views_field_public.add_photos, name="field_add_photos"),
    path("phan-anh/<str:code>/anh/<uuid:file_id>/", views_field_public.photo, name="field_photo"),
]
