"""Signing in, out, and choosing a position."""

import pytest
from django.test import Client
from django.utils import timezone
from uuid_utils.compat import uuid7

from motcua.demo.fixtures import PASSWORD, Api
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.models import Account, Officer, Position, Posting
from motcua.organisation.views import LOGIN_LIMIT

LOGIN = "tiepnhan.quynhson"
SAME_SENTENCE = "Tên đăng nhập hoặc mật khẩu không đúng"


@pytest.fixture
def browser(api: Api) -> Client:
    return Client(enforce_csrf_checks=False)


def sign_in(browser: Client, login: str = LOGIN, password: str = PASSWORD, **more: str):
    return browser.post("/dang-nhap/", {"login": login, "password": password, **more})


def test_an_officer_signs_in_and_comes_to_the_worklist(browser: Client) -> None:
    answer = sign_in(browser)
    assert (answer.status_code, answer["Location"]) == (302, "/viec-can-lam/")
    assert "Hồ Thị Mai" in browser.get("/viec-can-lam/").content.decode()


def test_who_is_signed_in_does_not_see_the_form_again(browser: Client) -> None:
    sign_in(browser)
    assert browser.get("/dang-nhap/")["Location"] == "/viec-can-lam/"


def test_an_address_may_fill_in_a_login_and_lets_nobody_in(browser: Client) -> None:
    answer = browser.get("/dang-nhap/", {"ten": LOGIN, "next": "/ho-so/"})
    assert f'value="{LOGIN}"' in answer.content.decode()
    assert "_auth_user_id" not in browser.session


def test_who_is_named_and_signed_in_goes_on(browser: Client) -> None:
    sign_in(browser)
    assert browser.get("/dang-nhap/", {"ten": LOGIN, "next": "/ho-so/"})["Location"] == "/ho-so/"


def test_who_is_signed_in_under_another_login_stays_so_until_somebody_signs_in(browser: Client) -> None:
    sign_in(browser)
    asked = browser.get("/dang-nhap/", {"ten": "chutich.quynhson", "next": "/cho-ky/"})
    assert asked.status_code == 200
    assert "Hồ Thị Mai" in browser.get("/viec-can-lam/").content.decode()
    assert sign_in(browser, "chutich.quynhson", "sai-mat-khau").status_code == 422
    assert "Hồ Thị Mai" in browser.get("/viec-can-lam/").content.decode()
    assert sign_in(browser, "chutich.quynhson", next="/cho-ky/")["Location"] == "/cho-ky/"
    assert "Hồ Sỹ Ái" in browser.get("/viec-can-lam/").content.decode()


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "x" * 5000])
def test_a_login_in_the_address_is_only_text(browser: Client, text: str) -> None:
    answer = browser.get("/dang-nhap/", {"ten": text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    ("login", "password"),
    [(LOGIN, "sai-mat-khau"), ("khong.co.ai", PASSWORD), ("dong.tai.khoan", PASSWORD)],
    ids=["wrong password", "unknown login", "closed account"],
)
def test_every_refusal_says_the_same(browser: Client, login: str, password: str) -> None:
    closed = Account(login="dong.tai.khoan", is_active=False)
    closed.set_password(PASSWORD)
    closed.save()
    answer = sign_in(browser, login, password)
    assert (answer.status_code, SAME_SENTENCE in answer.content.decode()) == (422, True)
    assert "_auth_user_id" not in browser.session


def test_an_account_without_a_position_is_told_so_and_is_not_signed_in(browser: Client) -> None:
    idle = Account(login="chua.bo.tri")
    idle.set_password(PASSWORD)
    idle.save()
    answer = sign_in(browser, "chua.bo.tri")
    assert (answer.status_code, "chưa được bố trí" in answer.content.decode()) == (422, True)
    browser.force_login(idle)
    assert browser.get("/dang-nhap/").status_code == 200
    assert "_auth_user_id" not in browser.session


def test_the_password_never_comes_back_in_the_page(browser: Client) -> None:
    assert "sai-mat-khau" not in sign_in(browser, password="sai-mat-khau").content.decode()


def test_what_is_missing_or_malformed_is_said_without_a_fault(browser: Client) -> None:
    for login, password in (("", ""), ("a\0b", "x"), ("x" * 500, "y" * 500)):
        assert sign_in(browser, login, password).status_code == 422


def test_the_session_gets_a_new_key(browser: Client) -> None:
    browser.get("/dang-nhap/")
    session = browser.session
    session["before"] = "yes"
    session.save()
    old = session.session_key
    sign_in(browser)
    assert browser.session.session_key != old
    assert not browser.session.__class__(old).load()


@pytest.mark.usefixtures("stopped")
def test_too_many_attempts_on_one_login_are_stopped_even_with_the_right_password(browser: Client) -> None:
    for _ in range(LOGIN_LIMIT):
        assert sign_in(browser, password="sai").status_code == 422
    answer = sign_in(browser, LOGIN.upper())
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert sign_in(browser, "vanthu.quynhson").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/ho-so/?q=mai", "/ho-so/?q=mai"),
        ("https://example.com/", "/viec-can-lam/"),
        ("//example.com/", "/viec-can-lam/"),
        ("/\\example.com", "/viec-can-lam/"),
        ("javascript:alert(1)", "/viec-can-lam/"),
        ("http:///example.com", "/viec-can-lam/"),
        ("ho-so/", "/viec-can-lam/"),
    ],
)
def test_next_leads_only_to_addresses_of_this_site(browser: Client, wanted: str, target: str) -> None:
    assert sign_in(browser, next=wanted)["Location"] == target


def test_a_page_of_officers_sends_to_the_sign_in_and_back(browser: Client) -> None:
    asked = browser.get("/ho-so/?q=mai")
    assert asked["Location"] == "/dang-nhap/?next=/ho-so/%3Fq%3Dmai"
    assert 'name="next" value="/ho-so/?q=mai"' in browser.get(asked["Location"]).content.decode()


def test_a_form_without_its_csrf_token_is_refused(api: Api) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/dang-nhap/", "/dang-xuat/", "/vi-tri/", "/giao-lai/", "/ho-so/H41/approve/"):
        assert strict.post(address, {"login": LOGIN, "password": PASSWORD}).status_code == 403, address


def test_signing_out_takes_a_post_and_ends_the_session(browser: Client) -> None:
    sign_in(browser)
    assert browser.get("/dang-xuat/").status_code == 405
    assert "Bạn đã đăng xuất" in browser.post("/dang-xuat/", follow=True).content.decode()
    assert browser.get("/viec-can-lam/").status_code == 302


def second_post() -> Position:
    """Hồ Thị Mai of the counter also keeps the records."""
    with scope.enter(scope.worker()):
        position = Position.objects.get(agency__code="H41.170", title="Văn thư")
        officer = Officer.objects.get(account__login=LOGIN)
        Posting.objects.create(
            id=uuid7(), province_id=40, officer=officer, position=position, valid_from=timezone.now().date()
        )
    principals.forget()
    return position


def test_who_holds_two_posts_chooses_one(browser: Client) -> None:
    position = second_post()
    sign_in(browser)
    assert f'value="{position.id}"' in browser.get("/viec-can-lam/").content.decode()
    answer = browser.post("/vi-tri/", {"position": str(position.id)}, follow=True)
    assert answer.redirect_chain == [("/viec-can-lam/", 302)]
    assert "Bạn đang làm việc ở vị trí Văn thư" in answer.content.decode()


def test_nobody_takes_a_post_they_do_not_hold(browser: Client) -> None:
    sign_in(browser)
    with scope.enter(scope.worker()):
        foreign = Position.objects.get(agency__code="H41.128", title="Văn thư")
    for wanted in (str(foreign.id), "x", ""):
        assert browser.post("/vi-tri/", {"position": wanted}).status_code == 403
    assert "Viên chức tiếp nhận" in browser.get("/viec-can-lam/").content.decode()
