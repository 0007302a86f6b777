"""Both communes of the demo in every table of oversight: what is raised, given, asked, visited, listed and declared, each by its own officers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from motcua.demo.fixtures import principal_of
from motcua.organisation import scope
from motcua.oversight import (
    services_backlogs,
    services_flashpoints,
    services_recommendations,
    services_reports,
    services_targets,
    services_tasks,
    services_teams,
    services_visits,
)
from motcua.oversight.services_backlogs import Listed
from motcua.oversight.services_flashpoints import Declared
from motcua.oversight.services_recommendations import Raised
from motcua.oversight.services_reports import Asking, SeriesAsked
from motcua.oversight.services_targets import ProgrammeIn, TargetIn
from motcua.oversight.services_tasks import Given, Recurring
from motcua.oversight.services_teams import MemberAsked, TeamAsked
from motcua.oversight.services_visits import Plan
from motcua.oversight.tests.desk import Desk, pdf
from motcua.oversight.tests.world import RECOMMENDATION, answers, check, outline, send, written
from motcua.worktime import clock

COORDINATOR, DIRECTOR, LEAD = "dieuphoi.nghean", "giamdoc.snnmt", "H41.05"
OF = {"quynhson": "H41.170", "tanmai": "H41.128"}


def today(days: int = 0) -> date:
    return clock.now().astimezone(clock.TZ).date() + timedelta(days)


def written_day(days: int = 0) -> str:
    return f"{today(days):%d/%m/%Y}"


def furnish(communes: Sequence[str] = tuple(OF), words: str = "") -> dict[str, list[str]]:
    """By kind, the codes of the cases of each commune in order; `words` stands in the text of all of them."""
    found = {
        "recommendation": [recommended(commune, words) for commune in communes],
        "task": [tasked(commune, words) for commune in communes],
        "backlog": [listed(commune, words) for commune in communes],
        "flashpoint": [declared(commune, words) for commune in communes],
    }
    team = gathered([OF[commune] for commune in communes])
    found["visit"] = [visited(team, commune, words) for commune in communes]
    found["report"] = reported(team, [OF[commune] for commune in communes])
    return found


def recommended(commune: str, words: str = "", lead: str = LEAD, director: str = DIRECTOR) -> str:
    """Raised with a file, given to a department, urged, answered."""
    principal = principal_of(f"tonghop.{commune}")
    text = f"Bản đồ địa chính chưa cập nhật. {words}"
    with scope.enter(principal.scope):
        asked = Raised(OF[commune], "land", "land", text, source="report")
        code = services_recommendations.raise_recommendation(principal, asked).state.code
    office = Desk(COORDINATOR)
    given = {"lead": lead, "document": "12/TB-UBND", "document_on": written_day(), "due_on": written_day(20)}
    office.done(code, "assign", **given)
    office.done(code, "remind", number="30/UBND", dated_on=written_day(), note="Đề nghị trả lời")
    answer = {"number": "1806/SNNMT", "dated_on": written_day(), "signer": "Trương Thị Ấm", "category": "explained"}
    Desk(director).done(code, "answer", **answer, text=f"Sở đã bố trí đo đạc. {words}", files=pdf())
    return code


def tasked(commune: str, words: str = "", *, by: str = COORDINATOR) -> str:
    """Given to the commune, by the province or by itself, accepted, reported on; and one that comes back, of the commune's own."""
    giver, own = principal_of(by), principal_of(f"tonghop.{commune}")
    with scope.enter(giver.scope):
        given = Given(f"Rà soát bản đồ địa chính. {words}", OF[commune], due_on=today(20))
        code = services_tasks.give(giver, given).state.code
    clerk = Desk(f"tonghop.{commune}")
    clerk.done(code, "accept")
    clerk.done(code, "progress", percent="40", note="Xong hai xóm.", files=pdf("tien-do.pdf"))
    with scope.enter(own.scope):
        again = Recurring(Given(f"Quét dọn nghĩa trang. {words}", OF[commune]), "month", today(1))
        services_tasks.start_series(own, again)
    return code


def listed(commune: str, words: str = "") -> str:
    principal = principal_of(f"tonghop.{commune}")
    with scope.enter(principal.scope):
        asked = Listed(OF[commune], "clearance", f"12 hộ chưa nhận tiền bồi thường. {words}", place="Xóm 3")
        return services_backlogs.register(principal, asked).state.code


def declared(commune: str, words: str = "") -> str:
    principal = principal_of(f"tonghop.{commune}")
    with scope.enter(principal.scope):
        asked = Declared(
            OF[commune], "2", f"Người dân phản đối bãi rác. {words}", owner=f"chutich.{commune}", review_on=today(3)
        )
        return services_flashpoints.declare(principal, asked).state.code


def gathered(
    communes: Sequence[str], number: int = 7, *, by: str = COORDINATOR, member: str = "vanphong.snnmt"
) -> UUID:
    """A task force for the communes, from yesterday on."""
    principal = principal_of(by)
    with scope.enter(principal.scope):
        team = services_teams.create_team(
            principal,
            TeamAsked(
                number=number,
                kind="task_force",
                name=f"Tổ công tác số {number}",
                decision="2890/QĐ-UBND",
                decided_on=today(-1),
                valid_from=today(-1),
                communes=communes,
            ),
        )
        services_teams.add_member(principal, team, 1, MemberAsked("member", login=member))
        return team


def visited(team: UUID, commune: str, words: str = "", *, by: str = COORDINATOR) -> str:
    """From the plan to the notice that gives a task."""
    principal, office = principal_of(by), Desk(by)
    with scope.enter(principal.scope):
        plan = Plan(OF[commune], today(), "Trung tâm", f"Nắm tình hình. {words}")
        code = services_visits.plan(principal, team, plan).state.code
    office.done(code, "begin")
    records = [check("queue", "not_met", f"Chờ sửa. {words}"), written("recommendation", **RECOMMENDATION)]
    now = clock.now().isoformat()
    kept = answers(send(by, code, *({**record, "happened_at": now} for record in records)))
    assert set(kept.values()) == {"kept"}, kept
    office.done(code, "finish", minutes="Biên bản.", files=pdf("bien-ban.pdf"))
    concluded = f"Xã sửa máy lấy số. {words}"
    office.done(code, "report", report_number="45/BC-TCT", reported_on=written_day(), conclusion=concluded)
    office.done(
        code,
        "conclude",
        conclusion=f"Xã rà soát thiết bị. {words}",
        notice_number="120/TB-UBND",
        notice_on=written_day(),
        task_1_text=f"Sửa máy lấy số. {words}",
        task_1_lead=OF[commune],
        task_1_due_on=written_day(10),
    )
    return code


def reported(team: UUID, communes: Sequence[str], *, by: str = COORDINATOR) -> list[str]:
    """Asked of each for a report by an outline; and a report that comes back."""
    principal, questions = principal_of(by), outline(by)
    with scope.enter(principal.scope):
        asked = Asking(questions, communes, today(5), "18/KH-TCT", "Quý IV", team)
        codes = [one.state.code for one in services_reports.ask(principal, asked)]
        services_reports.create_series(
            principal,
            SeriesAsked("Báo cáo tháng", questions, "month", 5, communes, "Quyết định 15/QĐ-UBND", today()),
        )
    return codes


def programme(commune: str, words: str = "") -> tuple[UUID, UUID]:
    """A programme of the commune's own with a target: (programme, target)."""
    principal = principal_of(f"tonghop.{commune}")
    with scope.enter(principal.scope):
        asked = ProgrammeIn(f"57-NQ/{uuid4().hex[:4]}", f"Chuyển đổi số. {words}", "resolution", today(-30))
        made = services_targets.add_programme(principal, asked)
        return made, services_targets.add_target(
            principal, made, TargetIn("I.1", f"Hồ sơ trực tuyến. {words}", "%", OF[commune])
        )
