"""Text of the crawl made fit to keep, and what is said of what could not be read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from motcua.places.text import fold

SILENT = {"", "khong co thong tin"}
"""What the portal shows, folded, where nothing was entered."""

CHANNEL_NAMES = {"counter": "trực tiếp", "online": "trực tuyến", "post": "qua bưu chính"}

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

REASONS = {
    "limit_without_unit": "Thời hạn không nêu đơn vị",
    "limit_unit_unclear": "Thời hạn theo đơn vị không rõ (giờ, tháng)",
    "limit_in_words": "Thời hạn viết bằng lời",
    "limit_not_set": "Thời hạn: nguồn ghi không quy định",
    "limit_unreadable": "Thời hạn có số không hợp lệ",
    "limit_contradiction": "Thời hạn: chữ và số của nguồn khác nhau",
    "limit_missing": "Không có thông tin thời hạn",
    "limit_by_case": "Nhiều thời hạn, nguồn không gắn với trường hợp",
    "fee_in_words": "Phí, lệ phí viết bằng lời",
    "fee_foreign": "Phí, lệ phí bằng ngoại tệ",
    "fee_not_credible": "Phí, lệ phí có số tiền không đáng tin",
    "fee_contradiction": "Phí, lệ phí: số tiền khác với ghi chú",
    "fee_free_or_not": "Ghi miễn phí nhưng ghi chú nêu mức thu",
    "fee_more_amounts": "Ghi chú phí còn nêu mức khác",
    "fee_tiers": "Nhiều mức phí, điều kiện giữ nguyên chữ",
    "fee_unit_not_stated": "Phí, lệ phí không nêu đơn vị tính",
    "fee_by_province": "Phí, lệ phí do Hội đồng nhân dân tỉnh quy định",
    "channel_unknown": "Cách thức thực hiện không nhận ra",
    "no_method": "Không có cách thức thực hiện",
    "component_without_name": "Thành phần hồ sơ không có tên",
    "component_count": "Số bản của thành phần không đáng tin",
    "component_template": "Tên thành phần dính tên tệp mẫu",
    "component_group": "Tiêu đề nhóm thành phần quá dài",
    "no_component": "Không có thành phần hồ sơ",
    "no_result": "Không có kết quả",
    "result_code": "Mã kết quả khác khuôn KQ.Gnn.nnn",
    "legal_number": "Số hiệu văn bản pháp lý không đúng khuôn",
    "no_legal": "Không có căn cứ pháp lý",
    "decision": "Số quyết định công bố không đúng khuôn",
    "no_decision": "Không có quyết định công bố",
    "ministry": "Không nêu bộ, ngành công bố",
    "level": "Cấp thực hiện không nhận ra hoặc không nêu",
    "field": "Lĩnh vực quá dài hoặc không nêu",
    "shape": "Mục không đúng kiểu dữ liệu",
}
"""Why something was kept as text instead of being read, by key, in the order of the report."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`reason` is a key of REASONS; `text` is what stands in the file."""

    reason: str
    text: str


@dataclass
class Notes:
    """What the readers of one record say beside its facts: `remarks` go to the report, `kept` into the version."""

    remarks: list[Remark] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def say(self, reason: str, text: str) -> None:
        remark = Remark(reason, text)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def keep(self, reason: str, text: str, about: str) -> None:
        """Says it, and keeps the text in the version's doubts under what it is about."""
        self.say(reason, text)
        self.keep_text(about, text)

    def keep_text(self, about: str, text: str) -> None:
        sentence = f"{about}: {text}"
        if sentence not in self.kept:
            self.kept.append(sentence)


def text(value: Any) -> str:
    """The value as NFC text of trimmed, non-empty lines without control characters; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    # A lone surrogate is valid JSON and no text; PostgreSQL takes neither it nor NUL.
    plain = unicodedata.normalize("NFC", value.encode("utf-8", "replace").decode())
    plain = _CONTROL.sub(" ", plain)
    return "\n".join(filter(None, (" ".join(line.split()) for line in plain.split("\n"))))


def line(value: Any) -> str:
    """The same in one line."""
    return " ".join(text(value).split())


def shortened(value: str, most: int) -> str:
    """At most `most` characters, cut between words and marked so."""
    if len(value) <= most:
        return value
    head = value[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" ,;.") + "…"


def silent(value: str) -> bool:
    return fold(value) in SILENT


def via(channels: list[str]) -> str:
    """`Nộp trực tiếp, trực tuyến`"""
    return "Nộp " + ", ".join(CHANNEL_NAMES[c] for c in channels)
