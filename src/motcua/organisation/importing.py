"""Taking in a province's structure and people from a workbook: first what would happen, row by row; then all of it, or nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation import principal as principals
from motcua.organisation import queries, registers, rules, spreadsheet
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.models import Account, Agency, Division, Invitation, Officer, Position, Posting, ReceptionPoint
from motcua.organisation.principal import Principal
from motcua.organisation.services_people import INVITATION_DAYS
from motcua.organisation.services_structure import is_code, place_address
from motcua.organisation.spreadsheet import ADDRESS_COMMUNE, Row
from motcua.places import queries as places
from motcua.places.placing import NotPlaced
from motcua.places.text import fold, sort_key
from motcua.worktime import clock

OUTCOMES = {
    "added": gettext_noop("thêm"),
    "changed": gettext_noop("sửa"),
    "unchanged": gettext_noop("giữ nguyên"),
    "refused": gettext_noop("không nhận"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one row: sheet and row as the spreadsheet shows them, `what` it is about, the outcome, and why (or what changes)."""

    sheet: str
    row: int
    what: str
    outcome: str
    detail: str = ""


@dataclass
class Plan:
    """A workbook held against the database. `lines`: the report. Nothing is written until `apply`."""

    province_id: int
    digest: str
    lines: list[Line] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    divisions: list[Division] = field(default_factory=list)
    points: list[ReceptionPoint] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    changes: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    """Rows that stand and get other values: (row, field -> value)."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome, every outcome named."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.outcome == "refused"]


@dataclass(frozen=True, slots=True)
class Applied:
    counts: dict[str, int]
    invitations: tuple[tuple[str, str], ...]
    """(login, secret of the invitation) of each new account; shown once."""


def read(content: bytes, province_id: int) -> Plan:
    """Holds a workbook against the province, inside the caller's scope. Raises RuleBroken when it cannot be read at all."""
    return _Reader(province_id, hashlib.sha256(content).hexdigest()).read(content)


def apply(principal: Principal | None, plan: Plan) -> Applied:
    """Writes a plan in one transaction; refused when any row is (mend the workbook and read it again), or when what it was held against has
    changed meanwhile. `principal` None: the operator at the command line. One entry in the journal names the file and what it changed."""
    if principal is not None:
        rules.need_administrator(principal)
    if plan.refused:
        raise RuleBroken.of("file", _("Còn %d hàng chưa nhận được; sửa tệp rồi nhập lại.") % len(plan.refused))
    now = clock.now()
    with transaction.atomic():
        for row, values in plan.changes:
            found = type(row).objects.filter(pk=row.pk, version=row.version)
            if not found.update(version=row.version + 1, **values):
                raise Conflict(_("Dữ liệu đã thay đổi sau khi kiểm tra tệp. Kiểm tra lại rồi nhập."))
        written: tuple[tuple[Any, list[Any]], ...] = (
            (Agency, plan.agencies),
            (Division, plan.divisions),
            (ReceptionPoint, plan.points),
            (Position, plan.positions),
            (Account, plan.accounts),
            (Officer, plan.officers),
            (Posting, plan.postings),
        )
        for model, rows in written:
            model.objects.bulk_create(rows, batch_size=1000)
        invited = [(account, secrets.token_urlsafe(24)) for account in plan.accounts]
        Invitation.objects.bulk_create(
            [
                Invitation(
                    account=account,
                    digest=hashlib.sha256(secret.encode()).digest(),
                    expires_at=now + timedelta(days=INVITATION_DAYS),
                )
                for account, secret in invited
            ],
            batch_size=1000,
        )
        if any(plan.counts[outcome] for outcome in ("added", "changed")):
            registers.record(
                plan.province_id,
                principal,
                "organisation",
                UUID(plan.digest[:32]),
                "import",
                {
                    "file_sha256": plan.digest,
                    "counts": plan.counts,
                    "changed": [[type(r)._meta.model_name, str(r.pk), sorted(v)] for r, v in plan.changes],
                },
            )
    queries.forget()
    principals.forget()
    return Applied(plan.counts, tuple((account.login, secret) for account, secret in invited))


class _Reader:
    """Keeps what stands and what the workbook adds, so that a later row may name an earlier one."""

    def __init__(self, province_id: int, digest: str) -> None:
        self.plan = Plan(province_id, digest)
        self.agencies = {a.code: a for a in Agency.objects.filter(province_id=province_id)}
        self.divisions = {(d.agency_id, fold(d.name)): d for d in Division.objects.filter(province_id=province_id)}
        self.points = {(p.agency_id, fold(p.name)): p for p in ReceptionPoint.objects.filter(province_id=province_id)}
        self.positions = {(p.division_id, fold(p.title)): p for p in Position.objects.filter(province_id=province_id)}
        self.logins = {a.login: a for a in Account.objects.all()}
        officers = list(Officer.objects.filter(province_id=province_id))
        self.by_account = {o.account_id: o for o in officers if o.account_id}
        self.held: dict[tuple[UUID, UUID], Posting] = {}
        self.by_name: dict[tuple[UUID, str], Officer] = {}
        named = {o.id: o for o in officers}
        for posting in Posting.objects.filter(province_id=province_id, valid_to=None):
            self.held[posting.officer_id, posting.position_id] = posting
            self.by_name[posting.position_id, fold(named[posting.officer_id].full_name)] = named[posting.officer_id]
        self.seen: set[tuple[str, Any]] = set()

    def read(self, content: bytes) -> Plan:
        handle = {
            "agency": self._agency,
            "division": self._division,
            "reception_point": self._point,
            "position": self._position,
            "officer": self._officer,
        }
        for row in spreadsheet.read(content):
            if row.faults:
                self._line(row, self._named(row), "refused", " ".join(row.faults))
                continue
            handle[row.sheet.key](row)
        return self.plan

    def _named(self, row: Row) -> str:
        values = row.values
        parts = [values.get(key) for key in ("code", "full_name", "title", "name") if values.get(key)]
        return ", ".join(str(part) for part in parts)

    def _line(self, row: Row, what: str, outcome: str, detail: str = "") -> None:
        self.plan.lines.append(Line(row.sheet.title, row.number, what, outcome, detail))

    def _refuse(self, row: Row, reason: str) -> None:
        self._line(row, self._named(row), "refused", reason)

    def _twice(self, row: Row, key: Any) -> bool:
        """The same thing in two rows would be written twice."""
        if (row.sheet.key, key) in self.seen:
            self._refuse(row, _("Trùng với một hàng ở trên trong cùng trang."))
            return True
        self.seen.add((row.sheet.key, key))
        return False

    def _kept_or_changed(self, row: Row, standing: Any, values: dict[str, Any]) -> None:
        """Empty cells change nothing: a workbook may hold only what it knows."""
        changed = {
            name: value
            for name, value in values.items()
            if value not in ("", None) and getattr(standing, name) != value
        }
        if not changed:
            self._line(row, self._named(row), "unchanged")
            return
        self.plan.changes.append((standing, changed))
        self._line(row, self._named(row), "changed", ", ".join(sorted(changed)))

    def _added(self, row: Row, into: list[Any], new: Any) -> None:
        into.append(new)
        self._line(row, self._named(row), "added")

    def _agency(self, row: Row) -> None:
        values = dict(row.values)
        code, parent, commune = values.pop("code"), values.pop("parent"), values.pop("commune")
        if not is_code(code):
            return self._refuse(row, _("Mã định danh không đúng dạng, ví dụ H41.170."))
        if parent and parent not in self.agencies:
            return self._refuse(row, _("Không có cơ quan cấp trên mang mã %s.") % parent)
        if commune and places.commune(commune.zfill(5), values["valid_from"]) is None:
            return self._refuse(row, _("Không có xã, phường, đặc khu mang mã %s vào ngày đó.") % commune)
        if values["kind"] == "people_committee_commune" and not commune:
            return self._refuse(row, _("Ủy ban nhân dân cấp xã phải có mã xã."))
        if self._twice(row, code):
            return None
        values |= {"parent_id": self.agencies[parent].id if parent else None}
        values |= {"commune_id": commune.zfill(5) if commune else None}
        standing = self.agencies.get(code)
        if not self._placed(row, values, standing):
            return None
        if standing:
            return self._kept_or_changed(row, standing, values)
        self.agencies[code] = Agency(province_id=self.plan.province_id, code=code, **values)
        return self._added(row, self.plan.agencies, self.agencies[code])

    def _placed(self, row: Row, values: dict[str, Any], standing: Agency | ReceptionPoint | None) -> bool:
        """Puts today's commune beside the address, by the rule of the pages; a row whose address cannot be placed is refused."""
        chosen = values.pop("address_commune_id")
        if not values["address"]:
            return True
        values["address_commune_id"] = chosen.zfill(5) if chosen else None
        try:
            place_address(values, standing)
        except NotPlaced as fault:
            advice = _(" Ghi một mã ở cột “%s”.") % ADDRESS_COMMUNE.heading if fault.choices else ""
            self._refuse(row, _("Địa chỉ “%s”: ") % values["address"] + fault.told + advice)
            return False
        return True

    def _agency_of(self, row: Row) -> Agency | None:
        code = row.values["agency"]
        if code not in self.agencies:
            self._refuse(row, _("Không có cơ quan mang mã %s; thêm ở trang “Cơ quan”.") % code)
        return self.agencies.get(code)

    def _division(self, row: Row) -> None:
        agency = self._agency_of(row)
        if agency is None:
            return None
        key = (agency.id, fold(row.values["name"]))
        if self._twice(row, key):
            return None
        values = {name: row.values[name] for name in ("kind", "name", "instrument")}
        if standing := self.divisions.get(key):
            return self._kept_or_changed(row, standing, values)
        self.divisions[key] = Division(province_id=self.plan.province_id, agency=agency, **values)
        return self._added(row, self.plan.divisions, self.divisions[key])

    def _point(self, row: Row) -> None:
        agency = self._agency_of(row)
        if agency is None:
            return None
        key = (agency.id, fold(row.values["name"]))
        if self._twice(row, key):
            return None
        values = {name: value for name, value in row.values.items() if name != "agency"}
        standing = self.points.get(key)
        if not self._placed(row, values, standing):
            return None
        if standing:
            return self._kept_or_changed(row, standing, values)
        self.points[key] = ReceptionPoint(province_id=self.plan.province_id, agency=agency, **values)
        return self._added(row, self.plan.points, self.points[key])

    def _division_of(self, row: Row, agency: Agency) -> Division | None:
        found = self.divisions.get((agency.id, fold(row.values["division"])))
        if found is None:
            self._refuse(row, _("Cơ quan không có phòng “%s”; thêm ở trang “Phòng”.") % row.values["division"])
        return found

    def _position(self, row: Row) -> None:
        agency = self._agency_of(row)
        division = self._division_of(row, agency) if agency else None
        if agency is None or division is None:
            return None
        key = (division.id, fold(row.values["title"]))
        if self._twice(row, key):
            return None
        values = {name: row.values[name] for name in ("title", "roles", "specialism", "authorised", "instrument")}
        if standing := self.positions.get(key):
            if not values["roles"]:
                del values["roles"]
            return self._kept_or_changed(row, standing, values)
        self.positions[key] = Position(province_id=self.plan.province_id, agency=agency, division=division, **values)
        return self._added(row, self.plan.positions, self.positions[key])

    def _officer(self, row: Row) -> None:
        values = row.values
        position = None
        if values["agency"]:
            agency = self._agency_of(row)
            division = self._division_of(row, agency) if agency else None
            if agency is None or division is None:
                return None
            position = self.positions.get((division.id, fold(values["title"])))
            if position is None:
                return self._refuse(
                    row, _("Phòng không có vị trí “%s”; thêm ở trang “Vị trí việc làm”.") % values["title"]
                )
        sender = self.agencies.get(values["seconded_from"]) if values["seconded_from"] else None
        posting = values["posting"] or "appointed"
        if posting == "seconded" and sender is None:
            return self._refuse(row, _("Biệt phái, tăng cường phải có mã cơ quan cử đúng."))
        login = values["login"].lower()
        if login and not rules.is_login(login):
            return self._refuse(row, _("Tên đăng nhập gồm 3 đến 64 chữ không dấu, số, dấu chấm, gạch nối."))
        if self._twice(row, (login or fold(values["full_name"]), position.id if position else None)):
            return None
        officer = self._standing_officer(login, values["full_name"], position)
        if login in self.logins and officer is None:
            return self._refuse(row, _("Tên đăng nhập này thuộc một tài khoản khác."))
        personal = {name: values[name] for name in ("full_name", "category", "phone", "email")}
        if officer is not None and (position is None or (officer.id, position.id) in self.held):
            if officer.full_name != personal["full_name"]:
                personal["sort_key"] = sort_key(personal["full_name"])
            if officer._state.adding:  # made by an earlier row of this workbook
                return self._line(row, self._named(row), "unchanged")
            return self._kept_or_changed(row, officer, personal)
        if officer is None:
            officer = self._new_officer(login, personal, values["valid_from"])
        if position is not None:
            new = Posting(
                province_id=self.plan.province_id,
                officer=officer,
                position=position,
                kind=posting,
                seconded_from=sender if posting == "seconded" else None,
                valid_from=values["valid_from"],
                instrument=values["instrument"],
            )
            self.plan.postings.append(new)
            self.held[officer.id, position.id] = new
            self.by_name[position.id, fold(values["full_name"])] = officer
        return self._line(row, self._named(row), "added")

    def _standing_officer(self, login: str, full_name: str, position: Position | None) -> Officer | None:
        """By login; without one, by name in the same position."""
        if login:
            account = self.logins.get(login)
            return self.by_account.get(account.id) if account else None
        return self.by_name.get((position.id, fold(full_name))) if position else None

    def _new_officer(self, login: str, personal: dict[str, Any], valid_from: date) -> Officer:
        account = None
        if login:
            account = Account(login=login)
            account.set_unusable_password()
            self.logins[login] = account
            self.plan.accounts.append(account)
        officer = Officer(
            province_id=self.plan.province_id,
            account=account,
            sort_key=sort_key(personal["full_name"]),
            valid_from=valid_from,
            **personal,
        )
        if account:
            self.by_account[account.id] = officer
        self.plan.officers.append(officer)
        return officer
