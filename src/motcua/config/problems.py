"""Errors of the API as problem+json (RFC 9457), whatever failed and wherever: domain refusals, bad input, the router, the database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from motcua.config.logs import telling
from motcua.documents.storage import StorageFull
from motcua.organisation.errors import Conflict, DomainError, FieldError, RuleBroken, TooManyRequests

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
TYPE = "urn:motcua:problem:"
MiB = 1024 * 1024
LARGEST_BODY = 2 * MiB
# Where files are sent. A page without script sends several at once; a file above its own limit is read to the end, to be refused in words.
WITH_FILES = re.compile(
    r"/api/v1/files|/tiep-nhan/|/tep/|/ho-so/[A-Za-z0-9.\-]{1,64}/digitise/|/tra-cuu/ho-so/bo-sung/tep/"
)
FILES_AT_ONCE = 5
RETRY_SECONDS = 5

TITLES = {
    400: ("Yêu cầu không hợp lệ", "Hệ thống không đọc được yêu cầu. Kiểm tra định dạng JSON và bảng mã UTF-8."),
    401: ("Chưa đăng nhập", "Gửi mã truy cập ở đầu mục Authorization: Bearer."),
    403: ("Không được phép", "Bạn không có quyền thực hiện yêu cầu này."),
    404: ("Không tìm thấy", "Địa chỉ này không có trên hệ thống."),
    405: ("Cách gọi không được hỗ trợ", "Địa chỉ này không nhận phương thức đã gửi."),
    409: ("Xung đột", "Dữ liệu đã thay đổi."),
    410: ("Không còn mở được", "Nội dung này đã bị giữ lại."),
    413: ("Yêu cầu quá lớn", f"Nội dung gửi lên tối đa {LARGEST_BODY // MiB} MB."),
    415: ("Định dạng không được hỗ trợ", "Gửi nội dung dạng application/json."),
    422: ("Thông tin chưa đúng", "Có thông tin chưa đúng. Sửa các mục được nêu rồi gửi lại."),
    429: ("Thử quá nhiều lần", "Hãy đợi rồi thử lại."),
    500: ("Lỗi hệ thống", "Hệ thống gặp lỗi. Yêu cầu chưa được ghi nhận; hãy thử lại hoặc báo quản trị."),
    503: (
        "Tạm thời gián đoạn",
        "Cơ sở dữ liệu tạm thời không phản hồi. Hãy gửi lại với cùng Idempotency-Key sau vài giây.",
    ),
    507: ("Hết chỗ lưu trữ", "Máy chủ hết chỗ lưu trữ. Báo quản trị; dữ liệu đã ghi vẫn còn nguyên."),
}


def problem(
    status: int,
    detail: str | None = None,
    *,
    title: str | None = None,
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    default_title, default_detail = TITLES.get(status, TITLES[400 if status < 500 else 500])
    body: dict[str, Any] = {
        "type": f"{TYPE}{status}",
        "title": title or default_title,
        "status": status,
        "detail": detail or default_detail,
        **more,
    }
    named = [{"field": e.field, "message": e.message} for e in errors]
    if named:
        body["errors"] = named
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def of_domain(error: DomainError) -> HttpResponse:
    more: dict[str, Any] = {"current": error.current} if isinstance(error, Conflict) and error.current else {}
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyRequests) else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    errors = error.errors if isinstance(error, RuleBroken) else ()
    return problem(error.status, error.detail, title=error.title, errors=errors, headers=headers, **more)


# What pydantic calls the fault -> what we say. The rest gets the last sentence.
SENTENCES = {
    "missing": "Mục này bắt buộc.",
    "extra_forbidden": "Không có mục nào mang tên này.",
    "string_type": "Mục này là chuỗi ký tự.",
    "string_too_long": "Nội dung dài quá mức cho phép.",
    "string_too_short": "Nội dung còn trống.",
    "string_pattern_mismatch": "Nội dung không đúng dạng quy định.",
    "int_type": "Mục này là số nguyên.",
    "int_parsing": "Mục này là số nguyên.",
    "int_from_float": "Mục này là số nguyên.",
    "bool_type": "Mục này là true hoặc false.",
    "bool_parsing": "Mục này là true hoặc false.",
    "literal_error": "Giá trị không nằm trong danh sách cho phép.",
    "date_from_datetime_parsing": "Ngày viết dạng năm-tháng-ngày, ví dụ 2026-11-24.",
    "date_parsing": "Ngày viết dạng năm-tháng-ngày, ví dụ 2026-11-24.",
    "datetime_from_date_parsing": "Thời điểm viết theo ISO 8601, ví dụ 2026-11-24T09:30:00+07:00.",
    "datetime_parsing": "Thời điểm viết theo ISO 8601, ví dụ 2026-11-24T09:30:00+07:00.",
    "list_type": "Mục này là danh sách.",
    "dict_type": "Mục này là một đối tượng JSON.",
    "model_attributes_type": "Mục này là một đối tượng JSON.",
    "too_long": "Danh sách dài quá mức cho phép.",
    "greater_than_equal": "Giá trị nhỏ quá mức cho phép.",
    "less_than_equal": "Giá trị lớn quá mức cho phép.",
    "less_than": "Giá trị lớn quá mức cho phép.",
}
OTHER = "Giá trị không đúng kiểu."


def field_errors(error: ValidationError) -> list[FieldError]:
    """Pydantic's faults with the path a client knows: ("body", "body", "applicant", "phone") is "applicant.phone"."""
    named = []
    for fault in error.errors:
        path = [str(part) for part in fault.get("loc", ()) if part not in ("body", "query", "path", "header", "cookie")]
        named.append(FieldError(".".join(path) or "body", SENTENCES.get(str(fault.get("type")), OTHER)))
    return named


def too_large(request: HttpRequest) -> bool:
    """Whether more is announced than we read. Django's own limit leaves out what is sent as a file, which goes to the disk whole."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > largest_body(request.path))


def largest_body(path: str) -> int:
    """Bytes that a request to this address may announce."""
    if WITH_FILES.fullmatch(path):
        return int(settings.MOTCUA_FILE_BYTES) * FILES_AT_ONCE + LARGEST_BODY
    return LARGEST_BODY


def no_room(error: BaseException) -> bool:
    """The database could not write for want of disk (SQLSTATE 53100)."""
    return getattr(error.__cause__, "sqlstate", None) == "53100"


def install(api: NinjaAPI) -> None:
    """Gives every exception that an operation may raise its answer."""

    @api.exception_handler(DomainError)
    def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        return of_domain(error)

    @api.exception_handler(ValidationError)
    def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, errors=field_errors(error))

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        # ninja turns whatever the reader of bodies raises into 400; what it really was is the cause.
        cause = error.__cause__
        if isinstance(cause, DomainError | HttpError | RequestDataTooBig):
            return api.on_exception(request, cause)
        return problem(error.status_code)

    @api.exception_handler(AuthenticationError)
    def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(401, headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404)

    @api.exception_handler(RequestDataTooBig)
    def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return problem(413)

    @api.exception_handler(TooManyFieldsSent)
    @api.exception_handler(TooManyFilesSent)
    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(UnreadablePostError)
    def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(400)

    @api.exception_handler(OperationalError)
    @api.exception_handler(InterfaceError)
    def _database(request: HttpRequest, error: Exception) -> HttpResponse:
        log.warning("database_unavailable", error=telling(error.__cause__ or error))
        if no_room(error):
            return problem(507)
        return problem(503, headers={"Retry-After": str(RETRY_SECONDS)})

    @api.exception_handler(StorageFull)
    def _full(request: HttpRequest, error: StorageFull) -> HttpResponse:
        return problem(507)

    @api.exception_handler(Exception)
    def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
        # The message of an exception may quote a row; the type and the place are enough to find it.
        log.error(
            "unexpected",
            error=type(error).__name__,
            route=str(request.resolver_match and request.resolver_match.route),
            exc_info=error,
        )
        return problem(500)


class ApiProblems:
    """What never reaches an operation: no such address, wrong method, a body too large to read, NUL bytes in the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problem(422, errors=[FieldError("", "Địa chỉ chứa ký tự không hợp lệ (NUL).")])
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return problem(400)
        if too_large(request):
            return problem(413, f"Nội dung gửi lên tối đa {largest_body(request.path) // MiB} MB.")
        response = self.get_response(request)
        # Answers name people and carry the secret of a receipt: no proxy and no browser keeps one.
        response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code >= 400 and not str(response.get("Content-Type", "")).startswith(MEDIA_TYPE):
            allow = {"Allow": response["Allow"]} if "Allow" in response else {}
            return problem(response.status_code, headers=allow)
        return response
