"""What figures offers to briefs and reports through `casepages.live`: the same counts as the pages of figures, of one agency."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_noop

from motcua.casepages import live
from motcua.casepages.live import Days, Provider, Reading
from motcua.casework import kinds
from motcua.dossiers import figures
from motcua.indicators import queries, queries_figures, rules
from motcua.indicators.rules import Period
from motcua.worktime import clock

FLOWS = {
    "received": gettext_noop("Hồ sơ tiếp nhận"),
    "online": gettext_noop("Hồ sơ tiếp nhận trực tuyến"),
    "resolved": gettext_noop("Hồ sơ đã giải quyết"),
    "in_time": gettext_noop("Giải quyết đúng và trước hạn"),
    "late": gettext_noop("Giải quyết trễ hạn"),
}
STANDS = {
    "open": gettext_noop("Hồ sơ đang giải quyết"),
    "waiting_signature": gettext_noop("Hồ sơ chờ ký"),
    "waiting_citizen": gettext_noop("Hồ sơ chờ người dân"),
}
# Of an agency's late dossiers the oldest are told by step; a commune never has as many.
MOST_LATE = 5000
LATE_NOW = """
SELECT c.id FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'dossier' AND c.lead_agency_id = %(agency)s AND {condition}
 ORDER BY c.must_start_by LIMIT %(most)s
"""


def _flow(key: str, province: int, agency: UUID, days: Days) -> Reading:
    return Reading(queries_figures.flows(province, Period(days.start, days.end), agency_id=agency)[None][key])


def _stands(key: str, province: int, agency: UUID, days: Days) -> Reading:
    return Reading(queries_figures.stock(province, agency_id=agency)[None][key])


def _overdue(province: int, agency: UUID, days: Days) -> Reading:
    """How many are late now, and at which step of their processes they stand."""
    total = queries_figures.stock(province, agency_id=agency)[None]["overdue_now"]
    condition = figures.condition("overdue_now", period=False)
    values = {**figures.values(days.start, days.end), "province": province, "agency": agency, "most": MOST_LATE}
    statement = LATE_NOW.format(condition=condition)
    used = {name: value for name, value in values.items() if f"%({name})s" in statement}
    with connection.cursor() as cursor:
        cursor.execute(statement, used)
        ids = [row[0] for row in cursor.fetchall()]
    steps = Counter(waiting.what for waiting in kinds.kind("dossier").waiting(ids).values())
    return Reading(total, steps.most_common())


def _covered(key: str, province: int, agency: UUID, days: Days) -> Reading:
    """Of its published procedures: all of them, or those that the software can carry out with who is there."""
    office = queries.offices(province, clock.now().date()).filter(id=agency).first()
    if office is None:
        return Reading(0)
    covered, _unpublished = queries.of_office(office, clock.now().date(), Period(days.start, days.end))
    found = rules.figures(covered)
    why = rules.why_not(covered) if key == "configured" else []
    return Reading(getattr(found, key), why)


def install() -> None:
    live.install(
        *(Provider(key, label, partial(_flow, key), key == "late", True, rank=0) for key, label in FLOWS.items()),
        *(Provider(key, label, partial(_stands, key), rank=0) for key, label in STANDS.items()),
        Provider("overdue_now", gettext_noop("Hồ sơ đang quá hạn, theo bước"), _overdue, late=True, rank=0),
        Provider("published", gettext_noop("Thủ tục công khai"), partial(_covered, "published"), rank=0),
        Provider(
            "configured", gettext_noop("Thủ tục thực hiện được trên phần mềm"), partial(_covered, "configured"), rank=0
        ),
    )
