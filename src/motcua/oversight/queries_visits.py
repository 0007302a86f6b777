"""Reads of visits and of what was written down at them, inside the caller's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casework import queries as casework
from motcua.casework.rules import CaseState
from motcua.documents import queries as documents
from motcua.documents.models import Attachment
from motcua.organisation import scope
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Officer
from motcua.organisation.principal import Principal
from motcua.oversight import checklist, dictionary, rules_records, rules_visits
from motcua.oversight.models import Recommendation, Team, TeamMember, Visit, VisitRecord, VisitTask
from motcua.oversight.rules_records import Record, Thing
from motcua.worktime import clock


def records(visit_id: UUID) -> list[Record]:
    """All that was written down, as the rules take it."""
    rows = list(VisitRecord.objects.filter(visit_id=visit_id).order_by("happened_at", "id"))
    names = dict(
        Officer.objects.filter(account_id__in={row.account_id for row in rows}).values_list("account_id", "full_name")
    )
    return [
        Record(
            id=row.id,
            kind=row.kind,
            item=row.item,
            content=row.content,
            replaces=frozenset(row.replaces),
            happened_at=row.happened_at,
            author=names.get(row.account_id, ""),
            place=row.place,
            received_at=row.received_at,
            device=row.device,
        )
        for row in rows
    ]


def unraised(visit_id: UUID, found: Sequence[Record]) -> list[Record]:
    """Recommendations that stand among the records and are no cases yet."""
    with scope.enter(scope.worker()):  # whoever acts may not see all of them any more; raised they are
        raised = set(
            Recommendation.objects.filter(visit_id=visit_id, record__isnull=False).values_list("record_id", flat=True)
        )
    of = {record.id for record in found if record.id in raised}
    fresh = []
    for thing in rules_records.things(found):
        if thing.kind == "recommendation" and not any(r.id in of for r in (*thing.heads, *thing.history)):
            fresh += [head for head in thing.heads if not head.gone]
    return fresh


@dataclass(frozen=True, slots=True)
class Found:
    """A visit with its case."""

    row: Visit
    case: CaseState
    version: int

    @property
    def code(self) -> str:
        return self.case.code


def visit(code: str) -> Found:
    """Raises NotFound outside the scope, and for what is no visit."""
    found = casework.case_by_code(code)
    if found is None or found[2].kind != rules_visits.KIND:
        raise NotFound(_("Không tìm thấy buổi làm việc này trong phạm vi của bạn."))
    case_id, version, case = found
    row = Visit.objects.select_related("team", "agency", "team__owner_agency").get(case_id=case_id)
    return Found(row, case, version)


def writes(principal: Principal, found: Found) -> bool:
    """Whether the officer writes down what is seen there: whoever serves where the team or one of its members comes from, not the commune."""
    of_team = {found.case.lead_agency, *found.case.participants} - {found.row.agency_id}
    return principal.agency_id in of_team


def reads_notes(principal: Principal, found: Found) -> bool:
    """The team at once; the commune, and who only sees the case, once the minutes are written."""
    return writes(principal, found) or principal.scope.wide or found.case.state in (*rules_visits.HELD, "concluded")


# --- telling ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Photo:
    record: Record
    files: Sequence[Attachment]

    @property
    def where(self) -> str:
        """Degrees and accuracy, as the phone gave them."""
        place = self.record.place or {}
        if "lat" not in place:
            return ""
        accuracy = f" (±{round(place['accuracy'])} m)" if place.get("accuracy") is not None else ""
        return f"{place['lat']:.5f}, {place['lon']:.5f}{accuracy}"


@dataclass(frozen=True, slots=True)
class Checked:
    """An item of the checklist with what stands of it; more than one head is a conflict."""

    code: str
    name: str
    source: str
    heads: Sequence[Record]
    history: Sequence[Record] = ()


@dataclass(frozen=True, slots=True)
class Notes:
    """All that was written down, put together for reading."""

    sections: Sequence[tuple[str, Sequence[Checked]]]
    findings: Sequence[tuple[str, str, Sequence[Record]]]
    """(code, name, findings) of each group of difficulties, those without any left out; findings of no group last under ""."""
    notes: Sequence[Record]
    recommendations: Sequence[Record]
    photos: Sequence[Photo]
    conflicts: Sequence[Thing]
    history: int

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items of the checklist have each answer."""
        found = dict.fromkeys(checklist.answers(), 0)
        for _name, items in self.sections:
            for item in items:
                if len(item.heads) == 1 and (value := item.heads[0].content.get("value")) in found:
                    found[value] += 1
        return found


def notes(visit_id: UUID, found: Sequence[Record]) -> Notes:
    of = rules_records.things(found)
    checks = {thing.item: thing for thing in of if thing.kind == "check"}
    groups = [*dictionary.names("difficulties").items(), ("", _("Khác"))]
    findings = rules_records.standing(found, "finding")
    known = {code for code, _name in groups}
    files: dict[str, list[Attachment]] = {}
    for row in documents.attachments(rules_visits.KIND, visit_id):
        if row.removed_at is None and row.part.startswith("photo."):
            files.setdefault(row.part.removeprefix("photo."), []).append(row)
    origin = {r.id: _photo_files(thing, files) for thing in of if thing.kind == "photo" for r in thing.heads}
    return Notes(
        sections=[
            (
                section.name,
                [
                    Checked(item.code, item.name, item.source, checks[item.code].heads, checks[item.code].history)
                    if item.code in checks
                    else Checked(item.code, item.name, item.source, ())
                    for item in section.items
                ],
            )
            for section in checklist.sections()
        ],
        findings=[
            (code, name, own)
            for code, name in groups
            if (own := [r for r in findings if (g if (g := r.content.get("group", "")) in known else "") == code])
        ],
        notes=rules_records.standing(found, "note"),
        recommendations=rules_records.standing(found, "recommendation"),
        photos=[Photo(r, origin.get(r.id, ())) for r in rules_records.standing(found, "photo")],
        conflicts=rules_records.conflicts(found),
        history=sum(len(thing.history) for thing in of),
    )


def _photo_files(thing: Thing, files: Mapping[str, list[Attachment]]) -> list[Attachment]:
    """The picture lies with the record it came with; a corrected caption keeps it."""
    return [row for record in (*thing.heads, *thing.history) for row in files.get(str(record.id), ())]


def told(record: Record) -> str:
    """A record in one line."""
    content = record.content
    if content.get("gone"):
        return _("Đã bỏ")
    if record.kind == "check":
        answer = checklist.answers().get(str(content.get("value", "")), _("Chưa đánh giá"))
        return ": ".join(filter(None, (answer, str(content.get("remark", "")))))
    if record.kind == "recommendation":
        sector = dictionary.name("sectors", str(content.get("sector", "")))
        by = _("kiến nghị của tổ, đoàn; ") if content.get("by") == "team" else ""
        return f"{content.get('text', '')} ({by}{sector})"
    return str(content.get("text") or content.get("caption") or "")


def subject_of(thing: Thing) -> str:
    """What a thing is about, in words."""
    if thing.kind == "check":
        item = checklist.items().get(thing.item)
        return item.name if item else thing.item
    return {
        "finding": _("Phát hiện"),
        "note": _("Ghi chú"),
        "recommendation": _("Kiến nghị"),
        "photo": _("Ảnh"),
    }.get(thing.kind, thing.kind)


@dataclass(frozen=True, slots=True)
class RaisedRow:
    """A recommendation of the visit, as it stands."""

    code: str
    text: str
    sector: str
    state: str
    lead: str


def recommendations(visit_id: UUID, states: Mapping[str, str]) -> list[RaisedRow]:
    """Those in the reader's scope, in their order."""
    rows = (
        Recommendation.objects.filter(visit_id=visit_id)
        .order_by("case__code")
        .values_list("case__code", "text", "sector", "case__state", "case__lead_agency__name")
    )
    return [
        RaisedRow(code, text, dictionary.name("sectors", sector), _(states.get(state, state)), lead)
        for code, text, sector, state, lead in rows
    ]


def tasks(visit_id: UUID) -> list[VisitTask]:
    return list(VisitTask.objects.select_related("lead_agency", "case").filter(visit_id=visit_id).order_by("position"))


def members(team: Team) -> list[TeamMember]:
    """Those of the team now: head, deputies, secretary, then the others in their order."""
    order = {"head": 0, "deputy": 1, "secretary": 2, "member": 3}
    rows = TeamMember.objects.select_related("agency").filter(team=team, removed_on=None)
    return sorted(rows, key=lambda m: (order[m.role], m.position, m.id))


# --- the calendar -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of the calendar."""

    code: str
    day: date
    commune: str
    team: str
    place: str
    state: str
    late: bool


def month(principal: Principal, first: date, after: date) -> list[Planned]:
    """Visits of the scope from `first` until before `after`, by day; what was cancelled is left out."""
    today = rules_visits.local_day(clock.now())
    rows = (
        Visit.objects.filter(province_id=principal.province_id, planned_on__gte=first, planned_on__lt=after)
        .exclude(case__state="cancelled")
        .order_by("planned_on", "case__code")
        .values_list("case__code", "planned_on", "agency__name", "team__name", "place", "case__state")
    )
    return [
        Planned(code, day, commune, team, place, state, state == "planned" and day < today)
        for code, day, commune, team, place, state in rows
    ]


def missed(principal: Principal) -> list[Planned]:
    """Whose day has passed without them, whatever the month."""
    today = rules_visits.local_day(clock.now())
    rows = (
        Visit.objects.filter(province_id=principal.province_id, planned_on__lt=today, case__state="planned")
        .order_by("planned_on")
        .values_list("case__code", "planned_on", "agency__name", "team__name", "place", "case__state")[:50]
    )
    return [Planned(*row, True) for row in rows]
