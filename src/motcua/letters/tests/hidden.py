"""Looking for a denunciation from outside: marker words that stand nowhere else, every GET address there is, every owned table."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader, PdfWriter

from motcua.casework.tests.world import one, sql

MARKERS = ("Zqngười", "Zqbịtố", "Zqchứcvụ", "Zqtríchyếu", "Zqnộidung", "Zqđịachỉ", "Zqghichú", "Zqtệp", "0912345999")
BY, AGAINST, POSITION, SUMMARY, TEXT, ADDRESS, NOTE, FILE, PHONE = MARKERS
OWNED = (
    "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attname = 'province_id' AND NOT a.attisdropped"
    " AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege('motcua_app', c.oid, 'SELECT') ORDER BY 1"
)


def pdf(name: str = f"{FILE}.pdf") -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": str(uuid4())})
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


@dataclass(frozen=True)
class Planted:
    """A denunciation full of markers, with notes, papers, files and readings."""

    code: str
    pseudonym: str
    id: UUID
    file_id: UUID

    @property
    def needles(self) -> tuple[str, ...]:
        return (
            *MARKERS,
            *(m.lower() for m in MARKERS),
            self.code,
            self.pseudonym,
            str(self.id),
            self.id.hex,
            str(self.file_id),
        )


def owned() -> list[str]:
    return [row[0] for row in sql(OWNED)]


def telling(needles: tuple[str, ...], *, using: str = "default") -> dict[str, int]:
    """Owned tables in which the reader sees a row that holds one of the needles, and how many."""
    patterns = [f"%{needle}%" for needle in needles]
    found = {
        t: one(f"SELECT count(*) FROM {t} AS t WHERE t::text LIKE ANY (%s)", (patterns,), using=using) for t in owned()
    }
    return {table: n for table, n in found.items() if n}


# --- addresses ---------------------------------------------------------------------------------------------------------


def addresses(values: dict[str, list[str]]) -> Iterator[str]:
    """Every address that the URL configuration knows, its parameters filled by name or by kind, over all the values given."""
    for template, kinds in _patterns(get_resolver(), ""):
        filled = [template]
        for name, kind in kinds.items():
            options = values.get(name) or values.get(kind) or values["str"]
            filled = [path.replace(f"<{name}>", option) for path in filled for option in options]
        yield from filled


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, dict[str, str]]]:
    for entry in resolver.url_patterns:
        route = str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, before + route)
        elif isinstance(entry, URLPattern):
            whole = before + route
            kinds = {name: kind or "str" for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", whole)}
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", whole), kinds


def body_of(response: Any) -> str:
    """All that an answer says: JSON without escapes, the text of PDF, the parts of a workbook, and the headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    told = content.decode("utf-8", "replace")
    if "json" in kind:
        told = json.dumps(json.loads(content), ensure_ascii=False)
    elif kind.startswith("application/pdf"):
        told = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            told = "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return told + str(response.headers)
