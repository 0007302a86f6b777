"""The overview in words, with the address behind every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
from motcua.oversight import queries as oversight
from motcua.steering import queries
from motcua.steering.queries import Counts, Overview, Stuck
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
MOST_TOPICS = 12
MOST_COMMUNES = 10
"""Of the communes, the worst on the page; all of them on a page of their own."""


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


def answered_in(found: Overview, *, wide: bool, **asked: str) -> str:
    """The recommendations answered in the period."""
    return listed(
        "recommendation",
        wide=wide,
        answered_from=f"{found.start:%d/%m/%Y}",
        answered_to=f"{found.end:%d/%m/%Y}",
        **asked,
    )


def tiles(found: Overview, *, wide: bool) -> list[dict[str, Any]]:
    """The questions of the morning, in figures."""
    recommendation, task, letter = (found.of(kind) for kind in ("recommendation", "task", "letter"))
    answered = answered_in(found, wide=wide) if recommendation.answered else ""
    return [
        tile(_("Kiến nghị chưa trả lời"), recommendation.open, listed("recommendation", wide=wide, open="on")),
        tile(_("trong đó quá hạn"), recommendation.late, listed("recommendation", wide=wide, late="on"), "late"),
        tile(
            _("Đã hứa, quá ngày hứa"), recommendation.broken, listed("recommendation", wide=wide, broken="on"), "late"
        ),
        tile(_("Nhiệm vụ quá hạn"), task.late, listed("task", wide=wide, late="on"), "late"),
        tile(_("Đơn thư quá hạn"), letter.late, listed("letter", wide=wide, late="on"), "late"),
        {
            "label": _("Trả lời kiến nghị đúng hạn"),
            "value": percent(recommendation.share),
            "href": answered,
            "note": _("trong kỳ, so với hạn ban đầu"),
        },
        {
            "label": _("Từ kiến nghị đến trả lời"),
            "value": in_days(recommendation.days) if recommendation.answered else "—",
            "href": answered,
            "note": ngettext(
                "%(count)s kiến nghị trả lời trong kỳ", "%(count)s kiến nghị trả lời trong kỳ", recommendation.answered
            )
            % {"count": recommendation.answered},
        },
        {
            "label": _("Từ kiến nghị đến làm xong"),
            "value": in_days(recommendation.days_to_done) if recommendation.done else "—",
            "note": ngettext(
                "%(count)s kiến nghị làm xong trong kỳ", "%(count)s kiến nghị làm xong trong kỳ", recommendation.done
            )
            % {"count": recommendation.done},
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


def counted(value: int, href: str, tone: str = "") -> Cell:
    """A number that opens its cases; nought opens nothing."""
    return Cell(value, href if value else "", tone)


def agencies(found: Overview, *, wide: bool) -> list[dict[str, Any]]:
    """Who owes what: open and overdue of each kind, promises broken, and the share answered on time. Of the province all that answer to it but
    the communes, which have a table of their own; departments with no debt stand last."""
    rows = []
    shown = [id for id in queries.most_overdue_first(found) if not wide or not is_commune(id)]
    if wide:
        owing = set(shown)
        shown += [body.id for body in oversight.departments(settings.MOTCUA_PROVINCE) if body.id not in owing]
    for id in shown:
        code = agency_code(id)
        cells: dict[str, Any] = {}
        total = Counts()
        for kind in ("recommendation", "task", "letter"):
            counts = found.by.get((kind, id), Counts())
            total.add(counts)
            cells[kind] = counted(counts.open, listed(kind, wide=wide, lead=code, open="on"))
            cells[f"{kind}_late"] = counted(counts.late, listed(kind, wide=wide, lead=code, late="on"), "late")
        cells["broken"] = counted(total.broken, listed("recommendation", wide=wide, lead=code, broken="on"), "late")
        share = found.by.get(("recommendation", id), Counts()).share
        answered = answered_in(found, wide=wide, lead=code) if share is not None else ""
        if wide or total != Counts():
            rows.append({"name": agency_name(id), "share": percent(share), "answered": answered, **cells})
    return rows


def communes(found: Overview, most: int | None = None) -> list[dict[str, Any]]:
    """Where: of each commune what it waits for, with what it is stuck most, and what it owes itself, the most overdue first."""
    raised = queries.summed(found.stuck, by="agency")
    standing = []
    for id in {agency for _kind, agency in found.by if is_commune(agency)} | {id for id in raised if is_commune(id)}:
        waits = raised.get(id)
        owed = {kind: found.by.get((kind, id), Counts()).late for kind in ("task", "letter", "dossier")}
        if waits or any(owed.values()):
            late = (waits.late if waits else 0) + sum(owed.values())
            standing.append(((-late, -(waits.open if waits else 0), agency_code(id)), id, waits, owed))
    # Addresses are made of what is shown alone: of all communes they are half of the page's time.
    shown = sorted(standing, key=lambda one: one[0])[:most]
    return [_commune(id, code, waits, owed) for (_late, _open, code), id, waits, owed in shown]


def _commune(id: UUID, code: str, waits: queries.Trouble | None, owed: dict[str, int]) -> dict[str, Any]:
    first = waits.of[0] if waits else None

    def waiting(value: int, tone: str = "", **asked: str) -> Cell:
        return counted(value, listed("recommendation", wide=True, commune=code, **asked) if value else "", tone)

    def owing(kind: str) -> Cell:
        return counted(owed[kind], listed(kind, wide=True, lead=code, late="on") if owed[kind] else "", "late")

    return {
        "name": agency_name(id),
        "waits": waiting(waits.open if waits else 0, open="on"),
        "waits_late": waiting(waits.late if waits else 0, "late", late="on"),
        "most": dictionary.name("topics", first.topic) if first else "",
        "most_count": waiting(first.open, topic=first.topic, open="on") if first else Cell(0, ""),
        "task": owing("task"),
        "letter": owing("letter"),
        "dossier": counted(
            owed["dossier"],
            f"{reverse('dossiers:list')}?{urlencode({'figure': 'overdue_now', 'agency': code})}",
            "late",
        ),
    }


def is_commune(id: UUID) -> bool:
    found = organisation.agency(settings.MOTCUA_PROVINCE, id=id)
    return bool(found and found.commune_code)


def debts(found: Overview) -> list[dict[str, Any]]:
    """The oldest debts: what, who, to whom, how long."""
    now = clock.now()
    return [
        {
            "kind": NOUNS[debt.kind],
            "of_citizen": debt.kind in FROM_CITIZENS,
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
    """What is stuck: topics of open recommendations, with the page that says where."""
    return [
        {
            "name": dictionary.name("topics", topic),
            "open": counted(t.open, listed("recommendation", wide=wide, topic=topic, open="on")),
            "late": counted(t.late, listed("recommendation", wide=wide, topic=topic, late="on"), "late"),
            "agencies": Cell(len(t.of), reverse("steering:trouble", args=[topic])),
            "beyond": counted(t.beyond, listed("recommendation", wide=wide, topic=topic, beyond="on")),
            "since": t.since,
        }
        for topic, t in list(queries.summed(found.stuck, by="topic").items())[:MOST_TOPICS]
    ]


def where(stuck: Sequence[Stuck], *, wide: bool) -> list[dict[str, Any]]:
    """Where one topic is stuck: each agency that raised it, the most open first."""
    return [
        {
            "name": agency_name(row.agency),
            "open": counted(row.open, listed("recommendation", wide=wide, open="on", **of(row))),
            "late": counted(row.late, listed("recommendation", wide=wide, late="on", **of(row)), "late"),
            "beyond": counted(row.beyond, listed("recommendation", wide=wide, beyond="on", **of(row))),
            "since": row.since,
        }
        for row in sorted(stuck, key=lambda row: (-row.open, row.since, str(row.agency)))
    ]


def of(row: Stuck) -> dict[str, str]:
    return {"topic": row.topic, "commune": agency_code(row.agency)}


def unmet(found: Overview) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{u.name} ({u.programme})",
            "href": reverse("oversight:target", args=[u.id]),
            "agency": agency_name(u.agency),
            "period": u.period,
            "plan": quantity(u.plan),
            "actual": quantity(u.actual),
            "unit": u.unit,
            "reason": u.reason,
            "remedy": u.remedy,
        }
        for u in found.unmet
    ]


def quantity(value: Decimal) -> str:
    """1.250 or 92,5."""
    return f"{value.normalize():,f}".translate(str.maketrans(",.", ".,"))


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
    named |= {row.agency for row in found.stuck}
    organisation.agencies(settings.MOTCUA_PROVINCE, named)  # read together: one by one they are fifty questions
    return {
        "start": found.start,
        "end": found.end,
        "tiles": tiles(found, wide=wide),
        "agencies": agencies(found, wide=wide),
        "communes": communes(found, MOST_COMMUNES) if wide else [],
        "debts": debts(found),
        "troubles": troubles(found, wide=wide),
        "unmet": unmet(found),
        "flashpoints": flashpoints(found),
        "visits": visits(found),
    }


def period_words(start: date, end: date) -> str:
    return _("từ %(start)s đến %(end)s") % {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
