"""Typesets forms: a template and its data become one PDF, readable by people, by machines and in thirty years.

Every PDF is PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) at once. The same template and data give the same bytes:
the time written into the file comes from the data, no font of the machine is used, nothing is fetched.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import segno
import typst

FONTS = Path(__file__).parent / "fonts"
TEMPLATES = Path(__file__).parent / "templates" / "typst"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
NO_SUCH_LETTER = "\ufffd"

# One compiler a process keeps fonts and templates in memory. It holds the data of the page it works on, so that two
# threads must not enter it together.
_turn = threading.Lock()


def render(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of `template` ("form01") filled with `data`.

    `data` is plain JSON: str, int, bool, None, lists and dicts of these. `data["issued_at"]` (ISO 8601 with offset)
    becomes the time of creation. Texts are printed literally, whatever marks they hold; a letter that the typeface
    lacks prints as the replacement character. Raises FileNotFoundError for an unknown template, KeyError and ValueError
    for a missing or offset-less `issued_at`, typst.TypstError when the template refuses the data.
    """
    return _compiled(template, data, STANDARDS)


def picture(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of `template` as a part to be laid into another page: fonts inside (PDF/A-2b), no tags of its own. As `render` otherwise."""
    return _compiled(template, data, ["a-2b"], tags=False)


def marks(template: str, data: dict[str, Any], label: str) -> list[dict[str, Any]]:
    """What `template` filled with `data` says of itself in metadata labelled `label` (where a signature belongs), in the order of the pages."""
    path, text, _time = _checked(template, data)
    found = typst.query(
        path, f"<{label}>", field="value", root=TEMPLATES, font_paths=_fonts(), sys_inputs={"data": text}
    )
    return cast(list[dict[str, Any]], json.loads(found))


def _compiled(template: str, data: dict[str, Any], standards: list[typst.PDFStandard], *, tags: bool = True) -> bytes:
    path, text, time = _checked(template, data)
    with _turn:
        pages = compiler().compile(
            input=path,
            format="pdf",
            sys_inputs={"data": text},
            pdf_standards=standards,
            timestamp=time,
            pdf_tags=tags,
        )
    return cast(bytes, pages)


def _checked(template: str, data: dict[str, Any]) -> tuple[Path, str, int]:
    """The template's path, the data as JSON fit for print, and the time of creation in seconds."""
    path = TEMPLATES / f"{template}.typ"
    if not path.is_file():
        raise FileNotFoundError(path)
    issued_at = datetime.fromisoformat(data["issued_at"])
    if issued_at.utcoffset() is None:
        raise ValueError("issued_at has no offset")
    return path, json.dumps(printable(data), ensure_ascii=False, sort_keys=True), int(issued_at.timestamp())


def qr(address: str) -> str:
    """`address` as a QR code: one SVG element with a quiet zone, error level M (15 % of it may be soiled)."""
    picture = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(picture, kind="svg", border=2, xmldecl=False, nl=False, omitsize=True)
    return picture.getvalue().decode()


def printable(value: Any) -> Any:
    """`value` with every text inside it made fit for print, so that no name can make a form fail.

    Letters are composed (NFC), white space becomes one plain space, invisible format characters vanish, and what the
    typeface lacks becomes U+FFFD: PDF/A forbids a glyph that is not there.
    """
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    if isinstance(value, str):
        return " ".join("".join(map(_printable, unicodedata.normalize("NFC", value))).split())
    return value


def _printable(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category == "Cf":
        return ""
    return letter if ord(letter) in _letters() else NO_SUCH_LETTER


@cache
def _letters() -> frozenset[int]:
    """The code points that all four faces hold (fonts/coverage.txt, written by tools/make_fonts.py)."""
    held: set[int] = set()
    for line in (FONTS / "coverage.txt").read_text(encoding="ascii").split():
        first, last = line.split("-")
        held.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(held)


@cache
def compiler() -> typst.Compiler:
    """This process's compiler; for benchmarks. Whoever uses it elsewhere goes through `render`, which takes turns."""
    # A compiler made from bytes fails on its second page; one made from a path does not.
    return typst.Compiler(input=TEMPLATES / "common.typ", root=TEMPLATES, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
