"""The API's OpenAPI 3.1 document: what ninja tells of each operation, and the refusals it may answer with (RFC 9457).

`python -m motcua.config.openapi docs/openapi.json` writes the committed copy anew.
"""

from __future__ import annotations

import json
import os
import sys
from http.client import responses
from pathlib import Path
from typing import Any

MEDIA_TYPE = "application/problem+json"
EVERYWHERE = (400, 422, 503)
WITH_TOKEN = (401, 403)
OF_ONE_OBJECT = (404,)
WRITING = (409, 413, 415, 507)
MORE = "x-problems"
"""Key of `openapi_extra` by which an operation names statuses beyond those of its shape."""

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Lỗi theo RFC 9457, bằng tiếng Việt.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:motcua:problem:422"]},
        "title": {"type": "string", "examples": ["Thông tin chưa đúng"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "errors": {
            "description": "Từng mục sai, tất cả trong một lần.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "current": {
            "description": "Chỉ ở lỗi 409: phiên bản, trạng thái hiện tại và những việc đã làm từ phiên bản bạn giữ.",
            "type": "object",
        },
    },
}
POSITION = {
    "in": "header",
    "name": "Motcua-Position",
    "required": False,
    "description": "Mã vị trí việc làm, khi cán bộ giữ nhiều vị trí.",
    "schema": {"type": "string", "format": "uuid"},
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Gửi lại cùng khóa thì nhận lại cùng câu trả lời; cùng khóa mà khác nội dung thì 409. Giữ 7 ngày.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
PREFIX = "/api/v1"
WITHOUT_KEY = {
    "/payments/transfers": "the bank's own number of the transfer says which it is",
    "/track/{code}/files": "the same content for the same paper is the same file",
    "/verify": "it writes nothing",
    "/visits/{code}/records": "each record has an id of its own, made by whoever writes it",
}
"""Writes that take no Idempotency-Key, and why they need none."""


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Adds to ninja's document, in place, the headers and the problem responses of every operation."""
    document["components"]["schemas"]["Problem"] = PROBLEM
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            secured = bool(operation.get("security"))
            if secured:
                operation["parameters"].append(POSITION)
            if method == "post" and path.removeprefix(PREFIX) not in WITHOUT_KEY:
                operation["parameters"].append(KEY)
            for status in sorted(statuses(path, method, secured, operation.pop(MORE, ()))):
                operation["responses"].setdefault(status, refusal(status))
    return document


def statuses(path: str, method: str, secured: bool, more: Any) -> set[int]:
    """Refusals of an operation by its shape: who may ask, whether it names one object, whether it writes."""
    return {
        *EVERYWHERE,
        *(WITH_TOKEN if secured else ()),
        *(OF_ONE_OBJECT if "{" in path else ()),
        *(WRITING if method == "post" else ()),
        *more,
    }


def refusal(status: int) -> dict[str, Any]:
    headers = {"Retry-After": {"description": "Số giây phải đợi.", "schema": {"type": "integer"}}}
    return {
        "description": responses[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        **({"headers": headers} if status in (429, 503) else {}),
    }


def text() -> str:
    """The document as the committed copy holds it."""
    from motcua.config.api import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    import django

    django.setup()
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
