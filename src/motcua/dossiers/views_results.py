"""Pages of a result: its draft, one signature or seal with one entry of the PIN, what waits for them, and a batch with its progress."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework import services as casework
from motcua.catalogue import queries as catalogue
from motcua.documents import services_certificates as certificates
from motcua.documents import services_signing as signing
from motcua.documents.signing.keys import KeyRefused
from motcua.documents.signing.pades import NotSigned
from motcua.dossiers import presenting_results, queries, queries_results, results, results_pdf, rules
from motcua.dossiers import services_results as services
from motcua.dossiers.forms_results import DraftForm, SecretForm, typed
from motcua.dossiers.queries import DossierView
from motcua.dossiers.queries_results import WORK
from motcua.dossiers.results import TemplateFacts, Written
from motcua.dossiers.views import about, after, conflict_page, private, refused
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

ACTS = {"sign": "sign_off", "seal": "advance"}
TODAY = "hom-nay"
INTERRUPTED = timedelta(minutes=3)
"""A batch that has not moved for longer than a signature may take (twice 90 seconds) was cut off."""


def pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store, private"},
    )


# --- the draft ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def draft(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Writes the result. `?mau=` begins anew with another template; POST `act=preview` answers with the page as PDF and keeps nothing."""
    view = queries.view(principal, code)
    found = queries_results.draft_of(view.id)
    writes = services.may_write(principal, view)
    if not writes and found is None:
        raise NotFound(_("Hồ sơ này chưa có dự thảo kết quả."))
    listed = queries_results.choices(view)
    status = 200
    if request.method == "POST":
        form = DraftForm(request.POST)
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                if request.POST.get("act") == "preview":
                    return pdf(results_pdf.preview(view, checked(form.written())), f"{code}-du-thao.pdf")
                with scope.enter(principal.scope):
                    services.save_draft(principal, view, form.written(), given["template"], seen=given["version"])
                return redirect("dossiers:dossier", code)
            except RuleBroken as broken:
                form.refuse(broken.errors)
            except Conflict as stale:
                status = 409
                form = DraftForm({**request.POST.dict(), "version": found.version if found else 0})
                form.is_valid()
                form.add_error(None, stale.detail)
    else:
        chosen = next((one for one in listed if one.key == request.GET.get("mau")), None)
        if chosen is None and found is None and listed:
            chosen = listed[0]
        form = DraftForm(initial=_begin(view, found, chosen))
    casework.log_read(principal, view.id, "result draft")
    return render(
        request,
        "dossiers/result_draft.html",
        {
            **about(view),
            "form": form,
            "draft": found,
            "writes": writes,
            "templates": listed,
            "blank": results.BLANK,
            "conflict": status == 409,
            "unchecked": any(one.name_of_edition == form["template"].value() and not one.verified for one in listed),
        },
        status=status,
    )


def checked(written: Written) -> Written:
    if faults := results.written_faults(written):
        raise RuleBroken(faults)
    return written


def _begin(view: DossierView, found: Any, chosen: TemplateFacts | None) -> dict[str, Any]:
    version = found.version if found else 0
    if chosen is not None:
        filled = results.write(chosen, queries_results.values(view))
        return {**typed(filled), "version": version, "template": chosen.name_of_edition}
    if found is not None:
        return {**typed(queries_results.written(found)), "version": version, "template": found.template}
    return {"version": 0, "template": "", "outcome": "granted"}


@require_safe
@private
@officer_page
def draft_pdf(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """The draft that is kept, as it will look; without number and signature."""
    view = queries.view(principal, code)
    found = queries_results.draft_of(view.id)
    if found is None:
        raise NotFound(_("Hồ sơ này chưa có dự thảo kết quả."))
    page = results_pdf.preview(view, queries_results.written(found))
    casework.log_read(principal, view.id, "result draft")
    return pdf(page, f"{code}-du-thao.pdf")


@require_safe
@private
@officer_page
def result_pdf(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """The signed result, for reading and for printing at the counter."""
    view = queries.view(principal, code)
    content = queries_results.content(view)
    casework.log_read(principal, view.id, "result")
    return pdf(content, f"{code}-ket-qua.pdf")


# --- one signature, one seal ---------------------------------------------------------------------------------------------


@sensitive_post_parameters("secret")
@sensitive_variables("form", "opened")
@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def put(request: HttpRequest, principal: Principal, code: str, work: str) -> HttpResponse:
    """Signs (`work` "sign") or seals one result and performs the act that goes with it. What refuses says what to do; nothing has changed then."""
    view = queries.view(principal, code)
    act = ACTS[work]
    key, body_hash = page_idempotency(request)
    if request.method == "POST" and key and casework.replay(principal.account_id, key, body_hash):
        return after(request, view.code, act)
    if refusal := refused(view, principal, act):
        if isinstance(refusal, Forbidden):
            raise refusal
        return conflict_page(request, principal, view, act, refusal, None)
    blocked = _blocked(principal, work)
    form = SecretForm(request.POST) if request.method == "POST" else SecretForm(initial={"version": view.version})
    status = 200
    if request.method == "POST" and not blocked:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                mine = signing.ready(principal, "seal" if work == "seal" else "officer")
                opened = certificates.open_key(mine.row, given["secret"])
                try:
                    with scope.enter(principal.scope):
                        more: dict[str, Any] = {"note": given["note"].strip(), "key": key, "body_hash": body_hash}
                        if work == "seal":
                            services.seal(principal, code, opened, version=given["version"], **more)
                        else:
                            base = request.build_absolute_uri("/")
                            services.sign(principal, code, opened, version=given["version"], base_url=base, **more)
                finally:
                    opened.close()
                return after(request, view.code, act)
            except (KeyRefused, NotSigned) as no:
                wrong = isinstance(no, KeyRefused) and no.wrong_secret
                form.add_error("secret" if wrong else None, no.sentence)
            except RuleBroken as broken:
                form.add_error(None, broken.detail)
            except Conflict as conflict:
                return conflict_page(request, principal, view, act, conflict, None)
    casework.log_read(principal, view.id, f"act {act}")
    draft = queries_results.draft_of(view.id)
    return render(
        request,
        "dossiers/result_put.html",
        {
            **about(view),
            "form": form,
            "work": work,
            "blocked": blocked,
            "draft": draft,
            "outcome": rules.OUTCOMES.get(draft.outcome, "") if draft else "",
            "signed": queries_results.signed_of(view.row, view.case, view.process),
        },
        status=status,
    )


def _blocked(principal: Principal, work: str) -> str:
    """Why the reader's certificate does not sign now, in words, or ""."""
    try:
        signing.ready(principal, "seal" if work == "seal" else "officer")
    except RuleBroken as broken:
        return broken.detail
    return ""


# --- what waits -----------------------------------------------------------------------------------------------------------


@sensitive_post_parameters("secret")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def waiting(request: HttpRequest, principal: Principal, work: str) -> HttpResponse:
    """What waits for my signature (or the agency's seal), what came first at the top; ticked ones are signed with one entry of the PIN.

    `?thu-tuc=` shows one procedure, `?hen=hom-nay` what is promised until tonight, `?chon=tat-ca` ticks all that can be signed.
    """
    if not principal.has(WORK[work]):
        raise Forbidden(_("Trang này dành cho người ký kết quả và văn thư."))
    procedure = request.GET.get("thu-tuc", "")[:60]
    today = request.GET.get("hen") == TODAY
    everything = queries_results.waiting(principal, work, today=today)
    lines = queries_results.waiting(principal, work, procedure=procedure, today=today) if procedure else everything
    blocked = _blocked(principal, work)
    names = {p.code: p.short_name for p in catalogue.procedures(clock.now().date(), principal.province_id)}
    form = SecretForm(request.POST) if request.method == "POST" else SecretForm()
    chosen = set(request.POST.getlist("chosen"))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                picks = services.picked(lines, request.POST.getlist("chosen"))
                key, _hash = page_idempotency(request)
                begun = services.start_run(
                    principal,
                    work,
                    picks,
                    form.cleaned_data["secret"],
                    key=key or str(uuid4()),
                    base_url=request.build_absolute_uri("/"),
                )
                return redirect("dossiers:signing_run", begun.id)
            except KeyRefused as no:
                form.add_error("secret" if no.wrong_secret else None, no.sentence)
            except RuleBroken as broken:
                form.add_error(None, broken.detail)
    every = request.GET.get("chon") == "tat-ca"
    shown = lines[: queries_results.LARGEST_LIST]
    return render(
        request,
        "dossiers/result_waiting.html",
        {
            "form": form,
            "work": work,
            "lines": [
                {
                    "line": line,
                    "age": presenting_results.age(line.age),
                    "outcome": rules.OUTCOMES.get(line.outcome, ""),
                    "value": f"{line.code}@{line.version}",
                    "ticked": line.ready and (every or f"{line.code}@{line.version}" in chosen),
                }
                for line in shown
            ],
            "ready": sum(line.ready for line in shown),
            "total": queries_results.standing(principal, work, procedure=procedure, today=today).count,
            "more": len(lines) > len(shown),
            "today": TODAY if today else "",
            "every": every,
            "blocked": blocked,
            "procedure": procedure,
            "procedures": [(code, names.get(code, code)) for code in queries_results.procedures_of(everything)],
            "largest": signing.LARGEST_BATCH,
        },
        status=status,
    )


@require_safe
@private
@officer_page
def run(request: HttpRequest, principal: Principal, run: UUID) -> HttpResponse:
    """How far a batch has come; the page asks again by itself while it is at work. Going away changes nothing."""
    found = queries_results.run_of(principal, run)
    total = len(found.items)
    cut = found.ended_at is None and clock.now() - found.beat_at > INTERRUPTED
    return render(
        request,
        "dossiers/result_run.html",
        {
            "run": found,
            "total": total,
            "interrupted": cut,
            "at_work": found.ended_at is None and not cut,
            "left": total - found.done,
            "back": "dossiers:to_seal" if found.work == "seal" else "dossiers:to_sign",
        },
    )
