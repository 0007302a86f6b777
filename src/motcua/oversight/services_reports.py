"""Writes of outlines and series, and opening reports; what is done with one afterwards are acts (`rules_reports`)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.casepages import clocks, live
from motcua.casepages import services as cases
from motcua.casepages.services import New
from motcua.casework import services as casework
from motcua.casework.services import Performed
from motcua.organisation import queries as organisation
from motcua.organisation import registers
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import rules_reports as rules
from motcua.oversight.models import Questionnaire, Report, ReportSeries, Team
from motcua.oversight.rules_recommendations import local_day
from motcua.worktime import clock

OUTLINE, SERIES = "questionnaire", "report_series"
OLDEST = timedelta(days=366)
"""How far back a series may begin: every period since is opened at once."""


def need_asker(principal: Principal) -> None:
    """Raises Forbidden."""
    if not principal.has(*rules.ASKS):
        raise Forbidden(_("Đề cương và yêu cầu báo cáo thuộc người điều phối hoặc lãnh đạo của cơ quan."))


# --- outlines ---------------------------------------------------------------------------------------------------------


def create_outline(principal: Principal, title: str, instrument: str, id: UUID | None = None) -> UUID:
    """A draft without questions, of the officer's own agency. `id`: the key of the request. Raises Forbidden, RuleBroken."""
    need_asker(principal)
    if id and Questionnaire.objects.filter(province_id=principal.province_id, id=id).exists():
        return id
    if not title.strip():
        raise RuleBroken.of("title", _("Nhập tên đề cương."))
    row = Questionnaire(
        province_id=principal.province_id,
        title=title.strip(),
        owner_agency_id=principal.agency_id,
        instrument=instrument.strip(),
        questions=[],
    )
    if id:
        row.pk = id
    row.code = str(row.pk)
    row.save(force_insert=True)
    registers.record(principal.province_id, principal, OUTLINE, row.pk, "create", {"title": row.title})
    return UUID(str(row.pk))


def edit_outline(
    principal: Principal, id: UUID, version: int, title: str, instrument: str, questions: list[dict[str, Any]]
) -> None:
    """Changes a draft. Raises Forbidden, NotFound, Conflict (stale, or published), RuleBroken."""
    row = _outline(principal, id, version)
    if row.published_at is not None:
        raise Conflict(_("Đề cương này đã ban hành. Lập bản tiếp theo để sửa."))
    row.title, row.instrument, row.questions = title.strip(), instrument.strip(), questions
    row.version += 1
    row.save()
    registers.record(principal.province_id, principal, OUTLINE, row.pk, "change", {"questions": len(questions)})


def publish_outline(principal: Principal, id: UUID, version: int) -> None:
    """From now on it may be asked by and never changes. Raises as `edit_outline`."""
    row = _outline(principal, id, version)
    if row.published_at is not None:
        return
    if faults := rules.question_faults(row.questions, dict(live.offered())):
        raise RuleBroken(faults)
    row.published_at = clock.now()
    row.version += 1
    row.save()
    registers.record(principal.province_id, principal, OUTLINE, row.pk, "publish", {"number": row.number})


def next_outline(principal: Principal, id: UUID) -> UUID:
    """The draft of the next number of a published outline; the one that stands, where there is one already."""
    row = _outline(principal, id)
    if row.published_at is None:
        return UUID(str(row.pk))
    of = Questionnaire.objects.filter(
        province_id=row.province_id, owner_agency_id=row.owner_agency_id, code=row.code
    ).order_by("-number")
    last = of[0]
    if last.published_at is None:
        return UUID(str(last.pk))
    draft = Questionnaire.objects.create(
        province_id=row.province_id,
        code=row.code,
        number=last.number + 1,
        title=last.title,
        owner_agency_id=row.owner_agency_id,
        instrument="",
        questions=last.questions,
    )
    registers.record(row.province_id, principal, OUTLINE, draft.pk, "create", {"number": draft.number})
    return UUID(str(draft.pk))


def _outline(principal: Principal, id: UUID, version: int | None = None) -> Questionnaire:
    """Locked. Raises NotFound, Forbidden for another body's, Conflict."""
    row = Questionnaire.objects.select_for_update().filter(province_id=principal.province_id, id=id).first()
    if row is None:
        raise NotFound(_("Không có đề cương này."))
    need_asker(principal)
    if row.owner_agency_id != principal.agency_id:
        raise Forbidden(_("Đề cương này của cơ quan khác."))
    if version is not None and row.version != version:
        raise Conflict(_("Người khác đã sửa sau khi bạn mở. Tải lại để xem."), {"version": row.version})
    return row


def unasked(principal: Principal, agencies: Sequence[AgencyFacts]) -> list[FieldError]:
    """The bodies of the province and its departments ask anybody; a commune asks itself and the bodies beside it, no other commune."""
    own = organisation.agency(principal.province_id, id=principal.agency_id)
    if own is None or not own.commune_code:
        return []
    strange = [agency.name for agency in agencies if agency.commune_code != own.commune_code]
    message = _("Cơ quan bạn không yêu cầu báo cáo được của: %s.") % ", ".join(strange)
    return [FieldError("agencies", message)] if strange else []


# --- asking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asking:
    """Communes that are asked to report by an outline until a day, by a document."""

    questionnaire_id: UUID
    agencies: Sequence[str]
    due_on: date | None
    asked_by: str
    period: str = ""
    team_id: UUID | None = None


def ask(principal: Principal, asked: Asking, *, key: str | None = None) -> list[Performed]:
    """Opens one report for each agency named, all or none; the same key again answers the same ones. In the caller's transaction and scope.
    Raises Forbidden, NotFound, RuleBroken."""
    need_asker(principal)
    outline = Questionnaire.objects.filter(province_id=principal.province_id, id=asked.questionnaire_id).first()
    team = Team.objects.filter(province_id=principal.province_id, id=asked.team_id).first() if asked.team_id else None
    if asked.team_id and team is None:
        raise NotFound(_("Không có tổ, đoàn này."))
    if team and team.owner_agency_id != principal.agency_id:
        raise Forbidden(_("Yêu cầu báo cáo thuộc cơ quan thành lập tổ, đoàn."))
    agencies = [organisation.agency(principal.province_id, code=code) for code in dict.fromkeys(asked.agencies)]
    standing = [agency for agency in agencies if agency is not None]
    now = clock.now()
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("questionnaire", outline is None or outline.published_at is None, _("Chọn đề cương đã ban hành.")),
            ("agencies", not standing, _("Chọn ít nhất một nơi phải báo cáo.")),
            ("agencies", len(standing) < len(agencies), _("Có cơ quan không tìm thấy trong tỉnh.")),
            ("asked_by", not asked.asked_by.strip(), _("Nhập số, ký hiệu văn bản yêu cầu.")),
            (
                "due_on",
                asked.due_on is None or asked.due_on < local_day(now),
                _("Nhập hạn gửi, không trước hôm nay."),
            ),
        )
        if wrong
    ]
    faults += unasked(principal, standing)
    if faults or outline is None or asked.due_on is None:
        raise RuleBroken(faults)
    opened = []
    whole = [agency.code for agency in standing]
    for number, agency in enumerate(standing):
        # The first report's key is the same whatever is asked, so that the key with another list is found out.
        own_key = str(uuid5(UUID(key), agency.code if number else "")) if key else None
        body = repr(
            (asked.questionnaire_id, agency.code, whole, asked.due_on, asked.asked_by, asked.period, asked.team_id)
        )
        opened.append(
            _open(
                principal,
                outline,
                agency,
                origin=principal.agency_id,
                due_on=asked.due_on,
                start=now,
                act="ask",
                values={
                    "team_id": asked.team_id,
                    "period": asked.period.strip()[:60],
                    "asked_by": asked.asked_by.strip()[:200],
                },
                key=own_key,
                body_hash=hashlib.sha256(body.encode()).digest(),
            )
        )
    return opened


def _open(
    principal: Principal | None,
    outline: Questionnaire,
    agency: AgencyFacts,
    *,
    origin: UUID,
    due_on: date,
    start: datetime,
    act: str,
    values: Mapping[str, Any],
    key: str | None = None,
    body_hash: bytes = b"",
) -> Performed:
    asker = organisation.agency(outline.province_id, id=origin)
    if asker is None:
        raise NotFound(_("Không tìm thấy cơ quan yêu cầu báo cáo."))
    new = New(
        kind=rules.KIND,
        act=act,
        title=f"{outline.title}: {agency.name}",
        subject=rules.KIND,
        state="asked",
        holder=(agency.id, None, None),
        role="coordinator",
        lead=agency.id,
        origin=origin,
        agency_code=asker.code,  # numbers run with whoever asks
        dates=clocks.by_day(clocks.calendar_of(agency.calendar_code), start, due_on),
        received_at=start,
        payload={"questionnaire": str(outline.id), **({"period": values["period"]} if values["period"] else {})},
    )

    def rows(case_id: UUID) -> None:
        Report.objects.create(
            province_id=outline.province_id, case_id=case_id, questionnaire=outline, agency_id=agency.id, **values
        )

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash)


def remind_all(principal: Principal, codes: Sequence[tuple[str, int]], number: str, text: str, key: UUID | None) -> int:
    """Urges everybody of a list that has not sent, each by an act of its own and once under one key; whoever sent in the meantime is left
    alone. How many were urged."""
    body = hashlib.sha256(repr((number, text)).encode()).digest()
    done = 0
    for code, version in codes:
        try:
            with transaction.atomic():
                casework.perform(
                    rules.KIND,
                    code,
                    "remind",
                    principal,
                    version=version,
                    params={"number": number},
                    note=text,
                    key=str(uuid5(key, code)) if key else None,
                    body_hash=body,
                )
            done += 1
        except Conflict:
            continue
    return done


# --- series -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeriesAsked:
    title: str
    questionnaire_id: UUID
    frequency: str
    due_day: int
    agencies: Sequence[str]
    instrument: str
    valid_from: date
    valid_to: date | None = None


def create_series(principal: Principal, asked: SeriesAsked, id: UUID | None = None) -> UUID:
    """A periodic report owed to the officer's own agency. Raises Forbidden, RuleBroken."""
    need_asker(principal)
    if id and ReportSeries.objects.filter(province_id=principal.province_id, id=id).exists():
        return id
    outline = Questionnaire.objects.filter(province_id=principal.province_id, id=asked.questionnaire_id).first()
    agencies = [organisation.agency(principal.province_id, code=code) for code in dict.fromkeys(asked.agencies)]
    standing = [agency for agency in agencies if agency is not None]
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("title", not asked.title.strip(), _("Nhập tên báo cáo.")),
            ("questionnaire", outline is None or outline.published_at is None, _("Chọn biểu mẫu đã ban hành.")),
            ("frequency", asked.frequency not in rules.FREQUENCIES, _("Chọn kỳ báo cáo.")),
            ("due_day", not 1 <= asked.due_day <= rules.LATEST_DUE, _("Nhập một số từ 1 đến 28.")),
            ("agencies", not standing or len(standing) < len(agencies), _("Chọn ít nhất một nơi phải báo cáo.")),
            ("instrument", not asked.instrument.strip(), _("Nhập văn bản quy định chế độ báo cáo.")),
            (
                "valid_from",
                asked.valid_from < local_day(clock.now()) - OLDEST,
                _("Ngày áp dụng không sớm hơn một năm trước."),
            ),
            (
                "valid_to",
                asked.valid_to is not None and asked.valid_to < asked.valid_from,
                _("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        )
        if wrong
    ]
    faults += unasked(principal, standing)
    if faults:
        raise RuleBroken(faults)
    row = ReportSeries(
        province_id=principal.province_id,
        questionnaire_id=asked.questionnaire_id,
        title=asked.title.strip(),
        frequency=asked.frequency,
        due_day=asked.due_day,
        agencies=[agency.id for agency in standing],
        owner_agency_id=principal.agency_id,
        instrument=asked.instrument.strip(),
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
    )
    if id:
        row.pk = id
    row.save(force_insert=True)
    payload = {"title": row.title, "frequency": row.frequency, "instrument": row.instrument, "agencies": len(standing)}
    registers.record(principal.province_id, principal, SERIES, row.pk, "create", payload)
    return UUID(str(row.pk))


def change_series(
    principal: Principal,
    id: UUID,
    version: int,
    *,
    title: str,
    questionnaire_id: UUID,
    due_day: int,
    agencies: Sequence[str],
    instrument: str,
) -> None:
    """From the next period on; what was opened stays as it is. The form may be another published number of the one it has. Raises Forbidden,
    NotFound, Conflict, RuleBroken."""
    row = _series(principal, id, version)
    found = [organisation.agency(principal.province_id, code=code) for code in dict.fromkeys(agencies)]
    standing = [agency for agency in found if agency is not None]
    outline = Questionnaire.objects.filter(
        province_id=principal.province_id, id=questionnaire_id, code=row.questionnaire.code, published_at__isnull=False
    ).first()
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("title", not title.strip(), _("Nhập tên báo cáo.")),
            ("questionnaire", outline is None, _("Chọn một bản đã ban hành của biểu mẫu này.")),
            ("due_day", not 1 <= due_day <= rules.LATEST_DUE, _("Nhập một số từ 1 đến 28.")),
            ("agencies", not standing or len(standing) < len(found), _("Chọn ít nhất một nơi phải báo cáo.")),
            ("instrument", not instrument.strip(), _("Nhập văn bản quy định chế độ báo cáo.")),
        )
        if wrong
    ]
    faults += unasked(principal, standing)
    if faults or outline is None:
        raise RuleBroken(faults)
    row.title, row.instrument, row.due_day = title.strip(), instrument.strip(), due_day
    row.questionnaire, row.agencies = outline, [agency.id for agency in standing]
    row.version += 1
    row.save()
    payload = {"title": row.title, "number": outline.number, "instrument": row.instrument, "agencies": len(standing)}
    registers.record(principal.province_id, principal, SERIES, row.pk, "change", payload)


def _series(principal: Principal, id: UUID, version: int) -> ReportSeries:
    """Locked. Raises NotFound, Forbidden, Conflict."""
    row = (
        ReportSeries.objects.select_for_update(of=("self",))
        .select_related("questionnaire")
        .filter(province_id=principal.province_id, id=id)
        .first()
    )
    if row is None:
        raise NotFound(_("Không có báo cáo định kỳ này."))
    need_owner(principal, row)
    if row.version != version:
        raise Conflict(_("Người khác đã sửa sau khi bạn mở. Tải lại để xem."), {"version": row.version})
    return row


def need_owner(principal: Principal, row: ReportSeries) -> None:
    """Raises Forbidden."""
    need_asker(principal)
    if row.owner_agency_id != principal.agency_id:
        raise Forbidden(_("Báo cáo định kỳ này của cơ quan khác."))


def end_series(principal: Principal, id: UUID, version: int, last: date) -> None:
    """No period that ends after the day is asked for any more. Raises Forbidden, NotFound, Conflict, RuleBroken."""
    row = _series(principal, id, version)
    if last < row.valid_from:
        raise RuleBroken.of("valid_to", _("Ngày kết thúc phải sau ngày bắt đầu."))
    row.valid_to = last
    row.version += 1
    row.save()
    registers.record(principal.province_id, principal, SERIES, row.pk, "end", {"valid_to": last.isoformat()})


def open_periods(province_id: int, today: date) -> int:
    """Opens the reports of every period that is over and not opened yet, of every series; inside the worker's scope. How many were opened.
    Run twice, at once or later, it opens each once."""
    opened = 0
    for id in ReportSeries.objects.filter(province_id=province_id).values_list("id", flat=True):
        with transaction.atomic():
            opened += _open_series(id, today)
    return opened


def _open_series(id: UUID, today: date) -> int:
    series = ReportSeries.objects.select_for_update(of=("self",)).select_related("questionnaire").get(id=id)
    opened = 0
    for term in rules.ended_terms(
        series.frequency, series.due_day, series.valid_from, series.valid_to, series.opened_through, today
    ):
        there = set(Report.objects.filter(series=series, period=term.code).values_list("agency_id", flat=True))
        for agency_id in series.agencies:
            agency = organisation.agency(series.province_id, id=agency_id)
            if agency is None or agency.id in there or not agency.stands(term.end):
                continue
            start = datetime.combine(term.end, time(17), clock.TZ)
            _open(
                None,
                series.questionnaire,
                agency,
                origin=series.owner_agency_id,
                due_on=term.due,
                start=min(start, clock.now()),
                act="open_period",
                values={
                    "series_id": series.id,
                    "period": term.code,
                    "period_from": term.start,
                    "period_to": term.end,
                    "asked_by": series.instrument,
                },
            )
            opened += 1
        series.opened_through = term.end
    if opened or series.opened_through:
        series.save(update_fields=["opened_through"])
    return opened
