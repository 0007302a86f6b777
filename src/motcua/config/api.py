"""The API at /api/v1: one NinjaAPI of all apps' routers, with our reading of JSON and our answers to errors."""

from __future__ import annotations

import json
import math
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from motcua import __version__
from motcua.casepages.api import router as cases
from motcua.casework.api import router as worklist
from motcua.catalogue.api import router as procedures
from motcua.config import openapi, problems
from motcua.documents.api import router as verification
from motcua.documents.api_uploads import router as uploads
from motcua.dossiers.api import router as dossiers
from motcua.dossiers.api_files import router as files
from motcua.dossiers.api_results import public as tracked_results
from motcua.dossiers.api_results import router as results
from motcua.dossiers.api_tracking import public as tracking
from motcua.indicators.api import router as indicators
from motcua.letters.api import router as letters
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.oversight.api import router as oversight
from motcua.oversight.api_tasks import router as tasks
from motcua.payments.api import bank
from motcua.payments.api import router as payments
from motcua.places.api import router as places

DEEPEST = 32


class StrictParser(Parser):
    """JSON as PostgreSQL can keep it: UTF-8 (RFC 8259), no NUL, no lone surrogate, no NaN or infinity, at most 32 levels."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type not in ("", "application/json"):
            raise HttpError(415, "not JSON")
        try:
            text = request.body.decode("utf-8-sig")
            value = json.loads(text, parse_constant=_not_finite, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise HttpError(400, "unreadable") from error
        # Only what was escaped can hide a bad letter, and only many brackets a great depth.
        if "\\u" in text or text.count("{") + text.count("[") > DEEPEST:
            _check(value, "", 0)
        return value


def _not_finite(name: str) -> Any:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _check(value: Any, path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise RuleBroken([FieldError(path.split(".")[0] or "body", f"Nội dung lồng nhau quá {DEEPEST} cấp.")])
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise RuleBroken([FieldError(path or "body", "Nội dung chứa ký tự không hợp lệ.")])
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, path or "body", depth)
            _check(item, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{path}.{index}" if path else str(index), depth + 1)


class Api(NinjaAPI):
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        openapi.complete(document)
        return document


api = Api(
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
api.add_router("", results)
api.add_router("", worklist)
api.add_router("", cases)
api.add_router("", oversight)
api.add_router("", tasks)
api.add_router("", letters)
api.add_router("", payments)
api.add_router("", bank)
api.add_router("", uploads)
api.add_router("", files)
api.add_router("", tracking)
api.add_router("", tracked_results)
api.add_router("", verification)
api.add_router("", indicators)
