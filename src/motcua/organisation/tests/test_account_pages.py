"""Signing in with a second factor, and the pages of one's own account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from motcua.demo.fixtures import PASSWORD, Api, principal_of
from motcua.organisation import one_time_codes, services_account
from motcua.organisation.models import Account, RecoveryCode, SecondFactor
from motcua.organisation.views import CODE_DAY_LIMIT, CODE_LIMIT
from motcua.worktime import clock

LOGIN = "tiepnhan.quynhson"
NOON = "2026-11-25T12:00:00+07:00"
SECRET = b"12345678901234567890"
HALF = "/dang-nhap/ma-xac-thuc/"
FACTOR = "/tai-khoan/xac-thuc-hai-lop/"
FORTH = "/viec-can-lam/"


def code(later: int = 0, secret: bytes = SECRET) -> str:
    return one_time_codes.code_at(secret, one_time_codes.step_of(clock.now()) + later)


@pytest.fixture
def stopped(api: Api) -> Any:
    with clock.freeze(NOON) as stopped:
        yield stopped


@pytest.fixture
def codes(stopped: Any) -> list[str]:
    """The recovery codes of an officer whose phone was set up a step ago."""
    return services_account.enrol(principal_of(LOGIN), SECRET, code(-1))


@pytest.fixture
def browser(stopped: Any) -> Client:
    return Client()


def password(browser: Client, **more: str) -> Any:
    return browser.post("/dang-nhap/", {"login": LOGIN, "password": PASSWORD, **more})


def whole(browser: Client, given: str | None = None) -> Client:
    """Signed in by password and code."""
    assert password(browser)["Location"] == HALF
    assert browser.post(HALF, {"code": given or code()})["Location"] == FORTH
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


def offered_secret(page: str) -> bytes:
    import base64

    written = re.search(r"Khóa:[^<]*</span>([A-Z2-7 ]+)<", page)
    assert written, page
    return base64.b32decode(written[1].replace(" ", ""))


# -- signing in


def test_the_password_alone_opens_nothing(browser: Client, codes: list[str]) -> None:
    assert password(browser)["Location"] == HALF
    assert "_auth_user_id" not in browser.session
    assert browser.get(FORTH)["Location"].startswith("/dang-nhap/")
    assert browser.get("/tai-khoan/")["Location"].startswith("/dang-nhap/")
    assert Account.objects.get(login=LOGIN).last_login is None


def test_password_and_code_lead_where_one_wanted_to_go(browser: Client, codes: list[str]) -> None:
    password(browser, next="/ho-so/?q=mai")
    assert browser.post(HALF, {"code": f" {code()[:3]} {code()[3:]}"})["Location"] == "/ho-so/?q=mai"
    assert "Hồ Thị Mai" in text(browser.get(FORTH))


def test_a_recovery_code_does_instead_of_the_phone(browser: Client, codes: list[str]) -> None:
    whole(browser, one_time_codes.grouped(codes[0]))
    assert re.search(r'<span class="number">9</span>', text(browser.get("/tai-khoan/")))


def test_a_wrong_code_is_refused_and_the_clock_explained(browser: Client, codes: list[str]) -> None:
    password(browser)
    for given in ("000000", "", "x" * 500, "a\0b"):
        answer = browser.post(HALF, {"code": given})
        assert answer.status_code == 422, given
    assert "đặt ngày giờ tự động" in text(browser.post(HALF, {"code": "000000"}))
    assert "_auth_user_id" not in browser.session


def test_the_half_way_state_ends_after_five_minutes(browser: Client, codes: list[str], stopped: Any) -> None:
    password(browser)
    stopped.tick(minutes=5, seconds=1)
    answer = browser.post(HALF, {"code": code()}, follow=True)
    assert "Đã quá 5 phút" in text(answer)
    assert "_auth_user_id" not in browser.session


def test_the_half_way_state_ends_with_a_change_of_the_account(browser: Client, codes: list[str]) -> None:
    password(browser)
    services_account.set_password(Account.objects.get(login=LOGIN), "mot cau de nho 2026")
    assert browser.post(HALF, {"code": code()})["Location"] == "/dang-nhap/"
    assert "_auth_user_id" not in browser.session


def test_a_closed_account_does_not_get_further_than_half_way(browser: Client, codes: list[str]) -> None:
    password(browser)
    Account.objects.filter(login=LOGIN).update(is_active=False)
    assert browser.post(HALF, {"code": code()})["Location"] == "/dang-nhap/"


def test_without_the_password_there_is_no_code_to_give(browser: Client, codes: list[str]) -> None:
    assert browser.get(HALF)["Location"] == "/dang-nhap/"
    assert browser.post(HALF, {"code": code()})["Location"] == "/dang-nhap/"


def test_the_session_gets_a_new_key_at_both_steps(browser: Client, codes: list[str]) -> None:
    browser.force_login(Account.objects.get(login="vanthu.quynhson"))
    planted = browser.session.session_key
    password(browser)
    half = browser.session.session_key
    assert browser.get(FORTH).status_code == 302, "who was signed in here before is not any more"
    browser.post(HALF, {"code": code()})
    assert len({planted, half, browser.session.session_key}) == 3
    assert not browser.session.__class__(half).load()
    assert "half_way" not in browser.session


def test_codes_are_counted_per_account_whatever_the_session(browser: Client, codes: list[str]) -> None:
    for _ in range(CODE_LIMIT):
        other = Client()
        password_free(other)
        assert other.post(HALF, {"code": "000000"}).status_code == 422
    password_free(browser)
    answer = browser.post(HALF, {"code": code()})
    assert (answer.status_code, "thử quá nhiều lần" in text(answer).lower()) == (429, True)
    assert int(answer["Retry-After"]) > 0


def password_free(browser: Client) -> None:
    """Half way, without counting a password."""
    from motcua.organisation.models import Throttle

    password(browser)
    Throttle.objects.filter(bucket__startswith="sign_in").delete()


def test_a_patient_guesser_is_stopped_for_the_day(browser: Client, codes: list[str], stopped: Any) -> None:
    for _ in range(CODE_DAY_LIMIT // CODE_LIMIT):
        password(browser)
        for _ in range(CODE_LIMIT):
            assert browser.post(HALF, {"code": "000000"}).status_code == 422
        stopped.tick(minutes=11)
    password(browser)
    assert browser.post(HALF, {"code": code()}).status_code == 429


def test_an_account_without_a_factor_signs_in_by_password_where_the_policy_lets_it(browser: Client) -> None:
    assert password(browser)["Location"] == FORTH


# -- everybody must have one


@pytest.fixture
def everybody(settings: Any) -> None:
    settings.MOTCUA_SECOND_FACTOR = "all"


def test_where_everybody_must_have_one_nothing_opens_before_it_is_set_up(browser: Client, everybody: None) -> None:
    assert password(browser)["Location"] == FORTH
    for address in (FORTH, "/ho-so/", "/tiep-nhan/", "/tai-khoan/", "/tai-khoan/mat-khau/"):
        answer = browser.get(address)
        assert answer["Location"].startswith(FACTOR + "?next="), address
    for address in ("/vi-tri/", "/giao-lai/", "/tai-khoan/mat-khau/", "/tai-khoan/dang-xuat-moi-noi/"):
        assert browser.post(address)["Location"] == FACTOR, address
    page = text(browser.get(FACTOR))
    assert "Cần làm việc này trước" in page
    assert "Hồ Thị Mai" not in page


def test_after_setting_it_up_everything_opens_and_the_code_is_asked_next_time(browser: Client, everybody: None) -> None:
    password(browser)
    page = text(browser.get(FACTOR + "?next=/ho-so/"))
    secret = offered_secret(page)
    answer = browser.post(FACTOR, {"code": code(secret=secret), "next": "/ho-so/"})
    assert answer.status_code == 200
    assert len(re.findall(r"<li>\d{4} \d{4} \d{4}</li>", text(answer))) == 10
    assert 'href="/ho-so/"' in text(answer)
    assert browser.get(FORTH).status_code == 200
    again = Client()
    assert password(again)["Location"] == HALF
    assert again.post(HALF, {"code": code(1, secret)})["Location"] == FORTH
    assert again.get(FORTH).status_code == 200


def test_a_session_that_gave_no_code_is_none_of_an_account_that_has_a_factor(
    browser: Client, codes: list[str], everybody: None
) -> None:
    browser.force_login(Account.objects.get(login=LOGIN))
    assert browser.get(FORTH)["Location"].startswith(FACTOR)
    assert browser.get(FACTOR)["Location"] == "/dang-nhap/"
    assert "_auth_user_id" not in browser.session


def test_api_tokens_work_without_a_second_factor(api: Api, everybody: None) -> None:
    assert api.get(LOGIN, "/worklist")[0] == 200


def test_where_everybody_must_have_one_it_is_not_taken_off(browser: Client, codes: list[str], everybody: None) -> None:
    whole(browser)
    assert "Gỡ bỏ" not in text(browser.get("/tai-khoan/"))
    for answer in (browser.get(FACTOR + "go-bo/"), browser.post(FACTOR + "go-bo/", {})):
        assert answer.status_code == 403
    assert SecondFactor.objects.exists()


# -- the pages


def test_the_page_of_the_account_says_who_one_is_and_what_is_set(browser: Client) -> None:
    password(browser)
    page = text(browser.get("/tai-khoan/"))
    for words in (LOGIN, "Hồ Thị Mai", "Viên chức tiếp nhận", "Chưa bật"):
        assert words in page
    assert 'href="/tai-khoan/"' in text(browser.get(FORTH))


def test_a_reload_shows_the_same_secret_and_another_session_another_one(browser: Client) -> None:
    password(browser)
    first = offered_secret(text(browser.get(FACTOR)))
    assert offered_secret(text(browser.get(FACTOR))) == first
    other = Client()
    password(other)
    assert offered_secret(text(other.get(FACTOR))) != first


def test_the_secret_that_is_shown_stands_in_no_session_unencrypted(browser: Client) -> None:
    password(browser)
    secret = offered_secret(text(browser.get(FACTOR)))
    kept = str(dict(browser.session.items()))
    assert one_time_codes.written_secret(secret).replace(" ", "") not in kept
    assert secret.hex() not in kept


def test_pages_with_secrets_are_not_kept_by_the_browser(browser: Client) -> None:
    password(browser)
    secret = offered_secret(text(browser.get(FACTOR)))
    for answer in (browser.get(FACTOR), browser.post(FACTOR, {"code": code(secret=secret)})):
        assert "no-store" in answer["Cache-Control"]


def test_the_picture_is_drawn_in_the_page_without_what_the_policy_forbids(browser: Client) -> None:
    password(browser)
    page = text(browser.get(FACTOR))
    assert re.search(r'<svg [^>]*class="qr"', page)
    assert " style=" not in page


def test_enrolling_ends_the_other_sessions_and_keeps_this_one(browser: Client) -> None:
    other = Client()
    password(other)
    password(browser)
    secret = offered_secret(text(browser.get(FACTOR)))
    before = browser.session.session_key
    browser.post(FACTOR, {"code": code(secret=secret)})
    assert browser.get(FORTH).status_code == 200
    assert browser.session.session_key != before
    assert other.get(FORTH).status_code == 302


def test_an_old_phone_gives_way_to_a_new_one(browser: Client, codes: list[str]) -> None:
    whole(browser)
    secret = offered_secret(text(browser.get(FACTOR)))
    answers = {"code": code(secret=secret), "password": PASSWORD, "old_code": "000000"}
    refused = browser.post(FACTOR, answers)
    assert (refused.status_code, offered_secret(text(refused))) == (422, secret)
    done = browser.post(FACTOR, {**answers, "old_code": code(1)})
    assert (done.status_code, "Mã dự phòng của bạn" in text(done)) == (200, True)
    assert browser.get(FORTH).status_code == 200
    assert not services_account.use_code(Account.objects.get(login=LOGIN).pk, codes[0])


def test_the_password_is_changed_with_the_present_one_and_other_sessions_end(browser: Client) -> None:
    other = Client()
    password(other)
    password(browser)
    new = "mot cau de nho 2026"
    for answers, said in (
        ({"current": "sai", "new": new, "again": new}, "Mật khẩu hiện tại không đúng"),
        ({"current": PASSWORD, "new": new, "again": "khac"}, "không giống nhau"),
        ({"current": PASSWORD, "new": "ngan", "again": "ngan"}, "quá ngắn"),
        ({}, "Nhập mật khẩu"),
    ):
        answer = browser.post("/tai-khoan/mat-khau/", answers)
        assert (answer.status_code, said in text(answer)) == (422, True)
        assert new not in text(answer)
    done = browser.post("/tai-khoan/mat-khau/", {"current": PASSWORD, "new": new, "again": new}, follow=True)
    assert "Đã đổi mật khẩu" in text(done)
    assert browser.get(FORTH).status_code == 200
    assert other.get(FORTH).status_code == 302
    assert Account.objects.get(login=LOGIN).check_password(new)


def test_guessing_the_present_password_at_an_open_desk_is_counted_as_at_the_sign_in(browser: Client) -> None:
    password(browser)
    answers = {"current": "sai", "new": "mot cau de nho 2026", "again": "mot cau de nho 2026"}
    for _ in range(9):
        assert browser.post("/tai-khoan/mat-khau/", answers).status_code == 422
    assert browser.post("/tai-khoan/mat-khau/", answers).status_code == 429


def test_signing_out_everywhere_takes_a_post_and_ends_this_session_too(browser: Client) -> None:
    password(browser)
    assert browser.get("/tai-khoan/dang-xuat-moi-noi/").status_code == 405
    other = Client()
    password(other)
    assert "khỏi mọi thiết bị" in text(browser.post("/tai-khoan/dang-xuat-moi-noi/", follow=True))
    assert [one.get(FORTH).status_code for one in (browser, other)] == [302, 302]


def test_the_factor_is_taken_off_with_password_and_code(browser: Client, codes: list[str]) -> None:
    whole(browser)
    for answers in ({"password": "sai", "code": codes[0]}, {"password": PASSWORD, "code": "000000"}, {}):
        assert browser.post(FACTOR + "go-bo/", answers).status_code == 422
    done = browser.post(FACTOR + "go-bo/", {"password": PASSWORD, "code": codes[0]}, follow=True)
    assert "Đã gỡ bỏ" in text(done)
    assert not SecondFactor.objects.exists()
    assert password(Client())["Location"] == FORTH


def test_recovery_codes_are_renewed_with_password_and_code(browser: Client, codes: list[str]) -> None:
    whole(browser)
    assert browser.post("/tai-khoan/ma-du-phong/", {"password": "sai", "code": codes[0]}).status_code == 422
    done = browser.post("/tai-khoan/ma-du-phong/", {"password": PASSWORD, "code": codes[0]})
    shown = re.findall(r"<li>(\d{4} \d{4} \d{4})</li>", text(done))
    assert (done.status_code, len(shown)) == (200, 10)
    assert services_account.use_code(Account.objects.get(login=LOGIN).pk, shown[9])
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_pages_about_a_factor_lead_back_where_there_is_none(browser: Client) -> None:
    password(browser)
    for address in (FACTOR + "go-bo/", "/tai-khoan/ma-du-phong/"):
        assert browser.get(address)["Location"] == "/tai-khoan/"
