"""The table of sectors, groups of recommendations of one trouble, one reminder for all that a department owes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from motcua.casework import services as casework
from motcua.casework.models import Case
from motcua.organisation import queries as organisation
from motcua.organisation import registers
from motcua.organisation.errors import Conflict, FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, queries, services_assigning
from motcua.oversight.models import RecommendationGroup, SectorRoute
from motcua.oversight.rules_recommendations import KIND, OWED
from motcua.worktime import clock

MOST_TOGETHER = 200
ROUTE, GROUP = "sector_route", "recommendation_group"


def need_coordinator(principal: Principal) -> None:
    """Assigning is the work of the province's coordinators. Raises Forbidden."""
    if not (principal.has("coordinator") and principal.scope.wide):
        raise Forbidden(_("Việc này thuộc người điều phối của Ủy ban nhân dân tỉnh."))


def set_route(
    principal: Principal, sector: str, lead: str, coordinating: Sequence[str], instrument: str, valid_from: date
) -> SectorRoute:
    """Who answers for a sector from a day on, by a document. The rows before stay. Raises Forbidden, RuleBroken, Conflict."""
    need_coordinator(principal)
    named = {code: queries.addressee(principal.province_id, code) for code in (lead, *coordinating)}
    chosen = named.get(lead)
    faults = []
    if sector not in dictionary.names("sectors"):
        faults.append(FieldError("sector", _("Không có lĩnh vực này.")))
    if chosen is None:
        faults.append(FieldError("lead", _("Chọn cơ quan chủ trì trong danh sách.")))
    if strange := [code for code in coordinating if named[code] is None]:
        faults.append(FieldError("coordinating", _("Không có cơ quan: %s.") % ", ".join(strange)))
    if not instrument.strip():
        faults.append(FieldError("instrument", _("Nhập văn bản phân công.")))
    if faults or chosen is None:
        raise RuleBroken(faults)
    shared = [a.id for code in dict.fromkeys(coordinating) if (a := named[code]) and a.id != chosen.id]
    try:
        row = SectorRoute.objects.create(
            province_id=principal.province_id,
            sector=sector,
            lead_agency_id=chosen.id,
            coordinating=shared,
            instrument=instrument.strip()[:200],
            valid_from=valid_from,
        )
    except IntegrityError as twice:
        raise Conflict(_("Lĩnh vực này đã được phân công từ ngày đó. Chọn ngày khác.")) from twice
    registers.record(
        principal.province_id,
        principal,
        ROUTE,
        row.id,
        "set",
        {"sector": sector, "lead": lead, "coordinating": list(coordinating), "instrument": row.instrument},
    )
    return row


def make_group(principal: Principal, title: str, codes: Iterable[str]) -> RecommendationGroup:
    """A group of open recommendations; each keeps its own course and its own answer. Raises Forbidden, RuleBroken, NotFound."""
    need_coordinator(principal)
    chosen = list(dict.fromkeys(codes))
    if not title.strip():
        raise RuleBroken.of("title", _("Đặt tên cho vấn đề chung."))
    if len(chosen) < 2:
        raise RuleBroken.of("codes", _("Chọn ít nhất hai kiến nghị."))
    if len(chosen) > MOST_TOGETHER:
        raise RuleBroken.of("codes", _("Mỗi lần nhóm tối đa 200 kiến nghị."))
    subjects = list(Case.objects.filter(code__in=chosen, kind=KIND).values_list("subject", flat=True))
    row = RecommendationGroup.objects.create(
        province_id=principal.province_id,
        title=" ".join(title.split())[:300],
        sector=max(set(subjects), key=subjects.count) if subjects else "office",
        created_at=clock.now(),
    )
    for code in sorted(chosen):
        casework.perform(KIND, code, "group", principal, version=None, params={"group": str(row.id)})
    registers.record(principal.province_id, principal, GROUP, row.id, "create", {"members": sorted(chosen)})
    return row


def overdue(agency: UUID) -> QuerySet[Case]:
    """What the agency has not answered in time, and what it answered by a promise whose day has passed."""
    unanswered = Q(state__in=OWED, finished_at=None, closed_at=None)
    return Case.objects.filter(
        unanswered | Q(state="following"), kind=KIND, lead_agency_id=agency, promised_at__lt=clock.now()
    )


def remind_all(
    principal: Principal,
    lead: str,
    number: str,
    dated_on: date | None,
    text: str,
    files: Sequence[UUID] = (),
    *,
    key: str | None = None,
    body_hash: bytes = b"",
) -> list[str]:
    """Urges a department by one letter, whose papers come with each, for everything `overdue`. Codes, in order. The same key again urges nobody
    twice. Raises Forbidden, RuleBroken, Conflict."""
    need_coordinator(principal)
    agency = organisation.agency(principal.province_id, code=lead)
    if agency is None:
        raise RuleBroken.of("lead", _("Chọn cơ quan."))
    codes = list(overdue(agency.id).order_by("code").values_list("code", flat=True))
    if not codes:
        raise Conflict(_("Cơ quan này không có kiến nghị nào quá hạn trả lời hoặc quá hẹn."))
    given = {"number": number, "dated_on": dated_on.isoformat() if dated_on else ""}
    return services_assigning.perform_each(principal, "remind", codes, given, text, files, key=key, body_hash=body_hash)
