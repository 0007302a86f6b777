"""The guided tour walked as it is written: every station of motcua.demo.tour, by its login, from its address, move by move; and what each step
promises stands on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from motcua.demo import papers
from motcua.demo.fixtures import PASSWORD
from motcua.demo.simulation import loading
from motcua.demo.tour import CODE, PASSPHRASE, RESULT, SAMPLE, STATIONS, Move, Station
from motcua.documents.tests.world import CHAIR, CLERK, World
from motcua.documents.tests.world import PASSPHRASE as SECRET
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser

QUOTED = re.compile(r"“([^”]+)”")


@dataclass
class Visitor:
    """Somebody new, with the tour in hand. `kept`: what one station gives to a later one. Officers are come to by the tour's own link, in the
    window of the officer before; the citizen has a phone."""

    officer: Desk
    citizen: Desk
    kept: dict[str, str] = field(default_factory=dict)
    ways: dict[str, str] = field(default_factory=dict)

    def walk(self, station: Station) -> None:
        found = self.officer if station.login else self.citizen
        self._come(found, station)
        found.check(f"tour-{station.key}")
        for number, step in enumerate(station.steps, 1):
            for move in step.moves:
                self._do(found, move)
            found.check(f"tour-{station.key}-{number}")
            for promised in QUOTED.findall(step.sees):
                assert promised in found.text, (station.key, promised, found.text)

    def read(self, name: str) -> None:
        """The page of the tour, and where its buttons lead now."""
        self.officer.visit_and_check(f"/tham-quan/?code={quote(self.kept.get(CODE, ''))}", name)
        links = self.officer.page.locator(".tour__go a").all()
        self.ways = {
            station.key: str(link.get_attribute("href")) for station, link in zip(STATIONS, links, strict=True)
        }

    def _come(self, found: Desk, station: Station) -> None:
        """By the station's button; who is asked for a password has the login there already."""
        page = found.page
        page.goto(found.address + self.ways[station.key])
        if station.login and page.locator("[name=password]").count():
            assert page.get_by_label("Tên đăng nhập").input_value() == station.login
            page.get_by_label("Mật khẩu").fill(PASSWORD)
            found.press("Đăng nhập")
        if station.login:
            assert found.path == station.path(self.kept[CODE])

    def _do(self, found: Desk, move: Move) -> None:
        page, label = found.page, move.label
        value = self.kept.get(move.value, move.value)
        match move.how:
            case "see":
                assert label in found.text, (label, found.text)
            case "press":
                # Behind the words may stand its key, or of which of many it is, for who cannot see where the button stands.
                named = re.compile(rf"^\s*{re.escape(label)}(\s*:.*|\s*Alt.*)?\s*$")
                main = page.locator("main")
                found.follow(main.get_by_role("button", name=named).or_(main.get_by_role("link", name=named)).first)
            case "follow":
                found.follow(page.get_by_role("link", name=label, exact=True).first)
            case "fill":
                page.get_by_label(label).first.fill(value)
            case "pick":
                page.get_by_label(label).select_option(label=value)
            case "choose":
                page.get_by_role("radio", name=label).or_(page.get_by_role("checkbox", name=label)).first.check()
            case "attach":
                paper = page.locator(".paper", has_text=value).first
                assert label in paper.inner_text()
                paper.locator("input[type=file]").set_input_files(self.kept[SAMPLE])
                paper.get_by_role("link", name=Path(self.kept[SAMPLE]).name).wait_for()
            case "upload":
                page.get_by_label(label).set_input_files(value)
            case "download":
                with page.expect_download() as download:
                    page.get_by_role("link", name=label).click()
                self.kept[RESULT] = str(download.value.path())
            case "keep":
                self.kept[CODE] = page.locator("h1 .code-break").inner_text().strip()
                self.read("tour-page-known")


@pytest.fixture
def lived_in(province: str) -> None:
    """A past of some dossiers, so that lists and figures are not bare."""
    report = loading.simulate(loading.Wanted(*loading.period(), 40, "tham-quan"))
    assert report.refused == []


def test_a_newcomer_walks_every_station_and_sees_what_it_promises(
    as_demo: None, desk: Callable[..., Desk], world: World, lived_in: None, settings: Any, tmp_path: Path
) -> None:
    world.time_stamps(settings)
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    sample = tmp_path / "giay-to-mau.jpg"
    sample.write_bytes(papers.sheet())
    visitor = Visitor(desk(), desk(width=375), {PASSPHRASE: SECRET, SAMPLE: str(sample)})
    visitor.read("tour-page")
    for station in STATIONS:
        visitor.walk(station)
    assert set(visitor.kept) == {CODE, PASSPHRASE, RESULT, SAMPLE}
    visitor.read("tour-page-end")
    assert "Bạn đang ở vai này" in visitor.officer.text
    visitor.officer.visit_and_check("/tham-quan/?code=?", "tour-page-wrong")
    visitor.citizen.visit_and_check("/dang-nhap/", "tour-sign-in")
