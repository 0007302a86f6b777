"""The living province goes on: what stood open when it was last told is carried on to now, by the services behind the pages.

A story is a function of its seed and of the moment it is told up to, and telling it further changes nothing of what went before. So what is
still to happen to a dossier are the acts behind those in its journal, as long as the journal says exactly what the story says; a dossier that
somebody has touched, or that was told by stories of another edition, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from motcua.demo import marking
from motcua.demo.simulation.loading import EDITION, Source, Wanted
from motcua.dossiers import queries, services
from motcua.dossiers.bulk import PastAct, PastDossier
from motcua.organisation import scope
from motcua.organisation.errors import DomainError
from motcua.organisation.principal import Principal
from motcua.payments import queries as money
from motcua.payments import services as payments
from motcua.worktime import clock

TOGETHER = 200
"""Acts of one transaction."""
RATED = timedelta(days=14)
"""How long after its end a dossier may still be rated in these stories."""
STANDING = """
SELECT c.code, c.closed_at IS NULL, d.applicant->>'full_name', array_agg(e.act ORDER BY e.seq), array_agg(e.happened_at ORDER BY e.seq)
  FROM casework_case c JOIN dossiers_dossier d ON d.case_id = c.id JOIN casework_entry e ON e.case_id = c.id
 WHERE c.province_id = %s AND c.kind = %s AND (c.closed_at IS NULL OR c.closed_at > %s)
 GROUP BY c.id, c.code, d.applicant
"""
Key = tuple[datetime, str]
"""When it came and from whom: which dossier a record of the simulation is."""


@dataclass(slots=True)
class Carried:
    """`acts` on `dossiers` were performed; `left`: open dossiers that the stories do not know as they stand; `refused`: which act a rule spoke
    against, and ended that story."""

    dossiers: int = 0
    acts: int = 0
    left: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """A dossier to which something may still happen: its code and its journal, the opening first."""

    code: str
    open: bool
    journal: list[tuple[str, datetime]]


def due(now: datetime) -> Wanted | None:
    """The chapter that is missing when the last one was told more than a day ago, with as many dossiers a day as the first had."""
    chapters = marking.chapters()
    if not chapters or chapters[-1].made is None or now - chapters[-1].moment <= timedelta(days=1):
        return None
    first, since = chapters[0], chapters[-1].moment
    days = (first.last - first.first).days + 1
    gap = (now - since) / timedelta(days=1)
    local = since.astimezone(clock.TZ).date()
    count = round((first.made or 0) / days * gap)
    return Wanted(local, now.astimezone(clock.TZ).date(), count, first.seed, now, since)


def carry_on(until: datetime, progress: Callable[[int, int], None]) -> Carried:
    """Performs what has happened to the open dossiers of all finished chapters up to `until`, in the order of its moments; what was performed
    before an interruption is in the journal and not performed again. Call outside any transaction but that of a test."""
    done = Carried()
    waiting: list[tuple[datetime, str, int, PastAct]] = []
    with scope.enter(scope.worker()):
        chapters = [one for one in marking.chapters() if one.made is not None]
        standing = _standing(chapters[-1].moment - RATED)
        done.left = sum(one.open for one in standing.values())
        for chapter in chapters:
            if chapter.edition != EDITION:
                continue
            source = Source(_wanted(chapter), until)
            for record in source.records():
                found = standing.get(_key(record))
                rest = _rest(record, found) if found else None
                if found and rest is not None:
                    done.left -= found.open
                    done.dossiers += bool(rest)
                    waiting += [(act.happened_at, found.code, number, act) for number, act in enumerate(rest)]
    waiting.sort(key=lambda one: one[:3])
    over: set[str] = set()
    for begin in range(0, len(waiting), TOGETHER):
        with transaction.atomic():
            for _at, code, _number, act in waiting[begin : begin + TOGETHER]:
                if code in over:
                    continue
                if refusal := _perform(code, act):
                    over.add(code)
                    done.refused.append(f"{code} {act.act} {act.happened_at:%d/%m/%Y}: {refusal}")
                else:
                    done.acts += 1
        progress(min(begin + TOGETHER, len(waiting)), len(waiting))
    return done


def _wanted(chapter: marking.Chapter) -> Wanted:
    return Wanted(chapter.first, chapter.last, chapter.wanted, chapter.seed, chapter.moment, chapter.since)


def _standing(since: datetime) -> dict[Key, Standing]:
    """The dossiers that are open, or ended after that moment; of two that are alike neither."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, (settings.MOTCUA_PROVINCE, services.KIND, since))
        rows = cursor.fetchall()
    found: dict[Key, Standing] = {}
    twice: set[Key] = set()
    for code, is_open, name, acts, moments in rows:
        key = (moments[0], name)
        if key in found:
            twice.add(key)
        found[key] = Standing(code, is_open, list(zip(acts, moments, strict=True)))
    return {key: one for key, one in found.items() if key not in twice}


def _key(record: PastDossier) -> Key:
    assert record.request.received_at is not None  # noqa: S101 a record of the past says when
    return record.request.received_at, str(record.request.applicant["full_name"])


def _rest(record: PastDossier, found: Standing) -> Sequence[PastAct] | None:
    """The acts of the story behind those in the journal; None when the journal is not the story's."""
    journal = found.journal[1:]
    told = [(act.act, act.happened_at) for act in record.acts[: len(journal)]]
    return record.acts[len(journal) :] if told == journal else None


def _perform(code: str, act: PastAct) -> str:
    """Performs it at its own moment; why not, with nothing written, when a rule speaks against it."""
    seen = act.actor.scope if isinstance(act.actor, Principal) else scope.tracking(code)
    asked: dict[str, Any] = {"version": None, "params": act.params, "note": act.note}
    try:
        with clock.freeze(act.happened_at), scope.enter(seen):
            if act.act == "confirm_payment" and isinstance(act.actor, Principal):
                _collect(act.actor, code)
            services.act(act.actor, code, act.act, **asked)
    except DomainError as error:
        return error.detail
    return ""


def _collect(counter: Principal, code: str) -> None:
    """Takes in cash what the confirmation says was paid."""
    view = queries.view(counter, code)
    if due := int(money.bill(view.id).due):
        payments.pay(counter, code, method="cash", payer=str(view.row.applicant["full_name"]), amount=due)
