"""Filing online, page by page: begin, fill in, look over, send, keep the receipt. Works without script; every answer is kept as typed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework.secrets import secret_of
from motcua.catalogue.rules import VersionFacts
from motcua.documents import queries as documents
from motcua.documents.models import Attachment
from motcua.dossiers import presenting, queries_filing, services_filing
from motcua.dossiers.forms_filing import FilingForm, typed
from motcua.dossiers.models import RETURN_METHODS, Dossier, FilingDraft
from motcua.dossiers.services import COMPETENT_KIND
from motcua.dossiers.views_tracking import open_tracking
from motcua.dossiers.wording import spoken
from motcua.identity.authentication import citizen_page, scope_of
from motcua.identity.rules import Identity
from motcua.organisation import scope
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import FieldError, NotFound, RuleBroken
from motcua.organisation.models import Agency
from motcua.organisation.services import throttle
from motcua.places import queries as places
from motcua.places.text import sort_key
from motcua.worktime import Limit, clock

UPLOADS, SENDS, WINDOW = 100, 30, timedelta(minutes=10)
UPLOAD = "upload_"


# --- beginning -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def begin(request: HttpRequest, identity: Identity, code: str) -> HttpResponse:
    """What it takes, and the drafts of this procedure that lie here already; POST begins a new one."""
    with scope.enter(scope_of(identity)):
        version, _process = services_filing.open_version(code)
        if request.method == "POST":
            throttle("filing.begin", identity.number, SENDS, WINDOW)
            return redirect("dossiers:filing", services_filing.begin(identity, code).id)
        drafts = FilingDraft.objects.filter(
            procedure_code=version.procedure_code,
            case=None,
            identity=scope_of(identity).identity,
            expires_at__gt=clock.now(),
        ).order_by("-updated_at")
        return render(
            request,
            "dossiers/filing_begin.html",
            {
                "version": version,
                "papers": [c for c in version.components if not c.database],
                "spared": [c for c in version.components if c.database],
                "drafts": drafts,
                "limit": Limit.parse(version.limit).vi(),
                "why_demo": services_filing.demonstration(version.procedure_code),
                "identity": identity,
            },
        )


# --- filling in ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def fill(request: HttpRequest, identity: Identity, draft_id: UUID) -> HttpResponse:
    """The form of a draft. Whatever button is pressed, what was typed and sent is kept first."""
    if request.method != "POST":
        with scope.enter(scope_of(identity)):
            found = services_filing.draft(identity, draft_id)
            if found.case_id:
                return redirect("dossiers:filing_done", found.id)
            return _form_page(request, identity, found)
    throttle("filing.save", identity.number, UPLOADS, WINDOW)
    with scope.enter(scope_of(identity)):
        found = services_filing.draft(identity, draft_id, lock=True)
        if found.case_id:
            return redirect("dossiers:filing_done", found.id)
        services_filing.save(found, typed(request.POST))
        refused = _take_files(request, found)
        _remove(request, found)
        wish = request.POST.get("act", "")
        if wish == "find":
            return _find(request, identity, found, refused)
        if wish == "review":
            form, papers = _wrong(identity, found)
            if not form.errors and not papers and not refused:
                return redirect("dossiers:filing_review", found.id)
            return _form_page(request, identity, found, form=form, papers=papers, refused=refused, status=422)
        if refused:
            return _form_page(request, identity, found, refused=refused, status=422)
        if wish == "save":
            messages.success(request, _("Đã lưu bản nháp. Bản nháp giữ 30 ngày, chỉ mình bạn thấy."))
        return redirect("dossiers:filing", found.id)


def _take_files(request: HttpRequest, found: FilingDraft) -> dict[str, list[str]]:
    """Without script the files come with the form. Answers what was refused, by component."""
    refused: dict[str, list[str]] = {}
    for name in request.FILES:
        if not name.startswith(UPLOAD):
            continue
        code = name.removeprefix(UPLOAD)
        for sent in request.FILES.getlist(name):
            try:
                services_filing.add_file(found, code, sent)
            except RuleBroken as broken:
                refused.setdefault(code, []).append(broken.detail)
    return refused


def _remove(request: HttpRequest, found: FilingDraft) -> None:
    wish = request.POST.get("remove", "")
    if wish:
        with suppress(ValueError, NotFound):  # pressed twice
            services_filing.remove_file(found, UUID(wish))


def _find(request: HttpRequest, identity: Identity, found: FilingDraft, refused: dict[str, list[str]]) -> HttpResponse:
    """Which commune an address of before July 2025 lies in now; one answer is chosen, several are offered."""
    by_commune = {agency.commune_id: agency for agency in Agency.objects.filter(kind=COMPETENT_KIND, valid_to=None)}
    address = found.content.get("old_address", "")
    conversion = places.convert(address) if address else None
    offered = [by_commune[c.code] for c in conversion.candidates if c.code in by_commune] if conversion else []
    if len(offered) == 1:
        services_filing.save(found, {**found.content, "agency": offered[0].code})
        messages.success(request, _("Đã chọn %(name)s.") % {"name": offered[0].name})
        return redirect("dossiers:filing", found.id)
    sentence = _(
        "Chưa tìm ra xã, phường nào trong tỉnh từ địa chỉ này. Ghi tên xã và huyện cũ, hoặc chọn trong danh sách."
    )
    if offered:
        sentence = _("Xã cũ này nay thuộc: %(names)s. Chọn một nơi trong danh sách trên.") % {
            "names": ", ".join(agency.name for agency in offered)
        }
    form = _form(found, bound=True)
    form.errors.clear()
    form.add_error("old_address", sentence)
    return _form_page(request, identity, found, form=form, refused=refused, status=422)


def _wrong(identity: Identity, found: FilingDraft) -> tuple[FilingForm, dict[str, str]]:
    form = _form(found, bound=True)
    form.is_valid()
    faults = [fault for fault in services_filing.faults(identity, found) if fault.field != "agency_code"]
    return form, form.place(faults)


def _form(found: FilingDraft, bound: bool = False) -> FilingForm:
    version = _version(found)
    content = {"return_method": "counter", "case": version.case, **found.content}
    if not content.get("case"):
        content["case"] = version.case
    return FilingForm(version, _communes(), content) if bound else FilingForm(version, _communes(), initial=content)


def _version(found: FilingDraft) -> VersionFacts:
    case = str(found.content.get("case") or "") or None
    try:
        return services_filing.open_version(found.procedure_code, case)[0]
    except RuleBroken:
        raise
    except Exception:
        if case is None:
            raise
        return services_filing.open_version(found.procedure_code)[0]  # a case that a newer version no longer has


def _communes() -> list[tuple[str, str]]:
    rows = Agency.objects.filter(
        kind=COMPETENT_KIND, valid_to=None, division__kind="service_centre", province_id=settings.MOTCUA_PROVINCE
    )
    return sorted(rows.values_list("code", "name").distinct(), key=lambda pair: sort_key(pair[1]))


def _form_page(
    request: HttpRequest,
    identity: Identity,
    found: FilingDraft,
    *,
    form: FilingForm | None = None,
    papers: dict[str, str] | None = None,
    refused: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    files, version = services_filing.files_of(found), _version(found)
    shown: list[dict[str, Any]] = [
        {
            "code": c.code,
            "name": c.name,
            "required": c.required and not c.database,
            "database": c.database,
            "form": c.form,
            "files": files.get(c.code, []),
            "errors": [*(refused or {}).get(c.code, []), *([papers[c.code]] if papers and c.code in papers else [])],
        }
        for c in version.components
    ]
    return render(
        request,
        "dossiers/filing_form.html",
        {
            "draft": found,
            "version": version,
            "form": form or _form(found),
            "papers": shown,
            "paper_errors": [(f"upload_{paper['code']}", message) for paper in shown for message in paper["errors"]],
            "identity": identity,
            "why_demo": services_filing.demonstration(version.procedure_code),
        },
        status=status,
    )


# --- files ---------------------------------------------------------------------------------------------------------------


@require_POST
@citizen_page
def upload(request: HttpRequest, identity: Identity, draft_id: UUID) -> HttpResponse:
    """One file, sent by script beside its paper: answered by a line of the list, or by a plain sentence."""
    throttle("filing.upload", identity.number, UPLOADS, WINDOW)
    sent = request.FILES.get("file")
    with scope.enter(scope_of(identity)):
        found = services_filing.draft(identity, draft_id, lock=True)
        try:
            if sent is None:
                raise RuleBroken.of("file", _("Chọn tệp hoặc chụp ảnh giấy tờ."))
            row = services_filing.add_file(found, request.POST.get("name", "").removeprefix(UPLOAD), sent)
        except RuleBroken as broken:
            return HttpResponse(broken.detail, status=broken.status, content_type="text/plain")
        return render(request, "dossiers/filing_file.html", {"file": row, "draft": found}, status=201)


@require_safe
@citizen_page
def show(request: HttpRequest, identity: Identity, draft_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of one's own draft, or its small picture."""
    with scope.enter(scope_of(identity)):
        row: Attachment = services_filing.file_of(services_filing.draft(identity, draft_id), file_id)
        response = documents.preview(row) if "nho" in request.GET else documents.served(row, inline=True)
    if response is None:
        raise NotFound(_("Tệp này không có ảnh xem trước."))
    return response


# --- sending -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def review(request: HttpRequest, identity: Identity, draft_id: UUID) -> HttpResponse:
    """Everything once more before it goes; POST sends it. Sent twice, it leads to the one dossier."""
    with scope.enter(scope_of(identity)):
        found = services_filing.draft(identity, draft_id, lock=request.method == "POST")
        if found.case_id:
            return redirect("dossiers:filing_done", found.id)
        form, papers = _wrong(identity, found)
        if form.errors or papers:
            return _form_page(request, identity, found, form=form, papers=papers, status=422)
        if request.method != "POST":
            return _review_page(request, identity, found)
        if request.POST.get("true") != "yes":
            fault = FieldError("true", _("Đánh dấu cam đoan trước khi nộp."))
            return _review_page(request, identity, found, fault.message, 422)
        throttle("filing.send", identity.number, SENDS, WINDOW)
        try:
            services_filing.submit(identity, draft_id)
        except RuleBroken as broken:
            form = _form(found, bound=True)
            papers = form.place(broken.errors)
            return _form_page(request, identity, found, form=form, papers=papers, status=422)
        return redirect("dossiers:filing_done", found.id)


def _review_page(
    request: HttpRequest, identity: Identity, found: FilingDraft, error: str = "", status: int = 200
) -> HttpResponse:
    version, content = _version(found), found.content
    files = services_filing.files_of(found)
    agency = Agency.objects.filter(code=content.get("agency", "")).first()
    rows: list[tuple[str, Any]] = [
        (_("Thủ tục"), version.name),
        (_("Nơi giải quyết"), agency.name if agency else ""),
        *([(_("Trường hợp"), dict(version.cases).get(version.case, ""))] if len(version.cases) > 1 else []),
        (_("Nội dung"), content.get("subject", "")),
        (_("Người nộp"), identity.full_name),
        (_("Số định danh") if identity.kind == "person" else _("Mã số thuế"), identity.number),
        (_("Điện thoại"), content.get("phone", "")),
        (_("Thư điện tử"), content.get("email", "")),
        (_("Địa chỉ liên hệ"), presenting.addressed(content)),
        (_("Nhận kết quả"), _(RETURN_METHODS[content["return_method"]])),
    ]
    context = {
        "draft": found,
        "version": version,
        "rows": rows,
        "papers": [(c.name, files[c.code]) for c in version.components if c.code in files],
        "error": error,
        "pairs": [("id_true", error)] if error else [],
    }
    return render(request, "dossiers/filing_review.html", context, status=status)


@require_safe
@citizen_page
def done(request: HttpRequest, identity: Identity, draft_id: UUID) -> HttpResponse:
    """The receipt of filing, to be printed or kept: code, secret, when it reached us, by when an officer decides."""
    with scope.enter(scope_of(identity)):
        found = services_filing.draft(identity, draft_id)
    if not found.case_id:
        return redirect("dossiers:filing", found.id)
    with scope.enter(scope.tracking(found.code)):
        row = Dossier.objects.select_related("case", "case__lead_agency").get(case_id=found.case_id)
        return render(
            request,
            "dossiers/filing_done.html",
            {
                "dossier": row,
                "code": found.code,
                "secret": secret_of("dossier", row.case_id, row.secret_version),
                "filed": spoken(row.case.entered_at),
                "decide": spoken(row.case.must_start_by) if row.case.state == "filed" else "",
                "identity": identity,
            },
        )


# --- my dossiers -----------------------------------------------------------------------------------------------------------


@require_safe
@citizen_page
def mine(request: HttpRequest, identity: Identity) -> HttpResponse:
    """Drafts and dossiers of who is signed in."""
    drafts, lines = queries_filing.mine(identity)
    with scope.enter(scope_of(identity)):
        names = {}
        for found in drafts:
            try:
                names[found.id] = _version(found).short_name
            except RuleBroken:
                names[found.id] = found.procedure_code
    return render(
        request,
        "dossiers/mine.html",
        {"drafts": [(found, names[found.id]) for found in drafts], "lines": lines, "identity": identity},
    )


@require_POST
@citizen_page
def discard(request: HttpRequest, identity: Identity, draft_id: UUID) -> HttpResponse:
    with scope.enter(scope_of(identity)):
        services_filing.discard(identity, draft_id)
    messages.success(request, _("Đã xóa bản nháp."))
    return redirect("dossiers:mine")


@require_POST
@citizen_page
def open_mine(request: HttpRequest, identity: Identity) -> HttpResponse:
    """On to the tracking page of one's own dossier, without its secret."""
    throttle("filing.open", remote_address(request), UPLOADS, WINDOW)
    code = request.POST.get("code", "")[:64]
    case_id = queries_filing.own_case(identity, code)
    with scope.enter(scope.tracking(code)):
        version = Dossier.objects.values_list("secret_version", flat=True).get(case_id=case_id)
    return open_tracking(code, case_id, version)
