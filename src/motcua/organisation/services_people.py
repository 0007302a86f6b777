"""Writes about people: officers, their postings and moves, absences, delegations, and the invitation by which they set their password."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.organisation import principal as principals
from motcua.organisation import registers, rules
from motcua.organisation.errors import Conflict, FieldError, NotFound, RuleBroken
from motcua.organisation.models import (
    ABSENCE_REASONS,
    OFFICER_CATEGORIES,
    POSTING_KINDS,
    Absence,
    Account,
    Agency,
    Delegation,
    Invitation,
    Officer,
    Position,
    Posting,
)
from motcua.organisation.principal import Principal
from motcua.organisation.services_account import need_strong
from motcua.organisation.services_structure import locked, made_before
from motcua.places.text import sort_key
from motcua.worktime import clock

INVITATION_DAYS = 7


# --- officers -----------------------------------------------------------------------------------------------------------


def create_officer(
    principal: Principal,
    values: Mapping[str, Any],
    *,
    login: str = "",
    position_id: UUID | None = None,
    instrument: str = "",
    id: UUID | None = None,
) -> tuple[UUID, str]:
    """A new officer, with an account when `login` is given and a first posting when `position_id` is.

    `values`: full_name, category, phone, email, valid_from. `id`: the key of the request; sent again, it adds nobody and shows no secret.
    Returns (officer's id, the secret of the invitation or ""). Raises Forbidden, RuleBroken.
    """
    rules.need_administrator(principal)
    given = _officer_values(values)
    with transaction.atomic():
        if id is not None and made_before(Officer, principal.province_id, id):
            return id, ""
        account = _new_account(login) if login else None
        officer = Officer(
            province_id=principal.province_id, account=account, sort_key=sort_key(given["full_name"]), **given
        )
        if id is not None:
            officer.id = id
        officer.save(force_insert=True)
        registers.record(
            principal.province_id, principal, "officer", officer.id, "create", {"category": officer.category}
        )
        if position_id:
            _post(principal, officer, position_id, "appointed", given["valid_from"], instrument, None)
        secret = _invite(principal, account) if account else ""
    principals.forget()
    return officer.id, secret


def change_officer(principal: Principal, officer_id: UUID, version: int, values: Mapping[str, Any]) -> None:
    """Corrects what is known of an officer. The journal names the fields, not the words: they are personal data."""
    rules.need_administrator(principal)
    with transaction.atomic():
        officer = locked(Officer, principal.province_id, officer_id, version)
        given = _officer_values({**{name: getattr(officer, name) for name in OFFICER_FIELDS}, **values})
        if officer.valid_to is not None and given["valid_from"] > officer.valid_to:
            raise RuleBroken.of("valid_from", _("Ngày bắt đầu phải trước ngày thôi việc."))
        changed = [name for name, value in given.items() if getattr(officer, name) != value]
        if not changed:
            return
        for name in changed:
            setattr(officer, name, given[name])
        officer.sort_key = sort_key(officer.full_name)
        officer.version += 1
        officer.save()
        registers.record(principal.province_id, principal, "officer", officer.id, "change", {"fields": sorted(changed)})
    principals.forget()


def end_service(principal: Principal, officer_id: UUID, version: int, day: date, instrument: str) -> None:
    """The officer leaves the service: from `day` on no posting, no delegation, no way in. Their past work keeps their name."""
    rules.need_administrator(principal)
    if not instrument.strip():
        raise RuleBroken.of("instrument", _("Nhập số, ngày của quyết định."))
    with transaction.atomic():
        officer = locked(Officer, principal.province_id, officer_id, version)
        if officer.account_id == principal.account_id:
            raise RuleBroken.of("officer", _("Bạn không tự cho mình thôi việc; nhờ một quản trị khác."))
        if day < officer.valid_from:
            raise RuleBroken.of("valid_to", _("Ngày thôi việc phải sau ngày bắt đầu."))
        if officer.valid_to is not None:
            raise Conflict(_("Người này đã thôi việc."))
        for posting in Posting.objects.select_for_update().filter(officer=officer).filter(_after(day)):
            _end_posting(principal, posting, max(day, posting.valid_from), instrument)
        # Authority lent to them ends with their service: at once when they are gone, on their last day when that is still to come.
        lent = Delegation.objects.filter(officer=officer, ended_at=None, valid_to__gte=day)
        lent.filter(valid_from__gte=day).update(ended_at=clock.now())
        lent.filter(valid_from__lt=day, ended_at=None).update(valid_to=day - timedelta(days=1))
        officer.valid_to = day
        officer.version += 1
        officer.save()
        if officer.account_id and day <= clock.now().date():
            Account.objects.filter(pk=officer.account_id).update(is_active=False)
        registers.record(
            principal.province_id,
            principal,
            "officer",
            officer.id,
            "end",
            {"valid_to": day.isoformat(), "instrument": instrument.strip()},
        )
    principals.forget()


# --- postings -----------------------------------------------------------------------------------------------------------


def post(
    principal: Principal,
    officer_id: UUID,
    position_id: UUID,
    *,
    kind: str,
    valid_from: date,
    instrument: str,
    seconded_from: UUID | None = None,
    ending: Mapping[UUID, int] | None = None,
    id: UUID | None = None,
) -> UUID:
    """The officer takes a position from the day on. `ending`: postings (id -> version) that this one replaces: a move (điều động) ends them
    on that day; a secondment or a concurrent post ends none. `id`: the key of the request. Returns the new posting's id. Raises Forbidden,
    NotFound, Conflict, RuleBroken."""
    rules.need_administrator(principal)
    with transaction.atomic():
        if id is not None and made_before(Posting, principal.province_id, id):
            return id
        # Their service may not end while a post is given.
        officer = Officer.objects.select_for_update().filter(province_id=principal.province_id, id=officer_id).first()
        if officer is None:
            raise NotFound(_("Không tìm thấy cán bộ này trong tỉnh của bạn."))
        for old_id, version in sorted((ending or {}).items()):
            old = locked(Posting, principal.province_id, old_id, version)
            if old.officer_id != officer_id:
                raise NotFound(_("Không tìm thấy mục này trong tỉnh của bạn."))
            if valid_from < old.valid_from:
                raise RuleBroken.of("valid_from", _("Ngày chuyển phải sau ngày bắt đầu giữ vị trí cũ."))
            if old.valid_to is None or valid_from < old.valid_to:
                _end_posting(principal, old, valid_from, instrument)
        made = _post(principal, officer, position_id, kind, valid_from, instrument, seconded_from, id)
    principals.forget()
    return made


def end_posting(principal: Principal, posting_id: UUID, version: int, day: date, instrument: str) -> None:
    """The officer gives the position up on the day. Raises Forbidden, NotFound, Conflict, RuleBroken."""
    rules.need_administrator(principal)
    if not instrument.strip():
        raise RuleBroken.of("instrument", _("Nhập số, ngày của quyết định."))
    with transaction.atomic():
        posting = locked(Posting, principal.province_id, posting_id, version)
        if day < posting.valid_from:
            raise RuleBroken.of("valid_to", _("Ngày kết thúc phải từ ngày bắt đầu trở đi."))
        if posting.valid_to is not None and posting.valid_to <= day:
            raise Conflict(_("Bố trí này đã kết thúc trước ngày đó."))
        _end_posting(principal, posting, day, instrument)
    principals.forget()


def _end_posting(principal: Principal, posting: Posting, day: date, instrument: str) -> None:
    """Writes the end of a locked posting and tells the journal."""
    posting.valid_to = day
    posting.version += 1
    posting.save()
    registers.record(
        principal.province_id,
        principal,
        "posting",
        posting.id,
        "end",
        {"valid_to": day.isoformat(), "instrument": instrument.strip()},
    )


def _post(
    principal: Principal,
    officer: Officer,
    position_id: UUID,
    kind: str,
    valid_from: date,
    instrument: str,
    seconded_from: UUID | None,
    id: UUID | None = None,
) -> UUID:
    position = Position.objects.select_for_update().filter(province_id=principal.province_id, id=position_id).first()
    if position is None:
        raise RuleBroken.of("position", _("Chọn vị trí việc làm."))
    faults = []
    if kind not in POSTING_KINDS:
        faults.append(FieldError("kind", _("Chọn hình thức bố trí.")))
    if kind == "seconded" and seconded_from is None:
        faults.append(FieldError("seconded_from", _("Chọn cơ quan cử biệt phái, tăng cường.")))
    if not instrument.strip():
        faults.append(FieldError("instrument", _("Nhập số, ngày của quyết định.")))
    if position.valid_to is not None and position.valid_to <= valid_from:
        faults.append(FieldError("position", _("Vị trí này đã bãi bỏ.")))
    if kind == "seconded" and seconded_from == position.agency_id:
        faults.append(FieldError("seconded_from", _("Cơ quan cử phải khác cơ quan nhận.")))
    if kind == "seconded" and seconded_from and not _has_agency(principal.province_id, seconded_from):
        faults.append(FieldError("seconded_from", _("Không tìm thấy cơ quan này trong tỉnh của bạn.")))
    if valid_from < officer.valid_from:
        faults.append(FieldError("valid_from", _("Ngày nhận vị trí phải từ ngày bắt đầu làm việc trở đi.")))
    if officer.valid_to is not None and officer.valid_to <= valid_from:
        faults.append(FieldError("officer", _("Người này đã thôi việc.")))
    if Posting.objects.filter(officer=officer, position=position).filter(_after(valid_from)).exists():
        faults.append(FieldError("position", _("Người này đang giữ vị trí đó.")))
    if barred := rules.may_grant(principal, position.roles) if officer.account_id == principal.account_id else []:
        faults.append(FieldError("position", _("Bạn không tự trao cho mình vai trò: %s.") % ", ".join(barred)))
    if faults:
        raise RuleBroken(faults)
    posting = Posting(
        province_id=principal.province_id,
        officer=officer,
        position=position,
        kind=kind,
        seconded_from_id=seconded_from if kind == "seconded" else None,
        valid_from=valid_from,
        instrument=instrument.strip(),
    )
    if id is not None:
        posting.id = id
    posting.save(force_insert=True)
    registers.record(
        principal.province_id,
        principal,
        "posting",
        posting.id,
        "create",
        {
            "officer": str(officer.id),
            "position": str(position.id),
            "kind": kind,
            "valid_from": valid_from.isoformat(),
            "instrument": posting.instrument,
        },
    )
    return posting.id


# --- absences and delegations -------------------------------------------------------------------------------------------


def record_absence(
    principal: Principal,
    officer_id: UUID,
    reason: str,
    valid_from: date,
    valid_to: date,
    instrument: str = "",
    *,
    id: UUID | None = None,
) -> UUID:
    """Days on which an officer of the agency does not work. An officer records their own. `id`: the key of the request. Raises Forbidden,
    NotFound, RuleBroken."""
    agencies = _agencies_of(principal.province_id, officer_id)
    if officer_id != principal.officer_id:
        _need_manager_of(principal, agencies, _("Không tìm thấy cán bộ này trong tỉnh của bạn."))
    faults = list(rules.period_faults(valid_from, valid_to))
    if reason not in ABSENCE_REASONS:
        faults.append(FieldError("reason", _("Chọn lý do vắng mặt.")))
    with transaction.atomic():
        if id is not None and made_before(Absence, principal.province_id, id):
            return id
        Officer.objects.select_for_update().get(id=officer_id)  # two recordings at once see each other's days
        if Absence.objects.filter(
            officer_id=officer_id, cancelled_at=None, valid_from__lte=valid_to, valid_to__gte=valid_from
        ).exists():
            faults.append(FieldError("valid_from", _("Người này đã có một lần vắng mặt trùng những ngày đó.")))
        if faults:
            raise RuleBroken(faults)
        row = Absence(
            province_id=principal.province_id,
            officer_id=officer_id,
            reason=reason,
            valid_from=valid_from,
            valid_to=valid_to,
            instrument=instrument.strip(),
        )
        if id is not None:
            row.id = id
        row.save(force_insert=True)
        registers.record(
            principal.province_id,
            principal,
            "absence",
            row.id,
            "create",
            {"officer": str(officer_id), "valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat()},
        )
    return row.id


def cancel_absence(principal: Principal, absence_id: UUID) -> None:
    """Back earlier than announced, or entered by mistake. Raises Forbidden, NotFound, Conflict."""
    with transaction.atomic():
        row = Absence.objects.select_for_update().filter(province_id=principal.province_id, id=absence_id).first()
        if row is None:
            raise NotFound(_("Không tìm thấy mục này trong tỉnh của bạn."))
        if row.officer_id != principal.officer_id:
            agencies = _agencies_of(principal.province_id, row.officer_id)
            _need_manager_of(principal, agencies, _("Không tìm thấy mục này trong tỉnh của bạn."))
        if row.cancelled_at:
            raise Conflict(_("Lần vắng mặt này đã được hủy."))
        row.cancelled_at = clock.now()
        row.save()
        registers.record(principal.province_id, principal, "absence", row.id, "cancel", {})


def delegate(
    principal: Principal,
    position_id: UUID,
    officer_id: UUID,
    *,
    roles: tuple[str, ...],
    subjects: tuple[str, ...],
    subject_name: str,
    valid_from: date,
    valid_to: date,
    instrument: str,
    reason: str = "",
    id: UUID | None = None,
) -> UUID:
    """Lets an officer act in a position between two days (both included) by a document.

    The holder of the position delegates themselves, or a manager of the agency records the document; nobody who acts by delegation does.
    `id`: the key of the request. Raises Forbidden, NotFound, RuleBroken.
    """
    rules.need_own_authority(principal)
    with transaction.atomic():
        if id is not None and made_before(Delegation, principal.province_id, id):
            return id
        position = (
            Position.objects.select_for_update().filter(province_id=principal.province_id, id=position_id).first()
        )
        if position is None:
            raise NotFound(_("Không tìm thấy vị trí này trong tỉnh của bạn."))
        if principal.position_id != position_id or principal.delegation_id is not None:
            rules.need_manager(principal, position.agency_id)
        today = clock.now().date()
        asked = rules.DelegationAsked(
            frozenset(position.roles),
            position.agency_id,
            frozenset(
                Posting.objects.filter(position=position).filter(_on(today)).values_list("officer_id", flat=True)
            ),
            officer_id,
            frozenset(_agencies_of(principal.province_id, officer_id)),
            roles,
            instrument,
            valid_from,
            valid_to,
        )
        faults = rules.delegation_faults(asked, today)
        if position.valid_to is not None and position.valid_to <= valid_to:
            faults.append(FieldError("position", _("Vị trí này bãi bỏ trước khi hết ủy quyền.")))
        if not subject_name.strip():
            faults.append(FieldError("subject_name", _("Chọn phạm vi ủy quyền.")))
        if faults:
            raise RuleBroken(faults)
        row = Delegation(
            province_id=principal.province_id,
            position=position,
            officer_id=officer_id,
            roles=sorted(set(roles)),
            subjects=sorted(set(subjects)),
            subject_name=subject_name.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
            instrument=instrument.strip(),
            reason=reason.strip(),
        )
        if id is not None:
            row.id = id
        row.save(force_insert=True)
        registers.record(
            principal.province_id,
            principal,
            "delegation",
            row.id,
            "create",
            {
                "position": str(position_id),
                "officer": str(officer_id),
                "roles": row.roles,
                "subjects": row.subjects,
                "valid_from": valid_from.isoformat(),
                "valid_to": valid_to.isoformat(),
                "instrument": row.instrument,
            },
        )
    principals.forget()
    return row.id


def end_delegation(principal: Principal, delegation_id: UUID, instrument: str = "") -> None:
    """Takes a delegation back at once. Raises Forbidden, NotFound, Conflict."""
    with transaction.atomic():
        row = (
            Delegation.objects.select_for_update(of=("self",))
            .select_related("position")
            .filter(province_id=principal.province_id, id=delegation_id)
            .first()
        )
        if row is None:
            raise NotFound(_("Không tìm thấy ủy quyền này trong tỉnh của bạn."))
        _need_sight(principal, {row.position.agency_id}, _("Không tìm thấy ủy quyền này trong tỉnh của bạn."))
        rules.need_own_authority(principal)
        if principal.position_id != row.position_id:
            rules.need_manager(principal, row.position.agency_id)
        if row.ended_at:
            raise Conflict(_("Ủy quyền này đã chấm dứt."))
        row.ended_at = clock.now()
        row.save()
        registers.record(
            principal.province_id, principal, "delegation", row.id, "end", {"instrument": instrument.strip()}
        )
    principals.forget()


# --- invitations --------------------------------------------------------------------------------------------------------


def invite(principal: Principal, officer_id: UUID, login: str = "") -> str:
    """A new link for the officer's account (made with `login` when there is none); links made before no longer work. Returns its secret,
    shown once. Raises Forbidden, NotFound, RuleBroken."""
    rules.need_administrator(principal)
    with transaction.atomic():
        officer = Officer.objects.select_for_update().filter(province_id=principal.province_id, id=officer_id).first()
        if officer is None:
            raise NotFound(_("Không tìm thấy cán bộ này trong tỉnh của bạn."))
        if officer.valid_to is not None and officer.valid_to <= clock.now().date():
            raise RuleBroken.of("", _("Người này đã thôi việc, không mời lại được."))
        if officer.account is None:
            officer.account = _new_account(login)
            officer.version += 1
            officer.save()
        secret = _invite(principal, officer.account)
    principals.forget()
    return secret


def invited(secret: str) -> Account | None:
    """The account a link belongs to, or None when it was used, replaced, is too old or never was."""
    row = Invitation.objects.select_related("account").filter(digest=_digest(secret), used_at=None).first()
    return row.account if row and row.expires_at > clock.now() and row.account.is_active else None


def accept_invitation(secret: str, password: str) -> Account:
    """Sets the password of the invited account; of two uses at once one wins. Raises NotFound, RuleBroken (a weak password)."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(digest=_digest(secret), used_at=None).first()
        if row is None or row.expires_at <= clock.now() or not row.account.is_active:
            raise NotFound(_("Đường dẫn này đã dùng, đã hết hạn hoặc không đúng. Xin quản trị một đường dẫn mới."))
        need_strong(row.account, password, "password")
        row.account.set_password(password)
        row.account.save()
        row.used_at = clock.now()
        row.save()
    return row.account


def _invite(principal: Principal, account: Account) -> str:
    secret = secrets.token_urlsafe(24)
    now = clock.now()
    Invitation.objects.filter(account=account, used_at=None).update(used_at=now)
    Invitation.objects.create(account=account, digest=_digest(secret), expires_at=now + timedelta(days=INVITATION_DAYS))
    registers.record(principal.province_id, principal, "account", account.id, "invite", {})
    return secret


def _new_account(login: str) -> Account:
    login = login.strip().lower()
    if not rules.is_login(login):
        raise RuleBroken.of("login", _("Tên đăng nhập gồm 3 đến 64 chữ không dấu, số, dấu chấm, gạch nối."))
    account = Account(login=login)
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken.of("login", _("Tên đăng nhập này đã có người dùng.")) from None
    return account


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


# --- small ones ---------------------------------------------------------------------------------------------------------

OFFICER_FIELDS = ("full_name", "category", "phone", "email", "valid_from")


def _officer_values(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: values.get(name, "") for name in OFFICER_FIELDS}
    given = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in given.items()}
    faults = []
    if not given["full_name"]:
        faults.append(FieldError("full_name", _("Nhập họ và tên.")))
    if given["category"] not in OFFICER_CATEGORIES:
        faults.append(FieldError("category", _("Chọn cán bộ, công chức, viên chức hoặc người lao động.")))
    if not isinstance(given["valid_from"], date):
        faults.append(FieldError("valid_from", _("Nhập ngày bắt đầu làm việc.")))
    if faults:
        raise RuleBroken(faults)
    return given


def _has_agency(province_id: int, agency_id: UUID) -> bool:
    return Agency.objects.filter(province_id=province_id, id=agency_id).exists()


def _agencies_of(province_id: int, officer_id: UUID) -> set[UUID]:
    """Where the officer works today. Raises NotFound when the province has no such officer."""
    if not Officer.objects.filter(province_id=province_id, id=officer_id).exists():
        raise NotFound(_("Không tìm thấy cán bộ này trong tỉnh của bạn."))
    held = Posting.objects.filter(officer_id=officer_id).filter(_on(clock.now().date()))
    return set(held.values_list("position__agency_id", flat=True))


def _need_sight(principal: Principal, agencies: set[UUID], missing: str) -> None:
    """That what belongs to these agencies is the principal's to see: their own agency's, or all. Raises NotFound with the sentence `missing`."""
    if principal.agency_id not in agencies and not rules.sees_all(principal):
        raise NotFound(missing)


def _need_manager_of(principal: Principal, agencies: set[UUID], missing: str) -> None:
    """For what belongs to an officer who works in these agencies; of one who works in none, the province's administrators keep it. Raises
    NotFound, Forbidden."""
    _need_sight(principal, agencies, missing)
    managed = [agency for agency in agencies if rules.manages(principal, agency)]
    rules.need_manager(principal, next(iter(managed or agencies), UUID(int=0)))


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _after(day: date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gt=day)
