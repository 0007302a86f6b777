"""The applicant's files on the public look-up: each paper asked for gets its photograph or PDF, before "I have handed in everything"."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.casework import services as casework
from motcua.documents import attaching
from motcua.documents import queries as documents
from motcua.dossiers import attachments
from motcua.dossiers.queries import Tracking
from motcua.dossiers.views_tracking import asked_items, opened, told
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.organisation.services import throttle

UPLOADS, WINDOW = 100, timedelta(minutes=10)


@require_POST
@opened
def upload(request: HttpRequest, found: Tracking) -> HttpResponse:
    """Files for one item of the open request. With script one at a time, answered by a line or by a plain sentence; without, the page."""
    throttle("track.upload", remote_address(request), UPLOADS, WINDOW)
    scripted = request.headers.get("X-Requested-With") == "fetch"
    index = request.POST.get("item", "")
    if "answer_supplement" not in found.acts or not index.isdecimal() or int(index) >= len(found.supplement_items):
        return redirect("dossiers:tracked")
    errors: list[str] = []
    status = 422
    rows = []
    for sent in request.FILES.getlist("file"):
        try:
            rows.append(
                attachments.answer(found.id, settings.MOTCUA_PROVINCE, found.supplement_round, int(index), sent)
            )
        except RuleBroken as broken:
            errors.append(broken.detail)
            status = broken.status
    if not rows and not errors:
        errors.append(_("Chọn tệp hoặc chụp ảnh giấy tờ rồi bấm gửi."))
    if scripted:
        if errors:
            return HttpResponse(" ".join(errors), status=status, content_type="text/plain")
        return render(request, "dossiers/tracking_file.html", {"file": rows[0]}, status=201)
    if not errors:
        return redirect("dossiers:tracked")
    context = {"dossier": found, **told(found), "items": asked_items(found, {int(index): " ".join(errors)})}
    return render(request, "dossiers/tracking_dossier.html", context, status=status)


@require_POST
@opened
def take_back(request: HttpRequest, found: Tracking) -> HttpResponse:
    """The applicant sent the wrong one, and has not yet said that all is there."""
    try:
        file_id = UUID(request.POST.get("file", ""))
    except ValueError:
        return redirect("dossiers:tracked")
    if "answer_supplement" in found.acts:
        row = attachments.own(found.id, file_id)
        if row.part.startswith(f"supplement.{found.supplement_round}."):
            attaching.take_away(row, "Người nộp gỡ trước khi báo đủ.")
    return redirect("dossiers:tracked")


@require_safe
@opened
def show(request: HttpRequest, found: Tracking) -> HttpResponse:
    """What the applicant handed in here, and nothing else of the dossier."""
    try:
        file_id = UUID(request.GET.get("tep", ""))
    except ValueError:
        raise NotFound(_("Không tìm thấy tệp này.")) from None
    row = attachments.own(found.id, file_id)
    response = documents.preview(row) if "nho" in request.GET else documents.served(row, inline=True)
    if response is None:
        raise NotFound(_("Tệp này không có ảnh xem trước."))
    casework.log_read(None, found.id, f"file {row.id.hex}")
    return response
