"""Decisions about procedures and their internal processes, as pure functions: no database, no clock."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue import result_templates
from motcua.organisation.models import DIVISION_KINDS as DIVISION_NAMES
from motcua.organisation.models import ROLES as ROLE_NAMES
from motcua.worktime import Limit, LimitNotUnderstood
from motcua.worktime.limits import NOMINAL_HOURS

CODE = re.compile(r"^[0-9]\.[0-9]{6}$")
LOCAL_CODE = re.compile(r"^([0-9]\.[0-9]{6})(\.[0-9]{2,3}){0,3}\.[A-Z][0-9]{2}$")
"""Localised by a province: `2.000815.000.00.00.H61`, `1.115446.H36`; the law knows only the first two groups."""

ROLES = ("receiver", "division_head", "specialist", "signatory", "records_clerk")
DIVISION_KINDS = ("service_centre", "economy", "culture_society", "office", "leadership")
ACTS = ("hand_over", "assign", "advance", "approve", "sign_off", "return_result")
HOLDERS: Mapping[str, tuple[str, ...]] = {
    "receiver": ("service_centre",),
    "division_head": ("economy", "culture_society", "office"),
    "specialist": ("economy", "culture_society", "office"),
    "signatory": ("leadership",),
    "records_clerk": ("office",),
}
"""In which rooms of a commune a role can be held at all (Decree 150/2025/NĐ-CP, Decree 118/2025/NĐ-CP)."""

SYSTEMS = {
    "province": gettext_noop("Hệ thống của tỉnh"),
    "ministry:civil-status": gettext_noop("Hệ thống đăng ký, quản lý hộ tịch điện tử dùng chung"),
    "ministry:household-business": gettext_noop("Hệ thống đăng ký hộ kinh doanh"),
    "ministry:land": gettext_noop("Hệ thống thông tin đất đai"),
    "ministry:linked-services": gettext_noop("Phần mềm dịch vụ công liên thông"),
    "ministry:merit": gettext_noop("Hệ thống quản lý người có công"),
    "ministry:residence": gettext_noop("Hệ thống quản lý cư trú"),
    "ministry:social-insurance": gettext_noop("Hệ thống của Bảo hiểm xã hội Việt Nam"),
    "ministry:social-protection": gettext_noop("Hệ thống quản lý trợ giúp xã hội"),
}
"""Whose system holds the dossiers (system of record)."""

POLICIES = {
    "on_supplement": str,
    "max_rounds": int,
    "supplement_days": int,
    "excluded": list,
    "two_appointments": bool,
    "silence_is_consent": bool,
    "extensions": int,
    "transition": str,
}
POLICY_VALUES = {"on_supplement": {"restart", "pause"}, "transition": {"at_reception", "at_effective_date"}}
CHANNELS = ("counter", "online", "post")


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    code: str
    name: str
    required: bool
    originals: int
    copies: int
    form: str = ""
    group: str = ""
    database: str | None = None
    """The register that supplies this paper: then it is not asked for (Circular 01/2023/TT-VPCP)."""


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """One line of a fee; amounts in đồng, `amount` None when the province sets it. Unit: page, case or copy."""

    name: str
    amount: Decimal | None
    unit: str
    from_page: int = 1
    maximum: Decimal | None = None
    condition: str = ""
    exemption: str = ""
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A published version, resolved for one case: `limit` and `components` are those of the case. `policies` maps
    each key of design §5 to its bare value, `instruments` to the instrument that set it; `supplement_days` are
    working days."""

    id: UUID
    procedure_code: str
    number: int
    name: str
    short_name: str
    field: str
    limit: str
    mode: str
    policies: Mapping[str, Any]
    components: tuple[ComponentFacts, ...]
    fees: tuple[FeeFacts, ...]
    channels: tuple[str, ...]
    valid_from: date
    case: str = ""
    cases: tuple[tuple[str, str], ...] = ()
    """Every case of the version: (code, name), the default first."""
    limit_instrument: str = ""
    cut_off: time | None = None
    channel_conditions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Channels open only under a condition ("counter": "only while the network is down"), with the instrument in
    words."""
    instruments: Mapping[str, str] = dataclasses.field(default_factory=dict)
    results: tuple[str, ...] = ()
    result_templates: tuple[str, ...] = ()
    """Keys of the templates of results that the version asks for; none named: no paper is asked for inside the system."""
    system_of_record: str = "province"
    verified: bool = False

    @property
    def system_elsewhere(self) -> str:
        """The name of the system that holds the dossiers when it is not the province's; empty when it is."""
        return (
            "" if self.system_of_record == "province" else _(SYSTEMS.get(self.system_of_record, self.system_of_record))
        )


@dataclass(frozen=True, slots=True)
class StepFacts:
    number: int
    name: str
    role: str
    division_kind: str
    act: str
    hours: Decimal
    counted: bool


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    id: UUID
    steps: tuple[StepFacts, ...]
    limit: str = ""
    instrument: str = ""
    demonstration: bool = False
    complete_now: bool = False
    """Whether the counter may do it whole while the citizen waits."""


def national_code(code: str) -> str | None:
    """The national code of a national or localised one, or None when it is neither."""
    if CODE.fullmatch(code):
        return code
    local = LOCAL_CODE.fullmatch(code)
    return local.group(1) if local else None


def digest(facts: Any) -> bytes:
    """SHA-256 of the facts in canonical JSON, the same for the same content whatever the order of keys."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()


# --- limits and processes -------------------------------------------------------------------------


def allowance_of(limit: str) -> Decimal:
    """Working hours that the steps of a process may use under `limit`, at 8 hours a day; a same-day limit is at most
    one day.

    Raises LimitNotUnderstood (a ValueError) when worktime cannot read the limit.
    """
    parsed = Limit.parse(limit)
    days = parsed.working_days
    return (parsed.amount if days is None else days) * NOMINAL_HOURS


def longer(limit: str, other: str) -> bool:
    """Whether a process laid out for `limit` may take more than `other`, the law's, allows.

    Same day is the shortest. How many working days a count of calendar days holds depends on the calendar, so under a
    law in calendar days a process states its limit in calendar days too; working days are refused there.
    """
    mine, law = Limit.parse(limit), Limit.parse(other)
    if law.unit == "same_day" or mine.unit == "same_day":
        return mine.unit != "same_day"
    if law.unit == "days" and mine.unit != "days":
        return True
    return allowance_of(limit) > allowance_of(other)


def counted_hours(steps: Iterable[StepFacts]) -> Decimal:
    return sum((s.hours for s in steps if s.counted), Decimal(0))


def remaining_allowance(steps: Sequence[StepFacts], current: int) -> Decimal:
    """Working hours allowed from the step numbered `current` (itself included) to the end."""
    return counted_hours(s for s in steps if s.number >= current)


Located = tuple[int | None, str]
"""A fault of a process: the number of the step it belongs to, None when of the whole, and the sentence."""


def process_faults(steps: Sequence[StepFacts], limit: str) -> list[str]:
    """What is wrong with a process under its limit, as Vietnamese sentences; empty when it may be used.

    The counted steps add up to the limit at 8 hours a day (as Nghệ An's Decision 3857/QĐ-UBND lays its processes out:
    168 hours are 21 days). Same-day work need not fill a day. A limit in calendar days holds fewer working hours than
    8 a day, so there 8 a day is a ceiling.
    """
    return [sentence for _step, sentence in located_process_faults(steps, limit)]


def located_process_faults(steps: Sequence[StepFacts], limit: str) -> list[Located]:
    """`process_faults`, each with the step beside which a page shows it."""
    if not steps:
        return [(None, _("Quy trình chưa có bước nào."))]
    return [*_unknown_words(steps), *_broken_path(steps), *_wrong_hours(steps), *_wrong_total(steps, limit)]


def _unknown_words(steps: Sequence[StepFacts]) -> Iterator[Located]:
    for step in steps:
        for value, known in ((step.role, ROLES), (step.division_kind, DIVISION_KINDS), (step.act, ACTS)):
            if value not in known:
                yield (
                    step.number,
                    _("Bước %(number)d: “%(value)s” không có trong danh mục.")
                    % {"number": step.number, "value": value},
                )
        if step.role in ROLES and step.division_kind in DIVISION_KINDS and step.division_kind not in HOLDERS[step.role]:
            yield (
                step.number,
                _("Bước %(number)d: ở %(division)s không có vị trí nào giữ vai trò %(role)s.")
                % {
                    "number": step.number,
                    "division": DIVISION_NAMES[step.division_kind],
                    "role": ROLE_NAMES[step.role],
                },
            )


def _broken_path(steps: Sequence[StepFacts]) -> Iterator[Located]:
    if [s.number for s in steps] != list(range(1, len(steps) + 1)):
        yield None, _("Các bước phải đánh số liên tục từ 1.")
    first, last = steps[0], steps[-1]
    if (first.role, first.division_kind, first.act) != ("receiver", "service_centre", "hand_over"):
        yield (
            first.number,
            _("Bước đầu phải là tiếp nhận và chuyển hồ sơ tại Trung tâm Phục vụ hành chính công."),
        )
    if (last.role, last.division_kind, last.act) != ("receiver", "service_centre", "return_result"):
        yield last.number, _("Bước cuối phải là trả kết quả tại Trung tâm Phục vụ hành chính công.")
    if last.counted:
        yield last.number, _("Bước trả kết quả không tính vào thời hạn.")
    for step in steps[1:-1]:
        if step.act in ("hand_over", "return_result"):
            # A return before the end would leave the steps after it unreachable; a second hand-over would start the
            # process again.
            yield (
                step.number,
                _("Bước %(number)d: chuyển và trả kết quả chỉ ở bước đầu và bước cuối.") % {"number": step.number},
            )


def _wrong_hours(steps: Sequence[StepFacts]) -> Iterator[Located]:
    for step in steps:
        if step.hours < 0 or (step.counted and step.hours == 0):
            yield (
                step.number,
                _("Bước %(number)d: bước có tính thời gian phải có số giờ lớn hơn 0.") % {"number": step.number},
            )
        if not step.counted and step.hours:
            yield (
                step.number,
                _("Bước %(number)d: bước không tính thời gian thì số giờ phải bằng 0.") % {"number": step.number},
            )


def _wrong_total(steps: Sequence[StepFacts], limit: str) -> Iterator[Located]:
    try:
        allowed, filled = allowance_of(limit), Limit.parse(limit).working_days is not None
    except LimitNotUnderstood as error:
        yield None, str(error)
        return
    total = counted_hours(steps)
    if filled and total != allowed:
        yield None, _("Tổng các bước là %(total)s giờ, phải bằng thời hạn %(allowed)s giờ.") % _hours(total, allowed)
    elif total > allowed:
        yield None, _("Tổng các bước là %(total)s giờ, vượt thời hạn %(allowed)s giờ.") % _hours(total, allowed)


QUARTER = Decimal("0.25")


def distributed(steps: Sequence[StepFacts], limit: str) -> list[StepFacts]:
    """The steps with the hours that `limit` leaves over given out: in quarters of an hour, evenly, to the counted
    steps that have none yet; when all have some, to the specialist's (the longest of them), or to the longest of all.

    Nothing is taken away: a process that is full or too long comes back as it was. Raises LimitNotUnderstood.
    """
    left = allowance_of(limit) - counted_hours(steps)
    counted = [s for s in steps if s.counted]
    if left <= 0 or not counted:
        return list(steps)
    empty = [s for s in counted if s.hours == 0]
    chosen = empty or [max([s for s in counted if s.role == "specialist"] or counted, key=lambda s: s.hours)]
    share = left / len(chosen) // QUARTER * QUARTER
    given = {s.number: share for s in chosen}
    given[chosen[-1].number] += left - share * len(chosen)
    return [dataclasses.replace(s, hours=s.hours + given.get(s.number, Decimal(0))) for s in steps]


def _hours(total: Decimal, allowed: Decimal) -> dict[str, str]:
    return {"total": number(total), "allowed": number(allowed)}


# --- versions -------------------------------------------------------------------------------------


def resolve_case(cases: Sequence[Mapping[str, Any]], wanted: str | None) -> Mapping[str, Any] | None:
    """The case asked for, or the default one; None when there is no such case."""
    for case in cases:
        if case["case"] == wanted if wanted else case.get("default"):
            return case
    return None


def version_faults(facts: Mapping[str, Any]) -> list[str]:
    """What is wrong with the facts of a version before it is published; empty when it may be."""
    return [sentence for _path, sentence in located_version_faults(facts)]


def located_version_faults(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`version_faults`, each with the path of the value at fault ("cases.1.limit", "policies.max_rounds")."""
    return [*_case_faults(facts), *_policy_faults(facts.get("policies", {})), *_row_faults(facts)]


def _case_faults(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cases = facts.get("cases", [])
    if len({c["case"] for c in cases}) != len(cases):
        yield "cases", _("Hai trường hợp trùng mã.")
    if sum(bool(c.get("default")) for c in cases) != 1 and facts.get("status") != "abolished":
        yield "cases", _("Phải có đúng một trường hợp mặc định.")
    for index, case in enumerate(cases):
        if not case.get("instrument"):
            yield (
                f"cases.{index}.instrument",
                _("Trường hợp “%(case)s” chưa nêu căn cứ của thời hạn.") % {"case": case["case"]},
            )
        if case.get("limit") is not None:
            try:
                limit = Limit.parse(case["limit"])
            except LimitNotUnderstood as error:
                yield f"cases.{index}.limit", str(error)
                continue
            if limit.unit == "same_day" and not facts.get("cut_off"):
                yield "cut_off", _("Thủ tục giải quyết trong ngày phải có giờ chốt.")


def _policy_faults(policies: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, policy in policies.items():
        if key not in POLICIES:
            yield f"policies.{key}", _("Quy tắc “%(key)s” không có trong danh mục.") % {"key": key}
            continue
        value = policy.get("value")
        allowed = POLICY_VALUES.get(key)
        if type(value) is not POLICIES[key] or (allowed and value not in allowed):
            yield f"policies.{key}", _("Quy tắc “%(key)s” có giá trị không hợp lệ.") % {"key": key}
        if not policy.get("instrument"):
            yield f"policies.{key}", _("Quy tắc “%(key)s” chưa nêu căn cứ.") % {"key": key}


def _row_faults(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = {c["case"] for c in facts.get("cases", [])}
    for index, component in enumerate(facts.get("components", [])):
        if component.get("case") and component["case"] not in known:
            yield (
                f"components.{index}.case",
                _("Thành phần %(code)s: trường hợp không có trong phiên bản.") % {"code": component["code"]},
            )
    for index, channel in enumerate(facts.get("channels", [])):
        if channel["channel"] not in CHANNELS:
            yield (
                f"channels.{index}.channel",
                _("Cách thức “%(value)s” không có trong danh mục.") % {"value": channel["channel"]},
            )
    for index, fee in enumerate(facts.get("fees", [])):
        if not fee.get("instrument"):
            yield f"fees.{index}.instrument", _("Khoản thu “%(name)s” chưa nêu căn cứ.") % {"name": fee["name"]}
    for index, result in enumerate(facts.get("results", [])):
        if (template := result.get("template")) and template not in result_templates.known():
            yield (
                f"results.{index}.template",
                _("Kết quả “%(name)s”: không có mẫu mang tên “%(template)s”.")
                % {"name": result["name"], "template": template},
            )


# --- fees -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charge:
    """One fee worked out: `amount` in đồng, None while the province has not set it; `explanation` is a Vietnamese
    formula."""

    name: str
    amount: Decimal | None
    explanation: str
    instrument: str


def charges(
    fees: Sequence[FeeFacts], *, pages: int = 1, copies: int = 1, cases: int = 1, condition: str = ""
) -> list[Charge]:
    """What is to be paid for `copies` copies of a paper of `pages` pages each (pages of the original, Circular
    226/2016/TT-BTC), or for `cases` cases. Lines with a condition count only when it is the one given. Raises
    ValueError for a quantity below 1.
    """
    if min(pages, copies, cases) < 1:
        raise ValueError("pages, copies and cases are at least 1")
    groups: dict[str, list[FeeFacts]] = {}
    for fee in fees:
        if fee.condition in ("", condition):
            groups.setdefault(fee.name, []).append(fee)
    return [_charge(name, lines, pages, copies, cases) for name, lines in groups.items()]


def _charge(name: str, lines: list[FeeFacts], pages: int, copies: int, cases: int) -> Charge:
    instrument = lines[0].instrument
    if any(line.amount is None for line in lines):
        return Charge(name, None, _("Mức thu do Hội đồng nhân dân tỉnh quy định."), instrument)
    if lines[0].unit != "page":
        times = copies if lines[0].unit == "copy" else cases
        amount = lines[0].amount or Decimal(0)
        total = amount * times
        unit = _("bản") if lines[0].unit == "copy" else _("trường hợp")
        return Charge(name, total, f"{times} {unit} × {money(amount)} = {money(total)}", instrument)
    tiers = sorted(lines, key=lambda line: line.from_page)
    parts, each = [], Decimal(0)
    for tier, following in zip(tiers, [*tiers[1:], None], strict=True):
        last = min(pages, following.from_page - 1) if following else pages
        count = last - tier.from_page + 1
        if count > 0:
            amount = tier.amount or Decimal(0)
            each += count * amount
            parts.append(f"{count} {_('trang')} × {money(amount)}")
    formula = " + ".join(parts)
    ceiling = next((tier.maximum for tier in tiers if tier.maximum is not None), None)
    if ceiling is not None and each > ceiling:
        each = ceiling
        formula = _("%(formula)s, tối đa %(ceiling)s") % {"formula": formula, "ceiling": money(ceiling)}
    total = each * copies
    return Charge(name, total, f"{copies} {_('bản')} × ({formula}) = {money(total)}", instrument)


def number(value: Decimal) -> str:
    """`2,5`, without idle zeros."""
    return format(value.normalize(), "f").replace(".", ",")


def money(amount: Decimal) -> str:
    """`27.000 đ`"""
    return f"{amount:,.0f}".replace(",", ".") + " đ"
