"""What each figure means: its words, formula and source, and of a share its numerator and denominator. Pure; the one list that pages, API, export
and docs/figures.md speak by. What is counted stands as a condition in `dossiers.figures`; the lines that one aims at in facts/targets.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from motcua.dossiers.figures import FIGURES
from motcua.indicators.rules import Period

TARGETS = Path(__file__).with_name("facts") / "targets.json"


@dataclass(frozen=True, slots=True)
class Definition:
    """`formula`: how it is counted, in words; `source`: the instrument or index item it follows. The name stands with the condition.

    `when`: counted by the days of a period, or as things stand now. `tally`: the columns of a Tally that keep it, none where case rows or
    ratings are counted. `late`: a number that one wants to be zero.
    """

    key: str
    formula: Any
    source: Any
    when: Literal["period", "now"] = "period"
    tally: tuple[str, ...] = ()
    late: bool = False

    @property
    def words(self) -> Any:
        return FIGURES[self.key].words


@dataclass(frozen=True, slots=True)
class Share:
    """Per cent: `part` of `whole`, both keys of counts. Of nothing there is no share, neither 0 nor 100."""

    key: str
    words: Any
    formula: Any
    source: Any
    part: str
    whole: str


INDEX = "Quyết định 766/QĐ-TTg ngày 23/6/2022"
ONE_STOP = "Nghị định 118/2025/NĐ-CP"
OWN = _("Quy ước của phần mềm")

COUNTS: Mapping[str, Definition] = {
    d.key: d
    for d in (
        Definition(
            "received",
            _(
                "Hồ sơ được tiếp nhận trong kỳ, kể cả hồ sơ trực tuyến được chấp nhận trong kỳ. Không tính hồ sơ đã hủy vì nhập nhầm, "
                "hồ sơ trực tuyến chưa được tiếp nhận. Tính cho cơ quan có thẩm quyền giải quyết."
            ),
            ONE_STOP,
            tally=("received",),
        ),
        Definition(
            "online",
            _("Trong số tiếp nhận: hồ sơ nộp qua kênh trực tuyến, kể cả nộp có cán bộ hỗ trợ."),
            f"{INDEX}, mục 3.3",
            tally=("received_online",),
        ),
        Definition(
            "assisted",
            _("Trong số tiếp nhận trực tuyến: hồ sơ do cán bộ giúp người dân nộp tại quầy."),
            OWN,
            tally=("received_assisted",),
        ),
        Definition(
            "resolved",
            _("Hồ sơ có kết quả trong kỳ (đã xử lý xong), dù tiếp nhận kỳ trước; bằng trước hạn + đúng hạn + trễ hạn."),
            f"{INDEX}, mục 2.1",
            tally=("finished_early", "finished_on_time", "finished_late"),
        ),
        Definition(
            "early",
            _("Có kết quả trước ngày hẹn trả."),
            f"{INDEX}, mục 2.1",
            tally=("finished_early",),
        ),
        Definition(
            "on_time",
            _("Có kết quả trong ngày hẹn trả, không muộn hơn giờ hẹn."),
            f"{INDEX}, mục 2.1",
            tally=("finished_on_time",),
        ),
        Definition(
            "late",
            _(
                "Có kết quả sau thời điểm hẹn trả đang có hiệu lực lúc xong. Ngày hẹn chỉ đổi bằng một việc có ghi nhật ký "
                "(bổ sung giấy tờ, nghĩa vụ tài chính được trừ, hẹn lại do ngày nghỉ, gia hạn kèm phiếu xin lỗi)."
            ),
            f"{INDEX}, mục 2.1",
            tally=("finished_late",),
            late=True,
        ),
        Definition(
            "in_time",
            _("Trước hạn + đúng hạn: có kết quả không muộn hơn thời điểm hẹn trả."),
            f"{INDEX}, mục 2.1",
            tally=("finished_early", "finished_on_time"),
        ),
        Definition(
            "ended_otherwise",
            _(
                "Hồ sơ đã tiếp nhận rồi bị từ chối, được rút hoặc dừng giải quyết trong kỳ; không tính là đúng hay trễ hạn."
            ),
            ONE_STOP,
            tally=("ended_otherwise",),
        ),
        Definition(
            "cancelled",
            _("Hồ sơ nhập nhầm được hủy ngay trong ngày, tính vào ngày đã nhập; không còn trong số tiếp nhận."),
            OWN,
            tally=("cancelled",),
        ),
        Definition(
            "open",
            _("Hồ sơ đã tiếp nhận, chưa có kết quả và chưa kết thúc, tại thời điểm xem."),
            OWN,
            "now",
        ),
        Definition(
            "overdue_now",
            _(
                "Hồ sơ đang giải quyết đã qua thời điểm hẹn trả. Không tính hồ sơ đang chờ người dân bổ sung hoặc nộp tiền: "
                "khi đó cơ quan không trễ; hạn được tính khi hồ sơ trở lại."
            ),
            f"{INDEX}, mục 2.1",
            "now",
            late=True,
        ),
        Definition(
            "due_today",
            _("Hồ sơ đang giải quyết, không chờ người dân, hẹn trả trong hôm nay và chưa quá giờ hẹn."),
            OWN,
            "now",
        ),
        Definition(
            "due_tomorrow",
            _("Hồ sơ đang giải quyết, không chờ người dân, hẹn trả trong ngày mai."),
            OWN,
            "now",
        ),
        Definition(
            "waiting_signature",
            _("Hồ sơ đang giải quyết đã đến bước của lãnh đạo ký."),
            OWN,
            "now",
        ),
        Definition(
            "waiting_citizen",
            _(
                "Hồ sơ đang chờ người nộp bổ sung giấy tờ (chưa báo đã bổ sung) hoặc hoàn thành nghĩa vụ tài chính, "
                "kể cả hồ sơ trực tuyến chưa tiếp nhận mà đã yêu cầu bổ sung."
            ),
            OWN,
            "now",
        ),
        Definition(
            "filed",
            _("Hồ sơ nộp trực tuyến chưa được tiếp nhận, từ chối hay yêu cầu bổ sung."),
            ONE_STOP,
            "now",
        ),
        Definition(
            "rated_persons",
            _("Hồ sơ được người nộp là cá nhân đánh giá lần đầu trong kỳ, sau khi nhận kết quả."),
            OWN,
        ),
        Definition(
            "satisfied_persons",
            _("Trong số đó: mức đánh giá hiện nay là hài lòng hoặc rất hài lòng."),
            OWN,
        ),
        Definition(
            "rated_organisations",
            _("Hồ sơ được người nộp là doanh nghiệp, tổ chức đánh giá lần đầu trong kỳ, sau khi nhận kết quả."),
            OWN,
        ),
        Definition(
            "satisfied_organisations",
            _("Trong số đó: mức đánh giá hiện nay là hài lòng hoặc rất hài lòng."),
            OWN,
        ),
    )
}
SHARES: Mapping[str, Share] = {
    s.key: s
    for s in (
        Share(
            "on_time_share",
            _("Tỷ lệ đúng và trước hạn"),
            _(
                "(Trước hạn + đúng hạn) / đã giải quyết trong kỳ. Mục 2.1 của bộ chỉ số còn tính cả hồ sơ đang giải quyết trong hạn; "
                "ở đây chỉ tính hồ sơ đã xong."
            ),
            f"{INDEX}, mục 2.1",
            "in_time",
            "resolved",
        ),
        Share(
            "online_share",
            _("Tỷ lệ trực tuyến"),
            _("Tiếp nhận trực tuyến / tiếp nhận. Chưa nhân tỷ lệ đồng bộ và chưa xét bản kết quả điện tử như mục 3.3."),
            f"{INDEX}, mục 3.3",
            "online",
            "received",
        ),
        Share(
            "assisted_share",
            _("Tỷ lệ hỗ trợ trong số trực tuyến"),
            _("Trực tuyến có hỗ trợ / tiếp nhận trực tuyến."),
            OWN,
            "assisted",
            "online",
        ),
        Share(
            "coverage",
            _("Độ phủ thủ tục"),
            _("Thủ tục đã cấu hình để giải quyết được hôm nay / thủ tục đã công khai hôm nay, của cấp xã."),
            OWN,
            "configured",
            "published",
        ),
        Share(
            "satisfaction_persons",
            _("Người dân hài lòng"),
            _("Người dân hài lòng / người dân đánh giá, trong kỳ."),
            f"{INDEX}, mục 5.4",
            "satisfied_persons",
            "rated_persons",
        ),
        Share(
            "satisfaction_organisations",
            _("Doanh nghiệp, tổ chức hài lòng"),
            _("Doanh nghiệp, tổ chức hài lòng / doanh nghiệp, tổ chức đánh giá, trong kỳ."),
            f"{INDEX}, mục 5.4",
            "satisfied_organisations",
            "rated_organisations",
        ),
    )
}
TALLIED = tuple(key for key, d in COUNTS.items() if d.tally)
NOW = tuple(key for key, d in COUNTS.items() if d.when == "now")
RATED = ("rated_persons", "satisfied_persons", "rated_organisations", "satisfied_organisations")

Counts = Mapping[str, int]
"""Numbers by the keys of COUNTS, and `published`, `configured` of coverage; what is missing was not counted."""


def ratio(share: str, counts: Counts) -> tuple[int, int] | None:
    """(numerator, denominator) of a share; None where something of it was not counted."""
    definition = SHARES[share]
    if definition.part not in counts or definition.whole not in counts:
        return None
    return counts[definition.part], counts[definition.whole]


def per_cent(part: int, whole: int) -> float | None:
    """To one decimal, cut and not rounded: 100 is said of all and of nothing less. None of nothing."""
    return (part * 1000 // whole) / 10 if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Target:
    """A line that a share is held against: at least `per_cent`. `verified`: whether the instrument was read."""

    figure: str
    per_cent: int
    instrument: str
    verified: bool
    doubts: tuple[str, ...] = ()

    def met(self, part: int, whole: int) -> bool | None:
        return part * 100 >= whole * self.per_cent if whole > 0 else None


@cache
def _lines() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(TARGETS.read_text(encoding="utf-8"))["targets"]
    return found


def targets(province_id: int, on: date) -> dict[str, Target]:
    """The target of each share in force in a province on a day; the province's own stands before the nation's, the newest before older ones."""
    found: dict[str, Target] = {}
    lines = [
        line
        for line in _lines()
        if line["province"] in (None, province_id)
        and date.fromisoformat(line["valid_from"]) <= on
        and (line.get("valid_to") is None or on < date.fromisoformat(line["valid_to"]))
    ]
    for line in sorted(lines, key=lambda one: (one["province"] is not None, one["valid_from"])):
        found[line["figure"]] = Target(
            line["figure"], line["per_cent"], line["instrument"], line["verified"], tuple(line["doubts"])
        )
    return found


def length(period: Period) -> int:
    """Days of a period."""
    return (period.end - period.start).days + 1


FREE = "khac"
"""The name of a period of one's own days."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}
WEEK = timedelta(days=7)


def before(period: Period, name: str = FREE) -> Period | None:
    """What a period is compared with; None when the calendar does not reach back that far.

    Of today and of this week so far: the same weekdays of the week before, since offices rest at its end. Of this month, quarter or year so
    far: as many days from the start of the one before, not beyond its end. Of days of one's own: as many days just before.
    """
    days = length(period)
    if months := MONTHS.get(name):
        first = _months_earlier(period.start, months)
        if first is None:
            return None
        return Period(first, min(first + timedelta(days=days - 1), period.start - timedelta(days=1)))
    back = WEEK if name in ("today", "week") else timedelta(days=days)
    if period.start.toordinal() <= back.days:
        return None
    return Period(period.start - back, period.end - back)


def _months_earlier(day: date, months: int) -> date | None:
    """The first day of the month so many months before that of `day`."""
    total = day.year * 12 + day.month - 1 - months
    return date(total // 12, total % 12 + 1, 1) if total >= 12 else None


def named(name: str, today: date) -> Period | None:
    """today, week (from Monday), month, quarter, year: up to today. None for another name."""
    match name:
        case "today":
            return Period(today, today)
        case "week":
            return Period(date.fromordinal(max(today.toordinal() - today.weekday(), 1)), today)
        case "month":
            return Period(today.replace(day=1), today)
        case "quarter":
            return Period(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today)
        case "year":
            return Period(date(today.year, 1, 1), today)
    return None
