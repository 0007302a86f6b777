"""Hands on the keyboard, the mouse unplugged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.journeys.conftest import Desk

CARD = "040090001234|187654321|NGUYỄN VĂN ƯỚC|24111990|Nam|Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An|10052021"
"""What a scanner types of the card of somebody who does not exist."""
NUMBER, NAME, BORN, PHONE, ADDRESS = "040090001234", "Nguyễn Văn Ước", "24111990", "0912345678", "Xóm 3, xã Quỳnh Sơn"
# The screen reacts to the pointer too; a hand on it shows as one of these.
WATCH_POINTER = "for (const e of ['pointerdown', 'mousedown', 'touchstart']) addEventListener(e, () => console.log('POINTER'), true)"


@dataclass
class Hands:
    """Two hands on the keyboard. `keys`: presses that are the program's price; `letters`: what the citizen's own data cost."""

    page: Any
    keys: int = 0
    letters: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def words(self, text: str) -> None:
        """Letters typed to find something: they count."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    def data(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.letters += len(text)

    def applicant(self) -> None:
        """Number, name, birth date, telephone, address, a Tab between each two."""
        for index, value in enumerate((NUMBER, NAME, BORN, PHONE, ADDRESS)):
            if index:
                self.press("Tab")
            self.data(value)

    def go_to(self, box: str, most: int = 80) -> None:
        """Tab by Tab to the box of that id."""
        for _ in range(most):
            if focused(self.page) == box:
                return
            self.press("Tab")
        pytest.fail(f"{box} is not within {most} Tabs")

    def retype(self, text: str) -> None:
        """Over what stands in the box."""
        self.press("Control+a")
        self.data(text)

    def scan(self, text: str) -> None:
        """What a scanner types, and the Enter it ends with: no key of anybody's."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")


def unplug_the_mouse(found: Desk) -> None:
    """From the next page on, a pointer that is used fails the test."""
    found.page.add_init_script(WATCH_POINTER)
    found.page.on("console", lambda line: pytest.fail("the pointer was used") if line.text == "POINTER" else None)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def expect_focus(page: Any, box: str) -> None:
    """The page is given the time a browser takes to move the focus there, and to the end of its scripts: they take no key before."""
    page.wait_for_selector(f"#{box}:focus")
    page.wait_for_load_state("load")


def choose(page: Any, words: str) -> None:
    """The first procedure found for the words, chosen by Enter."""
    expect_focus(page, "id_procedure")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect_focus(page, "id_citizen_number")
