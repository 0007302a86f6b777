from django.urls import path, re_path

from motcua.dossiers import views_results_public
from motcua.dossiers import views_tracking as views
from motcua.dossiers import views_tracking_files as files

urlpatterns = [
    path("tra-cuu/", views.track, name="track"),
    path("tra-cuu/ho-so/", views.tracked, name="tracked"),
    path("tra-cuu/ho-so/rut/", views.withdraw, name="track_withdraw"),
    path("tra-cuu/ho-so/bo-sung/", views.answer_supplement, name="track_supplement"),
    re_path(r"^tra-cuu/ho-so/mau-(?P<form>0[1-7])\.pdf$", views.form, name="track_form"),
    path("tra-cuu/ho-so/bo-sung/tep/", files.upload, name="track_upload"),
    path("tra-cuu/ho-so/bo-sung/tep/go/", files.take_back, name="track_take_back"),
    path("tra-cuu/ho-so/tep/", files.show, name="track_file"),
    path("tra-cuu/ho-so/ket-qua.pdf", views_results_public.result, name="track_result"),
    path("tra-cuu/thoat/", views.leave, name="track_leave"),
]
