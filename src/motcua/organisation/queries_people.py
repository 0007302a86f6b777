"""Reads about people for pages: one officer, choices of people and posts, absences, delegations, the history of a registered thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation import queries_structure, registers
from motcua.organisation.models import Absence, Delegation, Officer, Position, Posting
from motcua.organisation.principal import Principal
from motcua.organisation.registers import RegisterEntry
from motcua.organisation.rules import DELEGABLE, sees_all

ACTS = {
    "create": gettext_noop("Lập"),
    "change": gettext_noop("Sửa"),
    "end": gettext_noop("Bãi bỏ, kết thúc"),
    "cancel": gettext_noop("Hủy"),
    "build": gettext_noop("Dựng khung tổ chức"),
    "invite": gettext_noop("Cấp đường dẫn đặt mật khẩu"),
    "import": gettext_noop("Nhập từ bảng tính"),
}
FIELDS = {
    "code": gettext_noop("mã định danh"),
    "code_verified": gettext_noop("đối chiếu mã"),
    "name": gettext_noop("tên"),
    "title": gettext_noop("tên vị trí"),
    "kind": gettext_noop("loại"),
    "address": gettext_noop("địa chỉ"),
    "address_commune_id": gettext_noop("xã, phường của địa chỉ"),
    "phone": gettext_noop("điện thoại"),
    "email": gettext_noop("thư công vụ"),
    "full_name": gettext_noop("họ và tên"),
    "category": gettext_noop("đối tượng"),
    "instrument": gettext_noop("văn bản"),
    "valid_from": gettext_noop("từ ngày"),
    "valid_to": gettext_noop("đến ngày"),
    "hours": gettext_noop("thời gian tiếp nhận"),
    "authorised": gettext_noop("biên chế"),
    "specialism": gettext_noop("chuyên ngành"),
    "roles": gettext_noop("vai trò"),
    "division_id": gettext_noop("phòng"),
    "parent_id": gettext_noop("cơ quan cấp trên"),
    "commune_id": gettext_noop("xã, phường, đặc khu"),
}


def on_day(day: date) -> Q:
    """Validity that covers the day, its end not included."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


@dataclass(frozen=True, slots=True)
class OfficerView:
    """One officer: `held` today's and coming posts, `past` the others, newest first; `absent_until` while away."""

    officer: Officer
    held: tuple[Posting, ...]
    past: tuple[Posting, ...]
    absences: tuple[Absence, ...]
    received: tuple[Delegation, ...]
    given: tuple[Delegation, ...]
    absent_until: date | None


def officer_view(principal: Principal, officer_id: UUID, on: date) -> OfficerView | None:
    """None outside what the principal sees: everybody of the province, or (for others) whoever works or worked in their agency, and themselves."""
    officer = Officer.objects.select_related("account").filter(province_id=principal.province_id, id=officer_id).first()
    if officer is None:
        return None
    postings = queries_structure.career(officer_id)
    if (
        not sees_all(principal)
        and officer_id != principal.officer_id
        and not any(p.position.agency_id == principal.agency_id for p in postings)
    ):
        return None
    absences = tuple(Absence.objects.filter(officer_id=officer_id).order_by("-valid_from")[:50])
    lent = Delegation.objects.select_related("officer", "position__division", "position__agency").order_by(
        "-valid_from"
    )
    positions = [p.position_id for p in postings]
    return OfficerView(
        officer,
        tuple(p for p in postings if p.valid_to is None or p.valid_to > on),
        tuple(p for p in postings if p.valid_to is not None and p.valid_to <= on),
        absences,
        tuple(lent.filter(officer_id=officer_id)[:50]),
        tuple(lent.filter(position_id__in=positions)[:50]),
        max((a.valid_to for a in absences if not a.cancelled_at and a.valid_from <= on <= a.valid_to), default=None),
    )


def colleagues(agency_id: UUID, on: date) -> list[tuple[str, str]]:
    """(id, name) of whoever works in the agency on the day, once each, by Vietnamese order of names."""
    rows = (
        Officer.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), posting__position__agency_id=agency_id)
        .filter(Q(posting__valid_to=None) | Q(posting__valid_to__gt=on), posting__valid_from__lte=on)
        .order_by("sort_key", "id")
        .values_list("id", "full_name", "posting__position__title")
    )
    found: dict[str, str] = {}
    for id, name, title in rows:
        found.setdefault(str(id), f"{name} – {title}")
    return list(found.items())


def posts_of(agency_id: UUID, on: date) -> list[tuple[str, str]]:
    """(id, "title – division") of the standing posts of an agency, in the order of its rooms, those with a free seat marked."""
    held: dict[UUID, int] = {}
    for position in Posting.objects.filter(on_day(on), position__agency_id=agency_id).values_list(
        "position_id", flat=True
    ):
        held[position] = held.get(position, 0) + 1
    rows = (
        Position.objects.select_related("division")
        .filter(Q(valid_to=None) | Q(valid_to__gt=on), agency_id=agency_id)
        .order_by("division_id", "id")
    )
    return [
        (
            str(p.id),
            f"{p.title} – {p.division.name}"
            + (" " + _("(còn thiếu %(gap)s)") % {"gap": gap} if (gap := p.authorised - held.get(p.id, 0)) > 0 else ""),
        )
        for p in rows
    ]


def lendable(principal: Principal, on: date, *, every: bool) -> list[Position]:
    """The posts of the principal's agency with a role that may be delegated: all, or only the one they act in."""
    rows = Position.objects.select_related("division", "agency").filter(
        Q(valid_to=None) | Q(valid_to__gt=on), agency_id=principal.agency_id, roles__overlap=sorted(DELEGABLE)
    )
    if not every:
        rows = rows.filter(id=principal.position_id)
    return list(rows.order_by("division_id", "id"))


def absences_of(principal: Principal, on: date, *, every: bool) -> list[Absence]:
    """Absences now and to come, the nearest first: the principal's own, or with `every` those of their agency."""
    rows = Absence.objects.select_related("officer").filter(
        province_id=principal.province_id, cancelled_at=None, valid_to__gte=on
    )
    if every:
        here = Posting.objects.filter(on_day(on), position__agency_id=principal.agency_id).values("officer_id")
        rows = rows.filter(Q(officer_id=principal.officer_id) | Q(officer_id__in=here))
    else:
        rows = rows.filter(officer_id=principal.officer_id)
    return list(rows.order_by("valid_from", "id")[:500])


def history(province_id: int, kind: str, id: UUID) -> list[dict[str, Any]]:
    """The journal of one registered thing for a timeline, newest first: what was done, when, by whom in which post, under which document."""
    entries = registers.history(province_id, kind, id)
    names: dict[UUID | None, str] = dict(
        Officer.objects.filter(
            province_id=province_id, account_id__in=[e.account_id for e in entries if e.account_id]
        ).values_list("account_id", "full_name")
    )
    titles: dict[UUID | None, str] = dict(
        Position.objects.filter(
            province_id=province_id, id__in=[e.position_id for e in entries if e.position_id]
        ).values_list("id", "title")
    )
    return [
        {
            "title": _(ACTS[entry.act]) if entry.act in ACTS else entry.act,
            "at": entry.happened_at,
            "actor": _who(names.get(entry.account_id), titles.get(entry.position_id)),
            "text": _what(entry),
        }
        for entry in reversed(entries)
    ]


def _who(name: str | None, title: str | None) -> str:
    return ", ".join(filter(None, (name, title))) or _("Lệnh của người vận hành")


def _what(entry: RegisterEntry) -> str:
    payload = dict(entry.payload)
    if entry.act == "build":
        return _("%(agencies)s cơ quan, %(divisions)s phòng, %(positions)s vị trí.") % payload
    changed: Iterable[str] = payload.get("fields", payload) if entry.act == "change" else ()
    said = ", ".join(_(FIELDS[name]) for name in changed if name in FIELDS)
    parts = [_("Đã sửa: %(what)s.") % {"what": said} if said else ""]
    if entry.act == "end" and payload.get("valid_to"):
        parts.append(_("Từ ngày %(day)s.") % {"day": f"{date.fromisoformat(payload['valid_to']):%d/%m/%Y}"})
    if payload.get("instrument"):
        parts.append(_("Theo %(document)s.") % {"document": payload["instrument"]})
    return " ".join(filter(None, parts))


def _of_reach(principal: Principal, ending_from: date | None) -> QuerySet[Delegation]:
    return queries_structure.delegations(
        principal.province_id,
        agency=None if sees_all(principal) else principal.agency_id,
        ending_from=ending_from,
    )


def delegations_of(principal: Principal, on: date, *, ending: bool = False) -> dict[str, list[Delegation]]:
    """Delegations of the principal's agency (of the province for those who see it all) as running, coming and ended; `ending`: only those
    that end within seven days."""
    parted: dict[str, list[Delegation]] = {"running": [], "coming": [], "ended": []}
    for row in _of_reach(principal, on if ending else None)[:500]:
        ended = row.ended_at is not None or row.valid_to < on
        parted["ended" if ended else "coming" if row.valid_from > on else "running"].append(row)
    return parted


def count_ending(principal: Principal, on: date) -> int:
    """How many delegations end within seven days."""
    return _of_reach(principal, on).count()


def holders(positions: Iterable[UUID], on: date) -> dict[UUID, list[str]]:
    """Names of who holds each of these positions on the day."""
    found: dict[UUID, list[str]] = {}
    rows = Posting.objects.filter(on_day(on), position_id__in=list(positions)).order_by(F("officer__sort_key"))
    for position, name in rows.values_list("position_id", "officer__full_name"):
        found.setdefault(position, []).append(name)
    return found
