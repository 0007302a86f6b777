"""Real files made on the spot, good and bad, for tests and for whoever wants to try the doors. All fictitious."""

from __future__ import annotations

import io
import zlib
from functools import cache
from typing import Any

from motcua.documents.typesetting import FONTS

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The string that every scanner calls malicious by agreement, and that does nothing (eicar.org)."""


def pdf(pages: int = 1, mark: str = "", change: Any = None, **save: Any) -> bytes:
    """A PDF of that many A4 pages; `mark` makes its bytes its own; `change` gets the document before it is saved."""
    import pikepdf

    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if mark:
        document.docinfo["/Title"] = mark
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def photo(width: int = 800, height: int = 600, kind: str = "JPEG", colour: Any = "#c8b89a") -> bytes:
    """A picture of one colour with a darker frame."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle(
        (width // 8, height // 8, width * 7 // 8, height * 7 // 8), outline="#5b4a36", width=9
    )
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def noise(size: int) -> bytes:
    """A JPEG of about `size` bytes and not less: what stands after the picture belongs to nobody."""
    import secrets

    return photo() + secrets.token_bytes(size)


def image_bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of a few hundred kilobytes that would be 400 million pixels."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def pdf_bomb(megabytes: int = 3000) -> bytes:
    """A PDF whose object stream, to be unpacked before anything can be read, grows to gigabytes."""
    squeeze = zlib.compressobj(9)
    packed = squeeze.compress(b"4 0 ") + b"".join(squeeze.compress(b" " * (1 << 20)) for _ in range(megabytes))
    packed += squeeze.flush()
    return (
        b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[4 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>\nstream\n"
        + packed
        + b"\nendstream\nendobj\ntrailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF"
    )


def signed_xml() -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?><Giay><So>15</So>'
        b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></Giay>'
    )


@cache
def sheet() -> bytes:
    """A scanned sheet that says it is a sample and nothing else: JPEG, A4 at 100 dots an inch."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (827, 1169), 250)
    draw = ImageDraw.Draw(image)
    above = 150
    for text, face, size in (
        ("GIẤY TỜ MẪU", "Tinos-Bold", 54),
        ("BẢN DEMO – dữ liệu hư cấu, không có giá trị", "Tinos-Regular", 27),
        ("SAMPLE PAPER – demo, fictitious, without value", "Tinos-Italic", 27),
    ):
        draw.text((413, above), text, 30, ImageFont.truetype(str(FONTS / f"{face}.ttf"), size), anchor="mt")
        above += size + 28
    for line in range(above + 70, 1020, 44):
        draw.line((110, line, 717, line), 205, 2)
    draw.rectangle((60, 60, 767, 1109), outline=120, width=3)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()
