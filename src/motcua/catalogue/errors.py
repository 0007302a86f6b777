"""Why a procedure cannot be used on a day. All are refusals of the field `procedure_code` (or `case`), so a form can
show them in place."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from motcua.organisation.errors import FieldError, RuleBroken


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


class Unusable(RuleBroken):
    """Base: the procedure named cannot be received. `field` tells which input is at fault."""

    field = "procedure_code"

    def __init__(self, message: str) -> None:
        super().__init__([FieldError(self.field, message)], message)


class UnknownProcedure(Unusable):
    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            _("Không có thủ tục mang mã “%(code)s”. Kiểm tra lại mã trong danh mục.") % {"code": code[:40]}
        )


class UnknownCase(Unusable):
    """`case` is not one of the version's; `known` lists them as (code, name)."""

    field = "case"

    def __init__(self, code: str, case: str, known: list[tuple[str, str]]) -> None:
        self.code, self.case, self.known = code, case, known
        names = "; ".join(f"{key} ({name})" for key, name in known)
        super().__init__(
            _("Thủ tục %(code)s không có trường hợp “%(case)s”. Chọn một trong: %(names)s.")
            % {"code": code, "case": case[:40], "names": names}
        )


class NotInForce(Unusable):
    """The day lies outside the procedure's validity. `valid_from` is the first day it is or was in force, `valid_to`
    the first day it no longer is (None: open); `successor` the code that took its place."""

    def __init__(
        self, code: str, on: date, valid_from: date | None, valid_to: date | None = None, successor: str | None = None
    ) -> None:
        self.code, self.on, self.valid_from, self.valid_to, self.successor = code, on, valid_from, valid_to, successor
        if valid_to is not None:
            message = _("Thủ tục %(code)s đã bị bãi bỏ từ ngày %(day)s.") % {"code": code, "day": _day(valid_to)}
        elif valid_from is not None:
            message = _("Thủ tục %(code)s chỉ có hiệu lực từ ngày %(day)s, không áp dụng cho ngày %(on)s.") % {
                "code": code,
                "day": _day(valid_from),
                "on": _day(on),
            }
        else:
            message = _("Thủ tục %(code)s chưa được công bố.") % {"code": code}
        if successor:
            message += " " + _("Dùng mã thay thế %(code)s.") % {"code": successor}
        super().__init__(message)


class NotConfigured(Unusable):
    """In force, but the province has no process that fits the version; `reason` is a Vietnamese clause."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(
            _("Thủ tục %(code)s chưa tiếp nhận được trên hệ thống: %(reason)s.") % {"code": code, "reason": reason}
        )
