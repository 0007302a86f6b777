"""What an import did, for people (Vietnamese tables) and for programs (JSON)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from motcua.catalogue.importing.crawl import Parsed
from motcua.catalogue.importing.words import REASONS, shortened

WIDTH = 100
SHOWN = 40
"""Lines of one list on a screen; --json has all of them."""


@dataclass
class Report:
    """Every record of the file is in exactly one of `added`, `changed`, `unchanged`, `kept` and `refused`; `remarks`
    are the texts that could not be read, as (reason, code, text)."""

    file: str
    valid_from: date
    checked_on: date
    dry_run: bool
    records: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[tuple[str, int]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[tuple[str, str, int, str]] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)

    def publish(self, code: str, number: int) -> None:
        if number == 1:
            self.added.append(code)
        else:
            self.changed.append((code, number))

    def keep(self, code: str, name: str, number: int, source: str) -> None:
        self.kept.append((code, name, number, source))

    def refuse(self, code: str, name: str, reason: str) -> None:
        self.refused.append((code, name, reason))

    def remark(self, parsed: Parsed) -> None:
        self.remarks += [(remark.reason, parsed.code, remark.text) for remark in parsed.remarks]

    @property
    def counts(self) -> dict[str, int]:
        return {key: len(getattr(self, key)) for key in ("added", "changed", "unchanged", "kept", "refused")}

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "valid_from": self.valid_from.isoformat(),
            "checked_on": self.checked_on.isoformat(),
            "dry_run": self.dry_run,
            "records": self.records,
            "counts": self.counts,
            "added": self.added,
            "changed": [{"code": code, "version": number} for code, number in self.changed],
            "unchanged": self.unchanged,
            "kept": [
                {"code": code, "name": name, "version": number, "source": source}
                for code, name, number, source in self.kept
            ],
            "refused": [{"code": code, "name": name, "reason": reason} for code, name, reason in self.refused],
            "remarks": [
                {
                    "reason": reason,
                    "label": REASONS[reason],
                    "procedures": len({code for code, _text in items}),
                    "count": len(items),
                    "items": [{"code": code, "text": text} for code, text in items],
                }
                for reason, items in self._by_reason()
            ],
        }

    def _by_reason(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for reason in REASONS:
            if items := [(code, text) for key, code, text in self.remarks if key == reason]:
                yield reason, items

    def lines(self) -> Iterator[str]:
        """The report as text, without line ends."""
        title = _("Chạy thử (không ghi gì)") if self.dry_run else _("Đã nhập")
        yield f"{title}: {self.file}"
        yield _("%(records)s bản ghi, có hiệu lực từ %(day)s, nguồn ngày %(checked)s") % {
            "records": count(self.records),
            "day": f"{self.valid_from:%d/%m/%Y}",
            "checked": f"{self.checked_on:%d/%m/%Y}",
        }
        yield ""
        labels = (_("Thêm mới"), _("Thay đổi"), _("Không đổi"), _("Giữ bản của ta"), _("Từ chối"))
        for label, number in zip(labels, self.counts.values(), strict=True):
            yield f"  {label:<16}{count(number):>8}"
        for reason, number in Counter(reason for _code, _name, reason in self.refused).most_common():
            title = f"{_('Từ chối')}, {count(number)}: {reason}"
            yield from self._list(title, [f"{c or '—'}  {name}" for c, name, why in self.refused if why == reason])
        yield from self._list(
            _("Giữ bản của ta, vì nguồn của phiên bản đã công bố không phải là bản thu thập"),
            [f"{code}  {name}" for code, name, _number, _source in self.kept],
        )
        numbered = _("phiên bản %(number)d")
        yield from self._list(
            _("Thay đổi, thành phiên bản mới"),
            [f"{code}  {numbered % {'number': number}}" for code, number in self.changed],
        )
        yield from self._table()

    @staticmethod
    def _list(title: str, entries: list[str]) -> Iterator[str]:
        if not entries:
            return
        yield ""
        yield shortened(title, 2 * WIDTH)
        for entry in entries[:SHOWN]:
            yield shortened(f"  {entry}".rstrip(), WIDTH)
        if (more := len(entries) - SHOWN) > 0:
            yield "  " + _("… và %(more)s dòng nữa (xem --json)") % {"more": count(more)}

    def _table(self) -> Iterator[str]:
        rows = list(self._by_reason())
        if not rows:
            return
        yield ""
        kept, procedures, places, sample = _("Giữ nguyên chữ hoặc cần xem lại"), _("Thủ tục"), _("Chỗ"), _("Ví dụ")
        yield f"{kept:<50}{procedures:>9}{places:>8}  {sample}"
        for reason, items in rows:
            code, text = items[0]
            example = shortened(f"{code} {' '.join(text.split())}", 50)
            procedures = count(len({code for code, _text in items}))
            yield f"  {REASONS[reason]:<48}{procedures:>9}{count(len(items)):>8}  {example}"


def count(number: int) -> str:
    """`2.849`"""
    return f"{number:,}".replace(",", ".")
