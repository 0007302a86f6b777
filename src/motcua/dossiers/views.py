"""Pages of officers: the register, one dossier with the acts allowed now, each act, reassigning all."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages.forms import typed
from motcua.casepages.presenting import days
from motcua.casework import queries as cases
from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.casework.rules import refuse
from motcua.catalogue import queries as catalogue
from motcua.dossiers import (
    clocks,
    forms_pdf,
    presenting,
    presenting_register,
    presenting_results,
    queries,
    queries_filing,
    queries_register,
    ratings,
    rules,
    services,
)
from motcua.dossiers.codes import scanned_code
from motcua.dossiers.forms import ActForm, ReassignAllForm, RegisterForm, act_form
from motcua.dossiers.kind import DossierKind
from motcua.dossiers.queries import DossierView
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import Limit, clock

PAGE = 30
# The filters that stand on the page; all others come by a link.
TYPED = ("state", "procedure", "received_from", "received_to", "overdue", "channel")
# Desks at a counter are shared: nothing of a page stays in the browser.
private = cache_control(no_store=True, private=True)


# --- the register ------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def register(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Dossiers of the scope, newest first, by cursor. A whole code typed (or scanned) in the search opens its dossier."""
    form = register_form(request, principal)
    if not form.is_valid():
        return render(request, "dossiers/register.html", {"form": form, "rows": []}, status=422)
    asked = form.asked()
    code = scanned_code(asked["q"])
    if code and cases.case_by_code(code):
        return redirect("dossiers:dossier", code)
    cursor = request.GET.get("cursor", "")
    found = queries_register.register(principal, **asked, before=decode(cursor) if cursor else None, limit=PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    return render(
        request,
        "dossiers/register.html",
        {
            "form": form,
            "rows": [
                {
                    "row": row,
                    "state": presenting.state_name(row.state),
                    "status": rules.NATIONAL_STATUS[row.state],
                    "agency": agency_name(principal, row.agency_code) if principal.scope.wide else "",
                    "paused": row.state in rules.PAUSED,
                    "unpromised": row.state in rules.CLOSED and row.state != "returned",
                }
                for row in rows
            ],
            "filtered": any(asked.values()),
            "asked": request.GET.urlencode(),
            "narrowed": any(asked[name] for name in TYPED),
            "listed": presenting_register.listed(principal, asked),
            "wide": principal.scope.wide,
            "further": bool(cursor),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


def register_form(request: HttpRequest, principal: Principal) -> RegisterForm:
    """Offers the procedures in force, and the one asked for if it was in force once: its dossiers are still counted, and found."""
    listed = catalogue.procedures(clock.today(), principal.province_id)
    offered = [(p.code, f"{p.code} – {p.short_name}") for p in listed]
    asked = request.GET.get("procedure", "")
    if asked and asked not in dict(offered) and catalogue.known(asked):
        offered.append((asked, asked))
    return RegisterForm(offered, request.GET)


def agency_name(principal: Principal, code: str) -> str:
    """The agency as people call it; its code where the scope shows no more."""
    found = organisation.agency(principal.province_id, code=code)
    return found.name if found else code


# --- one dossier -------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def dossier(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Everything of one dossier. The reading is logged; showing the citizen number is logged as such."""
    view = queries.view(principal, code)
    clocks.mark_opened(principal, view.case, view.row)
    revealed = "hien" in request.GET
    casework.log_read(principal, view.id, "citizen_number" if revealed else "view")
    offers = presenting.offers(view, principal)
    return render(
        request,
        "dossiers/dossier.html",
        {
            **about(view),
            "first": offers.first,
            "others": offers.others,
            "endings": offers.endings,
            "limit": Limit.parse(view.procedure.limit).vi(),
            "applicant": presenting.party(view.row.applicant),
            "authorised": presenting.party(view.row.authorised),
            "revealed": revealed,
            "about": presenting.about(view),
            "certified": any(line.act == "complete_now" for line in view.journal),
            "paper": presenting_results.card(view, principal),
            "papers": forms_pdf.available(view, principal),
            **presenting.fees(view, principal),
            "clocks": clocks.of_dossier(view.case, view.row, view.lead.calendar_code),
            **rated(view, principal),
            **presenting.files(view),
            "steps": presenting.steps(view),
            "journal": presenting.journal(view, queries.given_to(view.journal)),
            "promise_days": days(view.explanation.promise) if view.explanation else [],
            "legal_days": days(view.explanation.legal) if view.explanation else [],
        },
    )


def rated(view: DossierView, principal: Principal) -> dict[str, Any]:
    """How the applicant found it, and the words beside for those who may read them."""
    found, _words = queries_filing.rating_of(view.id)
    mine = principal.agency_id == view.origin.id
    return {
        "rating": ratings.levels().get(found.level, "") if found else "",
        "remark": queries_filing.remark_for(principal, view.id, view.origin.id) if found and mine else None,
    }


def about(view: DossierView) -> dict[str, Any]:
    """What every page about the dossier shows at its head."""
    return {
        "dossier": view,
        "state": presenting.state_name(view.case.state),
        "closed": view.case.state in rules.CLOSED,
        "ended_otherwise": view.case.state in rules.CLOSED and view.case.state != "returned",
    }


# --- an act ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def act(request: HttpRequest, principal: Principal, code: str, act: str) -> HttpResponse:
    """GET asks, POST does. 403 not the reader's act, 409 stale or not possible now (with what changed), 422 with all that was typed."""
    if act not in rules.TRANSITIONS:
        raise NotFound(_("Không có việc này."))
    view = queries.view(principal, code)
    if request.method != "POST":
        if refusal := refused(view, principal, act):
            if isinstance(refusal, Forbidden):
                raise refusal
            return conflict_page(request, principal, view, act, refusal, None)
        casework.log_read(principal, view.id, f"act {act}")
        return act_page(request, view, act, act_form(act, view, principal))
    return perform(request, principal, view, act)


def perform(request: HttpRequest, principal: Principal, view: DossierView, act: str) -> HttpResponse:
    """The act as posted. A form sent twice under one key is answered as the first time."""
    key, body_hash = page_idempotency(request)
    form = act_form(act, view, principal, request.POST)
    try:
        if key and casework.replay(principal.account_id, key, body_hash):
            return after(request, view.code, act)
        if form.is_valid():
            with scope.enter(principal.scope):  # a refusal undoes only the act, the page still reads
                services.act(
                    principal,
                    view.code,
                    act,
                    version=form.cleaned_data["version"],
                    params=form.params(),
                    note=form.cleaned_data["note"].strip(),
                    key=key,
                    body_hash=body_hash,
                )
            return after(request, view.code, act)
        if refusal := refused(view, principal, act):
            raise refusal
    except Conflict as conflict:
        return conflict_page(request, principal, view, act, conflict, form)
    except RuleBroken as broken:
        form.refuse(broken.errors)
    casework.log_read(principal, view.id, f"act {act}")
    return act_page(request, view, act, form, status=422)


def refused(view: DossierView, principal: Principal, act: str) -> Forbidden | Conflict | None:
    """Why the act is not open to the reader now, as the kernel would say it."""
    facts = DossierKind().load(view.id, view.case, None, {}, principal)
    return refuse(rules.TRANSITIONS[act], principal, view.case, facts)


def after(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Back to the dossier; to the worklist when the act took it out of the officer's scope."""
    found = cases.case_by_code(code)
    where = ""
    if found and found[2].state not in rules.CLOSED:
        _agency, division, officer = queries.holder(found[2])
        where = " " + _("Hồ sơ nay ở %(holder)s.") % {"holder": ", ".join(filter(None, (officer, division)))}
    messages.success(request, _("Đã ghi: %(act)s.") % {"act": presenting.act_name(act)} + where)
    return redirect("dossiers:dossier", code) if found else redirect("casework:worklist")


def act_page(request: HttpRequest, view: DossierView, act: str, form: ActForm, status: int = 200) -> HttpResponse:
    context = {
        **about(view),
        "form": form,
        "act": act,
        "act_name": presenting.act_name(act),
        "ending": act in presenting.ENDING_ACTS,
    }
    return render(request, "dossiers/dossier_act.html", context, status=status)


def conflict_page(
    request: HttpRequest, principal: Principal, view: DossierView, act: str, conflict: Conflict, form: ActForm | None
) -> HttpResponse:
    """Somebody was quicker: what they did, where the dossier stands, and the officer's own words again. Where the act is still theirs,
    the form stands ready on the newest version under a new key; they decide again, knowing more."""
    view = queries.view(principal, view.code)
    casework.log_read(principal, view.id, f"act {act}")
    seen = form.data.get("version", "") if form is not None else ""
    current = conflict.current or (
        cases.changes_since(view.id, int(seen)) if seen.isdecimal() and len(seen) < 10 else {}
    )
    still: ActForm | None = None
    if form is not None and act in {t.act for t in view.acts}:
        answers = QueryDict(mutable=True)
        answers.update(request.POST)
        answers["version"] = str(view.version)
        still = act_form(act, view, principal, answers)
    context = {
        **about(view),
        "act": act,
        "act_name": presenting.act_name(act),
        "sent": form is not None,
        "detail": conflict.detail,
        "changes": presenting.changes(current),
        "still": still,
        "typed": typed(form) if form is not None and still is None else [],
        "fresh_key": uuid4(),
    }
    return render(request, "dossiers/dossier_conflict.html", context, status=409)


# --- an officer is away ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def reassign_all(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Heads of divisions give all open dossiers of one officer to another."""
    if not principal.has("division_head"):
        raise Forbidden(_("Việc giao lại hồ sơ không thuộc vai trò của bạn."))
    held = queries.held_by_officer(principal)
    colleagues = [
        o
        for o in organisation.officers_of(principal.agency_id, clock.now().date(), division_id=principal.division_id)
        if o.login
    ]

    def counted(officer: organisation.OfficerFacts) -> str:
        count = held.get(officer.id, 0)
        words = ngettext("%(count)s hồ sơ", "%(count)s hồ sơ", count) % {"count": count}
        return f"{officer.full_name} – {words}"

    form = ReassignAllForm(
        [(o.login, counted(o)) for o in colleagues],
        [(o.login, o.described) for o in colleagues],
        request.POST if request.method == "POST" else None,
    )
    status = 200
    if request.method == "POST":
        status = 422
        key, body_hash = page_idempotency(request)
        if form.is_valid():
            answers = form.cleaned_data
            try:
                with scope.enter(principal.scope):
                    done = services.reassign_all(
                        principal, answers["from_login"], answers["to"], answers["note"], key=key, body_hash=body_hash
                    )
            except RuleBroken as broken:
                for error in broken.errors:
                    form.add_error({"from": "from_login", "to": "to", "note": "note"}.get(error.field), error.message)
            else:
                count = len(done)
                told = ngettext("Đã giao lại %(count)s hồ sơ.", "Đã giao lại %(count)s hồ sơ.", count) % {
                    "count": count
                }
                if done:
                    messages.success(request, told)
                else:
                    messages.info(request, _("Không còn hồ sơ nào để giao lại: người này không giữ hồ sơ mở nào."))
                return redirect("dossiers:reassign")
    return render(
        request, "dossiers/dossier_reassign_all.html", {"form": form, "held": sum(held.values())}, status=status
    )
