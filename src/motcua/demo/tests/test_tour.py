"""The guided tour is one thing told three times: what it says, what hands do by it, and docs/tour.md. It exists in a demo only and gives no
password away. That each station is true, tests/journeys/test_tour.py finds out by walking it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import translation

from motcua.config.tests.test_translations import shipped
from motcua.demo import papers, presenting, services, tour_document
from motcua.demo.fixtures import PASSWORD, principal_of
from motcua.demo.tour import CODE, EXTRA_MINUTES, MINUTES, PASSPHRASE, RESULT, SAMPLE, STATIONS, Station, Step
from motcua.organisation.models import ROLES
from motcua.web.tests.test_english import left_in_vietnamese

DOCUMENT = Path(__file__).parents[4] / "docs" / "tour.md"
QUOTED = re.compile(r"“([^”]+)”")
STEPS = [(station, number, step) for station in STATIONS for number, step in enumerate(station.steps, 1)]
OFFICERS = [station for station in STATIONS if station.login]
ELSEWHERE = {CODE, PASSPHRASE, RESULT, SAMPLE, ""}


def named(step: tuple[Station, int, Step]) -> str:
    return f"{step[0].key}-{step[1]}"


@pytest.fixture
def in_a_demo(settings: Any) -> Iterator[None]:
    settings.MOTCUA_DEMO = True
    yield


# --- the stations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS, ids=named)
def test_what_a_step_says_is_what_the_hands_do(step: tuple[Station, int, Step]) -> None:
    _station, _number, given = step
    assert set(QUOTED.findall(given.text)) == {
        word for move in given.moves for word in (move.label, move.value) if word not in ELSEWHERE
    }


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.key)
def test_a_station_promises_something_that_can_be_found_on_the_page(station: Station) -> None:
    assert 1 <= len(station.steps) <= 3
    promises = [step.sees for step in station.steps if step.sees]
    assert promises
    assert all(QUOTED.search(one) for one in promises)


def test_the_tour_takes_ten_minutes_and_what_may_be_left_out_comes_last() -> None:
    core, extra = ([one for one in STATIONS if one.extra is wanted] for wanted in (False, True))
    assert (*core, *extra) == STATIONS
    assert MINUTES == 10
    assert sum(station.seconds for station in core) == MINUTES * 60
    assert sum(station.seconds for station in extra) == EXTRA_MINUTES * 60


def test_every_role_has_its_station() -> None:
    assert {role for station in STATIONS for role in (station.role, *station.also) if role} == set(ROLES)
    assert any(not station.role for station in STATIONS)


@pytest.mark.parametrize("station", OFFICERS, ids=lambda station: station.key)
def test_a_station_names_an_officer_of_its_role_whose_login_is_printed(demo: None, station: Station) -> None:
    who = principal_of(station.login)
    assert station.login in services.PRINCIPAL
    assert who.has(station.role)
    assert all(who.has(role) for role in station.also)
    assert who.officer_name == station.officer


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.key)
def test_a_station_begins_at_an_address_of_ours(station: Station) -> None:
    assert resolve(station.path("H41.170-261129-0001"))
    assert resolve(station.path())


@pytest.mark.parametrize("step", STEPS, ids=named)
def test_the_english_tour_calls_things_as_the_english_pages_do(step: tuple[Station, int, Step]) -> None:
    english = shipped()
    for text in filter(None, (step[2].text, step[2].sees)):
        said, translated = QUOTED.findall(text), QUOTED.findall(english[text][0])
        assert len(translated) == len(said), text
        for word, other in zip(said, translated, strict=True):
            assert other in (word, *english.get(word, ())), (word, other)


def test_the_document_is_the_tour_that_stands_in_the_code() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == tour_document.text(), (
        "Refresh it: .venv/bin/python -m motcua.demo.tour_document docs/tour.md"
    )


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/tham-quan/", "/tham-quan/giay-to-mau.jpg"])
def test_outside_a_demo_there_is_no_tour(demo: None, settings: Any, address: str) -> None:
    settings.MOTCUA_DEMO = False
    assert Client().get(address).status_code == 404


def test_outside_a_demo_nothing_leads_to_it(demo: None, settings: Any) -> None:
    settings.MOTCUA_DEMO = False
    for address in ("/", "/dang-nhap/"):
        assert "/tham-quan/" not in Client().get(address).content.decode()


def test_every_page_of_a_demo_leads_to_it_and_the_sign_in_says_why(demo: None, in_a_demo: None) -> None:
    assert Client().get("/").content.decode().count('href="/tham-quan/"') == 1
    assert Client().get("/dang-nhap/").content.decode().count('href="/tham-quan/"') == 2


def test_no_password_stands_on_the_page(demo: None, in_a_demo: None, settings: Any, tmp_path: Path) -> None:
    settings.MOTCUA_HOME = tmp_path
    (tmp_path / "demo-password").write_text(PASSWORD)
    (tmp_path / "demo-ca").mkdir()
    (tmp_path / "demo-ca" / "passphrase").write_text("ky-so-0f1e2d")
    page = Client().get("/tham-quan/").content.decode()
    assert PASSWORD not in page
    assert "ky-so-0f1e2d" not in page


def test_every_station_stands_on_the_page_in_its_order(demo: None, in_a_demo: None) -> None:
    page = Client().get("/tham-quan/").content.decode()
    places = [page.index(f'id="tram-{number}"') for number in range(1, len(STATIONS) + 1)]
    assert places == sorted(places)
    assert all(station.title in page for station in STATIONS)
    first = next(number for number, station in enumerate(STATIONS, 1) if station.extra)
    assert page.index(f'id="tram-{first - 1}"') < page.index(f'start="{first}"') < page.index(f'id="tram-{first}"')


def test_without_a_code_officers_begin_at_their_worklist_and_with_it_at_the_dossier(
    demo: None, in_a_demo: None
) -> None:
    def ways(query: str) -> list[str]:
        page = Client().get(f"/tham-quan/{query}").content.decode()
        return re.findall(r'href="(/dang-nhap/\?ten=tiepnhan[^"]+)"', page)

    assert set(ways("")) == {"/dang-nhap/?ten=tiepnhan.quynhson&amp;next=%2Fviec-can-lam%2F"}
    assert set(ways("?code=+h41.170-261129-0001")) == {
        "/dang-nhap/?ten=tiepnhan.quynhson&amp;next=%2Fho-so%2FH41.170-261129-0001%2F"
    }


@pytest.mark.parametrize("wrong", ["H41/170", "//evil.example", "“”", "x" * 65])
def test_what_cannot_be_a_code_is_told_and_makes_no_link(demo: None, in_a_demo: None, wrong: str) -> None:
    answer = Client().get("/tham-quan/", {"code": wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chép lại từ trang “Đã nộp hồ sơ”." in page
    assert "next=%2Fho-so" not in page


def test_the_officer_who_is_signed_in_sees_where_they_are(demo: None, in_a_demo: None) -> None:
    client = Client()
    client.post("/dang-nhap/", {"login": "truongphong.quynhson", "password": PASSWORD})
    assert client.get("/tham-quan/").content.decode().count("Bạn đang ở vai này") == 2


def test_the_tour_is_read_in_english(demo: None, in_a_demo: None) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get("/tham-quan/")
    assert answer["Content-Language"] == "en"
    assert left_in_vietnamese(answer.content.decode(), shipped()) == set()


def test_a_word_that_stands_on_a_page_is_set_apart_and_nothing_is_let_through() -> None:
    assert presenting.words_marked("Bấm “A & <b>”.") == 'Bấm <b class="tour__word">A &amp; &lt;b&gt;</b>.'


@pytest.mark.parametrize(
    ("seconds", "vi", "en"), [(30, "30 giây", "30 seconds"), (60, "1 phút", "1 minute"), (120, "2 phút", "2 minutes")]
)
def test_how_long_a_station_lasts_is_said_in_words(seconds: int, vi: str, en: str) -> None:
    assert presenting.lasts(seconds) == vi
    with translation.override("en"):
        assert presenting.lasts(seconds) == en


def test_the_paper_to_attach_is_a_picture_that_is_not_large(demo: None, in_a_demo: None) -> None:
    answer = Client().get("/tham-quan/giay-to-mau.jpg")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.content == papers.sheet()
    assert answer.content.startswith(b"\xff\xd8")
    assert len(answer.content) < 100_000
