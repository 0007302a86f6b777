"""The API at /api/v1: one NinjaAPI of all apps' routers, with our reading of JSON and our answers to errors."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser

from motcua import __version__
from motcua.casework.api import router as worklist
from motcua.catalogue.api import router as procedures
from motcua.config import problems
from motcua.dossiers.api import public as tracking
from motcua.dossiers.api import router as dossiers
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.places.api import router as places


class StrictParser(Parser):
    """JSON as PostgreSQL can keep it: no NUL, no lone surrogate, no NaN, no depth that breaks the reader."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = request.body
        try:
            value = json.loads(body, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise HttpError(400, "unreadable") from error
        if b"\\u" in body or b"\0" in body:
            _check(value, "")
        return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _check(value: Any, path: str) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise RuleBroken([FieldError(path or "body", "Nội dung chứa ký tự không hợp lệ.")])
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, path or "body")
            _check(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{path}.{index}")


api = NinjaAPI(
    title="motcua",
    version=__version__,
    description="Dịch vụ một cửa của một tỉnh. Thời điểm theo ISO 8601, múi giờ +07:00; lỗi là application/problem+json (RFC 9457).",
    parser=StrictParser(),
    urls_namespace="api",
)
problems.install(api)
api.add_router("", procedures)
api.add_router("", places)
api.add_router("", dossiers)
api.add_router("", worklist)
api.add_router("", tracking)
