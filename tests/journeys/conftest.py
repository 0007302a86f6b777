"""People at their desks: a real browser over the real server and the demo province. Every page they open is held against axe."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from playwright.sync_api import Error, expect

from motcua.config import browser
from motcua.demo import papers
from motcua.demo.authority import Authority
from motcua.demo.fixtures import PASSWORD, Api, forget, set_passwords
from motcua.documents.tests.world import World
from tests.peers.openid import CLIENT, SECRET, Provider

expect.set_options(timeout=30_000)  # as long as Playwright waits elsewhere

SHOTS = os.environ.get("MOTCUA_SHOTS")
"""A folder: then each checked page is photographed there at 1280 and 375 pixels."""


HOLD = """() => { if (document.querySelector("[data-reload]")) {
  window.stop(); for (let timer = setTimeout(() => {}); timer > 0; timer--) clearTimeout(timer); } }"""


@dataclass
class Desk:
    """Somebody's browser window. `page` is Playwright's."""

    address: str
    page: Any
    axe: bool = True

    def visit_and_check(self, path: str, name: str = "") -> Any:
        """Opens a page and holds it against `check`; answers the response."""
        response = self.page.goto(self.address + path)
        self.check(name)
        return response

    def check(self, name: str = "") -> None:
        """The page shown now, once it is whole: no accessibility violation, nothing that scrolls sideways on a narrow phone."""
        self.page.wait_for_load_state("load")
        if self.axe:
            self._hold()
            faults = browser.violations(self.page)
            assert faults == [], (self.page.url, faults)
            assert browser.overflow(self.page) == 0, self.page.url
        if SHOTS and name:
            self._photograph(name)

    def _hold(self) -> None:
        """A page that asks again by itself (frontend/js/reload.js) stands still from now on: what it was asked by axe would be lost. To go on,
        reload it."""
        try:
            self.page.evaluate(HOLD)
        except Error:  # it was on its way already; the next one has its seconds before it
            self.page.wait_for_load_state("load")
            self.page.evaluate(HOLD)

    def _photograph(self, name: str) -> None:
        Path(SHOTS or "").mkdir(parents=True, exist_ok=True)
        usual = self.page.viewport_size
        for width in (1280, 375):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        self.page.set_viewport_size(usual)

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.address}/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill(login)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.press("Đăng nhập")
        assert self.path == "/viec-can-lam/", self.text

    def press(self, label: str, name: str | None = None) -> None:
        """Presses the button or link with this name (its key may stand behind) and waits for the page that follows; with `name` it is held
        against `check`."""
        named = re.compile(rf"^\s*{re.escape(label)}(\s*Alt.*)?\s*$")
        main = self.page.locator("main")
        found = main.get_by_role("button", name=named).or_(main.get_by_role("link", name=named))
        self.follow(found.first)
        if name is not None:
            self.check(name)

    def follow(self, found: Any) -> None:
        """Clicks on what Playwright found and waits for the page that follows: a click alone answers before it stands."""
        with self.page.expect_navigation(wait_until="load"):
            found.click()

    @property
    def path(self) -> str:
        return "/" + self.page.url.split("://", 1)[1].partition("/")[2]

    @property
    def text(self) -> str:
        """What the page says; spaces that must not break read as any other."""
        return str(self.page.inner_text("main")).replace("\xa0", " ")


@pytest.fixture
def as_demo(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The server that `served` starts afterwards is a demo."""
    monkeypatch.setenv("MOTCUA_DEMO", "1")
    settings.MOTCUA_DEMO = True


@pytest.fixture
def with_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The server that `served` starts afterwards lets citizens sign in at this provider."""
    with Provider() as peer:
        monkeypatch.setenv("MOTCUA_IDENTITY_ISSUER", peer.issuer)
        monkeypatch.setenv("MOTCUA_IDENTITY_CLIENT_ID", CLIENT)
        monkeypatch.setenv("MOTCUA_IDENTITY_CLIENT_SECRET", SECRET)
        yield peer


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    """Files as they lie in a citizen's phone."""
    lying = {
        "To khai.pdf": papers.pdf(2),
        "Giay chung sinh.jpg": papers.photo(),
        "Cam doan.jpg": papers.photo(colour="#9bb0c8"),
        "Khong phai.pdf": b"MZ" + bytes(4000),
    }
    for name, content in lying.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in lying}


@pytest.fixture
def province(settled: None, served: str) -> Iterator[str]:
    """The address of the real server with the demo province in its database."""
    forget()
    set_passwords()
    yield served
    forget()


@pytest.fixture
def world(province: str) -> Iterator[World]:
    """The running server trusts the test's authority: its folder is this process's too."""
    found = World(Path(configured.MOTCUA_HOME), Authority.new())
    found.trust()
    yield found
    for name in ("ca.pem", "ca.crl"):
        (found.home / "trust" / name).unlink()
    shutil.rmtree(found.home / "demo-ca", ignore_errors=True)


@pytest.fixture
def counter_api(province: str) -> Api:
    """The API in this process, over the server's database: for what a journey needs to be there already."""
    return Api()


@pytest.fixture
def desk(chromium: Any, province: str) -> Iterator[Callable[..., Desk]]:
    """`desk("tiepnhan.quynhson")`: a window of that officer, signed in; `desk()`: a citizen's. A script error fails the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_desk(login: str = "", *, javascript: bool = True, width: int = 1280) -> Desk:
        context = chromium.new_context(
            **browser.OURS,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        found = Desk(province, page, axe=javascript)
        if login:
            found.sign_in(login)
        return found

    yield open_desk
    for context in contexts:
        context.close()
    assert not errors, errors
