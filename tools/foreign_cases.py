"""What the walk looks for in vain among cases: of oversight and letters, the other commune's alone or a department's with it."""

from __future__ import annotations

from typing import Any

from foreign_objects import THEIRS, Foreign

WORDS = "Đàm Xuyến Khuếch"
"""Stand in the text of every foreign case."""
BY, LEAD, DIRECTOR = "vanphong.snv", "H41.02", "giamdoc.snv"
"""The department that gives and asks; nobody who walks serves there."""
CITIZEN = {"full_name": "Lương Thị Khuếch Xuyến", "phone": "0977001122"}


def build(api: Any, found: Foreign) -> None:
    from motcua.casework.tests.world import sql
    from motcua.demo.fixtures import principal_of
    from motcua.letters.tests import communes as letters
    from motcua.organisation import scope
    from motcua.organisation.models import Officer
    from motcua.oversight.tests import communes as oversight

    clerk = f"tonghop.{THEIRS}"
    team = oversight.gathered([oversight.OF[THEIRS]], by=BY, member=DIRECTOR)
    cases = {
        "recommendation": oversight.recommended(THEIRS, WORDS, LEAD, DIRECTOR),
        "task": oversight.tasked(THEIRS, WORDS, by=clerk),
        "backlog": oversight.listed(THEIRS, WORDS),
        "flashpoint": oversight.declared(THEIRS, WORDS),
        "visit": oversight.visited(team, THEIRS, WORDS, by=BY),
        "report": oversight.reported(team, [oversight.OF[THEIRS]], by=BY)[0],
        "letter": letters.lettered(
            api, THEIRS, text=f"Xin lại đất. {WORDS}", summary=f"Xin lại đất {WORDS}", confirmed=True
        )["code"],
        "denunciation": letters.inside(api, THEIRS, text=f"Nhận tiền. {WORDS}", summary=WORDS, full_name=WORDS)["code"],
    }
    for kind, conduct in (("field_report", False), ("conduct_report", True)):
        sent = letters.told(THEIRS, conduct=conduct, text=f"Rác đổ. {WORDS}", **CITIZEN)
        cases[kind] = sent.code
    programme, target = oversight.programme(THEIRS)
    line = letters.received(THEIRS, person={**CITIZEN, "address": "Khối 9"}, summary=f"Hỏi đường. {WORDS}")
    refused = letters.received(THEIRS, result="refused", answer="Gây rối.")
    day = letters.announced(THEIRS)
    found.cases = cases
    found.names += [*cases.values(), WORDS, *CITIZEN.values()]
    found.ids |= {
        "team": [team],
        "programme": [programme],
        "target": [target],
        "reception": [line.id],
        "refusal": [refused.id],
        "reception_day": [day.id],
        "export": [letters.exported(THEIRS).id, letters.exported(THEIRS, compartment=True).id],
        "group": [_group(clerk)],
    }
    with scope.enter(principal_of(clerk).scope):
        found.ids["head"] = [Officer.objects.get(account__login=f"chutich.{THEIRS}").id]
    for kind, query in (
        ("member", "SELECT id FROM oversight_teammember ORDER BY id DESC LIMIT 1"),
        ("outline", "SELECT id FROM oversight_questionnaire ORDER BY id DESC LIMIT 1"),
        ("report_series", "SELECT id FROM oversight_reportseries ORDER BY id DESC LIMIT 1"),
        ("task_series", "SELECT id FROM oversight_taskseries WHERE title LIKE '%%" + WORDS + "%%'"),
    ):
        found.ids[kind] = [row[0] for row in sql(query)][:1]
    files = "SELECT c.code, a.id FROM documents_attachment a JOIN casework_case c ON c.id = a.subject_id WHERE c.code = ANY (%s)"
    found.case_files = sql(files, (list(cases.values()),))


def _group(clerk: str) -> Any:
    """Two more recommendations of theirs, in a group; while they wait for their lead, the province's own see them."""
    from motcua.demo.fixtures import principal_of
    from motcua.organisation import scope
    from motcua.oversight import services_groups, services_recommendations
    from motcua.oversight.services_recommendations import Raised

    own, coordinator, codes = principal_of(clerk), principal_of("dieuphoi.nghean"), []
    for text in ("Thiếu máy quét", "Thiếu máy in"):
        with scope.enter(own.scope):
            asked = Raised(own.agency_code, "land", "land", text)
            codes.append(services_recommendations.raise_recommendation(own, asked).state.code)
    with scope.enter(coordinator.scope):
        return services_groups.make_group(coordinator, f"Nhóm {WORDS}", codes).id
