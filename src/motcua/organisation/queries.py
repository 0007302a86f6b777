"""Reads of the organisation. Agencies and divisions are public facts of the province; officers are seen inside a scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from threading import Lock
from uuid import UUID

from cachetools import TTLCache
from django.db import connection
from django.utils.translation import gettext as _

from motcua.organisation.models import Agency, Calendar, Division, RecoveryCode, SecondFactor
from motcua.places.placing import written
from motcua.worktime import Calendar as WorkCalendar


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    id: UUID
    code: str
    name: str
    kind: str
    commune_code: str | None
    calendar_code: str
    address_text: str
    phone: str
    divisions: dict[str, UUID]
    """Division id by kind; of two rooms of one kind, the first by name."""
    valid_to: date | None = None
    address_commune: str | None = None

    @property
    def address(self) -> str:
        """The address for the reader, with where it lies today."""
        return written(self.address_text, self.address_commune)

    def stands(self, on: date) -> bool:
        """Whether the agency still takes work in on the day; its old dossiers are read for ever."""
        return self.valid_to is None or on < self.valid_to


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    id: UUID
    full_name: str
    title: str
    division_id: UUID
    roles: frozenset[str]
    login: str
    absent_until: date | None = None
    """The last day of their absence, while they are away."""

    @property
    def described(self) -> str:
        """Name, post, and until when they are away: how they are shown where work is given."""
        away = " " + _("(vắng đến %(day)s)") % {"day": f"{self.absent_until:%d/%m/%Y}"} if self.absent_until else ""
        return f"{self.full_name} – {self.title}{away}"


# Changes of the structure reach every web process within this time.
REMEMBERED_SECONDS = 5
_agencies: TTLCache[tuple[int, str | None, UUID | None], AgencyFacts | None] = TTLCache(8192, REMEMBERED_SECONDS)
_calendars: TTLCache[str, WorkCalendar] = TTLCache(1024, REMEMBERED_SECONDS)
_places: TTLCache[tuple[UUID, UUID | None], tuple[str, str]] = TTLCache(8192, REMEMBERED_SECONDS)
_bodies: TTLCache[tuple[int, tuple[str, ...]], tuple[AgencyFacts, ...]] = TTLCache(64, REMEMBERED_SECONDS)
_lock = Lock()


def agency(province_id: int, *, code: str | None = None, id: UUID | None = None) -> AgencyFacts | None:
    """An agency of the scope's province with its divisions, or None; remembered for a few seconds, since every intake asks."""
    key = (province_id, code, id)
    with _lock:
        if key in _agencies:
            return _agencies[key]
    found = _read_agency(province_id, code, id)
    with _lock:
        _agencies[key] = found
    return found


def agencies(province_id: int, ids: Iterable[UUID]) -> list[AgencyFacts]:
    """Many agencies in the order asked for, read together; those that are not there are left out. Remembered as by `agency`."""
    wanted = list(dict.fromkeys(ids))
    with _lock:
        known = {id: _agencies[province_id, None, id] for id in wanted if (province_id, None, id) in _agencies}
    missing = [id for id in wanted if id not in known]
    if missing:
        divisions: dict[UUID, dict[str, UUID]] = {}
        rows = Division.objects.filter(agency_id__in=missing).order_by("name").values_list("agency_id", "kind", "id")
        for agency_id, kind, division_id in rows:
            divisions.setdefault(agency_id, {}).setdefault(kind, division_id)
        for row in Agency.objects.filter(province_id=province_id, id__in=missing):
            known[row.id] = _facts(row, divisions.get(row.id, {}))
        with _lock:
            for id in missing:
                _agencies[province_id, None, id] = known.get(id)
    return [found for id in wanted if (found := known.get(id))]


def bodies(province_id: int, kinds: tuple[str, ...]) -> tuple[AgencyFacts, ...]:
    """All standing agencies of these kinds, in the order of the kinds and then by name; remembered for a few seconds like each of them."""
    key = (province_id, kinds)
    with _lock:
        if key in _bodies:
            return _bodies[key]
    rows = Agency.objects.filter(province_id=province_id, kind__in=kinds, valid_to=None).values_list(
        "id", "kind", "name"
    )
    ordered = sorted(rows, key=lambda row: (kinds.index(row[1]), row[2]))
    found = tuple(agencies(province_id, (row[0] for row in ordered)))
    with _lock:
        _bodies[key] = found
    return found


def forget() -> None:
    """Drops what this process remembers (after a change of structure, and between tests)."""
    with _lock:
        _agencies.clear()
        _bodies.clear()
        _calendars.clear()
        _places.clear()
    calendar.cache_clear()


def place(agency_id: UUID, division_id: UUID | None) -> tuple[str, str]:
    """(the agency's code, the division's name), empty where the scope shows none; remembered like `agency`, since every write's answer says it."""
    key = (agency_id, division_id)
    with _lock:
        if key in _places:
            return _places[key]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, coalesce(d.name, '') FROM organisation_agency a LEFT JOIN organisation_division d ON d.id = %s WHERE a.id = %s",
            (division_id, agency_id),
        )
        found = cursor.fetchone()
    if found is None:
        return "", ""
    with _lock:
        _places[key] = found
    return found[0], found[1]


def _read_agency(province_id: int, code: str | None, id: UUID | None) -> AgencyFacts | None:
    found = Agency.objects.filter(
        province_id=province_id, **({"code": code} if code is not None else {"id": id})
    ).first()
    if found is None:
        return None
    divisions: dict[str, UUID] = {}
    for kind, division_id in Division.objects.filter(agency=found).order_by("name").values_list("kind", "id"):
        divisions.setdefault(kind, division_id)
    return _facts(found, divisions)


def _facts(found: Agency, divisions: dict[str, UUID]) -> AgencyFacts:
    return AgencyFacts(
        found.id,
        found.code,
        found.name,
        found.kind,
        found.commune_id,
        found.calendar_code,
        found.address,
        found.phone,
        divisions,
        found.valid_to,
        found.address_commune_id,
    )


def officers_of(
    agency_id: UUID, on: date, *, division_id: UUID | None = None, role: str | None = None
) -> list[OfficerFacts]:
    """Officers in service who hold a position in the agency on the day and can sign in, by Vietnamese name order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.full_name, p.title, p.division_id, p.roles, coalesce(a.login, ''), (SELECT max(b.valid_to)"
            " FROM organisation_absence b WHERE b.officer_id = o.id AND b.cancelled_at IS NULL AND b.valid_from <= %(on)s AND b.valid_to >= %(on)s)"
            " FROM organisation_posting g"
            " JOIN organisation_position p ON p.id = g.position_id JOIN organisation_officer o ON o.id = g.officer_id"
            " LEFT JOIN organisation_account a ON a.id = o.account_id"
            " WHERE p.agency_id = %(agency)s AND (o.valid_to IS NULL OR o.valid_to > %(on)s) AND coalesce(a.is_active, true)"
            " AND g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s)"
            " AND (%(division)s::uuid IS NULL OR p.division_id = %(division)s::uuid)"
            " AND (%(role)s::text IS NULL OR %(role)s::text = ANY (p.roles)) ORDER BY o.sort_key, o.id",
            {"agency": agency_id, "on": on, "division": division_id, "role": role},
        )
        return [OfficerFacts(i, n, t, d, frozenset(r), login, away) for i, n, t, d, r, login, away in cursor.fetchall()]


def changes_of_officers(agency_id: UUID) -> list[date]:
    """The days, in order, from which `officers_of` an agency names others than the day before (absences apart)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT v.day FROM organisation_posting g JOIN organisation_position p ON p.id = g.position_id"
            " JOIN organisation_officer o ON o.id = g.officer_id"
            " CROSS JOIN LATERAL (VALUES (g.valid_from), (g.valid_to), (o.valid_to)) AS v(day)"
            " WHERE p.agency_id = %s AND v.day IS NOT NULL ORDER BY v.day",
            (agency_id,),
        )
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class SecondFactorFacts:
    """`recovery_codes`: how many of the codes open still."""

    confirmed_at: datetime
    recovery_codes: int


def second_factor(account_id: UUID) -> SecondFactorFacts | None:
    """The account's second factor, or None when it signs in by password alone."""
    found = SecondFactor.objects.filter(account_id=account_id).values_list("confirmed_at", flat=True).first()
    if found is None:
        return None
    return SecondFactorFacts(found, RecoveryCode.objects.filter(account_id=account_id, used_at=None).count())


VACANT = """
SELECT s.kind, s.role, a.name
  FROM organisation_agency a CROSS JOIN unnest(%(kinds)s::text[], %(roles)s::text[]) AS s(kind, role)
 WHERE a.province_id = %(province)s AND a.kind = %(agency_kind)s
   AND a.valid_from <= %(on)s AND (a.valid_to IS NULL OR a.valid_to > %(on)s)
   AND NOT EXISTS (
       SELECT 1 FROM organisation_position p
         JOIN organisation_division d ON d.id = p.division_id AND d.kind = s.kind
         JOIN organisation_posting g ON g.position_id = p.id AND g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s)
         JOIN organisation_officer o ON o.id = g.officer_id AND (o.valid_to IS NULL OR o.valid_to > %(on)s)
        WHERE p.agency_id = a.id AND s.role = ANY (p.roles))
 ORDER BY a.name, a.code
"""


def vacant_seats(
    province_id: int, seats: Sequence[tuple[str, str]], on: date, agency_kind: str = "people_committee_commune"
) -> dict[tuple[str, str], list[str]]:
    """The names of the agencies of a kind where nobody in service holds a seat, for each seat (division kind, role) that
    is empty somewhere on the day."""
    found: dict[tuple[str, str], list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            VACANT,
            {
                "province": province_id,
                "kinds": [kind for kind, _role in seats],
                "roles": [role for _kind, role in seats],
                "on": on,
                "agency_kind": agency_kind,
            },
        )
        for kind, role, name in cursor.fetchall():
            found.setdefault((kind, role), []).append(name)
    return found


def newest_calendar(code: str) -> WorkCalendar:
    """The calendar in its newest edition: what an act that fixes a date counts with."""
    with _lock:
        if code in _calendars:
            return _calendars[code]
    edition = (
        Calendar.objects.filter(code=code).order_by("-published_at", "-id").values_list("edition", flat=True).first()
    )
    if edition is None:
        raise LookupError(f"calendar {code!r} is not published")
    found = calendar(code, edition)
    with _lock:
        _calendars[code] = found
    return found


@lru_cache(maxsize=256)
def calendar(code: str, edition: str) -> WorkCalendar:
    """A published edition, built once per process (editions never change). Raises LookupError when it is not there."""
    row = Calendar.objects.select_related("parent").filter(code=code, edition=edition).first()
    if row is None:
        raise LookupError(f"calendar {code!r} has no edition {edition!r}")
    parent = calendar(row.parent.code, row.parent.edition) if row.parent else None
    return WorkCalendar.from_dict(row.content, parent)
