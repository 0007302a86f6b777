"""A draft as it was typed, and the facts it says. Pure: no database, no clock.

The content of a draft is what stood in the boxes of the form, word for word: `head` maps a name to its text, the other
keys hold rows of texts. So an amount that nobody can read is kept, shown again and named as a fault, and never lost.
`version_content` and `process_content` write facts as one would have typed them; `read_version` and `read_process`
read them back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue import rules
from motcua.worktime import Limit

Content = dict[str, Any]
Row = dict[str, str]
Fault = tuple[str, str]
"""(path of the box, sentence): ("cases.1.amount", "…"); "" when of the whole."""

ON = "on"
LISTS = ("channels", "cases", "components", "fees", "results")
ROWS: Mapping[str, tuple[str, ...]] = {
    "channels": ("channel", "condition", "note"),
    "cases": ("case", "name", "amount", "unit", "instrument", "default"),
    "components": ("code", "name", "required", "originals", "copies", "form", "group", "case", "database"),
    "fees": ("name", "amount", "unit", "from_page", "maximum", "condition", "exemption", "instrument"),
    "results": ("code", "name", "template"),
    "policies": ("key", "value", "term", "instrument"),
    "steps": ("name", "role", "division_kind", "act", "hours", "counted"),
}
HEAD = (
    *("ministry", "name", "short_name", "field", "subjects", "mode", "cut_off", "legal_basis", "system_of_record"),
    *("publication_decision", "published_on", "valid_from", "source", "checked_on", "verified", "doubts"),
)
PROCESS_HEAD = ("valid_from", "amount", "unit", "instrument")
UNITS = ("working_days", "days", "working_hours", "same_day", "none")
"""Units of a limit; `none`: the instrument states no unit, or no limit at all, and the amount is kept as a note."""
LONGEST: Mapping[str, int] = {
    "head.ministry": 100,
    "head.short_name": 120,
    "head.field": 100,
    "head.publication_decision": 60,
    "cases.case": 40,
    "components.code": 10,
    "components.form": 120,
    "components.group": 120,
    "components.case": 40,
    "components.database": 200,
    "fees.name": 200,
    "fees.condition": 300,
    "fees.instrument": 300,
    "head.instrument": 300,
    "steps.name": 200,
}
"""What the tables hold; other texts are as long as they need to be, up to `ANY_TEXT`."""
ANY_TEXT = 20_000
MOST_ROWS = 50

_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})|(\d{2})(\d{2})(\d{4})")
_MONEY = re.compile(r"\d{1,3}(\.\d{3})+|\d+")


# --- what was typed -------------------------------------------------------------------------------


def posted(given: Mapping[str, str], levels: Sequence[str], kind: str) -> Content:
    """The content that a sent form holds; names are `head.name`, `cases.0.amount`. Rows may be numbered with gaps."""
    rows: dict[str, dict[int, Row]] = {}
    head: Row = {}
    for name, value in given.items():
        text = value.replace("\0", "").replace("\r\n", "\n").strip()[:ANY_TEXT]
        match name.split("."):
            case ["head", key] if key in (PROCESS_HEAD if kind == "process" else HEAD):
                head[key] = text
            case [part, index, key] if index.isascii() and index.isdigit() and len(index) < 4:
                if part in _parts(kind) and key in ROWS[part]:
                    rows.setdefault(part, {}).setdefault(int(index), {})[key] = text
    content: Content = {"head": {key: head.get(key, "") for key in (PROCESS_HEAD if kind == "process" else HEAD)}}
    if kind == "version":
        content["levels"] = [level for level in levels if level in LEVELS]
    for part in _parts(kind):
        listed = [rows[part][index] for index in sorted(rows.get(part, {}))][:MOST_ROWS]
        content[part] = [{key: row.get(key, "") for key in ROWS[part]} for row in listed]
    return content


def _parts(kind: str) -> tuple[str, ...]:
    return ("steps",) if kind == "process" else (*LISTS, "policies")


LEVELS = {
    "commune": gettext_noop("Cấp xã"),
    "province": gettext_noop("Cấp tỉnh"),
    "ministry": gettext_noop("Cấp bộ"),
    "other": gettext_noop("Cơ quan khác"),
}


def edited(content: Content, deed: str) -> Content:
    """The content after a button of a row: "add:fees", "remove:fees:2", "up:steps:3", "down:steps:3" (rows from 0).
    An unknown deed changes nothing."""
    what, _colon, rest = deed.partition(":")
    part, _colon, index = rest.partition(":")
    if part not in content or part not in ROWS or part == "policies":
        return content
    rows = list(content[part])
    at = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else -1
    if what == "add" and len(rows) < MOST_ROWS:
        rows.append(_new_row(part, rows))
    elif what == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif what == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif what == "down" and 0 <= at < len(rows) - 1:
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return {**content, part: rows}


def _new_row(part: str, rows: Sequence[Row]) -> Row:
    row = dict.fromkeys(ROWS[part], "")
    if part == "components":
        row |= {"code": f"{len(rows) + 1:02d}", "required": ON}
    elif part == "cases":
        row |= {"unit": "working_days"} | ({"default": ON} if not rows else {})
    elif part == "fees":
        row |= {"unit": "case"}
    elif part == "steps":
        row |= {"role": "specialist", "division_kind": "office", "act": "advance", "counted": ON}
    return row


# --- reading one box ------------------------------------------------------------------------------


@dataclass
class Reader:
    """Reads boxes and keeps what is wrong with them."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, sentence: str) -> None:
        self.faults.append((path, sentence))

    def text(self, path: str, value: str, missing: str = "") -> str:
        if missing and not value:
            self.fault(path, missing)
        part, *_middle, key = path.split(".")
        longest = LONGEST.get(f"{part}.{key}", ANY_TEXT)
        if len(value) > longest:
            self.fault(
                path, _("Viết không quá %(most)d ký tự (đang có %(now)d).") % {"most": longest, "now": len(value)}
            )
        return value

    def day(self, path: str, value: str, missing: str = "") -> str | None:
        if not value:
            if missing:
                self.fault(path, missing)
            return None
        if (found := day_of(value)) is None:
            self.fault(path, _("“%(text)s” không phải là một ngày; viết như 25/12/2026.") % {"text": value[:40]})
            return None
        return found.isoformat()

    def count(self, path: str, value: str, default: int, least: int = 0) -> int:
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value[:6]) <= 9999 and len(value) <= 4):
            self.fault(path, _("Viết một số từ %(least)d đến 9999.") % {"least": least})
            return default
        return int(value)

    def money(self, path: str, value: str) -> int | None:
        """Đồng: 75000 or 75.000; None when the box is empty or cannot be read."""
        plain = re.sub(r"[\sđ₫]|đồng", "", value.lower())
        if not plain:
            return None
        if not _MONEY.fullmatch(plain) or len(plain) > 15:
            self.fault(path, _("“%(text)s” không phải là số tiền; viết như 75.000.") % {"text": value[:40]})
            return None
        return int(plain.replace(".", ""))

    def hours(self, path: str, value: str) -> Decimal:
        try:
            found = Decimal(value.replace(",", ".") or "0")
            if not found.is_finite() or not 0 <= found < 100_000 or found != round(found, 2):
                raise InvalidOperation
        except InvalidOperation:
            self.fault(path, _("“%(text)s” không phải là số giờ; viết như 4 hoặc 0,25.") % {"text": value[:40]})
            return Decimal(0)
        return found

    def limit(self, path: str, amount: str, unit: str) -> str | None:
        """In the words of worktime; None when no unit is stated or it cannot be read."""
        if unit == "none" or unit not in UNITS:
            if unit not in UNITS:
                self.fault(path, _("Chọn đơn vị của thời hạn, hoặc “không nêu đơn vị”."))
            return None
        if unit == "same_day":
            if amount:
                self.fault(path, _("Giải quyết trong ngày thì bỏ trống số lượng."))
            return "same day"
        try:
            return str(Limit(unit, Decimal(amount.replace(",", "."))))  # type: ignore[arg-type]
        except (InvalidOperation, ValueError) as error:
            said = str(error) if isinstance(error, ValueError) and amount else ""
            self.fault(path, said or _("Viết thời hạn bằng số, như 7 hoặc 0,5."))
            return None


def day_of(text: str) -> date | None:
    """25/12/2026, 25-12-2026 or 25122026."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        return None
    day, month, year = (int(g) for g in found.groups() if g)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_text(value: str | date | None) -> str:
    """How a day is typed: "25/12/2026"; empty for none. Takes a date or its ISO form."""
    if not value:
        return ""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day:%d/%m/}{day.year:04d}"


def lines(text: str) -> list[str]:
    return [line for raw in text.split("\n") if (line := raw.strip())]


def _blank(row: Row, *ignored: str) -> bool:
    return not any(value for key, value in row.items() if key not in ignored)


# --- versions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """`facts`: what can be read of a draft, fit for publishing when there are no `faults`."""

    facts: dict[str, Any]
    faults: list[Fault]


def read_version(content: Content, number: int) -> Read:
    """The facts of the draft of a version, to be published under this number, and every fault with its box: of
    reading, of the rules of a version, and what a page asks beyond them (a name, a source, a channel)."""
    reader, head = Reader(), content["head"]
    places: dict[str, list[int]] = {}

    def rows(part: str, read: Callable[[str, Row], dict[str, Any]], *ignored: str) -> list[dict[str, Any]]:
        places[part] = [i for i, row in enumerate(content[part]) if not _blank(row, *ignored)]
        return [read(f"{part}.{i}", content[part][i]) for i in places[part]]

    def channel(path: str, row: Row) -> dict[str, Any]:
        return {"channel": row["channel"], **_given(row, "condition", "note")}

    def case(path: str, row: Row) -> dict[str, Any]:
        limit = reader.limit(f"{path}.amount", row["amount"], row["unit"])
        return {
            "case": reader.text(f"{path}.case", row["case"], _("Đặt mã cho trường hợp, như “ordinary”.")),
            "name": reader.text(f"{path}.name", row["name"], _("Nêu tên của trường hợp.")),
            "limit": limit,
            **({"limit_note": row["amount"]} if row["unit"] == "none" and row["amount"] else {}),
            **({"default": True} if row["default"] else {}),
            "instrument": row["instrument"],
        }

    def component(path: str, row: Row) -> dict[str, Any]:
        return {
            "code": reader.text(f"{path}.code", row["code"], _("Đặt mã cho giấy tờ, như 01.")),
            "name": reader.text(f"{path}.name", row["name"], _("Nêu tên giấy tờ.")),
            "required": bool(row["required"]),
            "originals": reader.count(f"{path}.originals", row["originals"], 0),
            "copies": reader.count(f"{path}.copies", row["copies"], 0),
            **{key: reader.text(f"{path}.{key}", row[key]) for key in ("form", "group", "case") if row[key]},
            "database": reader.text(f"{path}.database", row["database"]) or None,
        }

    def fee(path: str, row: Row) -> dict[str, Any]:
        maximum = reader.money(f"{path}.maximum", row["maximum"])
        first = reader.count(f"{path}.from_page", row["from_page"], 1, least=1)
        return {
            "name": reader.text(f"{path}.name", row["name"], _("Nêu tên khoản thu.")),
            "amount": reader.money(f"{path}.amount", row["amount"]),
            "unit": row["unit"] if row["unit"] in ("page", "case", "copy") else "case",
            **({"from_page": first} if first != 1 else {}),
            **({"maximum": maximum} if maximum is not None else {}),
            **{key: reader.text(f"{path}.{key}", row[key]) for key in ("condition", "exemption") if row[key]},
            "instrument": reader.text(f"{path}.instrument", row["instrument"]),
        }

    def result(path: str, row: Row) -> dict[str, Any]:
        named = reader.text(f"{path}.name", row["name"], _("Nêu tên kết quả."))
        return {**_given(row, "code"), "name": named, **_given(row, "template")}

    facts: dict[str, Any] = {
        "number": number,
        "status": "published",
        "valid_from": reader.day("head.valid_from", head["valid_from"], _("Nêu ngày bắt đầu có hiệu lực.")),
        "name": reader.text("head.name", head["name"], _("Nêu tên thủ tục.")),
        "short_name": reader.text("head.short_name", head["short_name"], _("Nêu tên thường gọi.")),
        "field": reader.text("head.field", head["field"], _("Nêu lĩnh vực.")),
        "levels": list(content["levels"]),
        "subjects": lines(head["subjects"]),
        "channels": rows("channels", channel),
        "cases": rows("cases", case, "unit", "default"),
        "mode": head["mode"] if head["mode"] in ("whole", "running") else None,
        "cut_off": _clock(reader, head["cut_off"]),
        "policies": _policies(reader, content["policies"]),
        "components": rows("components", component, "code", "required"),
        "fees": rows("fees", fee, "unit"),
        "results": rows("results", result),
        "legal_basis": lines(head["legal_basis"]),
        "system_of_record": head["system_of_record"] if head["system_of_record"] in rules.SYSTEMS else "province",
        "publication_decision": reader.text("head.publication_decision", head["publication_decision"]),
        "published_on": reader.day("head.published_on", head["published_on"]),
        "source": reader.text("head.source", head["source"], _("Nêu nguồn đã đọc.")),
        "checked_on": reader.day("head.checked_on", head["checked_on"], _("Nêu ngày kiểm tra nguồn.")),
        "verified": bool(head["verified"]),
        "doubts": lines(head["doubts"]),
    }
    reader.text("head.ministry", head["ministry"], _("Nêu bộ, ngành công bố."))
    if not facts["levels"]:
        reader.fault("levels", _("Chọn ít nhất một cấp thực hiện."))
    if not facts["channels"]:
        reader.fault("channels", _("Nêu ít nhất một cách thức thực hiện."))
    codes = [c["code"] for c in facts["components"]]
    for index, code in enumerate(codes):
        if code and code in codes[:index]:
            reader.fault(f"components.{index}.code", _("Mã giấy tờ %(code)s đã dùng ở dòng trên.") % {"code": code})
    ruled = [(_box(path, places), sentence) for path, sentence in rules.located_version_faults(facts)]
    known = {path for path, _sentence in reader.faults}
    return Read(facts, [*reader.faults, *(fault for fault in ruled if fault[0] not in known)])


def _clock(reader: Reader, text: str) -> str | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})[:h.](\d{2})", text)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return f"{int(found[1]):02d}:{found[2]}"
    reader.fault("head.cut_off", _("“%(text)s” không phải là giờ; viết như 15:00.") % {"text": text[:20]})
    return None


def _given(row: Row, *keys: str) -> dict[str, str]:
    return {key: row[key] for key in keys if row[key]}


def _box(path: str, places: Mapping[str, Sequence[int]]) -> str:
    """The box of a fault that the rules named by its place among the rows that say something."""
    part, _dot, rest = path.partition(".")
    index, _dot, key = rest.partition(".")
    if part == "policies":
        return f"policies.{list(rules.POLICIES).index(rest)}.value" if rest in rules.POLICIES else "policies"
    if part in places and index.isdigit():
        return f"{part}.{places[part][int(index)]}.{'amount' if key == 'limit' else key}"
    return path if part in places else f"head.{path}"


POLICY_NAMES = {
    "on_supplement": gettext_noop("Sau khi bổ sung, thời hạn"),
    "max_rounds": gettext_noop("Số lần được yêu cầu bổ sung"),
    "supplement_days": gettext_noop("Số ngày làm việc để người nộp bổ sung"),
    "excluded": gettext_noop("Thời gian không tính (mỗi dòng một khoản)"),
    "two_appointments": gettext_noop("Hẹn hai lần (trả kết quả và nghĩa vụ tài chính)"),
    "silence_is_consent": gettext_noop("Quá hạn mà im lặng là đồng ý"),
    "extensions": gettext_noop("Số lần được gia hạn"),
    "transition": gettext_noop("Hồ sơ đã tiếp nhận khi văn bản mới có hiệu lực"),
}
POLICY_CHOICES = {
    "on_supplement": {"restart": gettext_noop("Tính lại từ đầu"), "pause": gettext_noop("Tạm dừng rồi tính tiếp")},
    "transition": {
        "at_reception": gettext_noop("Theo phiên bản khi tiếp nhận"),
        "at_effective_date": gettext_noop("Theo phiên bản mới"),
    },
    "two_appointments": {"yes": gettext_noop("Có"), "no": gettext_noop("Không")},
    "silence_is_consent": {"yes": gettext_noop("Có"), "no": gettext_noop("Không")},
}


def _policies(reader: Reader, given: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, row in enumerate(given):
        key = row["key"]
        kind = rules.POLICIES.get(key)
        if kind is None or not (row["value"] or row["instrument"] or row["term"]):
            continue
        value: Any = row["value"]
        if kind is list:
            value = lines(value)
        elif kind is bool:
            value = {"yes": True, "no": False}.get(value)
        elif kind is int:
            value = reader.count(f"policies.{index}.value", value, 0) if value else None
        found[key] = {"value": value, **_given(row, "term"), "instrument": row["instrument"]}
    return found


def version_content(facts: Mapping[str, Any], ministry: str) -> Content:
    """The boxes that a manager would have filled in to say these facts."""
    head = {
        "ministry": ministry,
        **{key: str(facts.get(key) or "") for key in ("name", "short_name", "field", "mode", "publication_decision")},
        "cut_off": str(facts.get("cut_off") or "")[:5],
        "source": str(facts.get("source") or ""),
        "system_of_record": str(facts.get("system_of_record") or "province"),
        **{key: day_text(facts.get(key)) for key in ("published_on", "valid_from", "checked_on")},
        **{key: "\n".join(facts.get(key) or []) for key in ("subjects", "legal_basis", "doubts")},
        "verified": ON if facts.get("verified") else "",
    }
    content: Content = {"head": {key: head[key] for key in HEAD}, "levels": list(facts.get("levels") or [])}
    for part in LISTS:
        content[part] = [_typed(part, row) for row in facts.get(part) or []]
    said = facts.get("policies") or {}
    content["policies"] = [_typed_policy(key, said.get(key)) for key in rules.POLICIES]
    return content


def empty_version(ministry: str = "") -> Content:
    """The boxes of a procedure that nobody has described yet: one case, one paper, the counter."""
    content = version_content({"channels": [{"channel": "counter"}], "levels": ["commune"]}, ministry)
    return edited(edited(content, "add:cases"), "add:components")


def _typed(part: str, row: Mapping[str, Any]) -> Row:
    typed = {key: _plain(row.get(key)) for key in ROWS[part]}
    if part == "cases":
        typed["amount"], typed["unit"] = limit_boxes(row.get("limit"))
        if row.get("limit") is None:
            typed["amount"] = str(row.get("limit_note") or "")
    if part == "fees":
        typed |= {key: _grouped(row.get(key)) for key in ("amount", "maximum")}
    return typed


def limit_boxes(limit: str | None) -> Sequence[str]:
    """(amount, unit) as the two boxes of a limit hold them. A same-day limit's cut-off stands elsewhere."""
    if not limit:
        return "", "none"
    parsed = Limit.parse(limit)
    if parsed.unit == "same_day":
        return "", "same_day"
    return rules.number(parsed.amount), parsed.unit


def _plain(value: Any) -> str:
    if value is None or value is False:
        return ""
    return ON if value is True else str(value)


def _grouped(value: Any) -> str:
    return "" if value is None else f"{int(value):,}".replace(",", ".")


def _typed_policy(key: str, policy: Mapping[str, Any] | None) -> Row:
    if policy is None:
        return {"key": key, "value": "", "term": "", "instrument": ""}
    value = policy.get("value")
    said = (
        value if isinstance(value, list) else [{True: "yes", False: "no"}[value] if isinstance(value, bool) else value]
    )
    return {
        "key": key,
        "value": "\n".join(map(str, said)),
        "term": str(policy.get("term") or ""),
        "instrument": str(policy.get("instrument") or ""),
    }
