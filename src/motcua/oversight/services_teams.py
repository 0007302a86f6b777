"""Writes of the register of teams: task forces and supervision teams, their members and communes. Each checks the right, locks the row, compares
the version and tells the journal, in the caller's transaction and scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation import queries as organisation
from motcua.organisation import registers
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Officer, Posting
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, queries
from motcua.oversight.models import Team, TeamCommune, TeamMember
from motcua.oversight.models_teams import MEMBER_ROLES, TEAM_KINDS
from motcua.worktime import clock

TEAM = "team"
KEEPS = frozenset({"coordinator", "signatory"})
OWNER_OF = {
    "people_committee_province": "people_committee",
    "department": "department",
    "party_committee_province": "party",
    "fatherland_front_province": "front",
}
"""Which body an agency is as a founder of teams, by its kind; others set up none."""


def may_keep(principal: Principal) -> bool:
    """Whether the officer's agency sets up teams and they may write them down."""
    agency = organisation.agency(principal.province_id, id=principal.agency_id)
    return agency is not None and agency.kind in OWNER_OF and principal.has(*KEEPS)


def need_keeper(principal: Principal, team: Team | None = None) -> None:
    """Raises Forbidden."""
    if not may_keep(principal) or (team is not None and team.owner_agency_id != principal.agency_id):
        raise Forbidden(
            _("Tổ công tác, đoàn giám sát do người điều phối hoặc lãnh đạo của cơ quan thành lập ghi, sửa.")
        )


@dataclass(frozen=True, slots=True)
class TeamAsked:
    number: int
    kind: str
    name: str
    decision: str
    decided_on: date
    valid_from: date
    valid_to: date | None = None
    mandate: str = ""
    sectors: Sequence[str] = ()
    communes: Sequence[str] = ()
    """Codes of the People's Committees of its communes."""


def create_team(principal: Principal, asked: TeamAsked, id: UUID | None = None) -> UUID:
    """`id`: the key of the request, so that sending it twice writes one. Raises Forbidden, RuleBroken."""
    need_keeper(principal)
    if id and Team.objects.filter(province_id=principal.province_id, id=id).exists():
        return id
    asked, agencies = _checked(principal, asked)
    owner = organisation.agency(principal.province_id, id=principal.agency_id)
    twin = Team.objects.filter(
        province_id=principal.province_id,
        owner_agency_id=principal.agency_id,
        kind=asked.kind,
        number=asked.number,
        valid_from=asked.valid_from,
    )
    if twin.exists():
        raise RuleBroken.of("number", _("Cơ quan đã có tổ, đoàn mang số này từ ngày này."))
    row = Team(
        province_id=principal.province_id,
        owner=OWNER_OF[owner.kind] if owner else "department",
        owner_agency_id=principal.agency_id,
        **_fields(asked),
    )
    if id:
        row.pk = id
    row.save(force_insert=True)
    _set_communes(row, agencies)
    registers.record(row.province_id, principal, TEAM, row.pk, "create", _payload(asked))
    return UUID(str(row.pk))


def change_team(principal: Principal, id: UUID, version: int, asked: TeamAsked) -> None:
    """Raises Forbidden, NotFound, Conflict, RuleBroken."""
    row = locked(principal, id, version)
    asked, agencies = _checked(principal, asked)
    for name, value in _fields(asked).items():
        setattr(row, name, value)
    _touched(row)
    _set_communes(row, agencies)
    registers.record(row.province_id, principal, TEAM, row.pk, "change", _payload(asked))


@dataclass(frozen=True, slots=True)
class MemberAsked:
    """`login`: of the officer where they have one here; else name, title and agency as given."""

    role: str
    login: str = ""
    full_name: str = ""
    title: str = ""
    agency: str = ""


def add_member(principal: Principal, id: UUID, version: int, asked: MemberAsked) -> None:
    """Raises Forbidden, NotFound, Conflict, RuleBroken."""
    row = locked(principal, id, version)
    member, faults = _member(principal, asked)
    if asked.role not in MEMBER_ROLES:
        faults.append(FieldError("role", _("Chọn vai trò.")))
    live = TeamMember.objects.filter(team=row, removed_on=None)
    if asked.role == "head" and live.filter(role="head").exists():
        faults.append(FieldError("role", _("Tổ, đoàn đã có trưởng. Đưa người đó ra trước.")))
    if member.get("officer_id") and live.filter(officer_id=member["officer_id"]).exists():
        faults.append(FieldError("login", _("Người này đã là thành viên.")))
    if faults:
        raise RuleBroken(faults)
    TeamMember.objects.create(
        province_id=row.province_id, team=row, role=asked.role, position=live.count() + 1, **member
    )
    _touched(row)
    # The journal names no person; the register itself does.
    registers.record(row.province_id, principal, TEAM, row.pk, "add_member", {"role": asked.role})


def change_member(principal: Principal, id: UUID, version: int, member_id: UUID, role: str, title: str) -> None:
    """Another role or title; who they are and whom they speak for stays. Raises Forbidden, NotFound, Conflict, RuleBroken."""
    row = locked(principal, id, version)
    live = TeamMember.objects.filter(team=row, removed_on=None)
    member = live.filter(id=member_id).first()
    if member is None:
        raise NotFound(_("Không có thành viên này."))
    faults = []
    if role not in MEMBER_ROLES:
        faults.append(FieldError("role", _("Chọn vai trò.")))
    if role == "head" and live.filter(role="head").exclude(id=member.pk).exists():
        faults.append(FieldError("role", _("Tổ, đoàn đã có trưởng. Đưa người đó ra trước.")))
    if not title.strip():
        faults.append(FieldError("title", _("Nhập chức vụ.")))
    if faults:
        raise RuleBroken(faults)
    before, member.role, member.title = member.role, role, title.strip()
    member.save(update_fields=["role", "title"])
    _touched(row)
    registers.record(row.province_id, principal, TEAM, row.pk, "change_member", {"role": role, "before": before})


def remove_member(principal: Principal, id: UUID, version: int, member_id: UUID) -> None:
    """They were a member until today: the row stays. Raises Forbidden, NotFound, Conflict."""
    row = locked(principal, id, version)
    member = TeamMember.objects.filter(team=row, id=member_id, removed_on=None).first()
    if member is None:
        raise NotFound(_("Không có thành viên này."))
    member.removed_on = clock.now().astimezone(clock.TZ).date()
    member.save(update_fields=["removed_on"])
    _touched(row)
    registers.record(row.province_id, principal, TEAM, row.pk, "remove_member", {"role": member.role})


def _member(principal: Principal, asked: MemberAsked) -> tuple[dict[str, Any], list[FieldError]]:
    if login := asked.login.strip():
        today = clock.now().astimezone(clock.TZ).date()
        officer = Officer.objects.filter(province_id=principal.province_id, account__login=login).first()
        posting = (
            Posting.objects.select_related("position")
            .filter(officer=officer, valid_from__lte=today)
            .exclude(valid_to__lte=today)
            .order_by("valid_from")
            .first()
            if officer
            else None
        )
        if officer is None or posting is None:
            return {}, [FieldError("login", _("Không có cán bộ đang công tác mang tên đăng nhập này."))]
        return {
            "officer_id": officer.id,
            "agency_id": posting.position.agency_id,
            "full_name": officer.full_name,
            "title": asked.title.strip() or posting.position.title,
        }, []
    faults = []
    agency = organisation.agency(principal.province_id, code=asked.agency) if asked.agency else None
    if asked.agency and agency is None:
        faults.append(FieldError("agency", _("Tỉnh không có cơ quan mang mã này.")))
    if not asked.full_name.strip():
        faults.append(FieldError("full_name", _("Nhập họ và tên, hoặc tên đăng nhập.")))
    if not asked.title.strip():
        faults.append(FieldError("title", _("Nhập chức vụ.")))
    given = {
        "full_name": asked.full_name.strip(),
        "title": asked.title.strip(),
        "agency_id": agency.id if agency else None,
    }
    return given, faults


def locked(principal: Principal, id: UUID, version: int) -> Team:
    """Raises NotFound, Forbidden, Conflict."""
    row = Team.objects.select_for_update().filter(province_id=principal.province_id, id=id).first()
    if row is None:
        raise NotFound(_("Không có tổ, đoàn này."))
    need_keeper(principal, row)
    if row.version != version:
        raise Conflict(_("Người khác đã sửa sau khi bạn mở. Tải lại để xem."), {"version": row.version})
    return row


def _touched(row: Team) -> None:
    row.version += 1
    row.save()


def own_sectors(principal: Principal) -> list[str] | None:
    """What a department's team may look into: the sectors that its department leads by the table of sectors. None for the bodies of the whole
    province, whose teams look into all."""
    agency = organisation.agency(principal.province_id, id=principal.agency_id)
    if agency is None or agency.kind != "department":
        return None
    return [
        route.sector for route in queries.routes(principal.province_id) if route.lead and route.lead.id == agency.id
    ]


def _checked(principal: Principal, asked: TeamAsked) -> tuple[TeamAsked, list[UUID]]:
    """(what is to be written, ids of the communes). A department that names no sector means its own. Raises RuleBroken."""
    faults = []
    own = own_sectors(principal)
    if own is not None:
        names = [dictionary.name("sectors", code) for code in own]
        if not own:
            faults.append(
                FieldError(
                    "sectors",
                    _(
                        "Bảng phân công theo lĩnh vực chưa giao lĩnh vực nào cho cơ quan bạn. Đề nghị bổ sung ở đó trước."
                    ),
                )
            )
        elif beyond := [code for code in asked.sectors if code not in own and code in dictionary.names("sectors")]:
            said = _("Ngoài lĩnh vực của cơ quan bạn: %(beyond)s. Cơ quan bạn chủ trì: %(own)s.")
            told = ", ".join(dictionary.name("sectors", code) for code in beyond)
            faults.append(FieldError("sectors", said % {"beyond": told, "own": ", ".join(names)}))
        asked = replace(asked, sectors=asked.sectors or own)
    if asked.kind not in TEAM_KINDS:
        faults.append(FieldError("kind", _("Chọn tổ công tác hoặc đoàn giám sát.")))
    if not 0 < asked.number < 1000:
        faults.append(FieldError("number", _("Nhập số thứ tự của tổ, đoàn.")))
    for name, message in (("name", _("Nhập tên tổ, đoàn.")), ("decision", _("Nhập số, ký hiệu quyết định."))):
        if not getattr(asked, name).strip():
            faults.append(FieldError(name, message))
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        faults.append(FieldError("valid_to", _("Ngày kết thúc phải sau ngày bắt đầu.")))
    if strange := set(asked.sectors) - set(dictionary.names("sectors")):
        faults.append(FieldError("sectors", _("Không có lĩnh vực: %s.") % ", ".join(sorted(strange))))
    found = [organisation.agency(principal.province_id, code=code) for code in dict.fromkeys(asked.communes)]
    if any(agency is None or agency.kind != "people_committee_commune" for agency in found):
        faults.append(FieldError("communes", _("Có xã, phường không tìm thấy trong tỉnh.")))
    if faults:
        raise RuleBroken(faults)
    return asked, [agency.id for agency in found if agency]


def _fields(asked: TeamAsked) -> dict[str, Any]:
    return {
        "number": asked.number,
        "kind": asked.kind,
        "name": asked.name.strip(),
        "decision": asked.decision.strip(),
        "decided_on": asked.decided_on,
        "mandate": asked.mandate.strip(),
        "sectors": list(asked.sectors),
        "valid_from": asked.valid_from,
        "valid_to": asked.valid_to,
    }


def _payload(asked: TeamAsked) -> dict[str, Any]:
    return {
        "number": asked.number,
        "kind": asked.kind,
        "decision": asked.decision.strip(),
        "communes": list(asked.communes),
        "valid_to": asked.valid_to.isoformat() if asked.valid_to else None,
    }


def _set_communes(row: Team, agencies: Sequence[UUID]) -> None:
    """Those left out were the team's until today; those new are from now on."""
    today = clock.now().astimezone(clock.TZ).date()
    live = TeamCommune.objects.filter(team=row, removed_on=None)
    live.exclude(agency_id__in=agencies).update(removed_on=today)
    there = set(live.values_list("agency_id", flat=True))
    TeamCommune.objects.bulk_create(
        [
            TeamCommune(province_id=row.province_id, team=row, agency_id=agency)
            for agency in agencies
            if agency not in there
        ]
    )
