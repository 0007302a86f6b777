"""The second factor in the database: used once, kept unreadable, taken away by who may, and what ends sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from motcua.demo.fixtures import PASSWORD, Api, principal_of
from motcua.organisation import encryption, one_time_codes, registers, scope, services_account
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Account, RecoveryCode, SecondFactor
from motcua.worktime import clock

LOGIN, ADMINISTRATOR = "tiepnhan.quynhson", "quantri.nghean"
NOON = "2026-11-25T12:00:00+07:00"
SECRET = b"12345678901234567890"


def code(later: int = 0, secret: bytes = SECRET) -> str:
    """What the phone shows `later` steps from now."""
    return one_time_codes.code_at(secret, one_time_codes.step_of(clock.now()) + later)


def enrol(login: str = LOGIN) -> list[str]:
    """The account's phone, set up one step ago, so that the present code is still unused."""
    with clock.freeze(clock.now()):  # the step must not end between the making of the code and its being looked at
        return services_account.enrol(principal_of(login), SECRET, code(-1))


def account(login: str = LOGIN) -> Account:
    return Account.objects.get(login=login)


def use(given: str, login: str = LOGIN) -> bool:
    return services_account.use_code(account(login).pk, given)


def at_once(times: int, act: Callable[[], bool]) -> int:
    """How many of so many threads succeed."""
    gate = threading.Barrier(times)

    def one(_: int) -> bool:
        try:
            gate.wait(30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return sum(pool.map(one, range(times)))


def test_a_code_opens_once_and_the_next_one_again(api: Api) -> None:
    with clock.freeze(NOON) as stopped:
        enrol()
        assert [use(code()), use(code())] == [True, False]
        stopped.tick(seconds=30)
        assert use(code())


def test_a_later_code_makes_the_earlier_ones_void(api: Api) -> None:
    with clock.freeze(NOON):
        enrol()
        assert [use(code(1)), use(code(0))] == [True, False]


def test_the_code_that_confirmed_the_phone_does_not_sign_in(api: Api) -> None:
    with clock.freeze(NOON):
        services_account.enrol(principal_of(LOGIN), SECRET, code())
        assert not use(code())


def test_of_parallel_uses_of_one_code_exactly_one_succeeds(fresh_demo: Api) -> None:
    with clock.freeze(NOON):
        enrol()
        pk, given = account().pk, code()
        assert at_once(8, lambda: services_account.use_code(pk, given)) == 1


def test_of_parallel_uses_of_one_recovery_code_exactly_one_succeeds(fresh_demo: Api) -> None:
    given = enrol()[3]
    pk = account().pk
    assert at_once(8, lambda: services_account.use_code(pk, given)) == 1
    assert RecoveryCode.objects.filter(account_id=pk, used_at=None).count() == 9


def test_a_recovery_code_opens_once_and_only_its_own_account(api: Api) -> None:
    mine, theirs = enrol(), enrol("vanthu.quynhson")
    assert not use(theirs[0])
    assert [use(one_time_codes.grouped(mine[0])), use(mine[0]), use(mine[1])] == [True, False, True]


@pytest.mark.parametrize("given", ["", "0", "000000000000", "abcdef", "１２３４５６", "9" * 400, "12345\ud800"])
def test_nonsense_opens_nothing(api: Api, given: str) -> None:
    enrol()
    assert not use(given)


def test_an_account_without_a_factor_has_no_right_code(api: Api) -> None:
    assert not use(code())


def test_neither_the_secret_nor_a_recovery_code_stands_in_the_tables(api: Api) -> None:
    codes = enrol()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM organisation_secondfactor")
        kept = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT string_agg(digest, ''::bytea) FROM organisation_recoverycode")
        digests = bytes(cursor.fetchone()[0])
    readable = [SECRET, one_time_codes.written_secret(SECRET).replace(" ", "").encode(), SECRET.hex().encode()]
    assert [text for text in readable if text in kept] == []
    assert len(digests) == 320
    assert [one for one in codes if one.encode() in digests] == []


def test_after_a_change_of_key_phones_and_recovery_codes_work_under_the_fallback(api: Api, settings: Any) -> None:
    with clock.freeze(NOON) as stopped:
        codes = enrol()
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
        assert use(codes[0])
        assert use(code())
        settings.SECRET_KEY_FALLBACKS = []
        stopped.tick(seconds=30)
        assert use(code()), "using it wrote it under the new key"
        assert not use(codes[1]), "a hash cannot be written anew"


def test_what_no_key_reads_any_more_is_a_refusal_and_no_fault(api: Api, settings: Any) -> None:
    with clock.freeze(NOON):
        enrol()
        settings.SECRET_KEY = "lost"
        assert not use(code())


def test_each_purpose_has_a_key_of_its_own(settings: Any) -> None:
    assert encryption._derived("x", encryption.SECRETS) != encryption._derived("x", encryption.RECOVERY)
    assert encryption._derived("x", encryption.SECRETS) != encryption._derived("y", encryption.SECRETS)


def test_a_wrong_first_code_enrols_nothing_and_explains_the_clock(api: Api) -> None:
    with clock.freeze(NOON):
        with pytest.raises(RuleBroken, match="6 chữ số"):
            services_account.enrol(principal_of(LOGIN), SECRET, "000000")
        with pytest.raises(RuleBroken, match="nhanh khoảng 5 phút"):
            services_account.enrol(principal_of(LOGIN), SECRET, code(10))
        with pytest.raises(RuleBroken, match="chậm khoảng 5 phút"):
            services_account.enrol(principal_of(LOGIN), SECRET, code(-10))
    assert not SecondFactor.objects.exists()


def test_two_sessions_that_enrol_at_once_end_with_one_phone(fresh_demo: Api) -> None:
    principal = principal_of(LOGIN)

    def attempt() -> bool:
        try:
            services_account.enrol(principal, SECRET, code())
        except Conflict:
            return False
        return True

    assert at_once(4, attempt) == 1
    assert RecoveryCode.objects.count() == 10


def test_another_phone_takes_password_and_old_code_and_ends_the_old_one(api: Api) -> None:
    other = b"another secret of 20"
    with clock.freeze(NOON):
        old_codes = enrol()
        principal = principal_of(LOGIN)
        for password, old, field in (("sai", code(), "password"), (PASSWORD, "000000", "old_code")):
            with pytest.raises(RuleBroken) as refused:
                services_account.replace(principal, other, code(secret=other), password, old)
            assert refused.value.errors[0].field == field
        codes = services_account.replace(principal, other, code(secret=other), PASSWORD, old_codes[0])
        assert not use(code())
        assert not use(old_codes[1])
        assert use(code(1, other))
        assert use(codes[0])


def test_a_refused_change_uses_no_code_up(api: Api) -> None:
    with clock.freeze(NOON):
        enrol()
        with pytest.raises(RuleBroken):
            services_account.renew_recovery_codes(principal_of(LOGIN), "sai", code())
        assert use(code())


def test_new_recovery_codes_make_the_old_ones_void(api: Api) -> None:
    with clock.freeze(NOON):
        old = enrol()
        new = services_account.renew_recovery_codes(principal_of(LOGIN), PASSWORD, code())
    assert [use(old[0]), use(new[0])] == [False, True]


def test_the_factor_goes_with_password_and_code_unless_everybody_must_have_one(api: Api, settings: Any) -> None:
    with clock.freeze(NOON):
        enrol()
        principal = principal_of(LOGIN)
        settings.MOTCUA_SECOND_FACTOR = "all"
        with pytest.raises(Forbidden, match="đổi được sang điện thoại khác"):
            services_account.remove(principal, PASSWORD, code())
        settings.MOTCUA_SECOND_FACTOR = "enrolled"
        services_account.remove(principal, PASSWORD, code())
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


def acts_on(login: str) -> list[tuple[str, Any, Any]]:
    with scope.enter(scope.worker()):
        return [(e.act, e.account_id, e.payload) for e in registers.history(40, "account", account(login).pk)]


def test_an_administrator_resets_the_factor_of_another_and_the_journal_says_so(api: Api) -> None:
    enrol()
    before = account().get_session_auth_hash()
    services_account.reset_second_factor(principal_of(ADMINISTRATOR), account())
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert account().get_session_auth_hash() != before
    assert acts_on(LOGIN)[-1] == ("reset_second_factor", account(ADMINISTRATOR).pk, {})


def test_the_officer_s_page_offers_the_reset_to_another_administrator_and_asks_first(api: Api) -> None:
    enrol()
    client, officer = Client(), principal_of(LOGIN).officer_id
    client.force_login(account(ADMINISTRATOR))
    address = f"/can-bo/{officer}/dat-lai-hai-lop/"
    assert address in client.get(f"/can-bo/{officer}/").content.decode()
    assert "Gặp trực tiếp" in client.get(address).content.decode()
    assert SecondFactor.objects.exists()
    assert client.post(address).status_code == 302
    assert not SecondFactor.objects.exists()
    assert acts_on(LOGIN)[-1] == ("reset_second_factor", account(ADMINISTRATOR).pk, {})
    assert address not in client.get(f"/can-bo/{officer}/").content.decode()
    assert client.post(address).status_code == 409


def test_who_is_no_administrator_resets_nothing(api: Api) -> None:
    enrol()
    with pytest.raises(Forbidden, match="Chỉ quản trị"):
        services_account.reset_second_factor(principal_of("giamdoc.quynhson"), account())
    assert SecondFactor.objects.exists()


def test_an_administrator_does_not_reset_their_own(api: Api) -> None:
    enrol(ADMINISTRATOR)
    with pytest.raises(Forbidden, match="nhờ một quản trị khác"):
        services_account.reset_second_factor(principal_of(ADMINISTRATOR), account(ADMINISTRATOR))
    assert SecondFactor.objects.exists()


def test_an_account_that_is_nobody_s_in_the_province_is_not_found(api: Api) -> None:
    stranger = Account.objects.create(login="khach.ngoai.tinh")
    with pytest.raises(NotFound):
        services_account.reset_second_factor(principal_of(ADMINISTRATOR), stranger)


def test_there_must_be_something_to_reset(api: Api) -> None:
    with pytest.raises(Conflict, match="chưa có"):
        services_account.reset_second_factor(principal_of(ADMINISTRATOR), account())


def test_a_reset_leaves_api_tokens_alone(api: Api) -> None:
    enrol()
    assert api.get(LOGIN, "/worklist")[0] == 200
    services_account.reset_second_factor(None, account())
    assert api.get(LOGIN, "/worklist")[0] == 200
    assert acts_on(LOGIN)[-1] == ("reset_second_factor", None, {})


def signed_in() -> Client:
    browser = Client()
    browser.force_login(account())
    return browser


@pytest.mark.parametrize(
    "change",
    [
        lambda: services_account.change_password(principal_of(LOGIN), PASSWORD, "mot cau de nho 2026"),
        lambda: services_account.set_password(account(), "mot cau de nho 2026"),
        lambda: services_account.enrol(principal_of(LOGIN), SECRET, code()),
        lambda: services_account.end_sessions(principal_of(LOGIN)),
    ],
    ids=["own password", "operator's password", "enrolled", "signed out everywhere"],
)
def test_a_change_of_the_account_ends_its_sessions(api: Api, change: Callable[[], Any]) -> None:
    browsers = [signed_in(), signed_in()]
    assert [b.get("/viec-can-lam/").status_code for b in browsers] == [200, 200]
    change()
    assert [b.get("/viec-can-lam/").status_code for b in browsers] == [302, 302]


def test_sessions_outlive_a_change_of_key_under_the_fallback(api: Api, settings: Any) -> None:
    browser = signed_in()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert browser.get("/viec-can-lam/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "field", "said"),
    [
        ("sai", "mot cau de nho 2026", "current", "không đúng"),
        (PASSWORD, "ngan", "new", "quá ngắn"),
        (PASSWORD, "tiepnhan.quynhson1", "new", "quá giống"),
        (PASSWORD, "password123", "new", "phổ biến"),
    ],
)
def test_a_new_password_is_held_against_the_rules(api: Api, current: str, new: str, field: str, said: str) -> None:
    with pytest.raises(RuleBroken, match=said) as refused:
        services_account.change_password(principal_of(LOGIN), current, new)
    assert {error.field for error in refused.value.errors} == {field}
    assert account().check_password(PASSWORD)
