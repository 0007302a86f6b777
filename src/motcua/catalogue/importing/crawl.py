"""One record of the crawl as the facts of a version: a pure function, no database, no clock.

The sentences that enter a version are Vietnamese whatever the language of the process: they are part of its digest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.catalogue import rules
from motcua.catalogue.importing import fees, limits
from motcua.catalogue.importing.words import Notes, Remark, line, shortened, silent, text
from motcua.places.text import fold

SOURCE = "Bản thu thập Cổng Dịch vụ công quốc gia"
"""How the source of every imported version begins, and of no other: what does not is ours and is kept."""

UNVERIFIED = "Nhập tự động từ bản thu thập, chưa đối chiếu với văn bản."
LEVELS = {"Cấp bộ": "ministry", "Cấp tỉnh": "province", "Cấp xã": "commune", "Cơ quan khác": "other"}
MINISTRIES = {"BQP": "Bộ Quốc phòng"}
NO_MINISTRY = "Không nêu"
MOST_COPIES = 10
"""More is a count that ran into the number before it: "Nghị định … năm 2026" and "1 bản chính" became 20261."""

_DECISION = re.compile(r"\d+[a-z]?/QĐ-[A-ZĐ]+(-[A-Z]+\d*)?")
_LEGAL = re.compile(r"(?:66\.)?\d+/(?:\d{4}/)?(?:QH\d+|[A-ZĐ]{1,6}\d*(?:-[A-ZĐ][A-Za-zĐ]*\d*)*)")
_RESULT = re.compile(r"KQ\.[GH]\d+\.\d+")
_PAPERS = re.compile(
    r"(?:[\da-z]{1,4} )*(?:cac )?(?:giay to phai nop|(?:thanh phan )?ho so|thanh phan)(?: ban chinh)?(?: moi loai \d+ ban)?"
    r"(?: bao)?(?: gom)?"
)
_SOMETIMES = re.compile(r"(?:doi voi )?truong hop |.*\bneu co\b")


class Refused(ValueError):
    """The record cannot become a version; the message is a Vietnamese sentence."""

    def __init__(self, code: str, name: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.name, self.reason = code, name, reason


@dataclass(frozen=True, slots=True)
class Parsed:
    """`facts` as services.publish_version takes them, but for `number`, `valid_from` and `checked_on`."""

    code: str
    ministry: str
    facts: dict[str, Any]
    remarks: list[Remark]


def parse(record: Any) -> Parsed:
    """The facts of a record. Raises Refused when it has no code, no national code or no name; whatever else it lacks
    or garbles is kept as text and said in `remarks`."""
    if not isinstance(record, Mapping):
        raise Refused("", shortened(line(str(record)), 60), "Bản ghi không phải là một đối tượng JSON.")
    code, name = line(record.get("code")), line(record.get("name"))
    if not code:
        raise Refused("", name, "Không có mã thủ tục.")
    if not rules.CODE.fullmatch(code):
        local = rules.national_code(code)
        reason = f"Mã “{shortened(code, 40)}” không đúng khuôn mã quốc gia (x.xxxxxx)."
        if local:
            reason = f"Mã “{code}” là mã địa phương của {local}; danh mục quốc gia chỉ nhận mã quốc gia."
        raise Refused(code, name, reason)
    if not name:
        raise Refused(code, "", "Không có tên thủ tục.")
    notes = Notes()
    decision = _decision(record, notes)
    instrument = f"Công bố tại {decision}" if decision else "Bản công khai trên Cổng Dịch vụ công quốc gia"
    methods = _methods(record, notes)
    facts = {
        "status": "published",
        "name": name,
        "short_name": shortened(name, 120),
        "field": _field(record, notes),
        "levels": _levels(record, notes),
        "subjects": _subjects(record),
        "channels": _channels(methods, notes),
        "cases": limits.cases(methods, instrument, notes),
        "policies": {},
        "components": _components(record, notes),
        "fees": fees.rows(methods, instrument, notes),
        "results": _results(record, notes),
        "legal_basis": _legal(record, notes),
        "publication_decision": decision,
        "source": _source(record),
        "verified": False,
    }
    ministry = _ministry(record, notes)
    return Parsed(code, ministry, {**facts, "doubts": [UNVERIFIED, *notes.kept]}, notes.remarks)


def _objects(record: Mapping[str, Any], key: str, notes: Notes) -> list[Mapping[str, Any]]:
    """The list of objects under the key; what is not one is said and left out."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        notes.say("shape", f"{key}: {shortened(line(str(value)), 80)}")
        return []
    for item in value:
        if not isinstance(item, Mapping):
            notes.say("shape", f"{key}: {shortened(line(str(item)), 80)}")
    return [item for item in value if isinstance(item, Mapping)]


def _texts(record: Mapping[str, Any], key: str) -> list[str]:
    value = record.get(key)
    return list(filter(None, map(line, value))) if isinstance(value, list) else []


# --- who and under what ---------------------------------------------------------------------------


def _ministry(record: Mapping[str, Any], notes: Notes) -> str:
    stated = line(record.get("publisher"))
    if not stated:
        notes.say("ministry", line(record.get("decision")))
    return shortened(MINISTRIES.get(stated, stated), 100) or NO_MINISTRY


def _field(record: Mapping[str, Any], notes: Notes) -> str:
    stated = line(record.get("field"))
    if not stated or len(stated) > 100:
        notes.keep("field", stated or "không nêu", "Lĩnh vực")
    return shortened(stated, 100) or "Không nêu"


def _levels(record: Mapping[str, Any], notes: Notes) -> list[str]:
    stated = _texts(record, "levels")
    for level in stated:
        if level not in LEVELS:
            notes.keep("level", level, "Cấp thực hiện")
    if not stated:
        notes.say("level", "không nêu")
    return [key for level, key in LEVELS.items() if level in stated]


def _subjects(record: Mapping[str, Any]) -> list[str]:
    """The crawl cut the names of subjects at their commas: "Cán bộ", "công chức"; "Tổ chức (không … nghiệp", "HTX)"."""
    whole: list[str] = []
    for piece in _texts(record, "subjects"):
        if whole and (piece[0].islower() or whole[-1].count("(") > whole[-1].count(")")):
            whole[-1] += f", {piece}"
        else:
            whole.append(piece)
    return list(dict.fromkeys(whole))


def _decision(record: Mapping[str, Any], notes: Notes) -> str:
    stated = line(record.get("decision"))
    if silent(stated):
        notes.say("no_decision", stated or "không nêu")
        return ""
    tidied = re.sub(r"^số\s+", "", stated, flags=re.IGNORECASE)
    tidied = re.sub(r"\s*\.?\s*/\s*", "/", tidied).replace("/QD-", "/QĐ-")
    if len(tidied) <= 60 and _DECISION.fullmatch(tidied):
        return tidied
    notes.keep("decision", stated, "Quyết định công bố")
    return shortened(stated, 60)


def _source(record: Mapping[str, Any]) -> str:
    return "; ".join(filter(None, (SOURCE, line(record.get("url")), line(record.get("source")))))


def _legal(record: Mapping[str, Any], notes: Notes) -> list[str]:
    """Numbers of instruments; a year that ran into the number before it ("2026.55/2026/TT-BTC") is taken off."""
    found = [re.sub(r"^(?:19|20)\d\d\.(?=\d+/)", "", number) for number in _texts(record, "legal")]
    for number in found:
        if not _LEGAL.fullmatch(number):
            notes.say("legal_number", number)
    if not found:
        notes.say("no_legal", "không nêu")
    return list(dict.fromkeys(found))


# --- how ------------------------------------------------------------------------------------------


def _methods(record: Mapping[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """The methods of known channels, in an order that does not depend on the file's."""
    known = []
    for method in _objects(record, "methods", notes):
        channel = method.get("channel")
        if channel in rules.CHANNELS:
            known.append({**method, "fees": _objects(method, "fees", notes)})
        else:
            stated = " · ".join(filter(None, (line(channel), line(method.get("time_text")), line(method.get("note")))))
            notes.keep("channel_unknown", stated or "không nêu", "Cách thức thực hiện (giữ nguyên chữ)")
    if not known:
        notes.say("no_method", "không nêu")
    return sorted(
        known,
        key=lambda m: (rules.CHANNELS.index(m["channel"]), line(m.get("time_text")), line(m.get("note"))),
    )


def _channels(methods: list[dict[str, Any]], notes: Notes) -> list[dict[str, Any]]:
    said: dict[str, list[str]] = {}
    for method in methods:
        texts = said.setdefault(method["channel"], [])
        if (note := text(method.get("note"))) and note not in texts:
            texts.append(note)
    return [{"channel": c, "note": "\n".join(texts)} if texts else {"channel": c} for c, texts in said.items()]


def _results(record: Mapping[str, Any], notes: Notes) -> list[dict[str, str]]:
    found = []
    for result in _objects(record, "results", notes):
        code, name = line(result.get("code")), line(result.get("name"))
        if code and not _RESULT.fullmatch(code):
            notes.say("result_code", code)
        if name or code:
            found.append({"code": code, "name": name or code})
    if not found:
        notes.say("no_result", "không nêu")
    return found


# --- papers ---------------------------------------------------------------------------------------


def _components(record: Mapping[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """The papers. The crawl's cases are headings, so they become groups: nothing ties them to a limit."""
    found: list[dict[str, Any]] = []
    for paper in _objects(record, "components", notes):
        name, heading, form = text(paper.get("name")), line(paper.get("case")), line(paper.get("template"))
        if not name:
            notes.say("component_without_name", form or heading or "không nêu")
            continue
        if len(heading) > 120:
            notes.keep("component_group", heading, "Nhóm thành phần hồ sơ")
        if form and name.endswith(text(paper.get("template"))):
            notes.say("component_template", shortened(form, 120))
        found.append(
            {
                "code": f"{len(found) + 1:02d}",
                "name": name,
                "required": _required(name, heading),
                "originals": _copies(paper, "originals", "bản chính", name, notes),
                "copies": _copies(paper, "copies", "bản sao", name, notes),
                "form": shortened(form, 120),
                "group": shortened(heading, 120),
            }
        )
    if not found:
        notes.say("no_component", "không nêu")
    return found


def _required(name: str, heading: str) -> bool:
    """Whether a paper is asked of everybody: it stands under no heading, or under one that only says "papers to hand
    in", and does not itself say "in case of" or "if any"."""
    return (not heading or bool(_PAPERS.fullmatch(fold(heading)))) and not _SOMETIMES.match(fold(name))


def _copies(paper: Mapping[str, Any], key: str, kind: str, name: str, notes: Notes) -> int:
    stated = paper.get(key)
    if stated is None:
        return 0
    if isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated <= MOST_COPIES:
        return stated
    notes.keep(
        "component_count",
        f"{shortened(line(str(stated)), 40)} {kind} — {shortened(line(name), 120)}",
        "Số bản (giữ nguyên chữ)",
    )
    return 0
