"""Writes of the structure: agencies, divisions, reception points, positions. Each checks the right, locks the row, compares the version,
and tells the journal, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation import queries, registers, rules
from motcua.organisation.errors import Conflict, FieldError, NotFound, RuleBroken
from motcua.organisation.models import (
    AGENCY_KINDS,
    DIVISION_KINDS,
    ROLES,
    Agency,
    Division,
    Position,
    Posting,
    ReceptionPoint,
)
from motcua.organisation.principal import Principal
from motcua.organisation.structure import specialisms
from motcua.places import placing
from motcua.places import queries as places

M = TypeVar("M", bound=models.Model)
LONGEST_ADDRESS = 300  # letters, as the columns are
STALE = gettext_noop("Dữ liệu đã được người khác sửa sau khi bạn mở. Tải lại trang rồi sửa tiếp.")


@dataclass(frozen=True, slots=True)
class Register:
    """How one table of the structure is changed: its name in the journal, and the fields a page may set."""

    model: type[models.Model]
    kind: str
    fields: tuple[str, ...]
    taken: str
    """The field and the sentence when the name or code exists already."""
    taken_at: str


AGENCY = Register(
    Agency,
    "agency",
    (
        *("code", "kind", "name", "parent_id", "commune_id", "address", "address_commune_id", "phone"),
        *("code_verified", "instrument", "valid_from", "valid_to"),
    ),
    gettext_noop("Mã định danh này đã có ở một cơ quan khác của tỉnh."),
    "code",
)
DIVISION = Register(
    Division,
    "division",
    ("agency_id", "kind", "name", "instrument", "valid_to"),
    gettext_noop("Cơ quan đã có phòng mang tên này."),
    "name",
)
POINT = Register(
    ReceptionPoint,
    "reception_point",
    ("agency_id", "name", "address", "address_commune_id", "phone", "hours", "instrument", "valid_from", "valid_to"),
    gettext_noop("Cơ quan đã có điểm tiếp nhận mang tên này."),
    "name",
)
POSITION = Register(
    Position,
    "position",
    ("agency_id", "division_id", "title", "roles", "authorised", "specialism", "instrument", "valid_to"),
    gettext_noop("Phòng này đã có vị trí mang tên này."),
    "title",
)


def create(principal: Principal, register: Register, values: Mapping[str, Any], *, id: UUID | None = None) -> UUID:
    """Adds a row of the structure in the principal's province; returns its id. `id`: the key of the request, so that sending it twice
    adds one row. Raises Forbidden, RuleBroken."""
    rules.need_administrator(principal)
    with transaction.atomic():
        if id is not None and made_before(register.model, principal.province_id, id):
            return id
        given = _checked(principal, register, values, None)
        row = register.model(province_id=principal.province_id, **given)
        if id is not None:
            row.pk = id
        _saved(register, lambda: row.save(force_insert=True))
        registers.record(principal.province_id, principal, register.kind, row.pk, "create", plain(given))
    queries.forget()
    return UUID(str(row.pk))


def change(principal: Principal, register: Register, id: UUID, version: int, values: Mapping[str, Any]) -> None:
    """Changes fields of a row as it stood at `version`. Raises Forbidden, NotFound, Conflict (somebody was faster), RuleBroken."""
    rules.need_administrator(principal)
    with transaction.atomic():
        row = locked(register.model, principal.province_id, id, version)
        given = _checked(principal, register, values, row)
        changed = {name: value for name, value in given.items() if getattr(row, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(row, name, value)
        row.version += 1  # type: ignore[attr-defined]
        _saved(register, row.save)
        registers.record(principal.province_id, principal, register.kind, id, "change", plain(changed))
    queries.forget()


def end(principal: Principal, register: Register, id: UUID, version: int, day: date, instrument: str) -> None:
    """Abolishes a row from the day on: nothing is deleted. A position must be empty by then, a division without standing positions.
    Raises Forbidden, NotFound, Conflict, RuleBroken."""
    rules.need_administrator(principal)
    if not instrument.strip():
        raise RuleBroken.of("instrument", _("Nhập số, ngày của quyết định."))
    with transaction.atomic():
        row = locked(register.model, principal.province_id, id, version)
        began = getattr(row, "valid_from", None)
        if began is not None and day <= began:
            raise RuleBroken.of("valid_to", _("Ngày kết thúc phải sau ngày bắt đầu."))
        if row.valid_to is not None:  # type: ignore[attr-defined]
            raise Conflict(_("Mục này đã bãi bỏ."))
        if reason := _still_needed(row, day):
            raise RuleBroken.of("valid_to", reason)
        row.valid_to = day  # type: ignore[attr-defined]
        row.version += 1  # type: ignore[attr-defined]
        row.save()
        registers.record(
            principal.province_id,
            principal,
            register.kind,
            id,
            "end",
            {"valid_to": day.isoformat(), "instrument": instrument.strip()},
        )
    queries.forget()


def made_before(model: type[models.Model], province_id: int, id: UUID) -> bool:
    """Whether a row under this key of a request stands already. Two sendings at once wait for each other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{province_id}/{id}",))
    return model._default_manager.filter(province_id=province_id, id=id).exists()


def locked(model: type[M], province_id: int, id: UUID, version: int) -> M:
    """The row of the province, locked, as the caller saw it. Raises NotFound, Conflict."""
    row = model._default_manager.select_for_update().filter(province_id=province_id, id=id).first()
    if row is None:
        raise NotFound(_("Không tìm thấy mục này trong tỉnh của bạn."))
    if row.version != version:  # type: ignore[attr-defined]
        raise Conflict(_(STALE), {"version": row.version})  # type: ignore[attr-defined]
    return row


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the journal keeps them: no personal data is among the structure's fields."""
    return {
        name: value if isinstance(value, int | str | list | bool) or value is None else str(value)
        for name, value in values.items()
    }


def _saved(register: Register, save: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as fault:
        if "_once" in str(fault):
            raise RuleBroken.of(register.taken_at, _(register.taken)) from None
        raise


def _checked(
    principal: Principal, register: Register, values: Mapping[str, Any], row: models.Model | None
) -> dict[str, Any]:
    """The values a page may set, trimmed; every fault at once. Raises RuleBroken."""
    if unknown := [name for name in values if name not in register.fields]:
        raise RuleBroken.of(unknown[0], _("Không sửa được mục này."))
    given = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    faults: list[FieldError] = []
    if "address" in register.fields:
        try:
            place_address(given, row)
        except placing.NotPlaced as fault:
            faults.append(FieldError("address", fault.told))
    whole = {name: given.get(name, getattr(row, name, None)) for name in register.fields}
    faults += [*_faults(register, whole), *_strangers(principal.province_id, row, whole)]
    added = [role for role in whole.get("roles") or [] if role not in getattr(row, "roles", ())]
    if register is POSITION and (barred := rules.may_grant(principal, added)):
        faults.append(
            FieldError("roles", _("Bạn không được trao vai trò: %s.") % ", ".join(_(ROLES[role]) for role in barred))
        )
    if faults:
        raise RuleBroken(faults)
    return given


def place_address(given: dict[str, Any], row: models.Model | None) -> None:
    """Puts today's commune beside an address that is set: the one chosen (`address_commune_id`) where it may mean several.

    What stands on the row and comes back unchanged is not asked about again. Raises placing.NotPlaced.
    """
    if not {"address", "address_commune_id"} & given.keys():
        return
    stood = (getattr(row, "address", ""), getattr(row, "address_commune_id", None))
    text = given.get("address", stood[0]) or ""
    wanted = given.get("address_commune_id") or (stood[1] if text == stood[0] else None)
    if (text, wanted) == stood and wanted:
        given["address_commune_id"] = wanted
        return
    address = placing.place(text, wanted or "", LONGEST_ADDRESS)
    given["address_commune_id"] = (address.commune_code if address else "") or None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An address of which only somebody who knows the place can say where it lies; `why` in words."""

    agency_code: str
    name: str
    address: str
    why: str


def place_standing(province_id: int, *, dry_run: bool = False) -> tuple[int, list[Unplaced]]:
    """Places the addresses that were entered as mere text: how many got their commune, and those that did not. Their text stays.

    For the operator, after the release that brought the communes; again it changes nothing. Call inside a scope of the province.
    """
    done, left = 0, []
    points = ReceptionPoint.objects.select_related("agency")
    for register, rows in ((AGENCY, Agency.objects.all()), (POINT, points)):
        waiting = rows.filter(province_id=province_id, address_commune=None).exclude(address="").order_by("id")
        for row in waiting.select_for_update(of=("self",)):
            given = {"address": row.address}
            try:
                place_address(given, row)
            except placing.NotPlaced as fault:
                code = row.code if isinstance(row, Agency) else row.agency.code
                left.append(Unplaced(code, row.name, row.address, fault.told))
                continue
            done += 1
            if not dry_run:
                row.address_commune_id = given["address_commune_id"]
                row.version += 1
                row.save(update_fields=["address_commune", "version"])
                changed = {"address_commune_id": row.address_commune_id}
                registers.record(province_id, None, register.kind, row.pk, "change", changed)
    queries.forget()
    return done, left


def _faults(register: Register, whole: Mapping[str, Any]) -> Sequence[FieldError]:
    faults = []
    if register is AGENCY:
        if not is_code(whole["code"] or ""):
            faults.append(
                FieldError(
                    "code", _("Mã định danh gồm các nhóm chữ số hoặc chữ in, cách nhau bằng dấu chấm, ví dụ H41.170.")
                )
            )
        if whole["kind"] not in AGENCY_KINDS:
            faults.append(FieldError("kind", _("Chọn loại cơ quan.")))
        if whole["kind"] == "people_committee_commune" and not whole["commune_id"]:
            faults.append(FieldError("commune_id", _("Chọn xã, phường, đặc khu của cơ quan này.")))
        if whole["valid_from"] is None:
            faults.append(FieldError("valid_from", _("Nhập ngày thành lập.")))
    if register is DIVISION and whole["kind"] not in DIVISION_KINDS:
        faults.append(FieldError("kind", _("Chọn loại phòng.")))
    if register is POINT and not whole["address"]:
        faults.append(FieldError("address", _("Nhập địa chỉ điểm tiếp nhận.")))
    if register is POINT and whole["valid_from"] is None:
        faults.append(FieldError("valid_from", _("Nhập ngày bắt đầu hoạt động.")))
    if register is POSITION:
        if strange := [role for role in whole["roles"] or [] if role not in ROLES]:
            faults.append(FieldError("roles", _("Vai trò không có trong danh mục: %s.") % ", ".join(strange)))
        if whole["specialism"] and whole["specialism"] not in specialisms():
            faults.append(FieldError("specialism", _("Chuyên ngành không có trong danh mục.")))
        if not isinstance(whole["authorised"], int) or not 0 <= whole["authorised"] <= 999:
            faults.append(FieldError("authorised", _("Biên chế là số từ 0 đến 999.")))
    name = "title" if register is POSITION else "name"
    if not whole[name]:
        faults.append(FieldError(name, _("Nhập tên.")))
    start, stop = whole.get("valid_from"), whole.get("valid_to")
    if start and stop and stop <= start:
        faults.append(FieldError("valid_to", _("Ngày kết thúc phải sau ngày bắt đầu.")))
    return faults


def _strangers(province_id: int, row: models.Model | None, whole: Mapping[str, Any]) -> Iterator[FieldError]:
    """What a row names must stand in the same province, and a post's room in the post's agency."""
    agency: Any = whole.get("agency_id")
    division: Any = whole.get("division_id")
    if "agency_id" in whole and not Agency.objects.filter(province_id=province_id, id=agency).exists():
        yield FieldError("agency_id", _("Không tìm thấy cơ quan này trong tỉnh của bạn."))
    if "division_id" in whole and not Division.objects.filter(id=division, agency_id=agency).exists():
        yield FieldError("division_id", _("Chọn một phòng của cơ quan này."))
    if commune := whole.get("commune_id"):
        found = places.commune(commune)
        if found is None or found.province_code != f"{province_id:02d}":
            yield FieldError("commune_id", _("Tỉnh không có xã, phường, đặc khu mang mã này."))
    above, seen = whole.get("parent_id"), {row.pk} if row else set()
    while above is not None:
        if above in seen:
            yield FieldError("parent_id", _("Cơ quan không thể trực thuộc chính nó."))
            return
        seen.add(above)
        parent = Agency.objects.filter(province_id=province_id, id=above).first()
        if parent is None:
            yield FieldError("parent_id", _("Không tìm thấy cơ quan cấp trên trong tỉnh của bạn."))
            return
        above = parent.parent_id


def is_code(code: str) -> bool:
    """QĐ 20/2020/QĐ-TTg as amended by QĐ 09/2025/QĐ-TTg: at most 35 characters, groups of letters and figures separated by dots."""
    groups = code.split(".")
    return 0 < len(code) <= 35 and all(
        group.isascii() and group.isalnum() and group == group.upper() for group in groups
    )


def _still_needed(row: models.Model, day: date) -> str:
    """Why this may not end on the day; empty when it may."""
    if isinstance(row, Position):
        held = Posting.objects.filter(position=row).filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day))
        if held.exists():
            return _("Còn người giữ vị trí này sau ngày đó; kết thúc hoặc chuyển bố trí trước.")
    if isinstance(row, Division):
        standing = Position.objects.filter(division=row).filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day))
        if standing.exists():
            return _("Phòng còn vị trí việc làm sau ngày đó; bãi bỏ hoặc chuyển các vị trí trước.")
    if isinstance(row, Agency):
        below = Agency.objects.filter(parent=row).filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day))
        if below.exists():
            return _("Còn cơ quan trực thuộc sau ngày đó.")
        working = Posting.objects.filter(position__agency=row).filter(
            models.Q(valid_to=None) | models.Q(valid_to__gt=day)
        )
        if working.exists():
            return _("Cơ quan còn người giữ vị trí sau ngày đó; kết thúc hoặc chuyển bố trí trước.")
    return ""
