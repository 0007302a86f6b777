from django.urls import path

from motcua.oversight import views_assigning, views_notes, views_reports, views_teams, views_visits

urlpatterns = [
    path("to-cong-tac/", views_teams.teams, name="teams"),
    path("to-cong-tac/moi/", views_teams.new_team, name="new_team"),
    path("to-cong-tac/<uuid:id>/", views_teams.team, name="team"),
    path("to-cong-tac/<uuid:id>/sua/", views_teams.edit_team, name="edit_team"),
    path("to-cong-tac/<uuid:id>/thanh-vien/", views_teams.add_member, name="add_member"),
    path("to-cong-tac/<uuid:id>/thanh-vien/<uuid:member_id>/dua-ra/", views_teams.remove_member, name="remove_member"),
    path("to-cong-tac/<uuid:id>/yeu-cau/", views_teams.ask, name="ask"),
    path("to-cong-tac/<uuid:id>/bao-cao/", views_teams.team_reports, name="team_reports"),
    path("de-cuong/", views_reports.outlines, name="outlines"),
    path("de-cuong/moi/", views_reports.new_outline, name="new_outline"),
    path("de-cuong/<uuid:id>/", views_reports.outline, name="outline"),
    path("de-cuong/<uuid:id>/ban-moi/", views_reports.next_outline, name="next_outline"),
    path("bao-cao/", views_reports.reports, name="reports"),
    path("bao-cao-dinh-ky/", views_reports.all_series, name="all_series"),
    path("bao-cao-dinh-ky/moi/", views_reports.new_series, name="new_series"),
    path("bao-cao-dinh-ky/<uuid:id>/", views_reports.series, name="series"),
    path("bao-cao-dinh-ky/<uuid:id>/ket-thuc/", views_reports.end_series, name="end_series"),
    path("buoi-lam-viec/", views_visits.visits, name="visits"),
    path("buoi-lam-viec/moi/", views_visits.plan, name="plan_visit"),
    path("buoi-lam-viec/tho.js", views_notes.worker, name="notes_worker"),
    path("buoi-lam-viec/ngoai-tuyen/", views_notes.shell, name="notes_shell"),
    path("buoi-lam-viec/<str:code>/giao-kien-nghi/", views_assigning.visit, name="assign_visit"),
    path("buoi-lam-viec/<str:code>/ghi-chep/", views_notes.notes, name="notes"),
    path("buoi-lam-viec/<str:code>/dong-bo/", views_notes.sync, name="notes_sync"),
    path("buoi-lam-viec/<str:code>/anh/", views_notes.photo, name="notes_photo"),
    path("buoi-lam-viec/<str:code>/bao-cao.pdf", views_visits.report_pdf, name="visit_pdf"),
    path("buoi-lam-viec/<str:code>/bao-cao.docx", views_visits.report_docx, name="visit_docx"),
]
