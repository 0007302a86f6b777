"""Task forces, their visits, and what communes recommend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from motcua.casework.models import Case
from motcua.demo.simulation import year_tasks
from motcua.demo.simulation.year import Story, Year, facts
from motcua.organisation import scope
from motcua.organisation.principal import Principal
from motcua.oversight import (
    checklist,
    dictionary,
    queries,
    queries_visits,
    services_recommendations,
    services_reports,
    services_teams,
    services_visits,
)
from motcua.oversight.models import Questionnaire, Recommendation
from motcua.oversight.services_recommendations import Raised
from motcua.oversight.services_reports import Asking
from motcua.oversight.services_teams import MemberAsked, TeamAsked
from motcua.oversight.services_visits import Plan
from motcua.worktime import clock

KIND = "recommendation"
TEAM_NAMES = {"task_force": "Tổ công tác", "supervision": "Đoàn giám sát"}


def teams(year: Year) -> None:
    """Four task forces and a supervision team of the Front are set up in the first month, each visits its communes through the year."""
    communes = year.people.staffed("people_committee_commune", "signatory")
    for told in facts()["teams"]:
        own = [year.people.communes[c] for c in told["communes"] if c in year.people.communes] or communes[-14:]
        year.begin(team(year, told, own), year.moment(year.first + timedelta(days=10)))


def team(year: Year, told: dict[str, Any], communes: list[str]) -> Story:
    """A team: decision, head, deputies, members; then its visits, spread over the year."""
    office = year.people.keeper(told.get("owner", ""))
    kind = told.get("kind", "task_force")
    named = TEAM_NAMES[kind]
    today = year.today()
    with scope.enter(office.scope):
        id = services_teams.create_team(
            office,
            TeamAsked(
                number=told["number"],
                kind=kind,
                name=f"{named} số {told['number']}",
                decision=told["decision"],
                decided_on=today,
                valid_from=today,
                valid_to=None,
                mandate="Nắm tình hình, tháo gỡ khó khăn cho cấp xã (hư cấu).",
                sectors=told["sectors"],
                communes=communes,
            ),
        )
        head = year.people.province if kind == "task_force" else office.agency_code
        members = [MemberAsked("head", login=login) for login in _logins(year, head, "signatory")[:1]]
        for name in told["departments"]:
            members += [
                MemberAsked("deputy", login=login) for login in _logins(year, year.people.named(name), "signatory")[:1]
            ]
        for version, member in enumerate(members, 1):
            services_teams.add_member(office, id, version, member)
    count = facts()["counts"]["visits"] // len(facts()["teams"])
    for number in range(count):
        day = year.first + timedelta(days=25 + int(320 * number / count) + int(year.chance.random() * 12))
        year.begin(visit(year, id, communes[number % len(communes)], office), year.moment(day))
    yield from outline(year, id, communes, office)


def _logins(year: Year, agency: str, role: str) -> list[str]:
    return [year.people.logins[p.officer_id] for p in year.people.of.get((agency, role), ())]


FIGURES = (("received", "Hồ sơ tiếp nhận"), ("late", "Hồ sơ giải quyết trễ hạn"), ("overdue_now", "Hồ sơ đang quá hạn"))
"""Questions that the system answers: a commune finds them filled in."""
OUTLINE = (
    ("organisation", "text", "Tổ chức bộ máy, phân công nhiệm vụ"),
    ("dossiers", "text", "Tiếp nhận, giải quyết thủ tục hành chính"),
    ("difficulties", "text", "Khó khăn, vướng mắc"),
    ("proposals", "text", "Kiến nghị, đề xuất"),
)


def outline(year: Year, team_id: Any, communes: list[str], office: Principal) -> Story:
    """The outline that the team's communes report by: most send in time, some late, some have not sent yet."""
    with scope.enter(office.scope):
        id = services_reports.create_outline(office, "Báo cáo tình hình hoạt động cấp xã", year.paper("UBND-TH"))
        row = Questionnaire.objects.get(id=id)
        questions = [
            {
                "key": f"figure_{key}",
                "section": "Số liệu",
                "text": text,
                "kind": "figure",
                "figure": key,
                "hint": "",
                "unit": "hồ sơ",
            }
            for key, text in FIGURES
        ] + [
            {"key": key, "section": "Nội dung", "text": text, "kind": kind, "required": True, "hint": "", "unit": ""}
            for key, kind, text in OUTLINE
        ]
        services_reports.edit_outline(office, id, row.version, row.title, row.instrument, questions)
        services_reports.publish_outline(office, id, row.version + 1)
    yield year.after(20)
    with scope.enter(office.scope):
        asked = Asking(id, communes, year.today() + timedelta(days=14), year.paper("UBND-TH"), "Quý", team_id)
        for done in services_reports.ask(office, asked):
            year.begin(report(year, year.opened(done), office), year.after(3 + year.chance.random() * 14))


def report(year: Year, code: str, office: Principal) -> Story:
    """A commune's answer to the outline."""
    case = Case.objects.select_related("lead_agency").get(code=code)
    writer = year.people.who(case.lead_agency.code, "coordinator", "signatory")
    answers = {f"a_{key}": f"{text}: nội dung hư cấu của xã." for key, _kind, text in OUTLINE}
    year.act(writer, "report", code, "save", **answers)
    yield year.after(1 + year.chance.random() * 3)
    year.act(
        year.people.who(case.lead_agency.code, "signatory"),
        "report",
        code,
        "send",
        number=year.paper("BC-UBND"),
        dated_on=year.today().isoformat(),
    )
    if year.maybe(0.8):
        yield year.after(4)
        year.act(office, "report", code, "accept")


def visit(year: Year, team_id: Any, commune: str, office: Principal) -> Story:
    """Planned two weeks ahead, held, written down, reported, concluded; what the commune says becomes recommendations, the notice gives tasks."""
    with scope.enter(office.scope):
        plan = Plan(
            commune,
            (year.moment(year.today() + timedelta(days=14))).date(),
            "Trụ sở Ủy ban nhân dân xã",
            "Kiểm tra hoạt động của Trung tâm, nghe kiến nghị",
        )
        code = year.opened(services_visits.plan(office, team_id, plan))
    yield year.after(13)
    year.act(office, "visit", code, "make_brief")
    yield year.moment(plan.planned_on)
    year.act(office, "visit", code, "begin")
    with scope.enter(office.scope):
        found = queries_visits.visit(code)
        services_visits.keep_records(office, found, "demo", list(records(year)))
    year.act(
        office, "visit", code, "finish", minutes="Biên bản hư cấu: đã kiểm tra Trung tâm, nghe xã báo cáo và kiến nghị."
    )
    case = Case.objects.get(code=code)
    for raised in Recommendation.objects.filter(visit_id=case.id).values_list("case__code", "text"):
        told = next(
            (r for r in facts()["recommendations"] if r["text"][:20] == raised[1][:20]), facts()["recommendations"][0]
        )
        year.told.cases[KIND] = year.told.cases.get(KIND, 0) + 1
        year.begin(answered(year, raised[0], told), year.after(1 + year.chance.random() * 4))
    yield year.after(4)
    year.act(
        office,
        "visit",
        code,
        "report",
        report_number=year.paper("BC-TCT"),
        reported_on=year.today().isoformat(),
        conclusion="Kết luận hư cấu: xã khắc phục các điểm chưa đạt; kiến nghị được chuyển cơ quan giải quyết.",
    )
    yield year.after(5)
    tasks = [
        {
            "text": year.one(facts()["tasks"])["title"],
            "lead": lead,
            "due_on": (year.today() + timedelta(days=30)).isoformat(),
        }
        for lead in (commune, year.one(year.people.staffed("department", "signatory")))
    ]
    year.act(
        office,
        "visit",
        code,
        "conclude",
        conclusion="Kết luận hư cấu: ghi nhận, giao nhiệm vụ kèm theo.",
        notice_number=year.paper("TB-UBND"),
        notice_on=year.today().isoformat(),
        tasks=tasks,
    )
    for number, lead in Case.objects.filter(kind="task", received_at=clock.now(), subject="conclusion").values_list(
        "code", "lead_agency__code"
    ):
        year.told.cases["task"] = year.told.cases.get("task", 0) + 1
        late = year.maybe(facts()["shares"]["task_late"])
        year.begin(year_tasks.done(year, number, office, lead, 30, late=late), year.after(1))


def records(year: Year) -> Iterator[dict[str, Any]]:
    """What a secretary writes down at a visit."""
    at = clock.now().isoformat()
    answers = list(checklist.answers())
    for item in checklist.items():
        value = answers[0] if year.maybe(0.75) else answers[1]
        yield {"id": str(uuid7()), "kind": "check", "item": item, "content": {"value": value}, "happened_at": at}
    for group in dictionary.names("difficulties"):
        if year.maybe(0.6):
            text = year.filled(year.one(facts()["recommendations"])["text"]).split(". ")[0]
            content = {"text": text, "group": group}
            yield {"id": str(uuid7()), "kind": "finding", "item": "", "content": content, "happened_at": at}
    for number, told in enumerate(year.chance.sample(facts()["recommendations"], 4)):
        content = {
            "text": year.filled(told["text"]),
            "sector": told["sector"],
            "topic": told["topic"],
            "urgency": "normal",
            "by": "team" if number == 3 and year.maybe(facts()["shares"]["by_team"]) else "",
        }
        yield {"id": str(uuid7()), "kind": "recommendation", "item": "", "content": content, "happened_at": at}


def recommendations(year: Year) -> None:
    """What communes raise by themselves, beside what visits hear."""
    counts = facts()["counts"]
    communes = year.people.staffed("people_committee_commune", "signatory")
    shown = [year.people.communes[c] for c in ("17170", "17128") if c in year.people.communes]
    for number in range(counts["recommendations"] - 4 * counts["visits"]):
        commune = year.one(shown) if number % 12 == 0 and shown else year.one(communes)
        year.begin(raised(year, commune), year.moment(year.some_day(1.3)))


def raised(year: Year, commune: str) -> Story:
    """A commune's own recommendation."""
    told = year.one(facts()["recommendations"])
    who = year.people.who(commune, "coordinator", "signatory")
    asked = Raised(
        commune,
        told["sector"],
        told["topic"],
        year.filled(told["text"]),
        year.one(("report", "meeting", "voters", "hotline", "dossier")),
        "urgent" if year.maybe(0.12) else "normal",
    )
    if who is None:
        return
    with scope.enter(who.scope):
        code = year.opened(services_recommendations.raise_recommendation(who, asked))
    yield year.after(1 + year.chance.random() * 4)
    yield from answered(year, code, told)


def answered(year: Year, code: str, told: dict[str, Any]) -> Story:
    """Given to its department, answered in time or late, taken or given back; a few are cleared up at once, a few go up."""
    shares = facts()["shares"]
    case = Case.objects.select_related("agency", "origin_agency").get(code=code)
    office = year.people.who(case.agency.code, "coordinator")
    if case.state != "raised" or office is None:
        return
    if year.maybe(shares["clarified"]):
        year.act(office, KIND, code, "clarify", "Đã làm rõ tại buổi làm việc, có biên bản.")
        return
    route = queries.route(office.province_id, told["sector"])
    lead = route.lead.code if route.lead else year.people.province
    days = year.one((15, 20, 30))
    year.act(
        office,
        KIND,
        code,
        "assign",
        lead=lead,
        coordinating=[a.code for a in route.coordinating],
        document=year.paper("TB-UBND"),
        document_on=year.today().isoformat(),
        due_on=(year.today() + timedelta(days=days)).isoformat(),
    )
    head, signer = (
        year.people.who(lead, "division_head", "coordinator"),
        year.people.who(lead, "signatory", "division_head", "coordinator"),
    )
    if lead != year.people.province and (year.maybe(0.6)):
        yield year.after(1 + year.chance.random() * 3)
        year.act(head, KIND, code, "take")
    late = year.maybe(shares["answered_late"])
    yield year.after(
        days * (1.05 + 0.6 * year.chance.random()) if late else days * (0.25 + 0.65 * year.chance.random())
    )
    if lead != year.people.province and year.maybe(shares["referred"]):
        year.act(
            signer,
            KIND,
            code,
            "refer",
            "Vượt thẩm quyền của sở, cần Ủy ban nhân dân tỉnh chỉ đạo.",
            document=year.paper("BC-SO"),
            document_on=year.today().isoformat(),
        )
        if year.people.standing_committee and year.maybe(0.5):
            yield year.after(3 + year.chance.random() * 6)
            yield from sent_up(year, code)
        return
    for round in range(2):
        year.act(signer, KIND, code, "answer", **answer_of(year, told, signer.officer_name if signer else ""))
        yield year.after(2 + year.chance.random() * 6)
        judge = year.people.who(case.origin_agency.code, "coordinator", "signatory")
        if round or not year.maybe(shares["returned"]):
            break
        year.act(judge, KIND, code, "return_answer", year.one(facts()["returns"]))
        yield year.after(6 + year.chance.random() * 10)
    if year.maybe(0.9):
        done = year.act(judge, KIND, code, "accept")
        if done.state.state == "following" and done.state.promised_at and year.maybe(0.7):
            yield year.moment(done.state.promised_at.date() - timedelta(days=2))
            year.act(head, KIND, code, "fulfil", "Đã thực hiện xong nội dung trả lời.")


def sent_up(year: Year, code: str) -> Story:
    """Beyond the government of the province: the Party's standing committee has it, and answers most."""
    party = year.people.standing_committee
    year.act(
        year.people.office,
        KIND,
        code,
        "refer_up",
        "Thuộc thẩm quyền của Ban Thường vụ Tỉnh ủy.",
        body=party,
        document=year.paper("TTr-UBND"),
        document_on=year.today().isoformat(),
    )
    yield year.after(8 + year.chance.random() * 20)
    signer = year.people.who(party, "signatory", "coordinator")
    if signer and year.maybe(0.7):
        answer = {
            "answer": "Ban Thường vụ Tỉnh ủy đã cho ý kiến; giao Đảng ủy Ủy ban nhân dân tỉnh chỉ đạo thực hiện (hư cấu)."
        }
        year.act(signer, KIND, code, "decide", **answer_of(year, answer, signer.officer_name))


def answer_of(year: Year, told: dict[str, Any], signer: str) -> dict[str, Any]:
    category = year.one(("resolved", "resolved", "in_progress", "in_progress", "will", "explained"))
    promised: date | None = None
    if dictionary.dated(category):
        promised = year.today() + timedelta(days=20 + int(year.chance.random() * 100))
    return {
        "number": year.paper("SO-VP"),
        "dated_on": year.today().isoformat(),
        "signer": signer or "Lãnh đạo sở",
        "text": year.filled(told["answer"]),
        "category": category,
        "promised_on": promised.isoformat() if promised else "",
    }
