"""Writes about one's own account and its second factor; and what an administrator or the operator does for who lost the phone.

Each locks the account's row first, so that two changes of one account queue. Sessions end by a step of the account's epoch
(`Account.session_epoch`); a view that wants to keep its own stores the new hash in it (`update_session_auth_hash`).
Attempts are counted by the views, before and outside these transactions: a refused attempt must count too.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.organisation import encryption, one_time_codes, registers, rules, scope
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Account, Officer, RecoveryCode, SecondFactor
from motcua.organisation.principal import Principal
from motcua.worktime import clock

log = structlog.get_logger("motcua.organisation")


def use_code(account_id: UUID, code: str) -> bool:
    """Whether this is a right code of the account's phone or one of its recovery codes; if so it is used up.

    One transaction with the factor's row locked: of parallel uses of one code exactly one succeeds. An account without a factor has
    no right code. What no key reads any more is refused like a wrong code, and told to the operator in the log.
    """
    plain = one_time_codes.plain_code(code)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(account_id=account_id).first()
        if factor is None:
            return False
        if one_time_codes.is_recovery_code(plain):
            return _use_recovery_code(account_id, plain)
        try:
            secret = encryption.decrypt(bytes(factor.secret))
            step = one_time_codes.matching_step(secret, plain, clock.now(), factor.last_step)
            if step is None:
                return False
            factor.last_step, factor.secret = step, encryption.renewed(bytes(factor.secret))
        except encryption.Unreadable:
            log.error("second_factor_unreadable", account=str(account_id))
            return False
        factor.save(update_fields=["last_step", "secret"])
        return True


def _use_recovery_code(account_id: UUID, code: str) -> bool:
    """One UPDATE decides: a second one waits for the first, and then finds the code used."""
    digests = encryption.recovery_digests(account_id, code)
    unused = RecoveryCode.objects.filter(account_id=account_id, digest__in=digests, used_at=None)
    return unused.update(used_at=clock.now()) == 1


def enrol(principal: Principal, secret: bytes, code: str) -> list[str]:
    """The first phone: its secret is kept when the code is right. Returns the recovery codes, shown this once; all sessions end.

    Raises RuleBroken at `code`, Conflict when the account has a phone already.
    """
    with transaction.atomic():
        account = _locked(principal.account_id)
        if SecondFactor.objects.filter(account=account).exists():
            raise Conflict(_("Tài khoản đã có xác thực hai lớp. Để đổi sang điện thoại khác, mở trang Tài khoản."))
        step = _first_step(secret, code)
        SecondFactor.objects.create(
            account=account, secret=encryption.encrypt(secret), confirmed_at=clock.now(), last_step=step
        )
        codes = _new_recovery_codes(account)
        _end_sessions(account)
        _record(principal, account, "enrol_second_factor")
        return codes


def replace(principal: Principal, secret: bytes, code: str, password: str, old_code: str) -> list[str]:
    """Another phone in place of the present one, whose code (or a recovery code) is asked with the password. As `enrol` otherwise.

    Raises RuleBroken at `code` (the new phone's), `password` or `old_code`; nothing is used up then.
    """
    with transaction.atomic():
        account = _locked(principal.account_id)
        step = _first_step(secret, code)
        _prove(account, password, old_code, "old_code")
        SecondFactor.objects.filter(account=account).update(
            secret=encryption.encrypt(secret), confirmed_at=clock.now(), last_step=step
        )
        codes = _new_recovery_codes(account)
        _end_sessions(account)
        _record(principal, account, "replace_second_factor")
        return codes


def renew_recovery_codes(principal: Principal, password: str, code: str) -> list[str]:
    """Ten new codes; the old ones open nothing any more. Raises RuleBroken at `password` or `code`."""
    with transaction.atomic():
        account = _locked(principal.account_id)
        _prove(account, password, code)
        codes = _new_recovery_codes(account)
        _record(principal, account, "renew_recovery_codes")
        return codes


def remove(principal: Principal, password: str, code: str) -> None:
    """The account signs in by password alone again, and its sessions end. Raises Forbidden where everybody must have a second factor."""
    if settings.MOTCUA_SECOND_FACTOR == "all":
        raise Forbidden(_("Đơn vị yêu cầu mọi cán bộ dùng xác thực hai lớp: chỉ đổi được sang điện thoại khác."))
    with transaction.atomic():
        account = _locked(principal.account_id)
        _prove(account, password, code)
        _drop_factor(account)
        _end_sessions(account)
        _record(principal, account, "remove_second_factor")


def change_password(principal: Principal, current: str, new: str) -> None:
    """Raises RuleBroken at `current` or `new`. All sessions end."""
    with transaction.atomic():
        account = _locked(principal.account_id)
        if not account.check_password(current):
            raise RuleBroken.of("current", _("Mật khẩu hiện tại không đúng."))
        _set_password(account, new)
        _record(principal, account, "change_password")


def end_sessions(principal: Principal) -> None:
    """Signs the account out everywhere, here too."""
    with transaction.atomic():
        account = _locked(principal.account_id)
        _end_sessions(account)
        _record(principal, account, "end_sessions")


def reset_second_factor(principal: Principal | None, account: Account) -> None:
    """For an officer who lost phone and recovery codes: takes factor and codes away and ends the account's sessions. API tokens stay.

    By an administrator of the officer's province, never for themselves; by the operator of the installation when `principal` is None.
    Raises Forbidden, NotFound (no officer of the province), Conflict (nothing to take away).
    """
    if principal:
        rules.need_administrator(principal)
    if principal and principal.account_id == account.pk:
        raise Forbidden(_("Bạn không tự đặt lại xác thực hai lớp của mình; nhờ một quản trị khác."))
    with scope.enter(principal.scope if principal else scope.worker()):
        if principal and not Officer.objects.filter(province_id=principal.province_id, account=account).exists():
            raise NotFound(_("Không tìm thấy tài khoản này trong tỉnh."))
        locked = _locked(account.pk)
        if not _drop_factor(locked):
            raise Conflict(_("Tài khoản này chưa có xác thực hai lớp, không có gì để đặt lại."))
        _end_sessions(locked)
        _record(principal, locked, "reset_second_factor")


def set_password(account: Account, new: str) -> None:
    """By the operator of the installation. Raises RuleBroken at `new`. All sessions end; the second factor stays."""
    with scope.enter(scope.worker()):
        locked = _locked(account.pk)
        _set_password(locked, new)
        _record(None, locked, "set_password")


def _locked(account_id: UUID) -> Account:
    return Account.objects.select_for_update().get(pk=account_id)


def _first_step(secret: bytes, code: str) -> int:
    """The step of the new phone's first code. Raises RuleBroken at `code`, saying by how much its clock is wrong when that is why."""
    plain, now = one_time_codes.plain_code(code), clock.now()
    step = one_time_codes.matching_step(secret, plain, now)
    if step is not None:
        return step
    minutes = one_time_codes.clock_error(secret, plain, now)
    if minutes is None:
        raise RuleBroken.of(
            "code", _("Mã không đúng. Nhập 6 chữ số đang hiện trong ứng dụng, của mục vừa thêm cho trang này.")
        )
    sentence = (
        _("Đồng hồ điện thoại chạy nhanh khoảng %(minutes)d phút. Bật đặt giờ tự động trên điện thoại rồi nhập mã mới.")
        if minutes > 0
        else _(
            "Đồng hồ điện thoại chạy chậm khoảng %(minutes)d phút. Bật đặt giờ tự động trên điện thoại rồi nhập mã mới."
        )
    )
    raise RuleBroken.of("code", sentence % {"minutes": abs(minutes)})


def _prove(account: Account, password: str, code: str, code_field: str = "code") -> None:
    """The password first: who does not know it learns nothing about codes. Raises RuleBroken."""
    if not account.check_password(password):
        raise RuleBroken.of("password", _("Mật khẩu không đúng."))
    if not use_code(account.pk, code):
        raise RuleBroken.of(code_field, wrong_code())


def wrong_code() -> str:
    """What is said of a code that is wrong, late or used; never which of them, so that guessing teaches nothing."""
    return _(
        "Mã không đúng, đã hết hạn hoặc đã dùng rồi. Chờ ứng dụng hiện mã mới rồi nhập lại; nếu vẫn không được, "
        "kiểm tra điện thoại đã bật đặt ngày giờ tự động."
    )


def _new_recovery_codes(account: Account) -> list[str]:
    codes = one_time_codes.new_recovery_codes()
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=encryption.recovery_digest(account.pk, code), created_at=clock.now())
        for code in codes
    )
    return codes


def _drop_factor(account: Account) -> bool:
    """The factor first, as `use_code` locks it first: the other order could wait in a circle."""
    deleted, _by_model = SecondFactor.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    return deleted > 0


def _set_password(account: Account, new: str) -> None:
    need_strong(account, new, "new")
    account.set_password(new)
    account.save(update_fields=["password"])
    _end_sessions(account)


def need_strong(account: Account, password: str, field: str) -> None:
    """Raises RuleBroken at `field` when the password is too weak to be the account's."""
    try:
        password_validation.validate_password(password, account)
    except ValidationError as refused:
        sentences = [_too_weak(fault) for fault in refused.error_list]
        raise RuleBroken([FieldError(field, sentence) for sentence in sentences], " ".join(sentences)) from None


def _too_weak(fault: ValidationError) -> str:
    """In our words: Django's Vietnamese has some of these in English."""
    match fault.code:
        case "password_too_short":
            return _("Mật khẩu mới quá ngắn: cần ít nhất %(min_length)d ký tự.") % (fault.params or {})
        case "password_too_common":
            return _("Mật khẩu mới quá phổ biến, người khác dễ đoán. Chọn mật khẩu khác.")
        case "password_too_similar":
            return _("Mật khẩu mới quá giống tên đăng nhập. Chọn mật khẩu khác.")
    return " ".join(fault.messages)


def _end_sessions(account: Account) -> None:
    account.session_epoch += 1
    account.save(update_fields=["session_epoch"])


def _record(principal: Principal | None, account: Account, act: str) -> None:
    """In the journal of registers, without a word about the person. Sets the scope the journal asks for."""
    province = principal.province_id if principal else settings.MOTCUA_PROVINCE
    with scope.enter(principal.scope if principal else scope.worker()):
        registers.record(province, principal, "account", account.pk, act, {})
