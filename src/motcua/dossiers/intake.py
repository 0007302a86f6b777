"""The intake statement of a dossier: what the counter or an integration asks for, checked as a whole, then written in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casework.rules import whole_name
from motcua.catalogue.rules import VersionFacts
from motcua.dossiers import parties
from motcua.organisation.errors import FieldError
from motcua.places import placing
from motcua.places.queries import citizen_number_province
from motcua.places.text import fold
from motcua.worktime import clock

CHANNELS = ("counter", "online", "post")
RETURN_METHODS = ("counter", "online", "post")
# Not law but sense: an older slip of paper fallback is surely a typing mistake.
OLDEST_RECEPTION = timedelta(days=60)
CLOCK_SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ComponentGiven:
    code: str
    provided: bool = True
    digitised: bool = False
    originals: int | None = None
    copies: int | None = None
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class IntakeRequest:
    """As POST /dossiers takes it (contract). `case` chooses among the version's cases; `fallback` {"register_no", "reason"} says why a counter
    dossier bears an earlier `received_at`."""

    procedure_code: str
    agency_code: str
    applicant: Mapping[str, Any]
    channel: str = "counter"
    receiving_agency_code: str | None = None
    assisted: bool = False
    authorised: Mapping[str, Any] | None = None
    subject: str = ""
    components: Sequence[ComponentGiven] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    return_method: str = "counter"
    received_at: datetime | None = None
    fallback: Mapping[str, Any] | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    applicant: dict[str, Any]
    authorised: dict[str, Any] | None
    components: tuple[ComponentGiven, ...]
    faults: list[FieldError]
    doubts: list[FieldError]


def check_moment(request: IntakeRequest, now: datetime) -> list[FieldError]:
    """`received_at` is only for post and for the paper register of an outage; never in the future."""
    at = request.received_at
    if at is None:
        return []
    if at.tzinfo is None:
        return [FieldError("received_at", _("Thời điểm nhận phải có múi giờ, ví dụ 2026-11-24T09:30:00+07:00."))]
    if at > now + CLOCK_SLACK:
        return [FieldError("received_at", _("Thời điểm nhận ở tương lai."))]
    if at < now - OLDEST_RECEPTION:
        return [
            FieldError(
                "received_at",
                _("Thời điểm nhận đã quá %(days)s ngày. Kiểm tra lại ngày tháng.") % {"days": OLDEST_RECEPTION.days},
            )
        ]
    if request.channel == "counter" and not (request.fallback or {}).get("reason"):
        return [
            FieldError(
                "received_at",
                _(
                    "Hồ sơ tại quầy chỉ ghi thời điểm nhận khác hiện tại khi nhập lại từ sổ giấy; ghi lý do ở “fallback”."
                ),
            )
        ]
    if request.channel == "online":
        return [FieldError("received_at", _("Hồ sơ trực tuyến lấy thời điểm do hệ thống ghi."))]
    return []


def commune_of(address: str, chosen: str) -> str:
    """The code of today's commune of an applicant's address. Raises placing.NotPlaced."""
    placed = placing.place(address, chosen)
    return placed.commune_code if placed else ""


def check(
    request: IntakeRequest, version: VersionFacts, today: date, commune_of: Callable[[str, str], str] = commune_of
) -> Checked:
    """Every fault and every doubt of the statement at once, against the version in force."""
    applicant, faults, doubts = parties.check(request.applicant, today, citizen_number_province, commune_of=commune_of)
    authorised = None
    if request.authorised is not None:
        authorised, more, unsure = parties.check(
            request.authorised, today, citizen_number_province, "authorised", authorised=True, commune_of=commune_of
        )
        faults += more
        doubts += unsure
    if request.channel not in version.channels:
        faults.append(FieldError("channel", _("Thủ tục này không nhận hồ sơ qua kênh đã chọn.")))
    elif request.channel in version.channel_conditions and not (request.fallback or {}).get("reason"):
        doubts.append(FieldError("channel", version.channel_conditions[request.channel]))
    if request.return_method not in RETURN_METHODS:
        faults.append(
            FieldError("return_method", _("Chọn nơi nhận kết quả: tại Trung tâm, trực tuyến hoặc bưu chính."))
        )
    components, wrong = check_components(request.components, version)
    return Checked(applicant, authorised, components, faults + wrong, doubts)


def check_components(
    given: Sequence[ComponentGiven], version: VersionFacts
) -> tuple[tuple[ComponentGiven, ...], list[FieldError]]:
    """Known codes, each once, and every required paper there unless a database supplies it (Circular 01/2023/TT-VPCP)."""
    known = {c.code: c for c in version.components}
    faults: list[FieldError] = []
    seen: dict[str, ComponentGiven] = {}
    for index, component in enumerate(given):
        if component.code not in known:
            faults.append(
                FieldError(
                    f"components.{index}.code",
                    _("Thủ tục không có thành phần mã “%(code)s”.") % {"code": component.code[:20]},
                )
            )
        elif component.code in seen:
            faults.append(
                FieldError(
                    f"components.{index}.code", _("Thành phần “%(code)s” được nêu hai lần.") % {"code": component.code}
                )
            )
        else:
            seen[component.code] = component
    for code, facts in known.items():
        if facts.required and not facts.database and not (code in seen and seen[code].provided):
            faults.append(
                FieldError(f"components.{code}", _("Thiếu thành phần bắt buộc: %(name)s") % {"name": facts.name})
            )
    return tuple(seen.values()), faults


def search_words(applicant: Mapping[str, Any], authorised: Mapping[str, Any] | None, subject: str) -> list[str]:
    """Folded words a clerk will look for: names, whole and word by word, numbers, telephone, subject; at most 64 letters each."""
    texts = [applicant.get(k, "") for k in ("full_name", "citizen_number", "passport", "tax_code", "phone")]
    texts += [(authorised or {}).get(k, "") for k in ("full_name", "citizen_number", "phone")]
    names = [one.get("full_name", "") for one in (applicant, authorised or {})]
    whole = [word for name in names if (word := whole_name(name))]
    return [*whole, *(word[:64] for text in (*texts, subject) for word in fold(text).split())]


def title_of(version: VersionFacts, applicant: Mapping[str, Any]) -> str:
    return f"{version.short_name} – {applicant['full_name']}"[:500]


def now_or(request: IntakeRequest) -> datetime:
    return request.received_at.astimezone(clock.TZ) if request.received_at else clock.now()


@cache
def kind_ctes() -> str:
    """The dossier's own rows, appended to the kernel's statement."""
    return """
, dossier AS (
  INSERT INTO dossiers_dossier (case_id, province_id, version_id, process_id, procedure_case, channel, assisted, return_method, applicant,
         authorised, content, data, fallback, hand_over_due_at, rounds, paused_state, outcome, returned_how, secret_version)
  SELECT id, %(province)s::smallint, %(version_id)s::uuid, %(process_id)s::uuid, %(procedure_case)s::varchar, %(channel)s::varchar,
         %(assisted)s::boolean, %(return_method)s::varchar, %(applicant)s::jsonb, %(authorised)s::jsonb, %(content)s::varchar,
         %(data)s::jsonb, %(fallback)s::jsonb, %(hand_over_due_at)s::timestamptz, 0, '', '', '', 1 FROM opened
), components AS (
  INSERT INTO dossiers_component (id, province_id, case_id, code, provided, digitised, originals, copies)
  SELECT c.id, %(province)s::smallint, opened.id, c.code, c.provided, c.digitised, c.originals, c.copies
    FROM opened, unnest(%(component_ids)s::uuid[], %(component_codes)s::text[], %(component_provided)s::boolean[],
                        %(component_digitised)s::boolean[], %(component_originals)s::smallint[], %(component_copies)s::smallint[])
         AS c(id, code, provided, digitised, originals, copies)
)"""
