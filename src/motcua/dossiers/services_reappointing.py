"""The act of Civil Code 2015 art. 148.5 over many dossiers: ordered once with its document, carried out case by case, resumed where it stopped."""

from __future__ import annotations

from bisect import bisect_right
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.casework import services as casework
from motcua.casework.rules import System
from motcua.dossiers.jobs import carry_on_reappointment
from motcua.dossiers.models import Reappointment
from motcua.dossiers.queries_reappointing import Candidate, agencies_of, candidates, open_dossiers
from motcua.dossiers.services import KIND
from motcua.organisation import queries as organisation
from motcua.organisation import queries_calendars as calendars
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, DomainError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.services_calendars import subject
from motcua.worktime import Calendar, CalendarNotKnown, clock

log = structlog.get_logger(__name__)
BATCH = 50
"""Dossiers looked at in one transaction; an officer at one of them waits no longer than that takes."""
NAMED_FAILURES = 50


def may_order(principal: Principal, code: str) -> bool:
    """Administrators for every calendar, a centre's director for that of their own agency."""
    return principal.has("administrator") or (principal.has("centre_director") and principal.agency_code == code)


def order(principal: Principal, code: str, edition: str, document: str) -> Reappointment:
    """Orders the re-appointment of all open dossiers that the newest edition of `code` moves; a worker carries it out.

    Two orders for one calendar at once: the second is refused. Raises Forbidden, NotFound, Conflict (another edition is the newest by
    now, or an order is at work), RuleBroken without a document.
    """
    if not may_order(principal, code):
        raise Forbidden(_("Việc hẹn lại theo lịch này không thuộc quyền của bạn."))
    document = " ".join(document.split())
    if not any(letter.isdigit() for letter in document):
        raise RuleBroken.of(
            "document", _("Ghi số văn bản công bố ngày nghỉ, ví dụ: Quyết định 12/QĐ-UBND ngày 24/11/2026")
        )
    standing = calendars.standing(code)
    if standing.edition != edition:
        raise Conflict(
            _("Lịch đã có bản mới (%(edition)s). Xem lại số hồ sơ phải hẹn lại rồi ra lệnh.")
            % {"edition": standing.edition}
        )
    with scope.enter(scope.worker()):
        total = len(open_dossiers(agencies_of(calendars.with_heirs(standing))))
    try:
        with transaction.atomic():
            run = Reappointment.objects.create(
                province_id=principal.province_id,
                calendar_code=code,
                edition=edition,
                document=document[:200],
                ordered_by_id=principal.account_id,
                position_id=principal.position_id,
                ordered_at=clock.now(),
                total=total,
            )
    except IntegrityError as at_work:
        raise Conflict(
            _("Đang có một lệnh hẹn lại theo lịch này chưa xong. Đợi lệnh đó xong rồi ra lệnh mới.")
        ) from at_work
    said = {"calendar": code, "edition": edition, "document": document, "run": str(run.id)}
    registers.record(principal.province_id, principal, "calendar", subject(code), "reappoint", said)
    carry_on_reappointment.defer(run_id=str(run.id))
    return run


def carry_on(run_id: UUID) -> Reappointment:
    """Works through an ordered run to its end; safe to stop at any moment, to repeat, and to do twice at once.

    Each batch is one transaction that holds the run's row: of two workers one works and the other waits, then finds the batch done.
    """
    organisation.forget()  # what this process remembers may be older than the edition
    with scope.enter(scope.worker()):
        code = Reappointment.objects.values_list("calendar_code", flat=True).get(id=run_id)
        agencies = agencies_of(calendars.with_heirs(calendars.standing(code)))
    standing = {id: calendar for id, (_name, calendar) in agencies.items()}
    waiting: list[UUID] = []
    while True:
        with scope.enter(scope.worker()):
            run = Reappointment.objects.select_for_update(of=("self",)).get(id=run_id)
            if not run.ended and calendars.standing(code).edition != run.edition:
                _end(run, "superseded")
            if run.ended:
                break
            cursor = run.cursor or UUID(int=0)
            at = bisect_right(waiting, cursor)
            if at == len(waiting):  # the first look, and the last: what came in meanwhile has a higher id
                waiting, at = open_dossiers(agencies, after=cursor), 0
            if waiting:
                _look_at(run, waiting[at : at + BATCH], standing)
            else:
                _end(run, "done")
    log.info("reappointment", calendar=code, ended=run.ended, moved=run.moved, failed=run.failed)
    return run


def carry_on_all() -> list[Reappointment]:
    """Every run that is not at its end: after a worker was killed, the next one goes on."""
    with scope.enter(scope.worker()):
        waiting = list(Reappointment.objects.filter(ended="").order_by("ordered_at").values_list("id", flat=True))
    return [carry_on(id) for id in waiting]


def _look_at(run: Reappointment, ids: list[UUID], standing: dict[UUID, Calendar]) -> None:
    for found in candidates(ids):
        calendar = standing.get(found.case.lead_agency)
        if calendar is None:  # handed to an agency that counts with another calendar
            continue
        try:
            if found.moves(calendar):
                _reappoint(run, found)
        except Conflict:
            pass  # finished or answered between the look and the lock: its appointment stands
        except (DomainError, CalendarNotKnown) as refused:
            run.failed += 1
            if len(run.failures) < NAMED_FAILURES:
                run.failures.append({"code": found.case.code, "why": getattr(refused, "detail", str(refused))})
    run.cursor = ids[-1]
    run.checked += len(ids)
    run.save(update_fields=["checked", "moved", "failed", "failures", "cursor"])


def _reappoint(run: Reappointment, found: Candidate) -> None:
    params = {
        "document": run.document,
        "run": str(run.id),
        "ordered_by": str(run.ordered_by_id),
        "position": str(run.position_id),
    }
    with transaction.atomic():
        casework.perform(KIND, found.case.code, "reappoint", System(), version=None, params=params)
    run.moved += 1


def _end(run: Reappointment, how: str) -> None:
    run.ended, run.ended_at = how, clock.now()
    run.total = run.checked
    run.save(update_fields=["ended", "ended_at", "total"])
