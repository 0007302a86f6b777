"""The counter: taking a dossier in on one page, and what follows at once (receipt, hand-over, the next person)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework import services as casework
from motcua.casework.models import Tally
from motcua.casework.secrets import secret_of
from motcua.catalogue import queries as catalogue
from motcua.catalogue.queries import Listed
from motcua.catalogue.rules import VersionFacts
from motcua.dossiers import fees, forms_pdf, intake, looking, presenting, queries, rules, services, views_tracking
from motcua.dossiers.forms_attachments import (
    hash_of_files,
    log_offers,
    number_typed,
    papers_with_files,
    take_uploads,
)
from motcua.dossiers.forms_intake import ASSISTED, AUTHORISED, IntakeForm, counts_copies, faults
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.dossiers.looking import CardRead, Former
from motcua.dossiers.queries import DossierView
from motcua.dossiers.wording import spoken
from motcua.organisation import queries as organisation
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, FieldError, Forbidden, RuleBroken
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.places.text import fold, sort_key
from motcua.worktime import CalendarNotKnown, Limit, clock

P = ParamSpec("P")
CODE = re.compile(r"\s*([0-9]\.[0-9]{6}\S*)")
FAVOURITES, FAVOURITE_DAYS = 6, timedelta(days=90)
FOUND = 12
FAMILIAR = 0.3  # how far the procedure received most here rises above an equal one
COUNTER_LEVEL = "commune"
# Cookies that open something of a citizen in this browser: the look-up of a dossier, and a session of the portal.
CITIZEN_COOKIES = ((views_tracking.COOKIE, views_tracking.PATH), ("motcua_citizen", "/"))

# Pages with somebody's particulars stay in no cache, not even that of the "back" button of a shared counter.
private = cache_control(no_store=True, private=True)


def receiver_page(
    view: Callable[Concatenate[HttpRequest, Principal, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of those who receive dossiers; others get 403."""

    def page(request: HttpRequest, principal: Principal, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not principal.has("receiver"):
            raise Forbidden(_("Việc tiếp nhận hồ sơ không thuộc vai trò của bạn."))
        return view(request, principal, *args, **kwargs)

    return private(officer_page(page))


# --- the page ---------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """What the page shows besides the form: the version whose papers stand on it, or the procedures to choose from."""

    form: IntakeForm
    key: str
    version: VersionFacts | None = None
    choices: list[Listed] | None = None
    searched: bool = False
    typed: QueryDict | None = None
    refused: dict[str, list[str]] = field(default_factory=dict)
    """What was wrong with files sent beside a paper, by its code."""
    card: CardRead | None = None
    former: Former | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@receiver_page
def receive(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The intake. GET `?procedure=` starts with a procedure chosen; POST chooses one or, once its papers stand on the page, receives."""
    if request.method == "POST":
        body_hash = _hash(request.POST) + hash_of_files(request)
        sent, refused = take_uploads(request, principal)
        scan = looking.scanned(sent)
        if scan or sent.get("look"):
            card = looking.read_card(*scan, looking.today()) if scan else None
            return _looked(request, principal, card, sent, refused)
        return _sent(request, principal, sent, refused, hashlib.sha256(body_hash).digest())
    code = request.GET.get("procedure", "")
    page = Page(_form(principal), str(uuid4()))
    if code:
        page = _with_procedure(principal, {"procedure": code, "case": request.GET.get("case", "")}, page.key)
    response = _draw(request, principal, page)
    # A citizen may have looked up a dossier, or signed in, at this desk: that ends when the next one is served.
    for name, path in CITIZEN_COOKIES:
        response.delete_cookie(name, path=path, samesite="Lax")
    return response


def _sent(
    request: HttpRequest, principal: Principal, sent: QueryDict, refused: dict[str, list[str]], body_hash: bytes
) -> HttpResponse:
    key = _key(sent.get("idempotency_key", ""))
    picked = sent.get("choose", "")
    found, choices = _resolve(picked or sent.get("procedure", ""), principal)
    if found is None:
        return _undecided(request, principal, sent, key, choices)
    same = sent.get("shown", "").partition(":")[0] == found
    day = _day(sent)
    try:
        version, _process = catalogue.in_force(
            found, day, principal.province_id, sent.get("case") if same and not picked else None
        )
    except RuleBroken as broken:
        form = _form(principal, sent)
        form.take(broken.errors)
        return _draw(request, principal, Page(form, key, choices=[], typed=sent), status=422)
    if picked or "look" in sent or sent.get("shown") != shown(version):
        values = {**sent.dict(), "procedure": _title(version), "case": version.case}
        page = Page(_form(principal, initial=values), key, version, refused=refused)
        page.typed = sent if same and not picked else None
        return _draw(request, principal, page)
    return _receive(
        request, principal, Page(_form(principal, sent), key, version, typed=sent, refused=refused), body_hash
    )


def _receive(request: HttpRequest, principal: Principal, page: Page, body_hash: bytes) -> HttpResponse:
    form, version = page.form, page.version
    assert version is not None  # noqa: S101 - the caller has resolved it
    form.offer_fees(version)
    if form.is_valid() and not page.refused:
        try:
            summary = services.receive(principal, form.request(version), key=page.key, body_hash=body_hash)
            return redirect("dossiers:received", code=summary.case.code)
        except RuleBroken as refused:
            form.take(refused.errors)
        except Conflict:
            page.key = str(uuid4())
            form.add_error(
                None,
                _(
                    "Biểu mẫu này đã được ghi thành một hồ sơ, sau đó có nội dung thay đổi. Xem danh sách hồ sơ trước; nếu đây là hồ sơ"
                    " mới, bấm “Tiếp nhận hồ sơ” lần nữa."
                ),
            )
    else:
        form.take(faults(form, version, clock.now()))
        for message in dict.fromkeys(m for messages in page.refused.values() for m in messages):
            form.add_error("components", message)
    return _draw(request, principal, page, status=422)


def _looked(
    request: HttpRequest, principal: Principal, card: CardRead | None, sent: QueryDict, refused: dict[str, list[str]]
) -> HttpResponse:
    """The same page with what was looked up: a card's data in their boxes, the person's earlier dossiers, or their contact data. Nothing is
    received, nothing typed is lost."""
    values: dict[str, str] = {
        **{k: str(v) for k, v in sent.dict().items()},
        **(card.values if card else {}),
        "card": "",
    }
    found = looking.former(principal, values.get("citizen_number", ""), values.get("phone", ""))
    if sent.get("look") == "refill":
        values |= found.contact
    version = None
    if code := sent.get("shown", "").partition(":")[0]:
        try:
            version, _process = catalogue.in_force(code, _day(sent), principal.province_id, sent.get("case") or None)
        except RuleBroken:
            version = None
    form = _form(principal, initial=values)
    key = _key(sent.get("idempotency_key", ""))
    return _draw(
        request,
        principal,
        Page(form, key, version, typed=sent if version else None, card=card, former=found, refused=refused),
    )


def _undecided(
    request: HttpRequest, principal: Principal, sent: QueryDict, key: str, choices: list[Listed]
) -> HttpResponse:
    """Words that name no procedure, or several: the list is shown, what was typed stays, nothing is scolded but an empty box."""
    words = sent.get("procedure", "").strip()
    form = _form(principal, initial={**sent.dict(), "procedure": words})
    return _draw(request, principal, Page(form, key, choices=choices, searched=bool(words)))


def _with_procedure(principal: Principal, values: dict[str, Any], key: str) -> Page:
    found, choices = _resolve(values["procedure"], principal)
    if found is None:
        return Page(_form(principal, initial=values), key, choices=choices, searched=True)
    try:
        version, _process = catalogue.in_force(found, clock.now().date(), principal.province_id, values["case"] or None)
    except RuleBroken:
        return Page(_form(principal, initial=values), key, choices=[], searched=True)
    return Page(_form(principal, initial={"procedure": _title(version), "case": version.case}), key, version)


def _draw(request: HttpRequest, principal: Principal, page: Page, status: int = 200) -> HttpResponse:
    favourite = page.version is None and not page.choices and not page.searched
    if page.version is not None:
        page.form.offer_fees(page.version)
    if page.version is not None:  # the next thing to type, for a page that came without script
        page.form.fields["procedure"].widget.attrs.pop("autofocus", None)
        page.form.fields["phone" if page.card and page.card.taken else "citizen_number"].widget.attrs["autofocus"] = (
            True
        )
    appointment = {}
    if page.version:
        appointment = _appointment(principal, page.version.procedure_code, page.version.case, page.typed or QueryDict())
    return render(
        request,
        "dossiers/intake.html",
        {
            "form": page.form,
            "key": page.key,
            "choices": favourites(principal) if favourite else page.choices,
            "searched": page.searched,
            "favourite": favourite,
            "authorised_open": any(page.form[f"auth_{name}"].value() for name in AUTHORISED),
            "card": page.card,
            "former": page.former,
            "elsewhere": page.form["agency"].value() != principal.agency_code,
            **(_version_context(principal, page) if page.version else {}),
            **appointment,
        },
        status=status,
    )


def _version_context(principal: Principal, page: Page) -> dict[str, Any]:
    version = page.version
    assert version is not None  # noqa: S101 - asked only then
    number = number_typed(page.typed) if page.typed is not None else ""
    rows = papers_with_files(principal, version, page.typed, page.refused, number)
    log_offers(principal, rows)
    return {
        "version": version,
        "shown": shown(version),
        "title": _title(version),
        "papers": rows,
        "counts_copies": counts_copies(version),
        "counts_pages": fees.counts_pages(version),
        "conditions": fees.conditions(version),
        "exemptions": fees.exemptions(version),
    }


def shown(version: VersionFacts) -> str:
    """Names the version and case whose papers stand on the page: a form sent for another one is drawn anew before it is received."""
    return f"{version.procedure_code}:{version.number}:{version.case}"


def _title(version: VersionFacts) -> str:
    return f"{version.procedure_code} – {version.short_name}"


def _form(principal: Principal, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> IntakeForm:
    form = IntakeForm(
        data, initial=initial or {}, agencies=_agencies(principal.province_id), own_agency=principal.agency_code
    )
    if data is not None:
        form.full_clean()
    return form


def _agencies(province_id: int) -> list[tuple[str, str]]:
    """The agencies that may be competent: reception does not depend on the boundary inside a province (Decree 118/2025/NĐ-CP)."""
    rows = Agency.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=clock.now().date()), province_id=province_id, kind=services.COMPETENT_KIND
    ).values_list("code", "name")
    return sorted(rows, key=lambda row: sort_key(row[1]))


def _key(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError:
        return str(uuid4())


def _hash(sent: QueryDict) -> bytes:
    """What was asked, without the token that changes with every page."""
    lines = sorted((name, *values) for name, values in sent.lists() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(repr(("intake page", lines)).encode()).digest()


def _day(sent: QueryDict) -> date:
    """The local day whose law applies: the day of reception when one was typed, today otherwise."""
    return rules.local_day(_moment(sent))


def _moment(sent: QueryDict) -> datetime:
    now = clock.now()
    if sent.get("channel", "counter") in ("counter", ASSISTED):
        return now
    try:
        day = IntakeForm.base_fields["received_date"].clean(sent.get("received_date", ""))
        hour = IntakeForm.base_fields["received_time"].clean(sent.get("received_time", ""))
    except ValidationError:
        return now
    typed = datetime.combine(day, hour, clock.TZ) if day and hour else now
    return typed if now - intake.OLDEST_RECEPTION <= typed <= now else now


# --- choosing the procedure -------------------------------------------------------------------------------------------


def _resolve(words: str, principal: Principal) -> tuple[str | None, list[Listed]]:
    """(the code meant, or None; the procedures to choose from). A code decides at once, words when they mean only one procedure or are
    the usual name of one."""
    words = words.strip()
    if coded := CODE.match(words):
        return coded.group(1), []
    if not words:
        return None, []
    found = _search(words, principal)
    named = [p for p in found if fold(p.short_name) == fold(words)] or found
    return (named[0].code, []) if len(named) == 1 else (None, found)


def _search(words: str, principal: Principal) -> list[Listed]:
    """Procedures of the commune that the words mean, likeliest first; what this agency receives often is likelier."""
    found = catalogue.procedures(clock.now().date(), principal.province_id, q=words[:200], level=COUNTER_LEVEL)
    often = _often(principal)
    most = max(often.values(), default=1)
    return sorted(found, key=lambda p: -p.score * (1 + FAMILIAR * often.get(p.code, 0) / most))[:FOUND]


def favourites(principal: Principal) -> list[Listed]:
    """What this agency received most in the last three months, filled up with what people ask for most."""
    listed = catalogue.procedures(clock.now().date(), principal.province_id, level=COUNTER_LEVEL)
    often = _often(principal)
    ranked = sorted(listed, key=lambda p: (-often.get(p.code, 0), not p.common, not p.published))
    return ranked[:FAVOURITES]


def _often(principal: Principal) -> dict[str, int]:
    since = clock.now().date() - FAVOURITE_DAYS
    rows = (
        Tally.objects.filter(
            province_id=principal.province_id, kind=services.KIND, agency_id=principal.agency_id, day__gte=since
        )
        .values_list("subject")
        .annotate(Sum("received"))
    )
    return dict(rows)


@require_safe
@receiver_page
def find(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The list under the box, as the words are typed; without words the agency's usual procedures."""
    words = request.GET.get("q", "").strip()
    coded = CODE.match(words)
    found = _search(coded.group(1) if coded else words, principal) if words else favourites(principal)
    return render(
        request,
        "dossiers/intake_choices.html",
        {"choices": found, "searched": bool(words), "favourite": not words},
    )


@require_safe
@receiver_page
def version(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The part of the page that the procedure and its case decide: cases, papers, copies. A refusal is a sentence in its place."""
    try:
        found, _process = catalogue.in_force(
            request.GET.get("procedure", ""),
            _day(request.GET),
            principal.province_id,
            request.GET.get("case") or None,
        )
    except RuleBroken as refused:
        return render(request, "dossiers/intake_refused.html", {"message": refused.detail})
    form = _form(principal, initial={"case": found.case})
    form.offer_fees(found)
    page = Page(form, "", found)
    return render(request, "dossiers/intake_version.html", {"form": form, **_version_context(principal, page)})


@require_safe
@receiver_page
def promise(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The promised date as it would be if the dossier were received now. Takes nothing personal: addresses end in logs."""
    sent = request.GET
    return render(
        request,
        "dossiers/intake_promise.html",
        _appointment(principal, sent.get("procedure", ""), sent.get("case", ""), sent),
    )


def _appointment(principal: Principal, procedure: str, case: str, sent: QueryDict) -> dict[str, Any]:
    at = _moment(sent)
    try:
        version, _process = catalogue.in_force(procedure, rules.local_day(at), principal.province_id, case or None)
        known = dict(_agencies(principal.province_id))
        wanted = sent.get("agency", "")
        lead = organisation.agency(principal.province_id, code=wanted if wanted in known else principal.agency_code)
        calendar = organisation.newest_calendar(lead.calendar_code if lead else principal.calendar_code)
        fixed = rules.dates(version, calendar, at)
    except (RuleBroken, CalendarNotKnown) as refused:
        return {"promise_refused": getattr(refused, "detail", str(refused))}
    counts = {
        name: int(n) for name in ("pages", "copies") if (n := sent.get(name, "").strip()).isdecimal() and len(n) < 5
    }
    asked = {**counts, **({"fee_condition": c} if (c := sent.get("fee_condition", "")) else {})}
    return {
        "assessed": fees.assess(version, rules.local_day(at), principal.province_id, asked),
        "promise": fixed.promise,
        "promise_spoken": spoken(fixed.promise),
        "limit": Limit.parse(version.limit).vi(),
        "hand_over_spoken": spoken(rules.hand_over_by(calendar, at)),
    }


# --- after it is received ---------------------------------------------------------------------------------------------


@require_safe
@receiver_page
def received(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """The dossier is in: its code, both dates, what to look at again, and the three things done next."""
    view = _own(principal, code)
    casework.log_read(principal, view.id, "received")
    return render(
        request,
        "dossiers/intake_received.html",
        {
            "dossier": view,
            "secret": secret_of("dossier", view.id, view.row.secret_version),
            "doubts": doubts(view),
            **presenting.fees(view, principal),
            "promise_spoken": spoken(view.case.promised_at) if view.case.promised_at else "",
            "legal_spoken": spoken(view.case.legal_due_at) if view.case.legal_due_at else "",
            "received_spoken": spoken(view.case.received_at),
            "hand_over_spoken": spoken(view.row.hand_over_due_at) if view.row.hand_over_due_at else "",
            "may_hand_over": any(t.act == "hand_over" for t in view.acts),
            "may_complete": any(t.act == "complete_now" for t in view.acts),
            "applicant": view.row.applicant["full_name"],
            "key": str(uuid4()),
        },
    )


def _own(principal: Principal, code: str) -> DossierView:
    view = queries.view(principal, code)
    if view.origin.id != principal.agency_id:
        raise Forbidden(_("Hồ sơ này do cơ quan khác tiếp nhận."))
    return view


def doubts(view: DossierView) -> list[FieldError]:
    """What the rules found worth a second look, told again from what was stored; nothing of it stopped the intake."""
    row = view.row
    request = IntakeRequest(
        procedure_code=view.procedure.procedure_code,
        agency_code=view.lead.code,
        applicant=row.applicant,
        authorised=row.authorised,
        channel=row.channel,
        components=[ComponentGiven(c.facts.code) for c in view.components if c.provided],
        return_method=row.return_method,
        fallback=row.fallback,
    )
    checked = intake.check(request, view.procedure, rules.local_day(clock.now()))
    return [replace(doubt, field=doubt.field.partition(".")[0]) for doubt in checked.doubts]


@require_safe
@private
@officer_page
def form(request: HttpRequest, principal: Principal, code: str, form: str) -> HttpResponse:
    """Any form the dossier has been given, as PDF; the stored one, byte for byte. The reading is logged."""
    view = queries.view(principal, code)
    content = forms_pdf.content(view, form, request.build_absolute_uri("/"), principal)
    casework.log_read(principal, view.id, f"form {form}")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{view.code}-{form}.pdf"'
    return response
