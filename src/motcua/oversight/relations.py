"""Tasks that come of other cases, told on both pages (`casepages.relations`)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.casepages import relations
from motcua.casepages.kind import paged
from motcua.casepages.queries import CaseView
from motcua.casepages.relations import Other, Related
from motcua.casework.models import Case
from motcua.casework.queries import case_by_code
from motcua.casework.rules import CaseState
from motcua.organisation.errors import NotFound
from motcua.organisation.principal import Principal
from motcua.oversight import rules_tasks
from motcua.oversight.models import Recommendation, Task

SOURCES = {"recommendation": "recommendation", "letter": "letter"}
"""Kind of case -> source of the task that may be given of it. A denunciation gives none: whoever reads the task could guess at it. The tasks of a
visit are its conclusion's."""
SHOWN = 50


def source(code: str) -> tuple[Case, CaseState]:
    """The case that a task is to be given of, in the reader's scope. Raises NotFound for what lies outside it and for other kinds, alike."""
    found = case_by_code(code.replace("\0", "").upper()[:64])
    if found is None or found[2].kind not in SOURCES:
        raise NotFound(_("Không tìm thấy việc này trong phạm vi của bạn."))
    return Case.objects.get(id=found[0]), found[2]


def start(case: Case) -> dict[str, str]:
    """What a task that is given of the case starts with. Of a letter only where it came from: its words may name people whom the task's reader
    has no business with."""
    found = {"source": SOURCES[case.kind]}
    if case.kind == "recommendation":
        found["text"] = Recommendation.objects.values_list("text", flat=True).get(case_id=case.id)
    return found


def read(view: CaseView, principal: Principal) -> Related:
    if view.case.kind == rules_tasks.KIND:
        origin = Task.objects.values_list("from_case", flat=True).get(case_id=view.id)
        cases = Case.objects.filter(id=origin) if origin else []
        return Related(lists=[(_("Từ việc"), [_line(case) for case in cases])])
    if view.case.kind not in SOURCES:
        return Related()
    given = Case.objects.filter(id__in=Task.objects.filter(from_case=view.id).values("case_id"))
    lists = [(_("Nhiệm vụ giao từ việc này"), [_line(case) for case in given.order_by("code")[:SHOWN]])]
    links = []
    if principal.has(*rules_tasks.GIVES):
        links.append((_("Giao nhiệm vụ từ việc này"), f"{reverse('oversight:give_task')}?tu={view.code}"))
    return Related(links, lists)


def _line(case: Case) -> Other:
    kind = paged(case.kind)
    return Other(case.code, case.title, _(kind.states[case.state]), kind.address(case.code))


def install() -> None:
    relations.install("oversight.tasks", read)
