"""What was printed, read back: the words of a PDF, the codes on it, and a picture of it for whoever looks."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pypdfium2
import zxingcpp

from tests.journeys.conftest import SHOTS, Desk


def pdf(found: Desk, path: str) -> bytes:
    """The PDF at `path` (or at a whole address of ours), asked for from that window."""
    answer = found.page.context.request.get(path if "://" in path else found.address + path)
    assert answer.ok, (path, answer.status)
    content = bytes(answer.body())
    assert content.startswith(b"%PDF-"), path
    return content


def linked(found: Desk, name: str, shot: str = "") -> bytes:
    """The PDF behind the link of that name on the page shown."""
    link = found.page.locator("main").get_by_role("link", name=name).first
    address = link.get_attribute("href")
    assert address, name
    content = pdf(found, address)
    picture(content, shot)
    return content


def words(content: bytes) -> str:
    """Everything a PDF says, its lines run together."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def says(content: bytes, *wanted: str) -> None:
    """Each of these stands in the PDF, however its lines are broken."""
    found = words(content)
    missing = [one for one in wanted if " ".join(one.split()) not in found]
    assert missing == [], found


def codes_on(content: bytes) -> dict[str, str]:
    """What a bar code reader finds on the first page, by kind of code."""
    page = pypdfium2.PdfDocument(io.BytesIO(content))[0]
    found = zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    return {str(one.format).rpartition(".")[2].replace(" ", ""): one.text for one in found}


def picture(content: bytes, name: str) -> None:
    """With MOTCUA_SHOTS, the pages as pictures there."""
    if SHOTS and name and shutil.which("pdftoppm"):
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        subprocess.run(["pdftoppm", "-png", "-r", "70", "-", f"{SHOTS}/{name}"], input=content, check=True)
