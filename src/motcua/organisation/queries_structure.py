"""Reads of the structure for pages and figures: the tree, an agency's posts and people, gaps by specialism and commune."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from motcua.organisation.models import Absence, Agency, Delegation, Division, Officer, Position, Posting, ReceptionPoint
from motcua.organisation.rules import DELEGABLE, Headcount
from motcua.places.text import fold, sort_key


@dataclass(frozen=True, slots=True)
class Node:
    """An agency in the tree, its children in the order of the frame's kinds and Vietnamese names."""

    agency: Agency
    children: tuple[Node, ...]


def tree(province_id: int, on: date) -> tuple[Node, ...]:
    """The agencies standing on the day, as a forest."""
    below: dict[UUID | None, list[Agency]] = defaultdict(list)
    standing = [a for a in Agency.objects.filter(province_id=province_id) if a.valid_to is None or a.valid_to > on]
    known = {a.id for a in standing}
    for agency in standing:
        below[agency.parent_id if agency.parent_id in known else None].append(agency)

    def grown(parent: UUID | None) -> tuple[Node, ...]:
        children = sorted(
            below[parent],
            key=lambda a: (KIND_ORDER.get(a.kind, 99), a.code if a.kind in BY_CODE else "", sort_key(a.name)),
        )
        return tuple(Node(a, grown(a.id)) for a in children)

    return grown(None)


KIND_ORDER = {
    kind: number
    for number, kind in enumerate(
        (
            *("people_committee_province", "service_centre_province", "service_centre_branch", "department"),
            *("land_registration", "land_registration_branch", "tax", "social_insurance", "people_committee_commune"),
            *("party_committee_commune", "fatherland_front_commune", "police_commune", "military_commune"),
        )
    )
}
BY_CODE = {"department"}


@dataclass(frozen=True, slots=True)
class Holder:
    posting: Posting
    officer: Officer
    absent_until: date | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A position with who holds it on the day, and who acts in it by delegation."""

    position: Position
    holders: tuple[Holder, ...]
    delegations: tuple[Delegation, ...]
    headcount: Headcount

    @property
    def lendable(self) -> bool:
        """Whether it has a role that may be delegated."""
        return not DELEGABLE.isdisjoint(self.position.roles)


@dataclass(frozen=True, slots=True)
class Room:
    division: Division
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class AgencyView:
    """All of one agency on a day: its rooms with posts and people, and its reception points."""

    agency: Agency
    rooms: tuple[Room, ...]
    points: tuple[ReceptionPoint, ...]
    headcount: Headcount
    gap: int
    """How many are missing, added up post by post."""
    beside: tuple[Agency, ...]
    """The bodies that stand under it, as the tree orders them."""


def agency_view(province_id: int, code: str, on: date) -> AgencyView | None:
    """None when the province has no agency of that code."""
    agency = Agency.objects.select_related("parent").filter(province_id=province_id, code=code).first()
    if agency is None:
        return None
    absent = absences(province_id, on)
    holders: dict[UUID, list[Holder]] = defaultdict(list)
    postings = Posting.objects.select_related("officer", "seconded_from").filter(position__agency=agency)
    for posting in postings.order_by("officer__sort_key", "id"):
        if _on(posting, on):
            holders[posting.position_id].append(Holder(posting, posting.officer, absent.get(posting.officer_id)))
    lent: dict[UUID, list[Delegation]] = defaultdict(list)
    for delegation in Delegation.objects.select_related("officer").filter(
        position__agency=agency, ended_at=None, valid_from__lte=on, valid_to__gte=on
    ):
        lent[delegation.position_id].append(delegation)
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for position in Position.objects.filter(agency=agency).order_by("id"):
        if position.valid_to is not None and position.valid_to <= on:
            continue
        held = tuple(holders[position.id])
        count = Headcount(position.authorised, len(held), sum(h.posting.kind == "seconded" for h in held))
        seats[position.division_id].append(Seat(position, held, tuple(lent[position.id]), count))
    rooms = tuple(
        Room(division, tuple(seats[division.id]))
        for division in Division.objects.filter(agency=agency).order_by("id")
        if division.valid_to is None or division.valid_to > on
    )
    points = tuple(
        p
        for p in ReceptionPoint.objects.filter(agency=agency).order_by("name")
        if p.valid_to is None or p.valid_to > on
    )
    counts = [s.headcount for r in rooms for s in r.seats]
    below = [a for a in Agency.objects.filter(parent=agency) if a.valid_to is None or a.valid_to > on]
    beside = tuple(sorted(below, key=lambda a: (KIND_ORDER.get(a.kind, 99), sort_key(a.name))))
    return AgencyView(agency, rooms, points, total(counts), sum(c.gap for c in counts), beside)


def total(counts: Iterable[Headcount]) -> Headcount:
    """Added up; a surplus in one post does not make up for a gap in another, so add before asking for the gap only within one specialism."""
    listed = list(counts)
    return Headcount(sum(c.authorised for c in listed), sum(c.filled for c in listed), sum(c.seconded for c in listed))


HEADCOUNTS = """
SELECT p.agency_id, sum(p.authorised)::int, sum(coalesce(h.filled, 0))::int, sum(coalesce(h.seconded, 0))::int,
       sum(greatest(p.authorised - coalesce(h.filled, 0), 0))::int
  FROM organisation_position p
  LEFT JOIN (
    SELECT g.position_id, count(*) AS filled, count(*) FILTER (WHERE g.kind = 'seconded') AS seconded
      FROM organisation_posting g WHERE g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s) GROUP BY g.position_id
  ) h ON h.position_id = p.id
 WHERE p.province_id = %(province)s AND (p.valid_to IS NULL OR p.valid_to > %(on)s)
 GROUP BY p.agency_id
"""


def headcounts(province_id: int, on: date) -> dict[UUID, Cell]:
    """Authorised, in post and missing of every agency on the day, the missing added up post by post."""
    with connection.cursor() as cursor:
        cursor.execute(HEADCOUNTS, {"province": province_id, "on": on})
        return {agency: Cell(*figures) for agency, *figures in cursor.fetchall()}


def absences(province_id: int, on: date) -> dict[UUID, date]:
    """Until which day each officer who is away on the day stays away."""
    rows = Absence.objects.filter(province_id=province_id, cancelled_at=None, valid_from__lte=on, valid_to__gte=on)
    return dict(rows.values_list("officer_id", "valid_to"))


@dataclass(frozen=True, slots=True)
class Post:
    """A post behind a figure: `missing` of `authorised`, and the names of who is there, "biệt phái" told."""

    position: Position
    names: tuple[str, ...]
    missing: int


def posts_behind(province_id: int, on: date, *, agency: str | None = None, specialism: str = "") -> list[Post]:
    """The posts of the communes' People's Committees that `gaps` counts, of one commune or one specialism: by commune, then by room."""
    rows = Position.objects.select_related("division", "agency").filter(
        province_id=province_id, agency__kind="people_committee_commune"
    )
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on), Q(agency__valid_to=None) | Q(agency__valid_to__gt=on))
    rows = rows.filter(specialism=specialism) if specialism else rows.exclude(specialism="")
    if agency is not None:
        rows = rows.filter(agency__code=agency)
    listed = sorted(rows, key=lambda p: (sort_key(p.agency.name), p.division_id, p.id))
    names: dict[UUID, list[str]] = defaultdict(list)
    held = Posting.objects.select_related("officer").filter(position__in=[p.id for p in listed], valid_from__lte=on)
    for posting in held.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("officer__sort_key", "id"):
        names[posting.position_id].append(
            posting.officer.full_name + (" (biệt phái)" if posting.kind == "seconded" else "")
        )
    return [Post(p, tuple(names[p.id]), max(0, p.authorised - len(names[p.id]))) for p in listed]


def _on(posting: Posting, day: date) -> bool:
    return posting.valid_from <= day and (posting.valid_to is None or posting.valid_to > day)


# --- gaps -----------------------------------------------------------------------------------------

GAPS = """
SELECT a.code, a.name, a.commune_id, p.specialism, sum(p.authorised)::int, sum(coalesce(h.filled, 0))::int, sum(coalesce(h.seconded, 0))::int,
       sum(greatest(p.authorised - coalesce(h.filled, 0), 0))::int
  FROM organisation_agency a
  JOIN organisation_position p ON p.agency_id = a.id AND p.specialism <> '' AND (p.valid_to IS NULL OR p.valid_to > %(on)s)
  LEFT JOIN (
    SELECT g.position_id, count(*) AS filled, count(*) FILTER (WHERE g.kind = 'seconded') AS seconded
      FROM organisation_posting g WHERE g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s) GROUP BY g.position_id
  ) h ON h.position_id = p.id
 WHERE a.province_id = %(province)s AND a.kind = 'people_committee_commune' AND (a.valid_to IS NULL OR a.valid_to > %(on)s)
   AND (%(agency)s::text IS NULL OR a.code = %(agency)s::text)
 GROUP BY a.code, a.name, a.commune_id, p.specialism
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One specialism in one commune. `gap` is added up post by post: two people on one post do not fill another."""

    authorised: int
    filled: int
    seconded: int
    gap: int

    @property
    def empty(self) -> bool:
        """Nobody at all, though somebody is due."""
        return self.authorised > 0 and self.filled == 0


@dataclass(frozen=True, slots=True)
class GapRow:
    code: str
    name: str
    commune: str | None
    cells: dict[str, Cell]

    @property
    def authorised(self) -> int:
        return sum(c.authorised for c in self.cells.values())

    @property
    def filled(self) -> int:
        return sum(c.filled for c in self.cells.values())

    @property
    def gap(self) -> int:
        return sum(c.gap for c in self.cells.values())


@dataclass(frozen=True, slots=True)
class Gaps:
    """`rows`: communes in Vietnamese order of names; `totals`: the whole province by specialism; `without`: how many communes have nobody
    of a specialism though it is in their headcount."""

    rows: tuple[GapRow, ...]
    totals: dict[str, Cell]
    without: dict[str, int]


def gaps(
    province_id: int, on: date, *, agency: str | None = None, specialism: str = "", short_only: bool = False
) -> Gaps:
    """Authorised headcount against people in post on the day, by specialism and commune (R3: shortage of land, construction, finance, IT,
    veterinary and other specialists). `specialism`: rows by their gap in it, the largest first; `short_only`: only where somebody is missing."""
    found: dict[str, GapRow] = {}
    with connection.cursor() as cursor:
        cursor.execute(GAPS, {"on": on, "province": province_id, "agency": agency})
        for code, name, commune, kind, authorised, filled, seconded, gap in cursor.fetchall():
            row = found.setdefault(code, GapRow(code, name, commune, {}))
            row.cells[kind] = Cell(authorised, filled, seconded, gap)
    rows = sorted(found.values(), key=lambda r: sort_key(r.name))
    totals: dict[str, Cell] = {}
    without: dict[str, int] = defaultdict(int)
    for row in rows:
        for kind, cell in row.cells.items():
            so_far = totals.get(kind, Cell(0, 0, 0, 0))
            totals[kind] = Cell(
                so_far.authorised + cell.authorised,
                so_far.filled + cell.filled,
                so_far.seconded + cell.seconded,
                so_far.gap + cell.gap,
            )
            without[kind] += cell.empty
    if specialism:
        nothing = Cell(0, 0, 0, 0)
        rows.sort(key=lambda r: -r.cells.get(specialism, nothing).gap)
        if short_only:
            rows = [r for r in rows if r.cells.get(specialism, nothing).gap]
    elif short_only:
        rows = [r for r in rows if r.gap]
    return Gaps(tuple(rows), totals, dict(without))


# --- people ---------------------------------------------------------------------------------------

ASKED = """
  FROM organisation_officer o
  LEFT JOIN organisation_account c ON c.id = o.account_id
  LEFT JOIN organisation_posting g ON g.officer_id = o.id AND g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s)
  LEFT JOIN organisation_position p ON p.id = g.position_id
  LEFT JOIN organisation_division d ON d.id = p.division_id
  LEFT JOIN organisation_agency a ON a.id = p.agency_id
 WHERE o.province_id = %(province)s
   AND (%(agency)s::text IS NULL OR a.code = %(agency)s::text)
   AND (%(role)s::text IS NULL OR %(role)s::text = ANY (p.roles))
   AND (%(gone)s OR o.valid_to IS NULL OR o.valid_to > %(on)s)
   AND (NOT %(no_account)s OR o.account_id IS NULL)
   AND (%(like)s::text IS NULL OR o.full_name ILIKE %(like)s::text OR c.login ILIKE %(like)s::text
        OR %(bare)s::text IS NOT NULL AND translate(o.sort_key, '012345{|', '      ') LIKE %(bare)s::text)
"""
OFFICERS = f"""
SELECT o.id, o.full_name, o.category, o.valid_to, coalesce(c.login, ''), coalesce(p.title, ''), coalesce(d.name, ''), coalesce(a.name, ''),
       coalesce(a.code, ''), o.sort_key
{ASKED} AND (o.sort_key, o.id) > (%(after)s, %(after_id)s)
 ORDER BY o.sort_key, o.id, g.valid_from LIMIT %(limit)s
"""
COUNT_OFFICERS = f"SELECT count(DISTINCT o.id) {ASKED}"


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One officer in one of their posts (empty when they hold none)."""

    id: UUID
    full_name: str
    category: str
    valid_to: date | None
    login: str
    title: str
    division: str
    agency: str
    agency_code: str
    sort_key: str


def _asked(
    province_id: int,
    on: date,
    *,
    q: str = "",
    agency: str | None = None,
    role: str | None = None,
    gone: bool = False,
    no_account: bool = False,
) -> dict[str, Any]:
    """`q`: part of a name (with marks, or without any) or of a login. `gone`: those who left too. `no_account`: only who has none."""
    typed = " ".join(q.replace("\0", " ").split())
    like = "%" + typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if typed else None
    # A sort key without its tones and letter marks is the name without marks.
    bare = f"%{fold(typed)}%" if typed and fold(typed) == typed.lower() else None
    return {
        "on": on,
        "province": province_id,
        "agency": agency,
        "role": role,
        "gone": gone,
        "no_account": no_account,
        "like": like,
        "bare": bare,
    }


def officers(
    province_id: int, on: date, *, after: tuple[str, UUID] = ("", UUID(int=0)), limit: int = 50, **asked: Any
) -> list[OfficerLine]:
    """Officers by Vietnamese order of names, from after (sort key, id). `asked`: as for `_asked`."""
    values = {"after": after[0], "after_id": after[1], "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(OFFICERS, _asked(province_id, on, **asked) | values)
        return [OfficerLine(*row) for row in cursor.fetchall()]


def count_officers(province_id: int, on: date, **asked: Any) -> int:
    """How many officers `officers` would list on all its pages, each once."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_OFFICERS, _asked(province_id, on, **asked))
        return int(cursor.fetchone()[0])


def agencies_like(province_id: int, on: date, q: str, kinds: Iterable[str] = ()) -> list[Agency]:
    """Agencies standing on the day whose name or code holds every word of `q`, with marks or without, by name."""
    words, wanted = fold(q).split(), set(kinds)
    found = [
        agency
        for agency in Agency.objects.filter(province_id=province_id)
        if (agency.valid_to is None or agency.valid_to > on)
        and (not wanted or agency.kind in wanted)
        and all(word in fold(agency.name) or word in agency.code.lower() for word in words)
    ]
    return sorted(found, key=lambda a: (KIND_ORDER.get(a.kind, 99), sort_key(a.name)))


ENDING = timedelta(days=7)


def delegations(
    province_id: int, *, agency: UUID | None = None, ending_from: date | None = None
) -> QuerySet[Delegation]:
    """All delegations, or those of one agency, the newest first. `ending_from`: those not taken back of which the last day is this one or one
    of the seven after it."""
    rows = Delegation.objects.select_related("officer", "position__division", "position__agency").filter(
        province_id=province_id
    )
    if agency is not None:
        rows = rows.filter(position__agency_id=agency)
    if ending_from is not None:
        rows = rows.filter(ended_at=None, valid_to__range=(ending_from, ending_from + ENDING))
    return rows.order_by("-valid_from", "-id")


def career(officer_id: UUID) -> list[Posting]:
    """Every post an officer holds or held, the newest first."""
    return list(
        Posting.objects.select_related("position__division", "position__agency", "seconded_from")
        .filter(officer_id=officer_id)
        .order_by("-valid_from", "-id")
    )
