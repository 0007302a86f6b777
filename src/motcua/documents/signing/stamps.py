"""The visible part of a signature, drawn by typst, and where it stands on the page.

Decree 30/2020/NĐ-CP, Annex I: the signer's image is the handwritten signature, blue, centred between title and name; the agency's is its
seal, red, in true size, over about a third of the signature at its left. An electronic copy carries at the top right of its first page only
words: the form of the copy, the agency, and the time of signing to the second with +07:00 (ISO 8601), in black, 10 points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua.documents.typesetting import picture
from motcua.worktime.clock import TZ

MM = 72 / 25.4
SEAL_MM = 36.0
"""Diameter of a seal when its register entry does not say: a commune's seal as we recall it, not read in a source."""
OVERLAP = 1 / 3
COPY_WIDTH, COPY_HEIGHT, COPY_RIGHT, COPY_TOP = 78 * MM, 15 * MM, 15 * MM, 6 * MM


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a page, in points from the page's top left corner; `page` counts from 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with a transparent ground: SVG text or PNG bytes."""

    content: bytes
    media_type: str

    def data(self) -> dict[str, Any]:
        if self.media_type == "image/svg+xml":
            return {"format": "svg", "image": self.content.decode("utf-8")}
        return {"format": "png", "image": list(self.content)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """One page of PDF without ground, to be laid into `place`; `says` is its text for who cannot see it."""

    pdf: bytes
    place: Place
    says: str


def signature(image: Image | None, place: Place, name: str, title: str, agency: str, at: datetime) -> Stamp:
    """The signer's stamp: the image alone, as the decree has it; who gave no image signs with words, the time among them."""
    said = f"Chữ ký số của {name}, {title}, {agency}, ký lúc {iso(at)}"
    if image is not None:
        return Stamp(_drawn(place, at, kind="image", **image.data()), place, said)
    lines = [f"Ký bởi: {name}", title, agency, f"Thời gian ký: {iso(at)}"]
    return Stamp(_drawn(place, at, kind="words", align="center", size=8, lines=lines), place, said)


def seal(image: Image | None, beside: Place, agency: str, at: datetime, diameter_mm: float = SEAL_MM) -> Stamp:
    """The agency's seal in true size, `beside` being the place of the signature it seals."""
    place = seal_place(beside, diameter_mm)
    said = f"Chữ ký số (con dấu) của {agency}, ký lúc {iso(at)}"
    if image is not None:
        return Stamp(_drawn(place, at, kind="image", **image.data()), place, said)
    lines = [agency, f"Thời gian ký: {iso(at)}"]
    return Stamp(_drawn(place, at, kind="words", align="center", size=8, colour="#c8102e", lines=lines), place, said)


def seal_place(beside: Place, diameter_mm: float = SEAL_MM) -> Place:
    """The square of the seal: its right edge lies a third into the signature, both centred on one height."""
    size = diameter_mm * MM
    right = beside.x + beside.width * OVERLAP
    return Place(beside.page, right - size, beside.y + (beside.height - size) / 2, size, size)


def copy_note(form: str, agency: str, page_width: float, at: datetime) -> Stamp:
    """The words of an electronic copy ("Bản sao y") at the top right of page 1; `page_width` in points."""
    place = Place(1, page_width - COPY_RIGHT - COPY_WIDTH, COPY_TOP, COPY_WIDTH, COPY_HEIGHT)
    lines = [form, agency, iso(at)]
    return Stamp(_drawn(place, at, kind="words", align="right", size=10, lines=lines), place, "; ".join(lines))


def iso(at: datetime) -> str:
    """2026-11-24T09:30:00+07:00, to the second."""
    return at.astimezone(TZ).isoformat(timespec="seconds")


def _drawn(place: Place, at: datetime, **data: Any) -> bytes:
    return picture(
        "stamp", {"width": place.width, "height": place.height, "issued_at": iso(at), "colour": "#000000", **data}
    )
