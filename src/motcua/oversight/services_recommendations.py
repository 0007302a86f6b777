"""Raising a recommendation; what is done with it afterwards are acts (`rules_recommendations`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.clocks import Dates
from motcua.casepages.services import New
from motcua.casework.services import Performed
from motcua.organisation import queries as organisation
from motcua.organisation.errors import Conflict, FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, queries
from motcua.oversight.models import Recommendation, Visit
from motcua.oversight.models_recommendations import SOURCES, URGENCIES
from motcua.oversight.rules_recommendations import JUDGES, KIND
from motcua.worktime import clock

MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Raised:
    """A recommendation as it is written. `agency_code`: the commune, or body, that makes it, empty where the team of `team_id` makes it for
    itself; `visit_id`, `team_id` where one heard it; `addressee`: the code of whom it asks to answer, empty for whoever the sector's is."""

    agency_code: str
    sector: str
    topic: str
    text: str
    source: str = "other"
    urgency: str = "normal"
    visit_id: UUID | None = None
    record_id: UUID | None = None
    """What was written down at that visit and becomes this."""
    team_id: UUID | None = None
    addressee: str = ""
    received_at: datetime | None = None


def raise_recommendation(
    principal: Principal,
    asked: Raised,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """Opens the case at whoever assigns, inside the caller's transaction and scope. A body raises its own, and those of a team that it set up
    or has a member in; the coordinators of the body that assigns write down what they heard of any. Raises Forbidden, RuleBroken."""
    if not principal.has(*JUDGES):
        raise Forbidden(_("Việc nêu kiến nghị thuộc lãnh đạo, giám đốc trung tâm hoặc người điều phối của cơ quan."))
    if asked.team_id is not None:
        team = next(
            (t for t in queries.teams_of(principal.province_id, principal.agency_id) if t.id == asked.team_id), None
        )
        if team is None:
            raise Forbidden(
                _("Kiến nghị của tổ, đoàn do cơ quan thành lập hoặc có thành viên nêu, khi tổ, đoàn đang hoạt động.")
            )
        owner = organisation.agency(principal.province_id, id=team.owner_agency_id)
        by_team = replace(asked, agency_code=owner.code if owner else "")
        return open_recommendation(principal, by_team, key=key, body_hash=body_hash, files=files)
    agency = organisation.agency(principal.province_id, code=asked.agency_code)
    own = agency is not None and agency.id == principal.agency_id
    if agency is not None and not own and not (principal.scope.wide and principal.has("coordinator")):
        raise Forbidden(_("Bạn chỉ nêu kiến nghị của cơ quan mình."))
    if agency is not None and not own and queries.addressee(principal.province_id, agency.code) is None:
        raise RuleBroken.of("agency", _("Chọn nơi kiến nghị trong danh sách."))
    return open_recommendation(principal, asked, key=key, body_hash=body_hash, files=files)


def open_recommendation(
    principal: Principal,
    asked: Raised,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """The same where another act has given the right: the minutes of a visit. Raises RuleBroken."""
    agency = organisation.agency(principal.province_id, code=asked.agency_code)
    addressee = queries.addressee(principal.province_id, asked.addressee) if asked.addressee else None
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("agency", agency is None, _("Chọn nơi kiến nghị.")),
            ("addressee", asked.addressee and addressee is None, _("Chọn cơ quan gửi tới trong danh sách.")),
            ("sector", asked.sector not in dictionary.names("sectors"), _("Chọn lĩnh vực.")),
            ("topic", asked.topic not in dictionary.names("topics"), _("Chọn vấn đề.")),
            ("text", not asked.text.strip(), _("Nhập nội dung kiến nghị.")),
            ("text", len(asked.text) > MOST_TEXT, _("Nội dung quá dài, tối đa 20.000 ký tự.")),
            ("source", asked.source not in SOURCES, _("Chọn nguồn.")),
            ("urgency", asked.urgency not in URGENCIES, _("Chọn mức độ.")),
        )
        if wrong
    ]
    if faults or agency is None:
        raise RuleBroken(faults)
    team = asked.team_id
    if asked.visit_id and team is None:
        team = Visit.objects.values_list("team_id", flat=True).get(case_id=asked.visit_id)
    overseer = queries.overseer_of(principal.province_id, team)
    followers = queries.bodies_of(team) if team else []
    now = clock.now()
    limit, _source = dictionary.limit("assign")
    soon = clocks.by_limit(clocks.calendar_of(agency.calendar_code), asked.received_at or now, limit)
    new = New(
        kind=KIND,
        act="raise",
        title=asked.text[:300],
        subject=asked.sector,
        state="raised",
        holder=(overseer, None, None),
        role="coordinator",
        lead=overseer,
        origin=agency.id,
        agency_code=agency.code,
        dates=Dates(None, soon.must_start_by),
        participants=tuple(followers),
        received_at=asked.received_at,
        words=(agency.name, dictionary.name("topics", asked.topic)),
        payload={"sector": asked.sector, "topic": asked.topic, "source": asked.source},
    )

    def rows(case_id: UUID) -> None:
        row = Recommendation(
            province_id=principal.province_id,
            case_id=case_id,
            agency_id=agency.id,
            source=asked.source,
            visit_id=asked.visit_id,
            record_id=asked.record_id,
            team_id=team,
            addressee_id=addressee.id if addressee else None,
            sector=asked.sector,
            topic=asked.topic,
            urgency=asked.urgency,
            text=asked.text.strip(),
            followers=followers,
        )
        try:
            row.save(force_insert=True)
        except IntegrityError as twice:
            if "recommendation_of_record_once" not in str(twice):
                raise
            raise Conflict(_("Kiến nghị ghi tại buổi làm việc này đã được nêu. Tải lại để xem.")) from twice

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash, files=files)
