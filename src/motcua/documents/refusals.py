"""Why a file is not taken, each in one sentence that says what to do instead; and the name under which one that is taken is shown."""

from __future__ import annotations

import mimetypes
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation.errors import RuleBroken

MAX_NAME = 120


@dataclass
class TooLarge(RuleBroken):
    status = 413
    title = "Tệp quá lớn"


@dataclass
class WrongType(RuleBroken):
    status = 415
    title = "Loại tệp không nhận"


# Faults of the kind: 415. `name` is the name as shown.
WRONG_TYPE = {
    "program": gettext_noop(
        "“%(name)s” thật ra là một chương trình máy tính, dù mang tên khác. Hệ thống nhận PDF, ảnh JPEG, ảnh PNG và XML đã ký số."
    ),
    "zip": gettext_noop(
        "“%(name)s” thật ra là tệp nén hoặc tệp Word, Excel đời mới. Lưu thành PDF rồi gửi lại. Hệ thống nhận PDF, ảnh JPEG, ảnh PNG và XML đã ký số."
    ),
    "office": gettext_noop("“%(name)s” thật ra là tệp Word, Excel. Lưu thành PDF rồi gửi lại."),
    "picture": gettext_noop(
        "“%(name)s” là loại ảnh chưa nhận (GIF, BMP, TIFF, WebP). Lưu thành JPEG hoặc PNG rồi gửi lại."
    ),
    "heic": gettext_noop(
        "“%(name)s” là ảnh HEIC của điện thoại. Chọn định dạng ảnh “Tương thích nhất” (JPEG) rồi chụp hoặc gửi lại."
    ),
    "web_page": gettext_noop("“%(name)s” thật ra là trang web. In trang đó ra PDF rồi gửi lại."),
    "unknown": gettext_noop(
        "Nội dung của “%(name)s” không phải PDF hay ảnh. Hệ thống nhận PDF, ảnh JPEG, ảnh PNG và XML đã ký số."
    ),
    "lies": gettext_noop(
        "“%(name)s” mang đuôi tệp khác với nội dung, vốn là %(kind)s. Đổi lại đuôi tệp cho đúng rồi gửi lại."
    ),
}
# Faults of the content: 422.
REFUSED = {
    "unreadable": gettext_noop(
        "“%(name)s” không mở được: tệp hỏng hoặc chưa tải xong. Quét hoặc xuất lại rồi gửi lại."
    ),
    "encrypted": gettext_noop(
        "“%(name)s” đặt mật khẩu hoặc khóa quyền. Lưu lại thành PDF không đặt mật khẩu rồi gửi lại."
    ),
    "javascript": gettext_noop("“%(name)s” chứa mã lệnh JavaScript. In lại thành PDF thường rồi gửi lại."),
    "launch": gettext_noop("“%(name)s” chứa lệnh mở chương trình trên máy. In lại thành PDF thường rồi gửi lại."),
    "submit": gettext_noop("“%(name)s” chứa lệnh gửi hoặc nạp dữ liệu. In lại thành PDF thường rồi gửi lại."),
    "embedded": gettext_noop("“%(name)s” chứa tệp khác đính kèm bên trong. Gửi từng tệp riêng."),
    "media": gettext_noop("“%(name)s” chứa âm thanh, video hoặc nội dung động. In lại thành PDF thường rồi gửi lại."),
    "xfa": gettext_noop("“%(name)s” là biểu mẫu động XFA. In lại thành PDF thường rồi gửi lại."),
    "pixels": gettext_noop("Ảnh “%(name)s” có quá %(megapixels)s triệu điểm ảnh. Quét lại ở 200–300 dpi rồi gửi lại."),
    "too_complex": gettext_noop("“%(name)s” quá phức tạp để kiểm tra an toàn. In lại thành PDF thường rồi gửi lại."),
    "doctype": gettext_noop(
        "“%(name)s” chứa khai báo DTD, hệ thống không đọc vì lý do an toàn. Xuất lại tệp XML rồi gửi lại."
    ),
    "unsigned": gettext_noop("“%(name)s” là XML nhưng không có chữ ký số. Gửi bản đã ký số, hoặc bản PDF."),
    "empty": gettext_noop("“%(name)s” trống, không có nội dung. Chọn lại tệp."),
    "nul": gettext_noop("Tên tệp chứa ký tự không hợp lệ (NUL hoặc ký tự điều khiển). Đổi tên tệp rồi gửi lại."),
    "path": gettext_noop("Tên tệp chứa đường dẫn thư mục. Chỉ đặt tên tệp, không có dấu “/” hay “\\”, rồi gửi lại."),
}
KINDS = {
    "application/pdf": (gettext_noop("tệp PDF"), (".pdf",)),
    "image/jpeg": (gettext_noop("ảnh JPEG"), (".jpg", ".jpeg", ".jpe", ".jfif")),
    "image/png": (gettext_noop("ảnh PNG"), (".png",)),
    "application/xml": (gettext_noop("tệp XML"), (".xml",)),
}


def refusal(code: str, name: str, media_type: str = "") -> RuleBroken:
    """The refusal for a code of `inspection` or of this page."""
    words = {
        "name": name,
        "megapixels": settings.MOTCUA_IMAGE_PIXELS // 1_000_000,
        "kind": _(KINDS[media_type][0]) if media_type else "",
    }
    if code == "too_large":
        megabytes = settings.MOTCUA_FILE_BYTES // (1024 * 1024)
        sentence = _(
            "“%(name)s” lớn hơn %(megabytes)s MB. Quét lại ở 200–300 dpi hoặc chia thành nhiều tệp rồi gửi lại."
        )
        sentence %= {"name": name, "megabytes": megabytes}
        return TooLarge.of("file", sentence)
    if code in WRONG_TYPE:
        return WrongType.of("file", _(WRONG_TYPE[code]) % words)
    return RuleBroken.of("file", _(REFUSED[code]) % words)


def rejected_sentence(name: str) -> str:
    return _("“%(name)s” bị phần mềm quét mã độc từ chối nên không được nhận, không mở được. Gửi tệp khác.") % {
        "name": name
    }


def name_fault(raw: str) -> str:
    """The code of what is wrong with a name as it was sent; "" when nothing is. A name is only ever shown, but who sends a path or a NUL
    means no good or has a broken program, and is told."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in raw):
        return "nul"
    return "path" if "/" in raw or "\\" in raw or raw.strip() in (".", "..") else ""


def extension_fault(name: str, media_type: str) -> str:
    """A name may have no ending we know; one that names another kind than the content lies."""
    ending = f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""
    if ending in KINDS[media_type][1]:
        return ""
    return "lies" if ending in OTHER_ENDINGS or mimetypes.guess_type(f"a{ending}")[0] else ""


# Endings of other kinds that Python's own table may not know.
OTHER_ENDINGS = frozenset(
    f".{ending}"
    for ending in (
        *("exe", "com", "bat", "cmd", "msi", "scr", "lnk", "hta", "vbs", "ps1", "php", "apk", "jar", "jpe", "jfif"),
        *("doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "ods", "heic", "webp", "zip", "rar", "7z"),
    )
)


def shown(name: str) -> str:
    """The name as people see it: one line, composed letters, no invisible ones (a right-to-left mark hides an ending), at most 120 letters
    with its ending kept."""
    clean = "".join(
        letter
        for letter in unicodedata.normalize("NFC", name)
        if unicodedata.category(letter) not in ("Cf", "Cc", "Cs", "Co")
    )
    clean = " ".join(clean.split()).lstrip(".") or "tep"
    if len(clean) <= MAX_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 2]}….{ending}" if dot and len(ending) < 10 else clean[:MAX_NAME]
