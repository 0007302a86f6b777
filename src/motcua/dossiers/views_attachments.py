"""Pages about the files of a dossier: an upload beside a paper, looking at a file, scanning a paper later or in the place of a wrong scan,
and the papers a person has handed in before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework import services as casework
from motcua.catalogue import queries as catalogue
from motcua.documents import attaching
from motcua.documents import queries as documents
from motcua.dossiers import attachments, queries, services
from motcua.dossiers.forms_attachments import log_offers, number_typed, papers_with_files
from motcua.dossiers.forms_intake import as_id
from motcua.dossiers.queries import DossierView
from motcua.dossiers.views import about, conflict_page, private, refused
from motcua.dossiers.views_intake import receiver_page
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

ACT = "digitise"


@require_POST
@receiver_page
def upload(request: HttpRequest, principal: Principal) -> HttpResponse:
    """One file of a page with script: the line to show beside the paper, or the sentence that refuses it as plain text."""
    sent = request.FILES.get("file")
    name = request.POST.get("name", "")[:60]
    if sent is None:
        return HttpResponse(_("Chưa có tệp nào được gửi."), status=422, content_type="text/plain")
    try:
        row = attaching.upload(principal, sent)
    except RuleBroken as broken:
        return HttpResponse(broken.detail, status=broken.status, content_type="text/plain")
    return render(request, "dossiers/file_draft.html", {"file": row, "name": name}, status=201)


@require_safe
@private
@officer_page
def show(request: HttpRequest, principal: Principal, file_id: UUID) -> HttpResponse:
    """The file itself, in a window of its own; `?tai` to save it. The reading is logged."""
    row = attachments.find(principal, file_id)
    response = documents.served(row, inline="tai" not in request.GET)
    if row.subject_id is not None:
        casework.log_read(principal, row.subject_id, f"file {row.id.hex}")
    return response


@require_safe
@private
@officer_page
def preview(request: HttpRequest, principal: Principal, file_id: UUID) -> HttpResponse:
    """The small picture of the first page; it shows somebody's paper too, so that its reading is logged."""
    row = attachments.find(principal, file_id)
    response = documents.preview(row)
    if response is None:
        raise NotFound(_("Tệp này không có ảnh xem trước."))
    if row.subject_id is not None:
        casework.log_read(principal, row.subject_id, f"preview {row.id.hex}")
    return response


@require_POST
@sensitive_post_parameters()
@receiver_page
def earlier(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Papers of the same person's earlier dossiers, for the form on the page. By POST: a citizen number has no place in an address."""
    sent = request.POST
    try:
        version, _process = catalogue.in_force(
            sent.get("shown", "").partition(":")[0], clock.now().date(), principal.province_id, sent.get("case") or None
        )
    except RuleBroken:
        return HttpResponse("")
    rows = papers_with_files(principal, version, sent, {}, number_typed(sent))
    log_offers(principal, rows)
    return render(request, "dossiers/intake_earlier.html", {"papers": rows})


# --- a scan, later ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def digitise(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Adds a scan to one paper, or puts one in the place of another with the reason. As every act: 403, 409, 422 with all that was typed."""
    view = queries.view(principal, code)
    if request.method != "POST":
        if refusal := refused(view, principal, ACT):
            if isinstance(refusal, Forbidden):
                raise refusal
            return conflict_page(request, principal, view, ACT, refusal, None)
        casework.log_read(principal, view.id, f"act {ACT}")
        return _page(request, view, {"component": request.GET.get("giay", ""), "replaces": request.GET.get("thay", "")})
    return _scanned(request, principal, view)


def _scanned(request: HttpRequest, principal: Principal, view: DossierView) -> HttpResponse:
    sent = request.POST
    key, body_hash = page_idempotency(request)
    typed = {name: sent.get(name, "")[:4000] for name in ("component", "replaces", "note")}
    errors: list[tuple[str, str]] = []
    ids = [str(i) for text in sent.getlist("files") if (i := as_id(text))]
    for file in request.FILES.getlist("upload"):
        try:
            ids.append(str(attaching.upload(principal, file).id))
        except RuleBroken as broken:
            errors.append(("id_upload", broken.detail))
    try:
        if key and casework.replay(principal.account_id, key, body_hash):
            return redirect("dossiers:dossier", view.code)
        if not errors:
            with scope.enter(principal.scope):
                services.act(
                    principal,
                    view.code,
                    ACT,
                    version=int(sent["version"]) if sent.get("version", "").isdecimal() else None,
                    params={"component": typed["component"], "file_ids": ids, "replaces": as_id(typed["replaces"])},
                    note=typed["note"].strip(),
                    key=key,
                    body_hash=body_hash,
                )
            messages.success(request, _("Đã ghi: Số hóa giấy tờ."))
            return redirect("dossiers:dossier", view.code)
    except Conflict as conflict:
        return conflict_page(request, principal, view, ACT, conflict, None)
    except RuleBroken as broken:
        where = {"component": "id_component", "note": "id_note", "file_ids": "id_upload", "replaces": "id_component"}
        errors += [(where.get(e.field, ""), e.message) for e in broken.errors]
    casework.log_read(principal, view.id, f"act {ACT}")
    found = attachments.drafts_named(principal, [i for text in ids if (i := as_id(text))])
    return _page(request, view, typed, list(found.values()), errors, status=422)


def _page(
    request: HttpRequest,
    view: DossierView,
    typed: dict[str, str],
    drafts: list[Any] | None = None,
    errors: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    wanted = as_id(typed.get("replaces", ""))
    replaced = next((row for row in view.files.standing if row.id == wanted), None)
    faults: dict[str, str] = {}
    for anchor, message in errors or ():
        faults.setdefault(anchor, message)
    return render(
        request,
        "dossiers/dossier_digitise.html",
        {
            **about(view),
            "components": view.components,
            "chosen": replaced.part.partition(".")[2] if replaced else typed.get("component", ""),
            "replaced": replaced,
            "note": typed.get("note", ""),
            "drafts": drafts or [],
            "errors": errors or [],
            "upload_error": " ".join(m for a, m in errors or () if a == "id_upload"),
            "component_error": faults.get("id_component", ""),
            "note_error": faults.get("id_note", ""),
        },
        status=status,
    )
