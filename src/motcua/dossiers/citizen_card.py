"""What the QR code of a citizen card says, as a hand scanner types it into a box. Pure: text in, fields and doubts out.

The citizen card of 2021 and the identity card of 2024 carry one line with "|" between its parts: number, old number of nine digits, full
name, birth date, sex, address, date of issue; newer cards add parts at the end, which are passed over. The layout is known from cards in
use, not from an instrument that we could read (docs/counter.md says so).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from motcua.places.text import fold

SEPARATOR = "|"
LEAST_PARTS = 6
LONGEST = 1000
OLDEST = date(1900, 1, 1)
# A scanner that sends UTF-8 byte by byte: "á" arrives as "Ã¡", "ễ" as "á»…".
BYTES_AS_LETTERS = re.compile(r"[ÃÄÅÆ][\u0080-\u00bf\u2018-\u2122]|á[º»]")
BROKEN = re.compile(r"[?\ufffd\u0000-\u001f\u007f-\u009f]")
VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True)
class Card:
    """What could be read. A part that the scanner spoiled is empty, and `doubts` say which and what to do, in Vietnamese."""

    number: str
    full_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    address: str = ""
    issued_on: date | None = None
    old_number: str = ""
    doubts: tuple[str, ...] = field(default=())


def looks_scanned(text: str) -> bool:
    """Whether a box holds what a scanner typed rather than what a person did."""
    return text.count(SEPARATOR) >= 2


def read(text: str, today: date) -> Card | None:
    """The card whose code a scanner typed, or None when the text is no card at all (another code, half of one)."""
    parts = [_tidy(part) for part in text[:LONGEST].split(SEPARATOR)]
    number = re.sub(r"\s", "", parts[0])
    if len(parts) < LEAST_PARTS or not re.fullmatch(r"[0-9]{12}", number, re.ASCII):
        return None
    doubts: list[str] = []
    name, address = parts[2], parts[5]
    if problem := _spoiled(name):
        doubts.append(_("Họ tên %(problem)s, nên để trống. Gõ họ tên theo thẻ.") % {"problem": problem})
        name = ""
    if address and (problem := _spoiled(address)):
        doubts.append(_("Địa chỉ %(problem)s, nên để trống. Gõ địa chỉ theo thẻ.") % {"problem": problem})
        address = ""
    born = _day(parts[3])
    if born is None or not OLDEST <= born <= today:
        doubts.append(_("Không đọc được ngày sinh trên mã. Gõ ngày sinh theo thẻ."))
        born = None
    issued = _day(parts[6]) if len(parts) > 6 else None
    sex = {"nam": "Nam", "nu": "Nữ", "n": "Nữ"}.get(fold(parts[4]), "")
    old = parts[1] if re.fullmatch(r"[0-9]{9}", parts[1], re.ASCII) else ""
    return Card(number, _cased(name), born, sex, address, issued, old, tuple(doubts))


def _tidy(part: str) -> str:
    """One line of composed letters. Bytes that were typed as letters are put together again when all of them make sense."""
    if BYTES_AS_LETTERS.search(part):
        for encoding in ("cp1252", "latin-1"):
            try:
                part = part.encode(encoding).decode("utf-8")
                break
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
    return " ".join(unicodedata.normalize("NFC", part).split())


def _spoiled(text: str) -> str:
    """What is wrong with a text of several words, as the middle of a sentence; empty when it may be taken.

    Vietnamese names and addresses bear marks. Without any, the scanner has dropped them, or a typing program was at work ("Nguyeenx"):
    guessing them back would put a wrong name into a dossier.
    """
    if not text:
        return _("không có trên mã")
    if BROKEN.search(text) or BYTES_AS_LETTERS.search(text):
        return _("bị máy quét làm hỏng chữ")
    words = [word for word in re.split(r"[^\w]+", text) if word.isalpha()]
    if not words:
        return _("không đọc được")
    if any(len(word) > 1 and not VOWEL.search(fold(word)) for word in words):
        return _("bị máy quét bỏ mất chữ")
    if not any(_marked(letter) for letter in text):
        return _("không còn dấu tiếng Việt (máy quét bỏ dấu, hoặc bộ gõ Telex, VNI đang bật)")
    return ""


def _marked(letter: str) -> bool:
    return letter in "đĐ" or len(unicodedata.normalize("NFD", letter)) > 1


def _cased(name: str) -> str:
    """Cards of 2021 print names in capitals: "NGUYỄN VĂN ƯỚC" is written as people write it."""
    return name.title() if name.isupper() else name


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", text, re.ASCII):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None
