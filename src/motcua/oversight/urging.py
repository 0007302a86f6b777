"""What came of a reminder (đôn đốc): the mark it leaves wherever the case is listed, and the word at the head of the reminded agency's worklist.
Kinds that are urged for inherit `Urged`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.casepages.kind import CaseKind
from motcua.casepages.lists import OPEN
from motcua.casework.kinds import Notice, Waiting
from motcua.organisation.principal import Principal
from motcua.oversight.models import Reminder

URGED = "EXISTS (SELECT 1 FROM oversight_reminder u WHERE u.province_id = c.province_id AND u.case_id = c.id)"
"""On a row `c` of the cases: urged for, once or more."""
OWED = """
SELECT count(DISTINCT c.id)::int, max(u.dated_on)
  FROM casework_case c JOIN oversight_reminder u ON u.province_id = c.province_id AND u.case_id = c.id
 WHERE c.province_id = %(province)s::smallint AND c.kind = '{kind}' AND c.lead_agency_id = %(agency)s AND {open}
"""
ANSWERS = ("signatory", "division_head", "coordinator", "records_clerk", "manager")
"""Who is told what their agency was urged for."""


@dataclass(frozen=True, slots=True)
class Urging:
    """How often a case was urged for, and the day of the newest letter."""

    times: int
    last: date

    def __str__(self) -> str:
        return ngettext(
            "Đã đôn đốc %(times)s lần, gần nhất %(day)s", "Đã đôn đốc %(times)s lần, gần nhất %(day)s", self.times
        ) % {"times": self.times, "day": f"{self.last:%d/%m/%Y}"}


def urgings(case_ids: Sequence[UUID]) -> dict[UUID, Urging]:
    """Of the cases that were urged for."""
    rows = Reminder.objects.filter(case_id__in=case_ids).values_list("case_id")
    return {case: Urging(times, last) for case, times, last in rows.annotate(Count("id"), Max("dated_on"))}


class Urged(CaseKind):
    def marks(self, case_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return {case: str(urging) for case, urging in urgings(case_ids).items()}

    def waiting(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        """As of any kind; what was urged for says so."""
        found = dict(super().waiting(case_ids))
        for case, urging in urgings(case_ids).items():
            if case in found:
                found[case] = replace(found[case], what=f"{found[case].what}. {urging}")
        return found

    def notices(self, principal: Principal) -> Sequence[Notice]:
        """How many open cases of this kind the reader's agency was urged for."""
        if principal.scope.wide or not principal.has(*ANSWERS):
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                OWED.format(kind=self.code, open=OPEN),
                {"province": principal.province_id, "agency": principal.agency_id},
            )
            count, last = cursor.fetchone()
        if not count:
            return []
        words = _("Được đôn đốc: %(count)s %(noun)s chưa xong, văn bản gần nhất %(day)s") % {
            "count": count,
            "noun": _(self.noun),
            "day": f"{last:%d/%m/%Y}",
        }
        return [Notice(words, f"{self.list_address()}?side=lead&open=on&urged=on")]
