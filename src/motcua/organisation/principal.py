"""The person who acts, in the position they act in: resolved once per request, immutable, and the only thing services ask about rights."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, NotAuthenticated
from motcua.organisation.models import COMPARTMENTS
from motcua.organisation.scope import Scope
from motcua.worktime import clock

# A revoked token or an ended posting may live this long in a web process (SECURITY.md names it).
CACHE_SECONDS = 5.0
CACHE_ENTRIES = 4096

# A delegation lends the position itself: its agency and division, some of its roles, for some subjects (Decree 280/2025/NĐ-CP for
# certification). The delegate must be in service; a posting of their own, anywhere in the agency, was checked when it was recorded.
POSTINGS = """
SELECT o.id, o.full_name, p.id, p.title, p.roles, a.id, a.code, a.name, a.calendar_code, d.id, d.kind, d.name,
       NULL::uuid, '{}'::varchar[], '', '{}'::uuid[], NULL::date, g.valid_from AS since, g.id AS held
  FROM organisation_officer o
  JOIN organisation_posting g ON g.officer_id = o.id AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to > %(today)s)
  JOIN organisation_position p ON p.id = g.position_id
  JOIN organisation_agency a ON a.id = p.agency_id
  JOIN organisation_division d ON d.id = p.division_id
 WHERE o.account_id = %(account)s AND o.province_id = %(province)s AND (o.valid_to IS NULL OR o.valid_to > %(today)s)
UNION ALL
SELECT o.id, o.full_name, p.id, p.title, ARRAY(SELECT r FROM unnest(g.roles) r WHERE r = ANY (p.roles)), a.id, a.code, a.name,
       a.calendar_code, d.id, d.kind, d.name, g.id, g.subjects, g.subject_name,
       ARRAY(SELECT h.officer_id FROM organisation_posting h WHERE h.position_id = p.id AND h.valid_from <= %(today)s
                AND (h.valid_to IS NULL OR h.valid_to > %(today)s)), g.valid_to, NULL, g.id
  FROM organisation_officer o
  JOIN organisation_delegation g ON g.officer_id = o.id AND g.valid_from <= %(today)s AND g.valid_to >= %(today)s AND g.ended_at IS NULL
  JOIN organisation_position p ON p.id = g.position_id AND (p.valid_to IS NULL OR p.valid_to > %(today)s)
  JOIN organisation_agency a ON a.id = p.agency_id
  JOIN organisation_division d ON d.id = p.division_id
 WHERE o.account_id = %(account)s AND o.province_id = %(province)s AND (o.valid_to IS NULL OR o.valid_to > %(today)s)
 ORDER BY since NULLS LAST, held
"""
SERVING = """
SELECT c.id, o.id, o.full_name, p.id, p.title, p.roles, a.id, a.code, a.name, a.calendar_code, d.id, d.kind, d.name, c.login, p.specialism
  FROM organisation_posting g
  JOIN organisation_officer o ON o.id = g.officer_id AND o.valid_to IS NULL
  JOIN organisation_account c ON c.id = o.account_id
  JOIN organisation_position p ON p.id = g.position_id
  JOIN organisation_agency a ON a.id = p.agency_id AND a.kind = %(kind)s
  JOIN organisation_division d ON d.id = p.division_id
 WHERE g.province_id = %(province)s AND g.valid_to IS NULL AND g.valid_from <= %(since)s AND p.roles <> '{}'
 ORDER BY a.code, c.login, p.title
"""
BY_BEARER = """
SELECT t.account_id FROM organisation_token t JOIN organisation_account a ON a.id = t.account_id
 WHERE t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now()) AND a.is_active
"""
SEAT = (
    *("officer_id", "officer_name", "position_id", "position_title", "roles"),
    *("agency_id", "agency_code", "agency_name", "calendar_code", "division_id", "division_kind", "division_name"),
)


@dataclass(frozen=True, slots=True)
class Principal:
    account_id: UUID
    officer_id: UUID
    officer_name: str
    position_id: UUID
    position_title: str
    roles: frozenset[str]
    agency_id: UUID
    agency_code: str
    agency_name: str
    calendar_code: str
    division_id: UUID
    division_kind: str
    division_name: str
    province_id: int
    others: tuple[tuple[UUID, str], ...] = field(default=())
    """The officer's other posts: (id, "title, division, agency"). The id of a position lent by delegation is the delegation's."""
    delegation_id: UUID | None = None
    """Set while acting in somebody else's position by delegation; the journal names it."""
    subjects: frozenset[str] = frozenset()
    """The subjects (procedure codes) the delegation is for; empty for all."""
    represents: frozenset[UUID] = frozenset()
    """The officers who hold the position lent: what is theirs may be done in their place."""
    delegated_for: str = ""
    """What the delegation is for, in words ("Chứng thực"); `delegated_until` is its last day."""
    delegated_until: date | None = None

    @property
    def scope(self) -> Scope:
        if self.roles & {"overseer", "auditor"}:
            return Scope("province", self.province_id)
        opened = tuple(sorted({kind for role, kind in COMPARTMENTS.items() if role in self.roles}))
        return Scope("agencies", self.province_id, agencies=(self.agency_id,), compartments=opened)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def handles(self, subject: str) -> bool:
        """Whether the authority they act under covers cases of this subject."""
        return not self.subjects or subject in self.subjects

    def answers_for(self, officer: UUID) -> bool:
        """Whether what this officer holds is theirs to do: their own, or that of whoever lent them the position."""
        return officer == self.officer_id or officer in self.represents


_cache: dict[tuple[object, ...], tuple[float, Principal]] = {}


def by_token(secret: str, position: str | None = None) -> Principal:
    """The principal of a Bearer token, in the position named by `Motcua-Position` (needed only by holders of several posts)."""
    digest = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
    key = ("token", digest, position)
    if cached := _fresh(key):
        return cached
    with scope.enter(scope.directory()), connection.cursor() as cursor:
        cursor.execute(BY_BEARER, (digest,))
        row = cursor.fetchone()
        if row is None:
            raise NotAuthenticated(_("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."))
        return _remember(key, _resolve(row[0], position))


def by_account(account_id: UUID, position: str | None = None) -> Principal:
    """The principal of a signed-in account."""
    key = ("account", account_id, position)
    if cached := _fresh(key):
        return cached
    with scope.enter(scope.directory()):
        return _remember(key, _resolve(account_id, position))


@dataclass(frozen=True, slots=True)
class Serving:
    """An officer in a post, with the name they sign in by and the specialism of the post ("" for any)."""

    principal: Principal
    login: str
    specialism: str


def serving(agency_kind: str, since: date) -> list[Serving]:
    """Who with an account has held a post with roles in the agencies of a kind from `since` until today, in order of agency and login; inside
    the caller's wide scope. For work on many dossiers of the past, where asking for each officer would take longer than the work."""
    province = settings.MOTCUA_PROVINCE
    with connection.cursor() as cursor:
        cursor.execute(SERVING, {"kind": agency_kind, "province": province, "since": since})
        rows = cursor.fetchall()
    return [
        Serving(
            Principal(account_id=row[0], province_id=province, **_seat(row[1:])),
            row[13],
            row[14],
        )
        for row in rows
    ]


def forget() -> None:
    """Drops what this process remembers (after a change of rights, and between tests)."""
    _cache.clear()


def _fresh(key: tuple[object, ...]) -> Principal | None:
    found = _cache.get(key)
    if found and found[0] > time.monotonic():
        return found[1]
    return None


def _remember(key: tuple[object, ...], principal: Principal) -> Principal:
    if len(_cache) >= CACHE_ENTRIES:
        _cache.clear()
    _cache[key] = (time.monotonic() + CACHE_SECONDS, principal)
    return principal


def _resolve(account_id: UUID, position: str | None) -> Principal:
    province = settings.MOTCUA_PROVINCE
    with connection.cursor() as cursor:
        cursor.execute(POSTINGS, {"account": account_id, "province": province, "today": clock.now().date()})
        rows = cursor.fetchall()
    if not any(row[12] is None for row in rows):
        raise Forbidden(_("Tài khoản này chưa được bố trí vào vị trí việc làm nào. Liên hệ quản trị của tỉnh."))
    chosen = rows[0] if position is None else next((r for r in rows if str(_post(r)) == position), None)
    if chosen is None:
        raise Forbidden(_("Bạn không giữ vị trí việc làm được nêu trong yêu cầu."))
    others = tuple((_post(r), _label(r)) for r in rows if _post(r) != _post(chosen))
    seat = _seat(chosen)
    if chosen[12] is not None:
        seat["position_title"] += " (theo ủy quyền)"
    return Principal(
        account_id=account_id,
        province_id=province,
        **seat,
        others=others,
        delegation_id=chosen[12],
        subjects=frozenset(chosen[13]),
        represents=frozenset(chosen[15]),
        delegated_for=chosen[14],
        delegated_until=chosen[16],
    )


def _seat(row: Sequence[Any]) -> dict[str, Any]:
    """What a principal is by the first columns of POSTINGS, which SERVING has too."""
    return {**dict(zip(SEAT, row, strict=False)), "roles": frozenset(row[SEAT.index("roles")])}


def _post(row: Sequence[Any]) -> UUID:
    """By what a post is chosen: the position's id, or the delegation's."""
    found: UUID = row[12] or row[2]
    return found


def _label(row: Sequence[Any]) -> str:
    lent = f" (theo ủy quyền: {row[14]})" if row[12] else ""
    return f"{row[3]}{lent}, {row[11]}, {row[7]}"
