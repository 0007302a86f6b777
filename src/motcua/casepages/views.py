"""Pages of any case but the dossier: the case with the acts allowed now, each act, its papers; and finding one by code or words."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casepages import lists, presenting, queries, relations, services
from motcua.casepages.forms import ActForm, typed
from motcua.casepages.kind import all_paged
from motcua.casepages.queries import CaseView
from motcua.casework import queries as casework
from motcua.casework import services as cases
from motcua.casework.rules import refuse
from motcua.documents import attaching
from motcua.documents import queries as documents
from motcua.documents.models import Attachment
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal

# Desks are shared: nothing of a page stays in the browser.
private = cache_control(no_store=True, private=True)


# --- one case ----------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def case(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Everything of one case. The reading is logged."""
    view = queries.view(principal, code)
    cases.log_read(principal, view.id, "view")
    return render(request, "casepages/case.html", page_of(view, principal))


def page_of(view: CaseView, principal: Principal) -> dict[str, Any]:
    offers = presenting.offers(view, principal)
    shown = view.kind.shown(view, principal)
    return {
        **presenting.about(view),
        "shown": shown,
        "related": relations.read(view, principal),
        "first": offers.first,
        "others": offers.others,
        "endings": offers.endings,
        "holder": presenting.holder(view),
        "who": presenting.who(view),
        "journal": presenting.journal(view),
        "opens_files": view.kind.may_open_files(view, principal),
        "due_label": _(view.kind.promise_label if view.promises else view.kind.due_label),
        "answer_label": _(view.kind.due_label),
        "days": presenting.explained(view),
        **shown.context,
    }


# --- an act ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def act(request: HttpRequest, principal: Principal, code: str, act: str) -> HttpResponse:
    """GET asks, POST does. 403 not the reader's act, 409 stale or not possible now (with what changed), 422 with all that was typed."""
    view = queries.view(principal, code)
    if act not in view.kind.transitions:
        raise NotFound(_("Không có việc này."))
    if request.method == "POST":
        return perform(request, principal, view, act)
    if refusal := refuse(view.kind.transitions[act], principal, view.case, view.facts):
        if isinstance(refusal, Forbidden):
            raise refusal
        return conflict_page(request, principal, view, act, refusal, None)
    cases.log_read(principal, view.id, f"act {act}")
    return act_page(request, view, act, presenting.form_of(view.kind, act, view, principal))


def perform(request: HttpRequest, principal: Principal, view: CaseView, act: str) -> HttpResponse:
    """The act as posted. A form sent twice under one key is answered as the first time; files that came are kept whatever is refused."""
    key, body_hash = page_idempotency(request)
    kind = view.kind
    form = presenting.form_of(kind, act, view, principal, request.POST)
    drafts, faults = brought(request, principal)
    try:
        if key and cases.replay(principal.account_id, key, body_hash):
            return after(request, view, act)
        sound = form.is_valid()
        if form.files_required and not drafts:
            faults.append(_("Chọn ít nhất một tệp."))
        if sound and not faults:
            with scope.enter(principal.scope):  # a refusal undoes only the act, the page still reads
                services.act(
                    principal,
                    kind.code,
                    view.code,
                    act,
                    version=form.cleaned_data["version"],
                    params=form.params(),
                    note=form.cleaned_data["note"].strip(),
                    key=key,
                    body_hash=body_hash,
                    files=[row.id for row in drafts],
                )
            return after(request, view, act)
        if refusal := refuse(kind.transitions[act], principal, view.case, view.facts):
            raise refusal
    except Conflict as conflict:
        return conflict_page(request, principal, view, act, conflict, form)
    except RuleBroken as broken:
        faults += [e.message for e in broken.errors if e.field == "files"]
        form.refuse([e for e in broken.errors if e.field != "files"])
    cases.log_read(principal, view.id, f"act {act}")
    return act_page(request, view, act, form, drafts, faults, status=422)


def brought(request: HttpRequest, principal: Principal) -> tuple[list[Attachment], list[str]]:
    """(drafts that came with a form: kept from an earlier try or sent now, what is wrong with others)."""
    ids: list[UUID] = []
    for text in request.POST.getlist("file_ids"):
        with suppress(ValueError):
            ids.append(UUID(text))
    faults = []
    for file in request.FILES.getlist("files"):
        try:
            ids.append(attaching.upload(principal, file).id)
        except RuleBroken as broken:
            faults.append(broken.detail)
    rows = Attachment.objects.select_related("file").filter(
        id__in=ids, province_id=principal.province_id, account_id=principal.account_id, subject_id=None
    )
    return list(rows.order_by("id")), faults


def after(request: HttpRequest, view: CaseView, act: str) -> HttpResponse:
    """Back to the case; to the worklist when the act took it out of the officer's scope."""
    messages.success(request, _("Đã ghi: %(act)s.") % {"act": presenting.act_name(view.kind, act)})
    return redirect(view.kind.address(view.code)) if casework.case_by_code(view.code) else redirect("casework:worklist")


def act_page(
    request: HttpRequest,
    view: CaseView,
    act: str,
    form: ActForm,
    drafts: list[Attachment] | None = None,
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **presenting.about(view),
        "form": form,
        "act": act,
        "act_name": presenting.act_name(view.kind, act),
        "ending": act in view.kind.endings,
        "papers": view.kind.papers_to_draft(view, act),
        "drafts": drafts or [],
        "file_faults": faults or [],
        "file_pairs": [("id_files", fault) for fault in faults or []],
    }
    return render(request, "casepages/act.html", context, status=status)


def conflict_page(
    request: HttpRequest, principal: Principal, view: CaseView, act: str, conflict: Conflict, form: ActForm | None
) -> HttpResponse:
    """Somebody was quicker: what they did, where the case stands, and the officer's own words again. Where the act is still theirs, the
    form stands ready on the newest version under a new key; they decide again, knowing more."""
    seen = form.data.get("version", "") if form is not None else ""
    view = queries.view(principal, view.code)
    cases.log_read(principal, view.id, f"act {act}")
    current = conflict.current or (
        casework.changes_since(view.id, int(seen)) if seen.isdecimal() and len(seen) < 10 else {}
    )
    still: ActForm | None = None
    drafts: list[Attachment] = []
    if form is not None and act in {t.act for t in view.acts}:
        answers = QueryDict(mutable=True)
        answers.update(request.POST)
        answers["version"] = str(view.version)
        still = presenting.form_of(view.kind, act, view, principal, answers)
        drafts, _faults = brought(request, principal)
    context = {
        **presenting.about(view),
        "act": act,
        "act_name": presenting.act_name(view.kind, act),
        "sent": form is not None,
        "detail": conflict.detail,
        "changes": presenting.changes(view.kind, current),
        "still": still,
        "drafts": drafts,
        "holder": presenting.holder(view),
        "typed": typed(form) if form is not None and still is None else [],
        "fresh_key": uuid4(),
    }
    return render(request, "casepages/conflict.html", context, status=409)


# --- papers ------------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def file(request: HttpRequest, principal: Principal, code: str, file_id: UUID) -> HttpResponse:
    """The file itself, in a window of its own; `?tai` to save it. The reading is logged."""
    view = queries.view(principal, code)
    row = queries.find_file(principal, view, file_id)
    response = documents.served(row, inline="tai" not in request.GET)
    cases.log_read(principal, view.id, f"file {row.id.hex}")
    return response


@require_safe
@private
@officer_page
def preview(request: HttpRequest, principal: Principal, code: str, file_id: UUID) -> HttpResponse:
    """The small picture of the first page; it shows the paper too, so that its reading is logged."""
    view = queries.view(principal, code)
    row = queries.find_file(principal, view, file_id)
    response = documents.preview(row)
    if response is None:
        raise NotFound(_("Tệp này không có ảnh xem trước."))
    cases.log_read(principal, view.id, f"preview {row.id.hex}")
    return response


@require_POST
@private
@officer_page
def upload(request: HttpRequest, principal: Principal) -> HttpResponse:
    """One file of a page with script: the line to show in the form, or the sentence that refuses it as plain text."""
    sent = request.FILES.get("file")
    if sent is None:
        return HttpResponse(_("Chưa có tệp nào được gửi."), status=422, content_type="text/plain")
    try:
        row = attaching.upload(principal, sent)
    except RuleBroken as broken:
        return HttpResponse(broken.detail, status=broken.status, content_type="text/plain")
    return render(request, "casepages/file_draft.html", {"file": row, "name": "file_ids"}, status=201)


# --- finding -----------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def find(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Cases of any kind drawn here by words of their titles; a whole code opens its case."""
    asked = request.GET.get("q", "")[:200].strip()
    known = casework.case_by_code(asked.upper()) if asked else None
    if known and known[2].kind in {kind.code for kind in all_paged()}:
        return redirect("casepages:case", known[2].code)
    rows = lists.found(principal, asked) if asked else []
    listed = [kind for kind in all_paged() if kind.listed(principal)]
    return render(request, "casepages/find.html", {"q": asked, "rows": lists.told(rows), "kinds": listed})
