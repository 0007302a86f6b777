"""What differs between two versions, row by row and word by word. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue.drafting import LEVELS, POLICY_CHOICES, POLICY_NAMES, day_text
from motcua.catalogue.rules import POLICIES, SYSTEMS, money
from motcua.worktime import Limit, LimitNotUnderstood

Piece = tuple[str, str]
"""(text, kind): kind "" stands on both sides, "gone" only on the left, "new" only on the right."""

CHANNELS = {
    "counter": gettext_noop("Trực tiếp"),
    "online": gettext_noop("Trực tuyến"),
    "post": gettext_noop("Bưu chính công ích"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the table: its heading, and both sides in pieces."""

    group: str
    label: str
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    changed: bool


def differences(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Difference]:
    """Every row of either version, as a page lists them; texts as people read them."""
    rows: list[Difference] = []
    for (group, label), a, b in _matched(list(_rows(left)), list(_rows(right))):
        before, after = words(a, b)
        rows.append(Difference(group, label, before, after, a != b))
    return rows


def words(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, what differs marked by words."""
    a, b = left.split(" "), right.split(" ")
    before: list[Piece] = []
    after: list[Piece] = []
    for what, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if i < j and (text := " ".join(a[i:j])):
            before.append((text, "" if what == "equal" else "gone"))
        if k < m and (text := " ".join(b[k:m])):
            after.append((text, "" if what == "equal" else "new"))
    return tuple(before), tuple(after)


Line = tuple[Hashable, tuple[str, str], str]


def _matched(left: Sequence[Line], right: Sequence[Line]) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Rows of the same key side by side, in the order of the right side; what only the left has follows its group."""
    mine = {key: text for key, _heading, text in left}
    theirs = {key for key, _heading, _text in right}
    listed = [(heading, mine.get(key, ""), text) for key, heading, text in right]
    for key, heading, text in left:
        if key not in theirs:
            last = max((i for i, row in enumerate(listed) if row[0][0] == heading[0]), default=len(listed) - 1)
            listed.insert(last + 1, (heading, text, ""))
    return iter(listed)


def _rows(facts: Mapping[str, Any]) -> Iterator[Line]:
    yield from _head(facts)
    for group, key, rows, label, said in (
        (_("Cách thức"), "channels", _keyed(facts, "channels", lambda c: c["channel"]), _channel, _channel_said),
        (_("Thời hạn"), "cases", _keyed(facts, "cases", lambda c: c["case"]), lambda c: c["name"], _case_said),
        (
            _("Giấy tờ"),
            "components",
            _keyed(facts, "components", lambda c: c["code"]),
            _paper,
            partial(_paper_said, _case_names(facts)),
        ),
        (_("Phí, lệ phí"), "fees", _keyed(facts, "fees", _fee_key), _fee, _fee_said),
        (_("Kết quả"), "results", _keyed(facts, "results", lambda r: r["name"]), lambda r: r["name"], _result_said),
    ):
        for name, row in rows:
            yield (key, name), (group, label(row)), said(row)
    for key in POLICIES:
        if policy := (facts.get("policies") or {}).get(key):
            yield ("policies", key), (_("Quy tắc"), _(POLICY_NAMES[key])), _policy_said(key, policy)


def _head(facts: Mapping[str, Any]) -> Iterator[Line]:
    group = _("Chung")
    system = facts.get("system_of_record") or "province"
    texts = (
        ("status", _("Tình trạng"), {"abolished": _("Đã bãi bỏ")}.get(facts.get("status", ""), _("Đang công bố"))),
        ("name", _("Tên"), facts.get("name")),
        ("short_name", _("Tên thường gọi"), facts.get("short_name")),
        ("field", _("Lĩnh vực"), facts.get("field")),
        (
            "levels",
            _("Cấp thực hiện"),
            ", ".join(_(LEVELS[level]) if level in LEVELS else level for level in facts.get("levels") or []),
        ),
        ("subjects", _("Đối tượng"), "; ".join(facts.get("subjects") or [])),
        ("valid_from", _("Có hiệu lực từ"), day_text(facts.get("valid_from"))),
        ("mode", _("Cách tính"), {"whole": _("Trọn ngày"), "running": _("Theo giờ")}.get(facts.get("mode") or "", "")),
        ("cut_off", _("Giờ chốt"), str(facts.get("cut_off") or "")[:5]),
        ("system", _("Hệ thống gốc"), _(SYSTEMS[system]) if system in SYSTEMS else ""),
        ("legal_basis", _("Căn cứ pháp lý"), "; ".join(facts.get("legal_basis") or [])),
        ("decision", _("Quyết định công bố"), facts.get("publication_decision")),
        ("published_on", _("Ngày công bố"), day_text(facts.get("published_on"))),
        ("source", _("Nguồn"), facts.get("source")),
        ("checked_on", _("Kiểm tra nguồn ngày"), day_text(facts.get("checked_on"))),
        ("verified", _("Đối chiếu văn bản"), _("Đã đối chiếu") if facts.get("verified") else _("Chưa đối chiếu")),
        ("doubts", _("Điểm còn ngờ"), "; ".join(facts.get("doubts") or [])),
    )
    for key, label, text in texts:
        yield ("head", key), (group, label), text or ""


def _keyed(
    facts: Mapping[str, Any], part: str, key: Callable[[Mapping[str, Any]], Hashable]
) -> Iterable[tuple[Hashable, Mapping[str, Any]]]:
    """Rows by their key; a second row of one key gets a key of its own."""
    seen: dict[Hashable, int] = {}
    for row in facts.get(part) or []:
        name = key(row)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else (name, seen[name])), row


def _channel(row: Mapping[str, Any]) -> str:
    return _(CHANNELS.get(row["channel"], row["channel"]))


def _channel_said(row: Mapping[str, Any]) -> str:
    return "; ".join(filter(None, (row.get("condition"), row.get("note")))) or _("Có, không điều kiện")


def limit_said(row: Mapping[str, Any]) -> str:
    """ "7 ngày làm việc"; what stands in the source when no limit can be read of it."""
    if row.get("limit"):
        return Limit.parse(row["limit"]).vi()
    return " · ".join(
        filter(None, (row.get("limit_note"), _("không nêu đơn vị") if row.get("limit_note") else ""))
    ) or _("không nêu thời hạn")


def _case_said(row: Mapping[str, Any]) -> str:
    default = _("mặc định") if row.get("default") else ""
    return " · ".join(filter(None, (limit_said(row), default, row.get("instrument"))))


def _paper(row: Mapping[str, Any]) -> str:
    return _("Giấy tờ %(code)s") % {"code": row["code"]}


def _case_names(facts: Mapping[str, Any]) -> dict[str, str]:
    return {row["case"]: row["name"] for row in facts.get("cases") or []}


def _paper_said(cases: Mapping[str, str], row: Mapping[str, Any]) -> str:
    counts = [
        _("%(count)d bản chính") % {"count": row["originals"]} if row.get("originals") else "",
        _("%(count)d bản sao") % {"count": row["copies"]} if row.get("copies") else "",
    ]
    supplied = _("không phải nộp, lấy từ %(source)s") % {"source": row["database"]} if row.get("database") else ""
    only = _("chỉ trường hợp %(case)s") % {"case": cases.get(row["case"], row["case"])} if row.get("case") else ""
    needed = "" if row.get("required", True) else _("nếu có")
    parts = (row["name"], needed, *counts, row.get("form"), row.get("group"), only, supplied)
    return " · ".join(filter(None, parts))


def _fee_key(row: Mapping[str, Any]) -> Hashable:
    return row["name"], row.get("condition") or "", row.get("from_page") or 1


def _fee(row: Mapping[str, Any]) -> str:
    return row["name"] + (f" ({row['condition']})" if row.get("condition") else "")


def _fee_said(row: Mapping[str, Any]) -> str:
    unit = {"page": _("trang"), "case": _("trường hợp"), "copy": _("bản")}.get(row["unit"], row["unit"])
    amount = _("Hội đồng nhân dân tỉnh quy định") if row.get("amount") is None else f"{money(row['amount'])}/{unit}"
    first = row.get("from_page") or 1
    tier = _("từ trang thứ %(page)d") % {"page": first} if first > 1 else ""
    most = _("tối đa %(most)s") % {"most": money(row["maximum"])} if row.get("maximum") else ""
    return " · ".join(filter(None, (amount, tier, most, row.get("exemption"), row.get("instrument"))))


def _result_said(row: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (row["name"], row.get("code"), row.get("template"))))


def _policy_said(key: str, policy: Mapping[str, Any]) -> str:
    value = policy.get("value")
    if isinstance(value, bool):
        text = _(POLICY_CHOICES[key]["yes" if value else "no"])
    elif isinstance(value, list):
        text = "; ".join(map(str, value)) or _("không có")
    else:
        text = _(POLICY_CHOICES[key][str(value)]) if str(value) in POLICY_CHOICES.get(key, {}) else str(value)
    return " · ".join(filter(None, (text, _term_said(policy.get("term") or ""), policy.get("instrument"))))


def _term_said(term: str) -> str:
    """ "2 ngày làm việc" of "2 working days"; what nobody can read as a limit stays as it was typed."""
    try:
        return Limit.parse(term).vi() if term else ""
    except LimitNotUnderstood:
        return term
