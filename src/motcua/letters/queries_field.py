"""Reads of field feedback, inside the caller's scope; what everybody may read comes from here too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework import queries as casework
from motcua.casework.queries import Line
from motcua.casework.rules import CaseState
from motcua.casework.secrets import matches
from motcua.documents import queries as documents
from motcua.documents.models import Attachment
from motcua.letters import rules_field as rules
from motcua.letters.facts_field import IMAGES, facts_of, photos
from motcua.letters.figures_field import Figures, Ticket, figures
from motcua.letters.models import FieldReport
from motcua.organisation import scope
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency, Division
from motcua.organisation.principal import Principal
from motcua.organisation.scope import Scope

SECRET = "field_report"  # noqa: S105 - the name of the secret's kind
PAGE = 20


def report_of(case_id: UUID) -> FieldReport:
    return FieldReport.objects.get(case_id=case_id)


def divisions(agency_id: UUID) -> list[tuple[str, str]]:
    """(id, name) of the rooms of an agency that stand."""
    rows = Division.objects.filter(agency_id=agency_id, valid_to=None).order_by("name")
    return [(str(id), name) for id, name in rows.values_list("id", "name")]


def communes() -> list[tuple[str, str]]:
    """(code, name) of the People's Committees of communes, by name; whoever asks."""
    rows = Agency.objects.filter(
        province_id=settings.MOTCUA_PROVINCE, kind="people_committee_commune", valid_to=None
    ).order_by("name")
    return list(rows.values_list("code", "name"))


# --- figures -------------------------------------------------------------------------------------------------------------

TICKETS = """
SELECT r.agency_id, r.classify_by, r.classified_at, c.original_promised_at, r.resolved_at, c.state IN ('not_accepted', 'sent_up')
  FROM letters_fieldreport r JOIN casework_case c ON c.id = r.case_id
 WHERE r.province_id = %s AND c.kind = 'field_report' AND c.received_at >= %s AND c.received_at < %s
"""


def figures_by_agency(province: int, since: datetime, until: datetime, now: datetime) -> dict[UUID, Figures]:
    """Of what came in a period, by commune, in the caller's scope. Feedback on conduct is another kind: it is in none of these."""
    tickets: dict[UUID, list[Ticket]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, (province, since, until))
        for agency, *values in cursor.fetchall():
            tickets.setdefault(agency, []).append(Ticket(*values))
    return {agency: figures(rows, now) for agency, rows in tickets.items()}


# --- the citizen ---------------------------------------------------------------------------------------------------------

TOLD: Mapping[str, str] = {
    "send": gettext_noop("Bạn gửi phản ánh"),
    "classify": gettext_noop("Đã phân loại"),
    "forward": gettext_noop("Đã chuyển phòng chuyên môn"),
    "take": gettext_noop("Cán bộ nhận xử lý"),
    "report": gettext_noop("Báo kết quả xử lý"),
    "ask_citizen": gettext_noop("Hỏi ý kiến bạn"),
    "close": gettext_noop("Đóng phản ánh"),
    "confirm": gettext_noop("Bạn đánh giá"),
    "reopen": gettext_noop("Bạn đề nghị xử lý lại"),
    "add_photo": gettext_noop("Bạn gửi thêm ảnh"),
    "not_accept": gettext_noop("Không tiếp nhận"),
    "send_up": gettext_noop("Chuyển cấp trên"),
}
"""Acts that the citizen is told of, in words to them."""
SAID = frozenset({"not_accept", "send_up", "reopen", "confirm"})
"""Acts whose note they read."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Feedback as its citizen sees it; no officer is named. `photos`: theirs, and those that came with a result."""

    id: UUID
    code: str
    case: CaseState
    row: FieldReport
    agency: str
    events: Sequence[Mapping[str, Any]]
    photos: Sequence[Attachment]
    facts: Any

    @property
    def state(self) -> str:
        return _(rules.STATES[self.case.state])


def following(code: str) -> Scope:
    """The scope of one citizen with one feedback, whatever it is about."""
    return Scope("tracking", settings.MOTCUA_PROVINCE, track=code, compartments=(rules.CONDUCT,))


def followed(code: str, secret: str) -> Followed:
    """Inside `following(code)`. Raises NotFound alike for a wrong code and a wrong secret."""
    found = casework.case_by_code(code)
    if found is None or found[2].kind not in (rules.KIND, rules.CONDUCT) or not matches(SECRET, found[0], 1, secret):
        raise NotFound(_("Không có phản ánh nào mang hai mã này."))
    case_id, _version, case = found
    row = report_of(case_id)
    journal = casework.journal_of(case_id)
    results = {f"act.{line.seq}" for line in journal if line.act == "report"}
    files: dict[str, list[Attachment]] = {}
    for file in documents.attachments(case.kind, case_id):
        if file.removed_at is None and (file.account_id is None or file.part in results):
            files.setdefault(file.part, []).append(file)
    return Followed(
        case_id,
        code,
        case,
        row,
        Agency.objects.values_list("name", flat=True).get(id=case.lead_agency),
        [event(line) for line in journal if line.act in TOLD],
        photos(files),
        facts_of(case_id, case),
    )


def moved(found: Followed) -> tuple[UUID, str] | None:
    """(id, code) of the case in which it goes on; whoever has shown the secret of the one may open the other."""
    if found.row.moved_to is None:
        return None
    with scope.enter(scope.worker()):
        code = FieldReport.objects.values_list("case__code", flat=True).get(case_id=found.row.moved_to)
    return found.row.moved_to, code


def event(line: Line) -> dict[str, Any]:
    text = line.note if line.act in SAID else ""
    if to := line.payload.get("to"):
        text = f"{to}. {text}"
    if stars := line.payload.get("stars"):
        text = _("%(stars)s sao. %(text)s") % {"stars": stars, "text": text}
    return {"title": _(TOLD[line.act]), "at": line.happened_at, "text": text.strip(), "tone": "done"}


# --- everybody -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One feedback as everybody may read it: a moderator's words, no reporter."""

    id: UUID
    code: str
    text: str
    place: str
    agency: str
    field: str
    state: str
    received_at: datetime
    photos: Sequence[UUID]


PUBLIC = """
SELECT c.id, c.code, r.public_text, r.public_place, a.name, r.field, c.state, c.received_at, r.public_files
  FROM letters_fieldreport r JOIN casework_case c ON c.id = r.case_id JOIN organisation_agency a ON a.id = r.agency_id
 WHERE r.province_id = %(province)s AND r.public AND NOT r.conduct AND c.kind = 'field_report'
   AND (%(agency)s::text IS NULL OR a.code = %(agency)s::text)
   AND (%(before)s::timestamptz IS NULL OR (c.received_at, c.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
 ORDER BY c.received_at DESC, c.id DESC LIMIT %(limit)s
"""


def shown_to_all(agency: str | None, before: tuple[datetime, UUID] | None = None, limit: int = PAGE + 1) -> list[Shown]:
    """What moderators show, newest first: these columns and no others leave the table without somebody's sign-in."""
    values: dict[str, Any] = {"province": settings.MOTCUA_PROVINCE, "agency": agency, "limit": limit}
    values |= {"before": before[0] if before else None, "before_id": before[1] if before else None}
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(PUBLIC, values)
        return [Shown(*row) for row in cursor.fetchall()]


def public_photo(code: str, file_id: UUID) -> Attachment:
    """A picture that a moderator released. Raises NotFound for any other."""
    with scope.enter(scope.worker()):
        row = FieldReport.objects.filter(
            case__code=code, case__kind=rules.KIND, public=True, conduct=False, public_files__contains=[file_id]
        ).first()
        found = (
            Attachment.objects.select_related("file")
            .filter(id=file_id, subject_id=row.case_id, subject_kind=rules.KIND, removed_at=None)
            .first()
            if row
            else None
        )
    if found is None or found.file.media_type not in IMAGES:
        raise NotFound(_("Không có ảnh này."))
    return found


def may_see_reporter(principal: Principal, case: CaseState) -> bool:
    """Who may read how to reach the reporter: who receives citizens and who answers for it, and whoever has it in hand."""
    return principal.has(*rules.ANSWERS) or (case.officer is not None and principal.answers_for(case.officer))
