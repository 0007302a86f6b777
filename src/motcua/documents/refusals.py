"""Why a file is not taken, each in one sentence that says what to do instead; and the name under which one that is taken is shown."""

from __future__ import annotations

import mimetypes
import unicodedata
from dataclasses import dataclass

from django.conf import settings

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


TAKEN = "Hệ thống nhận PDF, ảnh JPEG, ảnh PNG và XML đã ký số."
# Faults of the kind: 415. `{name}` is the name as shown.
WRONG_TYPE = {
    "program": "“{name}” thật ra là một chương trình máy tính, dù mang tên khác. " + TAKEN,
    "zip": "“{name}” thật ra là tệp nén hoặc tệp Word, Excel đời mới. Lưu thành PDF rồi gửi lại. " + TAKEN,
    "office": "“{name}” thật ra là tệp Word, Excel. Lưu thành PDF rồi gửi lại.",
    "picture": "“{name}” là loại ảnh chưa nhận (GIF, BMP, TIFF, WebP). Lưu thành JPEG hoặc PNG rồi gửi lại.",
    "heic": "“{name}” là ảnh HEIC của điện thoại. Chọn định dạng ảnh “Tương thích nhất” (JPEG) rồi chụp hoặc gửi lại.",
    "web_page": "“{name}” thật ra là trang web. In trang đó ra PDF rồi gửi lại.",
    "unknown": "Nội dung của “{name}” không phải PDF hay ảnh. " + TAKEN,
    "lies": "“{name}” mang đuôi tệp khác với nội dung, vốn là {kind}. Đổi lại đuôi tệp cho đúng rồi gửi lại.",
}
# Faults of the content: 422.
REFUSED = {
    "unreadable": "“{name}” không mở được: tệp hỏng hoặc chưa tải xong. Quét hoặc xuất lại rồi gửi lại.",
    "encrypted": "“{name}” đặt mật khẩu hoặc khóa quyền. Lưu lại thành PDF không đặt mật khẩu rồi gửi lại.",
    "javascript": "“{name}” chứa mã lệnh JavaScript. In lại thành PDF thường rồi gửi lại.",
    "launch": "“{name}” chứa lệnh mở chương trình trên máy. In lại thành PDF thường rồi gửi lại.",
    "submit": "“{name}” chứa lệnh gửi hoặc nạp dữ liệu. In lại thành PDF thường rồi gửi lại.",
    "embedded": "“{name}” chứa tệp khác đính kèm bên trong. Gửi từng tệp riêng.",
    "media": "“{name}” chứa âm thanh, video hoặc nội dung động. In lại thành PDF thường rồi gửi lại.",
    "xfa": "“{name}” là biểu mẫu động XFA. In lại thành PDF thường rồi gửi lại.",
    "pixels": "Ảnh “{name}” có quá {megapixels} triệu điểm ảnh. Quét lại ở 200–300 dpi rồi gửi lại.",
    "too_complex": "“{name}” quá phức tạp để kiểm tra an toàn. In lại thành PDF thường rồi gửi lại.",
    "doctype": "“{name}” chứa khai báo DTD, hệ thống không đọc vì lý do an toàn. Xuất lại tệp XML rồi gửi lại.",
    "unsigned": "“{name}” là XML nhưng không có chữ ký số. Gửi bản đã ký số, hoặc bản PDF.",
    "empty": "“{name}” trống, không có nội dung. Chọn lại tệp.",
    "nul": "Tên tệp chứa ký tự không hợp lệ (NUL hoặc ký tự điều khiển). Đổi tên tệp rồi gửi lại.",
    "path": "Tên tệp chứa đường dẫn thư mục. Chỉ đặt tên tệp, không có dấu “/” hay “\\”, rồi gửi lại.",
}
KINDS = {
    "application/pdf": ("tệp PDF", (".pdf",)),
    "image/jpeg": ("ảnh JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
    "image/png": ("ảnh PNG", (".png",)),
    "application/xml": ("tệp XML", (".xml",)),
}


def refusal(code: str, name: str, media_type: str = "") -> RuleBroken:
    """The refusal for a code of `inspection` or of this page."""
    words = {
        "name": name,
        "megapixels": settings.MOTCUA_IMAGE_PIXELS // 1_000_000,
        "kind": KINDS[media_type][0] if media_type else "",
    }
    if code == "too_large":
        megabytes = settings.MOTCUA_FILE_BYTES // (1024 * 1024)
        sentence = f"“{name}” lớn hơn {megabytes} MB. Quét lại ở 200–300 dpi hoặc chia thành nhiều tệp rồi gửi lại."
        return TooLarge.of("file", sentence)
    if code in WRONG_TYPE:
        return WrongType.of("file", WRONG_TYPE[code].format(**words))
    return RuleBroken.of("file", REFUSED[code].format(**words))


def rejected_sentence(name: str) -> str:
    return f"“{name}” bị phần mềm quét mã độc từ chối nên không được nhận, không mở được. Gửi tệp khác."


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
