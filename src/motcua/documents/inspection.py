"""What a file is by its bytes, and whether it can be kept: opened whole by the libraries that know its kind.

Started as a program of its own (`services` does so), since the bytes are a stranger's: `python inspection.py FILE PIXELS` prints one JSON
object, and whatever a hostile file does to a parser it does to a process with a second's life and bounded memory. It therefore imports
nothing of ours. Everything it says is a code; `rules.SENTENCES` has the words.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MiB = 1 << 20
MEMORY, SECONDS = 1024 * MiB, 10
PREVIEW = 240  # pixels, the longer side
MAX_NODES = 400_000

PDF, JPEG, PNG, XML = "application/pdf", "image/jpeg", "image/png", "application/xml"
STARTS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"<?xml", XML),
    (b"\xef\xbb\xbf<?xml", XML),
)
# Kinds we do not take, told by name so that the person knows what to do instead.
KNOWN = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"Rar!", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"RIFF", "picture"),
)
HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"

# What in a PDF acts by itself or carries another file: (code, dictionary key or None, value of /S or /Subtype or None).
ACTIONS = {"/JavaScript": "javascript", "/Launch": "launch", "/SubmitForm": "submit", "/ImportData": "submit"}
ANNOTATIONS = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Screen": "media",
    "/3D": "media",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`media_type` is "" for what we do not take; `fault` is a code of `rules.SENTENCES`, "" when it may be kept. `preview` is a small JPEG
    of the first page in base64."""

    media_type: str = ""
    fault: str = ""
    pages: int = 0
    preview: str = ""


def kind_of(start: bytes) -> tuple[str, str]:
    """(media type, code of the fault) by the first bytes: exactly one of them is empty. Nothing may stand before the mark of the kind."""
    for mark, media_type in STARTS:
        if start.startswith(mark):
            return media_type, ""
    if start[4:8] == b"ftyp" and start[8:12] in HEIC:
        return "", "heic"
    for mark, fault in KNOWN:
        if start.startswith(mark):
            return "", fault
    head = start[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<script", b"<svg")):
        return "", "web_page"
    return "", "unknown"


def inspect(path: Path, pixels: int) -> Finding:
    """Opens the file whole. `pixels`: the most an image may have."""
    with path.open("rb") as file:
        media_type, fault = kind_of(file.read(1024))
    if fault:
        return Finding(fault=fault)
    look = {PDF: _pdf, XML: _xml}.get(media_type)
    found = look(path) if look else _image(path, media_type, pixels)
    return Finding(media_type, **found)


def _pdf(path: Path) -> dict[str, Any]:
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            if document.is_encrypted:
                return {"fault": "encrypted"}
            pages = len(document.pages)
            if not pages:
                return {"fault": "unreadable"}
            if fault := _acting(document):
                return {"fault": fault}
    except pikepdf.PasswordError:
        return {"fault": "encrypted"}
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError):
        return {"fault": "unreadable"}
    preview = _first_page(path)
    return {"pages": pages, "preview": preview} if preview else {"fault": "unreadable"}


def _acting(document: Any) -> str:
    """The code of the first thing in the document that acts or carries a file, wherever it hides: every object is looked at, named or not."""
    import pikepdf

    seen = 0
    for top in document.objects:
        waiting = [top]
        while waiting:
            node = waiting.pop()
            seen += 1
            if seen > MAX_NODES:
                return "too_complex"
            if isinstance(node, pikepdf.Array):
                waiting += [child for child in node if _direct(child)]
            elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
                entries = dict(node.items())
                if fault := _fault_of(entries):
                    return fault
                waiting += [child for child in entries.values() if _direct(child)]
    return ""


def _direct(child: Any) -> bool:
    import pikepdf

    return isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect


def _fault_of(entries: dict[str, Any]) -> str:
    kind = str(entries.get("/S", ""))
    if "/JS" in entries or kind == "/JavaScript":
        return "javascript"
    if kind in ACTIONS:
        return ACTIONS[kind]
    if "/EmbeddedFiles" in entries or "/EF" in entries or str(entries.get("/Type", "")) == "/EmbeddedFile":
        return "embedded"
    if "/XFA" in entries:
        return "xfa"
    return ANNOTATIONS.get(str(entries.get("/Subtype", "")), "")


def _first_page(path: Path) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
        page = document[0]
        width, height = page.get_size()
        scale = PREVIEW / max(width, height, 1)
        image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return _small(image)
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return ""


def _image(path: Path, media_type: str, pixels: int) -> dict[str, Any]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and told in words
    try:
        with Image.open(path, formats=["JPEG" if media_type == JPEG else "PNG"]) as image:
            if image.width * image.height > pixels:
                return {"fault": "pixels"}
            image.load()
            return {"pages": 1, "preview": _small(ImageOps.exif_transpose(image))}
    except (OSError, ValueError, SyntaxError, MemoryError):
        return {"fault": "unreadable"}


def _small(image: Any) -> str:
    image.thumbnail((PREVIEW, PREVIEW))
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=70)
    return base64.b64encode(out.getvalue()).decode()


def _xml(path: Path) -> dict[str, Any]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.parse(str(path), parser)
    except etree.XMLSyntaxError:
        return {"fault": "unreadable"}
    if tree.docinfo.doctype:
        return {"fault": "doctype"}
    if next(tree.iter(SIGNATURE), None) is None:
        return {"fault": "unsigned"}
    return {"pages": 0}


def confine() -> None:
    """Little memory, little time, no file written: what this process may still do."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    confine()
    try:
        finding = inspect(Path(sys.argv[1]), int(sys.argv[2]))
    except MemoryError:
        finding = Finding(fault="too_complex")
    print(json.dumps(asdict(finding)))
