"""Asking at a door, reading the answer whatever it is, and whether anything was written meanwhile."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from foreign_doors import Door
from foreign_objects import GHOST, PERSON, THEIRS, Foreign
from walk_visitors import Visitor


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    to: str

    @property
    def at_the_door(self) -> bool:
        return self.status == 401 or (self.status == 302 and "dang-nhap" in self.to)


class Asker:
    """A visitor's client; signs in when it is made. The API is asked with a token of theirs."""

    def __init__(self, visitor: Visitor, api: Any) -> None:
        from motcua.organisation.models import Account

        self.visitor, self.client, self.headers = visitor, Client(raise_request_exception=False), {}
        if visitor.login:
            self.client.force_login(Account.objects.get(login=visitor.login))
            self.headers = {"Authorization": f"Bearer {api.token(visitor.login)}"}
        elif visitor.identity:
            self.client.post("/cong-dan/danh-tinh-demo/", {"who": visitor.identity})

    def get(self, door: Door, values: dict[str, Any], query: dict[str, Any] | None = None) -> Answer:
        return self._said(self.client.get(door.address(values), query or {}, headers=self._headers(door)))

    def post(self, door: Door, values: dict[str, Any], body: dict[str, Any]) -> Answer:
        if door.template:
            sent: dict[str, Any] = {"data": json.dumps(body), "content_type": "application/json"}
        else:
            sent = {"data": body}
        return self._said(self.client.post(door.address(values), **sent, headers=self._headers(door)))

    def _headers(self, door: Door) -> dict[str, str]:
        return self.headers if door.template else {}

    def _said(self, response: Any) -> Answer:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, text_of(content), response.get("Location", ""))


def text_of(content: bytes) -> str:
    """What is to be read in an answer, whatever it is: a page, JSON, a PDF, a workbook."""
    if content.startswith(b"%PDF"):
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return content.decode("latin-1")
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


@cache
def _nobody() -> UUID:
    return uuid4()


def haunted(found: Foreign, value: Any) -> Any:
    """The same question about what does not exist at all."""
    if isinstance(value, dict):
        return {haunted(found, k): haunted(found, v) for k, v in value.items()}
    if isinstance(value, list):
        return [haunted(found, one) for one in value]
    if isinstance(value, UUID):
        return _nobody()
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        return str(_nobody())
    for one in found.known:
        value = value.replace(one, GHOST)
    swapped = {
        "H41.128": "H41.999",
        PERSON["citizen_number"]: "040100000001",
        PERSON["phone"]: "0900000001",
        PERSON["full_name"]: "Không Có Ai",
        found.officer_name: "Không Có Ai",
    }
    return swapped.get(value, value.replace(f".{THEIRS}", ".khongco"))


def leaks(found: Foreign, answer: Answer, asked: Any) -> list[str]:
    """Names of what is foreign that stand in an answer, other than those that were asked with."""
    said = repr(asked)
    return [name for name in found.names if name not in said and name in answer.text]


# --- the database, before and after ------------------------------------------------------------------------------------

KEPT_BY_DESIGN = {
    "organisation_throttle": "attempts are counted, the refused ones first",
    "django_session": "a session's clock, and where it was",
    "catalogue_questionlog": "what was asked of the public search",
}


class Ledger:
    """Whether anything was written: a count and the newest transaction of each table that the application may write."""

    def __init__(self) -> None:
        from motcua.casework.tests.world import sql

        self.sql = sql
        rows = sql(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND (has_table_privilege('motcua_app', c.oid, 'INSERT') OR has_any_column_privilege('motcua_app', c.oid, 'UPDATE')"
            " OR has_table_privilege('motcua_app', c.oid, 'DELETE')) ORDER BY 1"
        )
        self.tables = [row[0] for row in rows if row[0] not in KEPT_BY_DESIGN]
        parts = (f"SELECT '{t}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {t}" for t in self.tables)
        self.query = " UNION ALL ".join(parts)
        self.moved = -1
        self.kept: dict[str, tuple[int, int]] = {}
        self.changed()

    def changed(self) -> list[str]:
        """Tables written since it was asked last. No transaction of the server got a number: then none."""
        moved = self.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")[0][0]
        if moved == self.moved:
            return []
        now = {name: (count, newest) for name, count, newest in self.sql(self.query)}
        found = [name for name, state in now.items() if self.kept.get(name, state) != state]
        self.moved, self.kept = moved, now
        return found
