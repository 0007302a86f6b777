"""What may go wrong in a service, in the words of the person who must act. Every floor above raises these; `web` turns them into pages and problem+json."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of the input: `field` is the path a form or a client knows ("applicant.citizen_number"), `message` a Vietnamese sentence."""

    field: str
    message: str


class DomainError(Exception):
    """Base of the refusals. `status` is the HTTP status, `title` names the class of refusal, `detail` says what to do."""

    status = 400
    title = "Yêu cầu không hợp lệ"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotAuthenticated(DomainError):
    status = 401
    title = "Chưa đăng nhập"


class Forbidden(DomainError):
    """The object is visible to the caller, the act is not theirs."""

    status = 403
    title = "Không thuộc quyền của bạn"


class NotFound(DomainError):
    """The object does not exist or lies outside the caller's scope; the two are never told apart (design §4, Access)."""

    status = 404
    title = "Không tìm thấy"


@dataclass
class Conflict(DomainError):
    """Stale version, state that does not allow the act, or a key replayed with another body. `current` tells what changed."""

    detail: str
    current: dict[str, Any] = field(default_factory=dict)
    status = 409
    title = "Đã thay đổi hoặc không còn làm được lúc này"

    def __post_init__(self) -> None:
        Exception.__init__(self, self.detail)


@dataclass
class RuleBroken(DomainError):
    """The rules of the act or of the form refuse the input; every fault is named at once, so that nobody corrects twice."""

    errors: list[FieldError]
    detail: str = field(default_factory=lambda: _("Có thông tin chưa đúng. Sửa các mục được nêu rồi gửi lại."))
    status = 422
    title = "Thông tin chưa đúng"

    def __post_init__(self) -> None:
        Exception.__init__(self, self.detail)

    @classmethod
    def of(cls, field_name: str, message: str) -> RuleBroken:
        return cls([FieldError(field_name, message)], detail=message)


class Gone(DomainError):
    """It was there and is kept back for good, and the caller may know so."""

    status = 410
    title = "Không còn mở được"


class TooManyRequests(DomainError):
    status = 429
    title = "Thử quá nhiều lần"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
