"""What oversight itself offers to briefs and reports (`casepages.live`): recommendations still open, and, since organisation lies below that port,
the people that a commune's headcount lacks."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from django.utils.translation import gettext_noop

from motcua.casepages import live
from motcua.casepages.live import Days, Provider, Reading
from motcua.casework.models import Case
from motcua.organisation import queries as organisation
from motcua.organisation import queries_structure
from motcua.organisation.structure import specialisms
from motcua.oversight import rules_recommendations as rules
from motcua.oversight import rules_reports
from motcua.worktime import clock


def _recommendations(province: int, agency: UUID, days: Days) -> Reading:
    """Raised by the agency and not over, by state."""
    open_ = Case.objects.filter(province_id=province, kind=rules.KIND, origin_agency_id=agency, closed_at=None)
    found = Counter(open_.values_list("state", flat=True))
    return Reading(sum(found.values()), [(rules.STATES[state], count) for state, count in found.most_common()])


def _unanswered_late(province: int, agency: UUID, days: Days) -> Reading:
    late = Case.objects.filter(
        province_id=province,
        kind=rules.KIND,
        origin_agency_id=agency,
        closed_at=None,
        finished_at=None,
        promised_at__lt=clock.now(),
    )
    return Reading(late.count())


def _promises_broken(province: int, agency: UUID, days: Days) -> Reading:
    broken = Case.objects.filter(
        province_id=province,
        kind=rules.KIND,
        state="following",
        origin_agency_id=agency,
        promised_at__lt=clock.now(),
    )
    return Reading(broken.count())


def _reports_owed(province: int, agency: UUID, days: Days) -> Reading:
    owed = Case.objects.filter(
        province_id=province, kind=rules_reports.KIND, lead_agency_id=agency, closed_at=None, finished_at=None
    )
    return Reading(owed.filter(promised_at__lt=clock.now()).count())


def _people(field: str, province: int, agency: UUID, days: Days) -> Reading:
    facts = organisation.agency(province, id=agency)
    gaps = queries_structure.gaps(province, clock.now().date(), agency=facts.code if facts else "")
    if not gaps.rows:
        return Reading(0)
    row, names = gaps.rows[0], specialisms()
    cells = [(names.get(code, code), getattr(cell, field)) for code, cell in row.cells.items()]
    return Reading(getattr(row, field), sorted((c for c in cells if c[1]), key=lambda c: -c[1]))


def install() -> None:
    live.install(
        Provider("recommendations_open", gettext_noop("Kiến nghị chưa kết thúc"), _recommendations),
        Provider("recommendations_late", gettext_noop("Kiến nghị quá hạn trả lời"), _unanswered_late, late=True),
        Provider("promises_broken", gettext_noop("Kiến nghị hứa nhưng quá hẹn"), _promises_broken, late=True),
        Provider("reports_late", gettext_noop("Báo cáo quá hạn chưa gửi"), _reports_owed, late=True),
        Provider("authorised", gettext_noop("Biên chế được giao theo chuyên ngành"), partial(_people, "authorised")),
        Provider("vacant", gettext_noop("Người còn thiếu, theo chuyên ngành"), partial(_people, "gap"), late=True),
    )
