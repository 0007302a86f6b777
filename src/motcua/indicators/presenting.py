"""Figures as pages show them: tiles with their links, sortable tables, bars. No query is made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.dossiers.forms import NOBODY
from motcua.indicators import glossary
from motcua.indicators.glossary import COUNTS, SHARES, Target
from motcua.indicators.queries_figures import Holder, Line, Summary, Unit, listed
from motcua.indicators.rules import Period

Counts = Mapping[str, int]


# --- links ------------------------------------------------------------------------------------------------------------


def register_of(key: str, of: Unit, period: Period, **more: Any) -> str:
    """The page that lists the dossiers of a figure."""
    return register(listed(key, of, period, **more))


def register(asked: Mapping[str, Any]) -> str:
    """The page of the register for what it is asked (`queries_register.Filters`)."""
    return f"{reverse('dossiers:list')}?{urlencode(_query(asked, vietnamese))}"


def api_of(key: str, of: Unit, period: Period) -> str:
    """The address of the API that lists the dossiers of a figure."""
    return f"/api/v1/dossiers?{urlencode(_query(listed(key, of, period), date.isoformat))}"


def vietnamese(day: date) -> str:
    """28/11/2026, of any year."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _query(asked: Mapping[str, Any], days: Callable[[date], str]) -> dict[str, str]:
    """`queries_register.Filters` as the register's page and the API take them."""
    found: dict[str, str] = {}
    for name, value in asked.items():
        if name == "nobody":
            found["officer"] = NOBODY
        elif value is True:
            found[name] = "on"
        elif name in ("divisions", "officers"):
            found[name[:-1]] = ",".join(str(id) for id in value)
        elif isinstance(value, date):
            found[name] = days(value)
        else:
            found[name] = str(value)
    return found


# --- numbers ----------------------------------------------------------------------------------------------------------


def per_cent(value: float | None) -> str:
    """96.2 -> "96,2%"; a dash for no share."""
    return "—" if value is None else f"{value:.1f}%".replace(".0%", "%").replace(".", ",")


def share(key: str, counts: Counts) -> float | None:
    found = glossary.ratio(key, counts)
    return glossary.per_cent(*found) if found else None


# --- tiles ------------------------------------------------------------------------------------------------------------

SHOWN_SHARES = ("on_time_share", "online_share", "assisted_share", "satisfaction_persons", "satisfaction_organisations")
SHOWN_FLOWS = ("received", "resolved", "early", "on_time", "late", "ended_otherwise")
SHOWN_NOW = ("open", "overdue_now", "due_today", "due_tomorrow", "waiting_signature", "waiting_citizen", "filed")
HOME = ("received", "resolved", "late", "overdue_now", "waiting_signature")


def tile(found: Summary, key: str) -> dict[str, Any]:
    """One number; of a period beside what it was before."""
    definition, value = COUNTS[key], found.counts.get(key, 0)
    note = ""
    if definition.when == "period" and found.previous:
        note = _("kỳ trước %(count)s") % {"count": grouped(found.earlier.get(key, 0))}
    return {
        "label": str(definition.words),
        "value": value,
        "href": register_of(key, found.unit, found.period) if value else "",
        "tone": "late" if definition.late and value else "",
        "note": note,
    }


def share_tile(found: Summary, key: str) -> dict[str, Any] | None:
    """One share with its parts, its target and what it was before; it opens the dossiers of its numerator. None when it was not counted."""
    ratio = glossary.ratio(key, found.counts)
    if ratio is None:
        return None
    part, whole = ratio
    notes = [_("%(part)s trên %(whole)s") % {"part": grouped(part), "whole": grouped(whole)}]
    target = found.targets.get(key)
    tone = ""
    if target:
        notes.append(_("chỉ tiêu %(target)s") % {"target": per_cent(target.per_cent)})
        tone = {True: "done", False: "soon", None: ""}[target.met(part, whole)]
    before = share(key, found.earlier)
    if before is not None:
        notes.append(_("kỳ trước %(share)s") % {"share": per_cent(before)})
    return {
        "label": str(SHARES[key].words),
        "value": per_cent(glossary.per_cent(part, whole)),
        "href": _share_address(key, found) if part else "",
        "tone": tone,
        "note": "; ".join(notes),
    }


def _share_address(key: str, found: Summary) -> str:
    if key == "coverage":
        if found.unit.kind == "province":
            return reverse("indicators:coverage")
        return f"{reverse('indicators:office', args=[found.unit.agency_code])}?xem=configured"
    return register_of(SHARES[key].part, found.unit, found.period)


def tiles(found: Summary) -> dict[str, list[dict[str, Any]]]:
    """`shares`, `flows` and `now` of a unit's page."""
    shares = [share_tile(found, key) for key in (*SHOWN_SHARES[:3], "coverage", *SHOWN_SHARES[3:])]
    return {
        "shares": [one for one in shares if one],
        "flows": [tile(found, key) for key in SHOWN_FLOWS],
        "now": [tile(found, key) for key in SHOWN_NOW],
    }


HOME_SHARES = ("on_time_share", "online_share")
AT_HOME = frozenset(HOME) | {key for share in HOME_SHARES for key in (SHARES[share].part, SHARES[share].whole)}
"""The counts that the head of a home is made of."""


def home_tiles(found: Summary, without: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The few that stand at the head of a home, but for those that the home tells in its own words; `found` is of this month."""
    shares = [one for key in HOME_SHARES if (one := share_tile(found, key))]
    shown = [key for key in HOME if key not in without]
    flows = [tile(found, key) for key in shown if COUNTS[key].when == "period"]
    now = [tile(found, key) for key in shown if COUNTS[key].when == "now"]
    words = _("%(figure)s tháng này của phòng") if found.unit.kind == "division" else _("%(figure)s tháng này")
    for one in (*shares, *flows):
        one["label"] = words % {"figure": one["label"]}
    return [*now, *flows, *shares]


def grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """`key`: a count or a share; `short`: its heading."""

    key: str
    short: Any
    bar: bool = False


def columns() -> tuple[Column, ...]:
    return (
        Column("received", _("Tiếp nhận")),
        Column("online_share", _("Trực tuyến")),
        Column("resolved", _("Đã giải quyết")),
        Column("on_time_share", _("Đúng hạn")),
        Column("late", _("Trễ hạn")),
        Column("open", _("Đang giải quyết")),
        Column("overdue_now", _("Đang quá hạn"), bar=True),
        Column("waiting_signature", _("Chờ ký")),
        Column("waiting_citizen", _("Chờ dân")),
    )


def value(key: str, counts: Counts) -> float | None:
    return share(key, counts) if key in SHARES else counts.get(key, 0)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    href: str = ""
    late: bool = False
    below: bool = False
    bar: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    name: str
    href: str
    code: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Head:
    """A heading that sorts: `href` sorts by it, the other way round when it is sorted by already; `sorted`: "", ascending, descending."""

    label: Any
    href: str
    sorted: str
    number: bool = True


BAR = 40


def rows(
    lines: Sequence[Line],
    link: Callable[[Line, str], str],
    address: Callable[[Line], str],
    targets: Mapping[str, Target],
    shown: Sequence[Column],
) -> list[TableRow]:
    """Lines with their cells; `link` opens a figure's dossiers, `address` the line's own page."""
    most = {c.key: max((int(line.counts.get(c.key, 0)) for line in lines), default=0) for c in shown if c.bar}
    return [
        TableRow(line.name, address(line), line.key, [_cell(c, line, link, targets, most) for c in shown])
        for line in lines
    ]


def _cell(
    column: Column,
    line: Line,
    link: Callable[[Line, str], str],
    targets: Mapping[str, Target],
    most: Mapping[str, int],
) -> Cell:
    if column.key in SHARES:
        part, whole = glossary.ratio(column.key, line.counts) or (0, 0)
        target = targets.get(column.key)
        return Cell(
            per_cent(glossary.per_cent(part, whole)),
            link(line, SHARES[column.key].part) if part else "",
            below=bool(target) and target.met(part, whole) is False,  # type: ignore[union-attr]
            label=str(column.short),
        )
    count = int(line.counts.get(column.key, 0))
    length = -(-count * BAR // most[column.key]) if column.bar and count else 0
    return Cell(
        grouped(count),
        link(line, column.key) if count else "",
        COUNTS[column.key].late and count > 0,
        bar=length,
        label=str(column.short),
    )


def sorted_by(lines: Iterable[Line], key: str, *, down: bool) -> list[Line]:
    """By a count, a share or the name (""); what has no share comes last either way, equals stay in the order they came."""
    found = list(lines)
    if not key:
        return found[::-1] if down else found

    def order(line: Line) -> tuple[bool, float]:
        amount = value(key, line.counts)
        return amount is None, (-amount if down else amount) if amount is not None else 0.0

    return sorted(found, key=order)


def heads(first: Any, shown: Sequence[Column], key: str, *, down: bool, query: Mapping[str, str]) -> list[Head]:
    """The headings of a table sorted by `key`. A number is sorted from the most down at first, a name from its beginning."""

    def head(name: str, label: Any) -> Head:
        turned = (not down) if name == key else bool(name)
        asked = {**query, "sap": name or "ten", "chieu": "giam" if turned else "tang"}
        found = ("descending" if down else "ascending") if name == key else ""
        return Head(label, f"?{urlencode(asked)}#bang", found, number=bool(name))

    return [head("", first), *(head(c.key, c.short) for c in shown)]


# --- bars over time ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days, a week or a month of the period: its label and what was received and resolved in it; the drawing's lengths."""

    label: str
    received: int
    resolved: int
    late: int
    x: float = 0
    width: float = 0
    received_height: float = 0
    resolved_height: float = 0

    @property
    def received_y(self) -> float:
        return HEIGHT - self.received_height

    @property
    def resolved_y(self) -> float:
        return HEIGHT - self.resolved_height

    @property
    def resolved_x(self) -> float:
        return round(self.x + self.width, 2)


WIDTH, HEIGHT = 640, 120


def buckets(days: Sequence[tuple[date, Counts]]) -> list[Bucket]:
    """By day up to a month, by week up to half a year, by month beyond."""
    groups: dict[str, list[int]] = {}
    for day, counts in days:
        if len(days) <= 31:
            label = f"{day:%d/%m}"
        elif len(days) <= 183:
            monday = date.fromordinal(max(day.toordinal() - day.weekday(), 1))
            label = _("tuần %(day)s") % {"day": f"{max(monday, days[0][0]):%d/%m}"}
        else:
            label = f"{day:%m}/{day.year}"
        sums = groups.setdefault(label, [0, 0, 0])
        for place, key in enumerate(("received", "resolved", "late")):
            sums[place] += counts.get(key, 0)
    most = max((max(sums[:2]) for sums in groups.values()), default=0) or 1
    step = WIDTH / max(len(groups), 1)
    return [
        Bucket(
            label,
            sums[0],
            sums[1],
            sums[2],
            x=round(number * step + step * 0.1, 2),
            width=round(step * 0.38, 2),
            received_height=round(HEIGHT * sums[0] / most, 2),
            resolved_height=round(HEIGHT * sums[1] / most, 2),
        )
        for number, (label, sums) in enumerate(groups.items())
    ]


# --- who answers ------------------------------------------------------------------------------------------------------

HOLDER_COLUMNS = (
    "open",
    "overdue_now",
    "due_today",
    "due_tomorrow",
    "waiting_signature",
    "waiting_citizen",
    "late_held",
)


def holder_heads() -> list[str]:
    return [
        *(str(COUNTS[key].words) for key in HOLDER_COLUMNS[:-1]),
        _("Trễ hạn trong kỳ khi đang ở đây"),
    ]


def holder_rows(
    holders: Iterable[Holder], of: Unit, period: Period, *, officers: bool, query: Mapping[str, str] | None = None
) -> list[TableRow]:
    """Each division, or each officer in it, with links to exactly their dossiers. `query`: the period, for the page of each division of the
    unit; those of others, which hold dossiers of it, have their page under their own agency."""
    labels = holder_heads()
    found = []
    for one in holders:
        more: dict[str, Any] = {"divisions": (one.division_id,)} if one.division_id else {}
        if officers:
            more |= {"officers": (one.officer_id,)} if one.officer_id else {"nobody": True}
        cells = [
            Cell(
                grouped(one.counts[key]),
                register_of(key, of, period, **more) if one.counts[key] else "",
                key in ("overdue_now", "late_held") and one.counts[key] > 0,
                label=label,
            )
            for key, label in zip(HOLDER_COLUMNS, labels, strict=True)
        ]
        place = one.division if one.agency in ("", of.name) else f"{one.division}, {one.agency}"
        name = (one.officer or _("Chưa giao cho ai")) if officers else place
        page = ""
        if not officers and one.division_id and one.agency == of.name:
            page = reverse("indicators:division_figures", args=[of.agency_code, one.division_id])
            page += f"?{urlencode(query or {})}"
        found.append(TableRow(name, page, place if officers else "", cells))
    return found
