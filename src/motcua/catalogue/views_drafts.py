"""Drafts at work: the form of a version, the table of steps of a process, the preview, and publishing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.catalogue import (
    comparing,
    drafting,
    drafting_process,
    editing,
    queries,
    queries_managing,
    services_drafts,
    services_managing,
    views,
)
from motcua.catalogue.drafting import Content
from motcua.catalogue.models import Draft
from motcua.catalogue.rules import FeeFacts
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import Limit, clock


@require_safe
@never_cache
@officer_page
def drafts(request: HttpRequest, principal: Principal) -> HttpResponse:
    """What is not published yet, the last touched first."""
    services_managing.need_manager(principal)
    lines = [
        {
            "name": _name(draft),
            "href": reverse("catalogue:draft", args=[draft.id]),
            "kind": Draft.KINDS[draft.kind],
            "who": draft.updated_by.full_name,
            "at": draft.updated_at,
            "faults": len(_read(draft).faults),
        }
        for draft in queries_managing.drafts(principal.province_id)
    ]
    return render(request, "catalogue/managing/drafts.html", {"lines": lines})


def _name(draft: Draft) -> str:
    named = draft.content["head"].get("short_name") or draft.case
    return " · ".join(filter(None, (draft.procedure_code, named)))


def _read(draft: Draft) -> drafting.Read | drafting_process.ReadProcess:
    return queries_managing.read_version(draft) if draft.kind == "version" else queries_managing.read_process(draft)


def _found(principal: Principal, draft_id: UUID) -> Draft:
    services_managing.need_manager(principal)
    draft = queries_managing.draft(principal.province_id, draft_id)
    if draft is None:
        raise NotFound(_(services_drafts.GONE))
    return draft


def _posted(request: HttpRequest, kind: str) -> Content:
    return drafting.posted(request.POST.dict(), request.POST.getlist("levels"), kind)


def _seen(request: HttpRequest) -> int:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def draft(request: HttpRequest, principal: Principal, draft_id: UUID) -> HttpResponse:
    """The form of a draft. Every button keeps what was typed, then does its own: a row more or less, the preview, the
    page of publishing. 409 with everything typed still there when somebody else saved or published meanwhile."""
    services_managing.need_manager(principal)
    if request.method != "POST":
        return _editor(request, principal, _found(principal, draft_id))
    open_draft = queries_managing.draft(principal.province_id, draft_id)
    kind = open_draft.kind if open_draft else request.POST.get("kind", "")
    if kind not in Draft.KINDS:
        raise NotFound(_(services_drafts.GONE))
    do = request.POST.get("do", "save")
    content = drafting.edited(_posted(request, kind), do)
    if do == "distribute" and kind == "process":
        content = drafting_process.distribute(content)
    try:
        services_drafts.save(principal, draft_id, _seen(request), content)
    except Conflict as conflict:
        return _conflict(request, principal, draft_id, kind, content, conflict)
    address = reverse("catalogue:draft", args=[draft_id])
    if do == "preview" and kind == "version":
        return redirect("catalogue:preview", draft_id)
    if do == "publish":
        return redirect("catalogue:publish", draft_id)
    if do == "save":
        messages.success(request, _("Đã lưu bản nháp."))
        return redirect(address)
    part = do.split(":")[1] if ":" in do else "steps"
    return redirect(f"{address}#{editing.anchor(part)}")


def _conflict(
    request: HttpRequest, principal: Principal, draft_id: UUID, kind: str, content: Content, conflict: Conflict
) -> HttpResponse:
    """What was typed, over what somebody else did meanwhile."""
    found = queries_managing.draft(principal.province_id, draft_id)
    shown = found or Draft(id=draft_id, province_id=principal.province_id, kind=kind, procedure_code="")
    shown.content = content
    return _editor(request, principal, shown, status=409, conflict=conflict.detail, gone=found is None)


def _editor(
    request: HttpRequest, principal: Principal, draft: Draft, status: int = 200, conflict: str = "", gone: bool = False
) -> HttpResponse:
    page: dict[str, Any] = {
        "draft": draft,
        "name": _name(draft),
        "conflict": conflict,
        "gone": gone,
        "standing": queries_managing.standing(draft.procedure_code, clock.today()),
    }
    if draft.kind == "process":
        page |= _process_page(principal, draft)
        return render(request, "catalogue/managing/process.html", page, status=status)
    read = queries_managing.read_version(draft)
    page |= {
        "sections": editing.version_sections(draft.content, read.faults, first=page["standing"] is None),
        "faults": editing.summary(read.faults),
        "number": read.facts["number"],
    }
    return render(request, "catalogue/managing/version.html", page, status=status)


def _process_page(principal: Principal, draft: Draft) -> dict[str, Any]:
    read = queries_managing.read_process(draft)
    standing = queries_managing.standing(draft.procedure_code, clock.today())
    law = queries_managing.limit_of(standing, draft.case) if standing else None
    names = {c["case"]: c["name"] for c in standing.cases} if standing else {}
    beside = queries_managing.limit_drawn_for(principal.province_id, standing, draft.case) if standing else None
    return {
        "form": None,
        "process": editing.process_form(draft.content, read),
        "faults": editing.summary(read.faults),
        "law": Limit.parse(law).vi() if law else "",
        "coming": Limit.parse(beside).vi() if beside and beside != law else "",
        "case_name": names.get(draft.case, draft.case) if draft.case else _("Mọi trường hợp không có quy trình riêng"),
        "vacancies": queries_managing.vacancies(principal.province_id, read.steps, clock.today()),
    }


@require_POST
@never_cache
@officer_page
def live(request: HttpRequest, principal: Principal, draft_id: UUID) -> HttpResponse:
    """What is wrong with the table of steps as it stands in the boxes now; nothing is kept. Parts of the page, for the
    script to put in their places."""
    found = _found(principal, draft_id)
    if found.kind != "process":
        raise NotFound(_("Chỉ quy trình mới có bảng các bước."))
    found.content = _posted(request, "process")
    return render(request, "catalogue/managing/process_live.html", {"draft": found, **_process_page(principal, found)})


@require_safe
@never_cache
@officer_page
def preview(request: HttpRequest, principal: Principal, draft_id: UUID) -> HttpResponse:
    """The page that citizens would see."""
    found = _found(principal, draft_id)
    if found.kind != "version":
        raise NotFound(_("Quy trình nội bộ không có trang cho người dân."))
    read = queries_managing.read_version(found)
    facts = read.facts
    fees = tuple(
        FeeFacts(
            f["name"],
            f["amount"],
            f["unit"],
            f.get("from_page", 1),
            f.get("maximum"),
            f.get("condition", ""),
            f.get("exemption", ""),
            f["instrument"],
        )
        for f in facts["fees"]
    )
    view = {
        **facts,
        "code": found.procedure_code,
        "ministry": found.content["head"]["ministry"],
        "in_force": True,
        "superseded_by": [],
        "fees": queries.priced(fees, found.procedure_code, clock.today(), principal.province_id),
        "checked_on": date.fromisoformat(facts["checked_on"]) if facts["checked_on"] else None,
    }
    return render(
        request,
        "catalogue/managing/preview.html",
        {"draft": found, "name": _name(found), "faults": len(read.faults), **views.shown(view)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def publish(request: HttpRequest, principal: Principal, draft_id: UUID) -> HttpResponse:
    """The last look: faults, what changes, what it does to the province's processes; then publishing, which cannot be
    taken back. Raises Conflict (409)."""
    found = _found(principal, draft_id)
    along = _along(request) if request.method == "POST" else None
    refusal: RuleBroken | None = None
    if request.method == "POST":
        try:
            done = services_drafts.publish_draft(principal, draft_id, _seen(request), along or [])
        except RuleBroken as refused:
            refusal = refused
        else:
            messages.success(request, _said(done))
            return redirect("catalogue:managed", done.procedure_code)
    return _publish_page(request, principal, found, along, refusal)


def _along(request: HttpRequest) -> list[tuple[UUID, int]]:
    found = []
    for given in request.POST.getlist("along")[:20]:
        name, _colon, counter = given.partition(":")
        try:
            found.append((UUID(name), int(counter)))
        except ValueError:
            continue
    return found


def _said(done: services_drafts.Published) -> str:
    if done.version is None:
        return _("Đã ban hành quy trình số %(number)d.") % {"number": done.processes[0].number}
    if done.processes:
        sentence = _("Đã công bố phiên bản %(number)d cùng %(count)d quy trình.")
        return sentence % {"number": done.version.number, "count": len(done.processes)}
    return _("Đã công bố phiên bản %(number)d.") % {"number": done.version.number}


def _publish_page(
    request: HttpRequest,
    principal: Principal,
    found: Draft,
    along: list[tuple[UUID, int]] | None,
    refusal: RuleBroken | None,
) -> HttpResponse:
    read = _read(found)
    page: dict[str, Any] = {
        "draft": found,
        "name": _name(found),
        "faults": [(reverse("catalogue:draft", args=[found.id]) + f"#{a}", s) for a, s in editing.summary(read.faults)],
        "refused": refusal.detail if refusal and not read.faults else "",
        "starts": read.facts["valid_from"] and date.fromisoformat(read.facts["valid_from"]),
        "back_dated": bool(read.facts["valid_from"]) and read.facts["valid_from"] < clock.today().isoformat(),
    }
    if isinstance(read, drafting.Read):
        page |= _version_consequences(principal, found, read, along)
    else:
        page |= {"steps": read.steps, "limit": Limit.parse(read.limit).vi() if read.limit else ""}
    return render(request, "catalogue/managing/publish.html", page, status=422 if refusal else 200)


def _version_consequences(
    principal: Principal, found: Draft, read: drafting.Read, along: list[tuple[UUID, int]] | None
) -> dict[str, Any]:
    code = found.procedure_code
    standing = queries_managing.standing(code, clock.today())
    rows = comparing.differences(queries_managing.facts_of(standing), read.facts) if standing else []
    processes = [
        (one, queries_managing.read_process(one))
        for one in queries_managing.drafts(principal.province_id, code)
        if one.kind == "process"
    ]
    chosen = None if along is None else {name for name, _counter in along}
    offered = [
        {
            "id": one.id,
            "value": f"{one.id}:{one.version}",
            "case": one.case or _("mọi trường hợp"),
            "limit": Limit.parse(drawn.limit).vi() if drawn.limit else "",
            "faults": len(drawn.faults),
            "chosen": not drawn.faults if chosen is None else one.id in chosen,
        }
        for one, drawn in processes
    ]
    drawn_limits = {one.case: drawn.limit for one, drawn in processes if not drawn.faults}
    left = queries_managing.left_without_process(principal.province_id, code, read.facts, drawn_limits)
    return {
        "standing": standing,
        "number": read.facts["number"],
        "left_name": _("Phiên bản %(number)d") % {"number": standing.number} if standing else "",
        "right_name": _("Bản nháp"),
        "changed": [row for row in rows if row.changed],
        "same": [row for row in rows if not row.changed],
        "offered": offered,
        "stranded": [(c.name, Limit.parse(c.limit).vi(), bool(c.process_limit)) for c in left],
    }


@require_POST
@officer_page
def discard(request: HttpRequest, principal: Principal, draft_id: UUID) -> HttpResponse:
    gone = services_drafts.discard(principal, draft_id, _seen(request))
    messages.success(request, _("Đã bỏ bản nháp %(code)s.") % {"code": gone.procedure_code})
    return redirect("catalogue:drafts")
