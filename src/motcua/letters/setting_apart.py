"""Feedback sent as one on a place that turns out to be about an officer: it goes on in the compartment, and leaves no words behind."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.services import New
from motcua.casework.models import Case, CaseToken
from motcua.documents.models import Attachment
from motcua.letters import law
from motcua.letters import rules_field as rules
from motcua.letters.models import FieldReport
from motcua.organisation import queries as organisation
from motcua.worktime import clock

TITLE = "Phản ánh về cán bộ"
LEFT = "Đã chuyển xử lý riêng"


def move(case_id: UUID) -> None:
    """Opens the case of the compartment as its citizen would have, at the moment it came, with its pictures; empties the one it comes from. Inside
    the transaction of the act and the scope of an officer to whom the compartment is open."""
    row = FieldReport.objects.select_related("case", "agency").get(case_id=case_id)
    case, agency = row.case, row.agency
    found = organisation.agency(row.province_id, id=agency.id)
    limit, source = law.feedback_limit("classify")
    dates = clocks.by_limit(clocks.calendar_of(found.calendar_code if found else "vn"), case.received_at, limit, source)
    new = New(
        kind=rules.CONDUCT,
        act="send",
        title=TITLE,
        subject=rules.SUBJECT,
        state="received",
        holder=(agency.id, None, None),
        role="letters",
        lead=agency.id,
        origin=agency.id,
        agency_code=agency.code,
        dates=dates,
        received_at=case.received_at,
        findable=False,
    )

    def rows(new_id: UUID) -> None:
        FieldReport.objects.create(
            province_id=row.province_id,
            case_id=new_id,
            agency_id=agency.id,
            text=row.text,
            place=row.place,
            latitude=row.latitude,
            longitude=row.longitude,
            reporter=row.reporter,
            conduct=True,
            classify_by=dates.due or clock.now(),
        )

    done = cases.open_case(None, new, rows)
    Attachment.objects.filter(subject_kind=rules.KIND, subject_id=case_id).update(
        subject_kind=rules.CONDUCT, subject_id=done.case_id
    )
    FieldReport.objects.filter(case_id=case_id).update(
        text=_(LEFT),
        place="–",
        latitude=None,
        longitude=None,
        reporter={},
        public=False,
        public_text="",
        public_place="",
        public_files=[],
        moved_to=done.case_id,
    )
    Case.objects.filter(id=case_id).update(title=_(LEFT))
    CaseToken.objects.filter(case_id=case_id).delete()
