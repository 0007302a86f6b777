"""Addresses of tasks, programmes and targets, backlogs and flashpoints; included by `urls`."""

from django.urls import path

from motcua.oversight import (
    views_backlogs,
    views_flashpoints,
    views_importing_tasks,
    views_targets,
    views_tasks,
)

urlpatterns = [
    path("nhiem-vu/", views_tasks.tasks, name="tasks"),
    path("nhiem-vu/moi/", views_tasks.give, name="give_task"),
    path("nhiem-vu/nhap/", views_importing_tasks.upload, name="import_tasks"),
    path("nhiem-vu/dinh-ky/", views_tasks.series, name="task_series"),
    path("nhiem-vu/dinh-ky/moi/", views_tasks.start_series, name="start_series"),
    path("nhiem-vu/dinh-ky/<uuid:series_id>/dung/", views_tasks.end_series, name="end_series"),
    path("chuong-trinh/", views_targets.programmes, name="programmes"),
    path("chuong-trinh/moi/", views_targets.add_programme, name="add_programme"),
    path("chuong-trinh/<uuid:programme_id>/", views_targets.programme, name="programme"),
    path("chuong-trinh/<uuid:programme_id>/sua/", views_targets.edit_programme, name="edit_programme"),
    path("chuong-trinh/<uuid:programme_id>/chi-tieu/", views_targets.add_target, name="add_target"),
    path("chuong-trinh/chi-tieu/<uuid:target_id>/", views_targets.target, name="target"),
    path("chuong-trinh/chi-tieu/<uuid:target_id>/sua/", views_targets.edit_target, name="edit_target"),
    path("chuong-trinh/chi-tieu/<uuid:target_id>/so-lieu/", views_targets.record_value, name="record_value"),
    path("ton-dong/", views_backlogs.backlogs, name="backlogs"),
    path("ton-dong/moi/", views_backlogs.register, name="register_backlog"),
    path("diem-nong/", views_flashpoints.flashpoints, name="flashpoints"),
    path("diem-nong/moi/", views_flashpoints.declare, name="declare_flashpoint"),
]
