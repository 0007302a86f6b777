"""Reads of online filing and of ratings: a citizen's own list, the centre's figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.casework import queries as casework
from motcua.dossiers import queries_results, ratings, rules
from motcua.dossiers.models import Filing, FilingDraft, Rating, RatingRemark
from motcua.identity.authentication import key_of, scope_of
from motcua.identity.rules import Identity
from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.principal import Principal
from motcua.worktime import clock

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Mine:
    """A line of "my dossiers"."""

    code: str
    title: str
    filed_at: datetime
    state: str
    state_name: str
    national_status: int | None
    promised_at: datetime | None
    finished_at: datetime | None
    result: bool
    """An electronic result was returned and may be fetched."""


def mine(identity: Identity) -> tuple[list[FilingDraft], list[Mine]]:
    """(unsent drafts, dossiers filed) of the identity, newest first. Each dossier is read in the scope of its own code."""
    key = key_of(identity)
    with scope.enter(scope_of(identity)):
        drafts = list(
            FilingDraft.objects.filter(identity=key, case=None, expires_at__gt=clock.now()).order_by("-updated_at")
        )
        filings = list(Filing.objects.filter(identity=key).order_by("-filed_at")[:SHOWN])
    lines = []
    for filing in filings:
        with scope.enter(scope.tracking(filing.code)):
            found = casework.case_by_code(filing.code)
            result = bool(found and queries_results.is_there_for_applicant(found[0], found[2].state))
        if found:
            case = found[2]
            lines.append(
                Mine(
                    case.code,
                    filing.title,
                    filing.filed_at,
                    case.state,
                    _(rules.STATES[case.state]),
                    rules.NATIONAL_STATUS[case.state],
                    case.promised_at,
                    case.finished_at,
                    result,
                )
            )
    return drafts, lines


def own_case(identity: Identity, code: str) -> UUID:
    """The case an identity filed under that code. Raises NotFound for another's and for none alike."""
    with scope.enter(scope_of(identity)):
        found = Filing.objects.filter(identity=key_of(identity), code=code).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound(_("Không tìm thấy hồ sơ này trong các hồ sơ bạn đã nộp."))
    return found


def state_of(code: str) -> str:
    """Inside the tracking scope of a dossier that is known to be there: its state."""
    found = casework.case_by_code(code)
    return found[2].state if found else ""


def rating_of(case_id: UUID) -> tuple[Rating | None, RatingRemark | None]:
    """Inside the scope of the dossier."""
    return Rating.objects.filter(case_id=case_id).first(), RatingRemark.objects.filter(case_id=case_id).first()


FILED = """
SELECT count(*) FILTER (WHERE NOT d.assisted), count(*) FILTER (WHERE d.assisted)
  FROM dossiers_dossier d JOIN casework_case c ON c.id = d.case_id
 WHERE d.channel = 'online' AND c.province_id = %(province)s AND c.origin_agency_id = %(agency)s
   AND c.day >= %(from)s AND c.day <= %(to)s AND c.state <> 'cancelled'
"""


def filed_online(principal: Principal, agency_id: UUID, first: date, last: date) -> dict[str, int]:
    """How many dossiers came online at an agency in these days: by people themselves, and with an officer's help, counted apart."""
    with connection.cursor() as cursor:
        cursor.execute(FILED, {"province": principal.province_id, "agency": agency_id, "from": first, "to": last})
        own, assisted = cursor.fetchone() or (0, 0)
    return {"own": own, "assisted": assisted}


def remark_for(principal: Principal, case_id: UUID, origin_agency: UUID) -> RatingRemark | None:
    """The words beside a rating, for the officers of the agency that received it; those about conduct for its centre's director alone
    (domain rule: feedback about an officer's conduct is restricted). Raises Forbidden for another agency."""
    if principal.agency_id != origin_agency:
        raise Forbidden(_("Góp ý của người nộp chỉ nơi tiếp nhận hồ sơ được đọc."))
    found = RatingRemark.objects.filter(case_id=case_id).first()
    return found if found and found.text and ratings.may_read(principal, origin_agency, found.about_conduct) else None
