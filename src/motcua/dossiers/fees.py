"""The fees of a dossier: the version's rule worked out, exemptions applied, and handed to `payments` as what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue import queries as catalogue
from motcua.catalogue.rules import FeeFacts, VersionFacts, charges
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.payments import rules as money
from motcua.payments.rules import Due, Exemption

MOST = 9999


@dataclass(frozen=True, slots=True)
class Assessment:
    """`dues`: what is due or not and why; `open`: lines whose amount the province has not set; `faults`: what was said wrongly."""

    dues: tuple[Due, ...] = ()
    open: tuple[str, ...] = ()
    faults: tuple[FieldError, ...] = ()

    @property
    def total(self) -> int:
        return sum(due.amount for due in self.dues)

    @property
    def written(self) -> list[Due]:
        """What is kept: money that is owed, and exemptions that somebody proved. What the law itself gives free costs the intake nothing."""
        return [due for due in self.dues if due.amount or due.paper]


def conditions(version: VersionFacts) -> list[str]:
    """The conditions under which the version's lines differ ("Đăng ký đúng hạn …"), the usual one first; empty when nothing depends on one."""
    return list(dict.fromkeys(fee.condition for fee in version.fees if fee.condition))


def exemptions(version: VersionFacts) -> list[Exemption]:
    """Those an applicant may claim here: the ones proved by a paper. What needs none is a condition of the version itself."""
    if not any(fee.amount is None or fee.amount for fee in version.fees):
        return []
    return [e for e in money.exemptions_for(version.field, version.procedure_code) if e.paper]


def counts_pages(version: VersionFacts) -> bool:
    return any(fee.unit == "page" for fee in version.fees)


def assess(version: VersionFacts, on: date, province_id: int, data: Mapping[str, Any]) -> Assessment:
    """What a dossier of this version costs, with the province's amounts of the day.

    `data` may name `pages` (of the original), `copies`, `cases` (whole numbers from 1), `fee_condition`, `exemption` and `exemption_paper`.
    Lines of 0 say why nothing is due. Call inside a scope of the province. Raises nothing: faults are told together with those of the intake.
    """
    if not version.fees:
        return Assessment()
    faults: list[FieldError] = []
    counts = {name: _count(data, name, faults) for name in ("pages", "copies", "cases")}
    known = conditions(version)
    condition = data.get("fee_condition") or (known[0] if known else "")
    if known and condition not in known:
        faults.append(FieldError("data.fee_condition", _("Chọn trường hợp thu phí trong danh sách của thủ tục.")))
    exemption = _exemption(version, data, faults)
    if faults:
        return Assessment(faults=tuple(faults))
    applied = [line for line in version.fees if line.condition in ("", condition)]
    if any(
        line.amount is None for line in applied
    ):  # on the path of every intake: asked only where the province sets the amount
        applied = [line for line in catalogue.fees(version, on, province_id) if line.condition in ("", condition)]
    worked_out = charges(applied, **counts, condition=condition)
    facts = {line.name: line for line in reversed(applied)}
    dues, unset = [], []
    for item in worked_out:
        if item.amount is None and exemption is None:
            unset.append(item.name)
            continue
        due = _due(item.name, int(item.amount or 0), item.explanation, facts[item.name], version)
        try:
            claimed = exemption is not None and (item.amount is None or due.amount > 0)
            dues.append(
                money.exempt(due, exemption, str(data.get("exemption_paper") or "")) if claimed and exemption else due
            )
        except RuleBroken as broken:
            return Assessment(faults=tuple(FieldError(f"data.{e.field}", e.message) for e in broken.errors))
    return Assessment(tuple(dues), tuple(unset))


def _due(name: str, amount: int, formula: str, line: FeeFacts, version: VersionFacts) -> Due:
    if amount:
        return Due(name, amount, amount, formula, line.instrument)
    by_rule = next((e for e in money.exemptions_for("", version.procedure_code) if not e.paper), None)
    ground = by_rule.ground if by_rule else line.exemption or "Không thu phí, lệ phí"
    instrument = by_rule.instrument if by_rule else line.instrument
    sentence = f"{ground} ({instrument})." if instrument else f"{ground}."
    return Due(name, 0, 0, sentence, instrument, exemption=by_rule.code if by_rule else "", ground=ground)


def _exemption(version: VersionFacts, data: Mapping[str, Any], faults: list[FieldError]) -> Exemption | None:
    wanted = data.get("exemption")
    if not wanted:
        return None
    found = next((e for e in exemptions(version) if e.code == wanted), None)
    if found is None:
        faults.append(FieldError("data.exemption", _("Trường hợp miễn này không áp dụng cho thủ tục.")))
    return found


def _count(data: Mapping[str, Any], name: str, faults: list[FieldError]) -> int:
    value = data.get(name, 1)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST:
        return value
    label = {
        "pages": gettext_noop("Số trang"),
        "copies": gettext_noop("Số bản"),
        "cases": gettext_noop("Số trường hợp"),
    }[name]
    faults.append(
        FieldError(f"data.{name}", _("%(what)s là một số từ 1 đến %(most)s.") % {"what": _(label), "most": MOST})
    )
    return 1
