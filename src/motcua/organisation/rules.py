"""Decisions about who may change what of the organisation, and what is wrong with a change. Pure: no database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation.errors import FieldError, Forbidden
from motcua.organisation.principal import Principal

DELEGABLE = frozenset({"signatory", "division_head", "records_clerk", "centre_director"})
"""Roles that may be lent for a time. Nobody lends the administration of the system or the catalogue: those are appointed."""
LONGEST_DELEGATION = timedelta(days=366)


def need_administrator(principal: Principal) -> None:
    """The structure of the province and its officers are changed by its administrators. Raises Forbidden."""
    if not principal.has("administrator"):
        raise Forbidden(_("Chỉ quản trị hệ thống của tỉnh được sửa tổ chức bộ máy và hồ sơ cán bộ."))


def manages(principal: Principal, agency_id: UUID) -> bool:
    """Whether absences and delegations of this agency are theirs to record: its leaders and its centre's director, and administrators. What
    was lent is not lent on."""
    return principal.delegation_id is None and (
        principal.has("administrator")
        or (principal.agency_id == agency_id and principal.has("signatory", "centre_director"))
    )


def need_manager(principal: Principal, agency_id: UUID) -> None:
    """Raises Forbidden."""
    if not manages(principal, agency_id):
        raise Forbidden(_("Việc này thuộc lãnh đạo cơ quan, giám đốc trung tâm hoặc quản trị của tỉnh."))


def need_own_authority(principal: Principal) -> None:
    """What was delegated is not delegated further (Law on Organisation of Local Government, on delegation). Raises Forbidden."""
    if principal.delegation_id is not None:
        raise Forbidden(_("Người được ủy quyền không ủy quyền lại. Chuyển về vị trí của bạn rồi làm việc này."))


def sees_all(principal: Principal) -> bool:
    """Whether officers and figures of every agency of the province are theirs to see, not of their own agency only."""
    return principal.scope.wide or principal.has("administrator")


def may_see_gaps(principal: Principal) -> bool:
    """Headcount and gaps: those who see the whole province, and the leaders and centre directors of an agency for their own."""
    return sees_all(principal) or manages(principal, principal.agency_id)


def may_grant(principal: Principal, roles: Collection[str]) -> list[str]:
    """Roles among these that the principal may not give to a position: those who oversee the whole province are made by an
    administrator who works for the province, and the auditor's never by one who would audit themselves (domain: nobody grants a power over
    the records they are held to)."""
    return [role for role in roles if role == "auditor" and principal.has("auditor")]


@dataclass(frozen=True, slots=True)
class DelegationAsked:
    """`position_roles`: what the position itself may do; `holders`: officers who hold it now; `officer_agency`: where the delegate works."""

    position_roles: frozenset[str]
    position_agency: UUID
    holders: frozenset[UUID]
    officer: UUID
    officer_agencies: frozenset[UUID]
    roles: tuple[str, ...]
    instrument: str
    valid_from: date
    valid_to: date


def delegation_faults(asked: DelegationAsked, today: date) -> list[FieldError]:
    """What is wrong with a delegation, each fault at its field; empty when it may be recorded."""
    return list(_delegation_faults(asked, today))


def _delegation_faults(asked: DelegationAsked, today: date) -> Iterator[FieldError]:
    if not asked.roles:
        yield FieldError("roles", _("Chọn ít nhất một quyền được ủy quyền."))
    if strange := [role for role in asked.roles if role not in asked.position_roles or role not in DELEGABLE]:
        yield FieldError("roles", _("Vị trí này không có hoặc không được ủy quyền: %s.") % ", ".join(strange))
    if asked.officer in asked.holders:
        yield FieldError("officer", _("Người này đang giữ chính vị trí đó; chọn người khác."))
    if asked.position_agency not in asked.officer_agencies:
        yield FieldError("officer", _("Chỉ ủy quyền cho người đang làm việc trong cùng cơ quan."))
    if not asked.instrument.strip():
        yield FieldError("instrument", _("Nhập số, ngày của văn bản ủy quyền."))
    yield from period_faults(asked.valid_from, asked.valid_to)
    if asked.valid_to < today:
        yield FieldError("valid_to", _("Ngày kết thúc đã qua."))
    elif asked.valid_to - asked.valid_from > LONGEST_DELEGATION:
        yield FieldError("valid_to", _("Ủy quyền tối đa một năm; hết hạn thì ủy quyền lại bằng văn bản mới."))


def period_faults(valid_from: date, valid_to: date | None) -> Iterator[FieldError]:
    if valid_to is not None and valid_to < valid_from:
        yield FieldError("valid_to", _("Ngày kết thúc phải từ ngày bắt đầu trở đi."))


@dataclass(frozen=True, slots=True)
class Headcount:
    """People of one group of posts: authorised by decision, really there, and of these lent from elsewhere."""

    authorised: int
    filled: int
    seconded: int = 0

    @property
    def gap(self) -> int:
        """How many are missing; never below 0, since people too many in one post do not fill another."""
        return max(0, self.authorised - self.filled)

    @property
    def surplus(self) -> int:
        return max(0, self.filled - self.authorised)


def is_login(login: str) -> bool:
    """What may be typed on any keyboard and stand in a log."""
    return 3 <= len(login) <= 64 and login.isascii() and all(letter.isalnum() or letter in "._-" for letter in login)
