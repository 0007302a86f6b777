"""Shared desks: nobody's session stays open, and who comes next sees nothing of the one before."""

from typing import Any

import pytest
from django.test import Client

from motcua.demo.fixtures import PASSWORD
from motcua.organisation import desk
from motcua.worktime import clock

COUNTER, CLERK = "tiepnhan.quynhson", "vanthu.quynhson"


@pytest.fixture
def at_work(demo: Any) -> Client:
    found = Client()
    signed_in(found, COUNTER)
    assert found.get("/viec-can-lam/").status_code == 200
    return found


def signed_in(client: Client, login: str) -> Any:
    return client.post("/dang-nhap/", {"login": login, "password": PASSWORD})


def idle(client: Client, seconds: float) -> None:
    session = client.session
    session[desk.SEEN] = clock.now().timestamp() - seconds
    session.save()


def test_a_session_nobody_works_in_ends_on_the_server(at_work: Client) -> None:
    idle(at_work, 14 * 60)
    assert at_work.get("/ho-so/").status_code == 200
    idle(at_work, 15 * 60 + 1)
    answer = at_work.get("/ho-so/?q=x")
    assert (answer.status_code, answer["Location"]) == (302, "/dang-nhap/")
    assert at_work.get("/ho-so/").status_code == 302, "the session is over, not only this page"


def test_working_goes_on_as_long_as_somebody_works(at_work: Client) -> None:
    for _ in range(3):
        idle(at_work, 10 * 60)
        assert at_work.get("/ho-so/").status_code == 200


def test_the_limit_is_a_setting_and_0_is_never(at_work: Client, settings: Any) -> None:
    settings.MOTCUA_IDLE_MINUTES = 0
    idle(at_work, 10**6)
    assert at_work.get("/ho-so/").status_code == 200


def test_the_owner_of_a_locked_desk_comes_back_to_their_page(at_work: Client) -> None:
    assert at_work.post("/khoa-quay/", {"next": "/ho-so/?q=an"})["Location"] == "/dang-nhap/"
    assert "Quầy đã khóa" in at_work.get("/dang-nhap/").content.decode()
    assert at_work.get("/ho-so/").status_code == 302
    assert signed_in(at_work, COUNTER)["Location"] == "/ho-so/?q=an"


def test_whoever_comes_next_begins_at_their_own_home(at_work: Client) -> None:
    at_work.post("/khoa-quay/", {"next": "/ho-so/?q=an"})
    assert signed_in(at_work, CLERK)["Location"] == "/viec-can-lam/"
    at_work.post("/dang-xuat/")
    assert signed_in(at_work, COUNTER)["Location"] == "/viec-can-lam/", "what was kept is gone"


def test_a_page_elsewhere_is_never_resumed(at_work: Client) -> None:
    at_work.post("/khoa-quay/", {"next": "https://example.com/"})
    assert signed_in(at_work, COUNTER)["Location"] == "/viec-can-lam/"


@pytest.mark.parametrize(
    "address", ["/viec-can-lam/", "/ho-so/", "/tiep-nhan/", "/ban-giao/", "/tai-khoan/", "/so-chung-thuc/"]
)
def test_no_page_of_an_officer_is_kept_by_the_browser(at_work: Client, address: str) -> None:
    assert "no-store" in at_work.get(address)["Cache-Control"]


def test_the_next_intake_closes_what_a_citizen_had_open_at_this_desk(at_work: Client) -> None:
    cookies = at_work.get("/tiep-nhan/").cookies
    assert cookies["motcua_tracking"]["max-age"] == 0 and cookies["motcua_tracking"]["path"] == "/tra-cuu/"
    assert cookies["motcua_citizen"]["max-age"] == 0
