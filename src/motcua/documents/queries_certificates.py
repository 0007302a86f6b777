"""Reads of the register of certificates: my own, the agency's, and who in the province cannot sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.documents.models import Certificate
from motcua.documents.signing import certificates, rules
from motcua.documents.signing.certificates import CertificateFacts
from motcua.documents.signing.rules import Finding, Kind, Seat, State
from motcua.organisation.principal import Principal
from motcua.worktime import clock

# Everybody whose position signs or seals, with the certificate bound to it (a clerk's row is about the agency's seal).
MUST_SIGN = """
SELECT o.id, o.full_name, p.title, p.roles, a.id, a.code, a.name, c.id
  FROM organisation_posting g
  JOIN organisation_position p ON p.id = g.position_id AND p.roles && ARRAY['signatory', 'records_clerk']::varchar[]
  JOIN organisation_officer o ON o.id = g.officer_id
  JOIN organisation_agency a ON a.id = p.agency_id
  LEFT JOIN documents_certificate c ON c.province_id = g.province_id AND c.ended_at IS NULL AND (
       ('signatory' = ANY (p.roles) AND c.kind = 'officer' AND c.officer_id = o.id AND c.position_id = p.id)
    OR (NOT 'signatory' = ANY (p.roles) AND c.kind = 'seal' AND c.agency_id = a.id))
 WHERE g.province_id = %(province)s AND g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s)
   AND (o.valid_to IS NULL OR o.valid_to > %(on)s) AND (a.valid_to IS NULL OR a.valid_to > %(on)s)
   AND (%(agency)s::uuid IS NULL OR a.id = %(agency)s::uuid)
 ORDER BY a.code, p.title, o.sort_key, o.id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A bound certificate with what is to be said about it now."""

    row: Certificate
    facts: CertificateFacts
    findings: list[Finding]

    @property
    def state(self) -> State:
        return rules.state(self.findings)

    @property
    def blocked(self) -> bool:
        return any(one.blocks for one in self.findings)


@dataclass(frozen=True, slots=True)
class Line:
    """One officer who must sign. `kind` is "seal" for a records clerk: the certificate is the agency's."""

    officer_id: UUID
    officer: str
    title: str
    agency_code: str
    agency: str
    kind: Kind
    state: State
    valid_to: datetime | None
    sentences: tuple[str, ...]


def bound(principal: Principal, kind: Kind, *, lock: bool = False) -> Certificate | None:
    """The certificate bound to the principal's position, or to their agency's seal; None when there is none. `lock`: for a change.

    Who acts by delegation signs with their own certificate, the one bound to a position of theirs in the same agency.
    """
    holder = {"officer_id": principal.officer_id, "position_id": principal.position_id}
    if principal.delegation_id:
        holder = {"officer_id": principal.officer_id, "agency_id": principal.agency_id}
    if kind == "seal":
        holder = {"agency_id": principal.agency_id}
    rows = Certificate.objects.filter(province_id=principal.province_id, kind=kind, ended_at=None, **holder)
    rows = rows.select_related("image", "position").order_by("-bound_at")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def held(principal: Principal, kind: Kind) -> Held | None:
    """The principal's certificate of that kind with everything to be said about it now."""
    row = bound(principal, kind)
    if row is None:
        return None
    facts = certificates.of_pem(row.pem)
    seat = Seat(principal.agency_name) if kind == "seal" else _seat(principal)
    if kind == "officer" and principal.delegation_id and row.position is not None:
        seat = Seat(principal.agency_name, principal.officer_name, row.position.title)
    return Held(row, facts, rules.findings(facts, seat, clock.now()))


def _seat(principal: Principal) -> Seat:
    return Seat(principal.agency_name, principal.officer_name, principal.position_title)


def must_sign(province_id: int, agency_id: UUID | None = None) -> list[Line]:
    """Every officer in service whose position signs or seals, with the state of the certificate they need, by agency."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(MUST_SIGN, {"province": province_id, "on": now.date(), "agency": agency_id})
        rows = cursor.fetchall()
    found = Certificate.objects.in_bulk([row[7] for row in rows if row[7] is not None])
    lines = []
    for officer_id, officer, title, roles, _agency_id, code, agency, certificate_id in rows:
        kind: Kind = "officer" if "signatory" in roles else "seal"
        row = found.get(certificate_id)
        seat = Seat(agency, officer, title) if kind == "officer" else Seat(agency)
        said = rules.findings(certificates.of_pem(row.pem), seat, now) if row else []
        state: State = rules.state(said) if row else "none"
        sentences = tuple(one.sentence for one in said)
        lines.append(
            Line(officer_id, officer, title, code, agency, kind, state, row.valid_to if row else None, sentences)
        )
    return lines


def counts(lines: Iterable[Line]) -> dict[State, int]:
    """How many of each state, in the order in which they need somebody, zeros included."""
    found = Counter(line.state for line in lines)
    return {state: found[state] for state in rules.STATES}


def reminders(principal: Principal) -> list[str]:
    """What an officer who signs must know about their certificate today, for the home page; nothing when all is well."""
    wanted: tuple[tuple[Kind, str], ...] = (("officer", "signatory"), ("seal", "records_clerk"))
    kinds = [kind for kind, role in wanted if principal.has(role)]
    said = []
    for kind in kinds:
        mine = held(principal, kind)
        if mine is None:
            whose = _("Bạn chưa gắn chứng thư số") if kind == "officer" else _("Cơ quan chưa gắn chứng thư con dấu")
            said.append(_("%(whose)s nên chưa ký được kết quả.") % {"whose": whose})
        else:
            said += [one.sentence for one in mine.findings]
    return said


def expiring(province_id: int, at: datetime) -> dict[int, list[UUID]]:
    """Certificates in use by the nearest of the days of warning they have reached: {60: […], 30: […], 7: […]}."""
    found: dict[int, list[UUID]] = {days: [] for days in rules.WARN_DAYS}
    rows = Certificate.objects.filter(province_id=province_id, ended_at=None, valid_to__gte=at)
    for pk, valid_to in rows.order_by("valid_to").values_list("id", "valid_to"):
        if days := rules.reminder(valid_to, at):
            found[days].append(pk)
    return found


def columns(facts: CertificateFacts) -> dict[str, Any]:
    """What the register keeps of a certificate, cut to what its columns hold."""
    return {
        "pem": facts.pem,
        "name": facts.name[:300],
        "title": facts.title[:300],
        "organisation": facts.organisation[:300],
        "units": [unit[:300] for unit in facts.units],
        "subject": facts.subject,
        "issuer": facts.issuer,
        "serial": facts.serial,
        "key_usage": list(facts.key_usage),
        "valid_from": facts.valid_from,
        "valid_to": facts.valid_to,
        "fingerprint": facts.fingerprint,
    }
