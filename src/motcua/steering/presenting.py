"""The overview in words, with the address behind every number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcua.casepages.kind import CaseKind
from motcua.casework import kinds
from motcua.organisation import queries as organisation
from motcua.oversight import dictionary
from motcua.steering import queries
from motcua.steering.queries import Counts, Overview
from motcua.worktime import clock

NOUNS = {
    "recommendation": gettext_lazy("Kiến nghị"),
    "task": gettext_lazy("Nhiệm vụ"),
    "letter": gettext_lazy("Đơn thư"),
    "report": gettext_lazy("Báo cáo"),
    "backlog": gettext_lazy("Việc tồn đọng"),
    "field_report": gettext_lazy("Phản ánh hiện trường"),
}
FROM_CITIZENS = {"letter", "field_report"}
"""What is owed to whoever wrote it, not to the agency that took it in."""
MOST_AGENCIES = 30


def agency_name(id: UUID) -> str:
    found = organisation.agency(settings.MOTCUA_PROVINCE, id=id)
    return found.name if found else ""


def agency_code(id: UUID) -> str:
    found = organisation.agency(settings.MOTCUA_PROVINCE, id=id)
    return found.code if found else ""


def listed(kind: str, *, wide: bool, **asked: str) -> str:
    """The list of a kind narrowed as its number is counted; empty where the kind has no list."""
    found = next((k for k in kinds.kinds() if k.code == kind), None)
    if not isinstance(found, CaseKind):
        return ""
    return f"{found.list_address()}?{urlencode({'side': 'all' if wide else 'lead', **asked})}"


def tiles(found: Overview, *, wide: bool) -> list[dict[str, Any]]:
    """The four questions of the morning, in figures."""
    recommendation, task, letter = (found.of(kind) for kind in ("recommendation", "task", "letter"))
    answered = recommendation.in_time + recommendation.done_late
    return [
        tile(_("Kiến nghị chưa trả lời"), recommendation.open, listed("recommendation", wide=wide, open="on")),
        tile(_("trong đó quá hạn"), recommendation.late, listed("recommendation", wide=wide, late="on"), "late"),
        tile(_("Nhiệm vụ quá hạn"), task.late, listed("task", wide=wide, late="on"), "late"),
        tile(_("Đơn thư quá hạn"), letter.late, listed("letter", wide=wide, late="on"), "late"),
        {
            "label": _("Trả lời kiến nghị đúng hạn"),
            "value": percent(recommendation.share),
            "note": _("trong kỳ, so với hạn ban đầu"),
        },
        {
            "label": _("Từ kiến nghị đến trả lời"),
            "value": in_days(recommendation.days) if answered else "—",
            "note": ngettext("%(count)s kiến nghị trả lời trong kỳ", "%(count)s kiến nghị trả lời trong kỳ", answered)
            % {"count": answered},
        },
    ]


def tile(label: str, value: int, href: str, tone: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "href": href if value else "", "tone": tone if value else ""}


def percent(share: float | None) -> str:
    return f"{decimal(share * 100)} %" if share is not None else "—"


def decimal(value: float | None) -> str:
    return f"{value:.1f}".replace(".", ",") if value is not None else "—"


def in_days(value: float | None) -> str:
    """ "12 ngày" of whole days, "4,5 ngày" of a mean."""
    days = str(value) if isinstance(value, int) else decimal(value)
    return ngettext("%(days)s ngày", "%(days)s ngày", 1 if value == 1 else 2) % {"days": days}


@dataclass(frozen=True, slots=True)
class Cell:
    value: int
    href: str
    tone: str = ""


def agencies(found: Overview, *, wide: bool) -> list[dict[str, Any]]:
    """Who owes what: open and overdue of each kind, and the share answered on time."""
    rows = []
    for id in queries.departments_first(found)[:MOST_AGENCIES]:
        code = agency_code(id)
        cells: dict[str, Any] = {}
        total = Counts()
        for kind in ("recommendation", "task", "letter"):
            counts = found.by.get((kind, id), Counts())
            total.add(counts)
            cells[kind] = Cell(counts.open, listed(kind, wide=wide, lead=code, open="on") if counts.open else "")
            cells[f"{kind}_late"] = Cell(
                counts.late, listed(kind, wide=wide, lead=code, late="on") if counts.late else "", "late"
            )
        if total.open or total.in_time or total.done_late:
            share = found.by.get(("recommendation", id), Counts()).share
            rows.append({"name": agency_name(id), "share": percent(share), **cells})
    return rows


def debts(found: Overview) -> list[dict[str, Any]]:
    """The oldest debts: what, who, to whom, how long."""
    now = clock.now()
    return [
        {
            "kind": NOUNS[debt.kind],
            "code": debt.code,
            "title": debt.title,
            "href": reverse("casepages:case", args=[debt.code]),
            "lead": agency_name(debt.lead),
            "origin": _("Người dân") if debt.kind in FROM_CITIZENS else agency_name(debt.origin),
            "due": debt.due,
            "days": (now - debt.due).days,
        }
        for debt in found.oldest
    ]


def troubles(found: Overview, *, wide: bool) -> list[dict[str, Any]]:
    """What is stuck: topics of open recommendations."""
    return [
        {
            "name": dictionary.name("topics", t.topic),
            "open": Cell(t.open, listed("recommendation", wide=wide, topic=t.topic, open="on")),
            "late": Cell(
                t.late, listed("recommendation", wide=wide, topic=t.topic, late="on") if t.late else "", "late"
            ),
            "communes": t.communes,
            "beyond": t.beyond,
            "since": t.since,
        }
        for t in found.troubles
    ]


def unmet(found: Overview) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{u.name} ({u.programme})",
            "agency": agency_name(u.agency),
            "period": u.period,
            "plan": u.plan.normalize(),
            "actual": u.actual.normalize(),
            "unit": u.unit,
            "reason": u.reason,
            "remedy": u.remedy,
        }
        for u in found.unmet
    ]


def flashpoints(found: Overview) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "href": reverse("casepages:case", args=[code]),
            "level": level,
            "agency": agency_name(agency),
            "review": review,
            "since": since,
        }
        for code, title, level, agency, review, since in found.flashpoints
    ]


def visits(found: Overview) -> list[dict[str, Any]]:
    return [
        {"title": title, "href": reverse("casepages:case", args=[code]), "day": day}
        for code, title, day, _state in found.visits
    ]


def context(found: Overview, *, wide: bool) -> dict[str, Any]:
    """All of it, for the page, the Word brief and the digest."""
    named = {id for _kind, id in found.by} | {id for debt in found.oldest for id in (debt.lead, debt.origin)}
    organisation.agencies(settings.MOTCUA_PROVINCE, named)  # read together: one by one they are fifty questions
    return {
        "start": found.start,
        "end": found.end,
        "tiles": tiles(found, wide=wide),
        "agencies": agencies(found, wide=wide),
        "debts": debts(found),
        "troubles": troubles(found, wide=wide),
        "unmet": unmet(found),
        "flashpoints": flashpoints(found),
        "visits": visits(found),
    }


def period_words(start: date, end: date) -> str:
    return _("từ %(start)s đến %(end)s") % {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
