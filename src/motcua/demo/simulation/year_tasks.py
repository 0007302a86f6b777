"""Programmes with their targets, the tasks they give, old matters and flashpoints."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from motcua.demo.simulation.year import Story, Year, facts
from motcua.organisation import scope
from motcua.oversight import services_backlogs, services_flashpoints, services_targets, services_tasks
from motcua.oversight.models import Target
from motcua.oversight.services_backlogs import Listed
from motcua.oversight.services_flashpoints import Declared
from motcua.oversight.services_targets import ProgrammeIn, TargetIn, ValueIn
from motcua.oversight.services_tasks import Given

KIND = "task"


def programmes(year: Year) -> Story:
    """Resolutions and plans of the year with their targets, told quarter by quarter; then the tasks they give."""
    office = year.people.office
    departments = year.people.staffed("department", "signatory")
    made: list[UUID] = []
    targets: list[tuple[UUID, dict[str, Any]]] = []
    with scope.enter(office.scope):
        for told in facts()["programmes"]:
            id = services_targets.add_programme(
                office, ProgrammeIn(told["code"], told["title"], told["kind"], year.today())
            )
            made.append(id)
            for number, target in enumerate(told["targets"]):
                asked = TargetIn(
                    target["code"],
                    target["name"],
                    target["unit"],
                    departments[number % len(departments)],
                    target["rising"],
                )
                targets.append((services_targets.add_target(office, id, asked), target))
    counts = facts()["counts"]
    for _number in range(counts["tasks"] - 2 * counts["visits"]):
        year.begin(task(year, made), year.moment(year.some_day(1.2)))
    for quarter in range(4):
        yield year.moment(year.first + timedelta(days=70 + 85 * quarter))
        for id, target in targets:
            record(year, id, target)


def record(year: Year, id: UUID, target: dict[str, Any]) -> None:
    """A quarter's plan and actual; what is not met has its reason and remedy."""
    office = year.people.office
    plan = Decimal(str(target["plan"]))
    actual = (plan * Decimal(str(round(1 + (year.chance.random() - 0.6) * target["spread"], 3)))).quantize(
        Decimal("0.1")
    )
    day = year.today()
    unmet = actual < plan if target["rising"] else actual > plan
    with scope.enter(office.scope):
        version = Target.objects.values_list("version", flat=True).get(id=id)
        services_targets.record_value(
            office,
            id,
            version,
            ValueIn(
                f"{day.year}-Q{(day.month + 2) // 3}",
                plan,
                actual,
                "Báo cáo của cơ quan phụ trách (hư cấu)",
                "Triển khai chậm ở một số địa bàn." if unmet else "",
                "Rà soát từng xã, giao chỉ tiêu tháng." if unmet else "",
            ),
        )


def task(year: Year, programmes: list[UUID]) -> Story:
    """Given by the province to a department or a commune, or by a commune's leaders inside; done in time or late, confirmed or sent back."""
    told, shares = year.one(facts()["tasks"]), facts()["shares"]
    communes = year.people.staffed("people_committee_commune", "signatory", "coordinator")
    departments = year.people.staffed("department", "signatory")
    inside = year.maybe(0.15)
    lead = year.one(communes) if inside or year.maybe(0.4) else year.one(departments)
    giver = year.people.who(lead, "coordinator") if inside else year.people.office
    if giver is None:
        return
    days = max(5, int(told["days"] * (0.6 + 0.9 * year.chance.random())))
    with scope.enter(giver.scope):
        asked = Given(
            text=told["title"],
            lead=lead,
            coordinating=(year.one(departments),) if not inside and year.maybe(0.3) else (),
            source=year.one(("plan", "programme", "resolution", "conclusion", "document")),
            priority="high" if year.maybe(0.15) else "normal",
            document=year.paper("KH-UBND"),
            document_on=year.today(),
            due_on=year.today() + timedelta(days=days),
            programme=year.one(programmes) if not inside and year.maybe(0.4) else None,
        )
        code = year.opened(services_tasks.give(giver, asked))
    yield from done(year, code, giver, lead, days, late=year.maybe(shares["task_late"]))


def done(year: Year, code: str, giver: Any, lead: str, days: int, *, late: bool) -> Story:
    """From the lead's taking it on to the giver's word that it is done."""
    worker = year.people.who(lead, "coordinator", "division_head", "signatory")
    yield year.after(1 + year.chance.random() * 3)
    if year.maybe(0.6) and year.state(code).state == "given":
        year.act(worker, KIND, code, "accept")
    yield year.after(days * (0.2 + 0.3 * year.chance.random()))
    if year.maybe(0.4):
        percent = 20 + 10 * int(year.chance.random() * 6)
        year.act(worker, KIND, code, "progress", "Đang thực hiện theo kế hoạch.", percent=str(percent))
    if late and year.maybe(0.35):
        yield year.after(days * 0.3)
        due = year.state(code).promised_at
        if due is not None and due.date() >= year.today():
            later = (due.date() + timedelta(days=15)).isoformat()
            leader = year.people.who(lead, "signatory", "division_head")
            year.act(leader, KIND, code, "ask_extension", "Chờ số liệu của các đơn vị phối hợp.", due_on=later)
            yield year.after(2)
            year.act(giver, KIND, code, "grant_extension", due_on=later)
    if late and year.maybe(0.25):
        return
    yield year.after(days * (0.8 + 0.7 * year.chance.random()) if late else days * 0.35 * year.chance.random())
    case = year.state(code)
    if case.state in ("given",):
        year.act(worker, KIND, code, "accept")
    year.act(worker, KIND, code, "report_done", result=year.one(facts()["results"]), document=year.paper("BC-KQ"))
    yield year.after(1 + year.chance.random() * 5)
    if year.maybe(0.06):
        year.act(giver, KIND, code, "send_back", "Báo cáo chưa đủ minh chứng.")
        yield year.after(6)
        year.act(worker, KIND, code, "report_done", result=year.one(facts()["results"]), document=year.paper("BC-KQ"))
        yield year.after(2)
    if year.maybe(0.92):
        year.act(giver, KIND, code, "confirm_done")


def backlog(year: Year) -> Story:
    """An old matter of a commune, taken in hand, perhaps settled."""
    told = year.one(facts()["backlogs"])
    commune = year.one(year.people.staffed("people_committee_commune", "signatory", "coordinator"))
    who = year.people.who(commune, "coordinator", "signatory")
    if who is None:
        return
    with scope.enter(who.scope):
        since = date(2012 + int(year.chance.random() * 12), 1 + int(year.chance.random() * 12), 15)
        asked = Listed(
            commune,
            told["category"],
            year.filled(told["text"]),
            year.one(facts()["hamlets"]),
            since,
            3 + int(year.chance.random() * 40),
        )
        year.opened(services_backlogs.register(who, asked))
    yield year.after(1)


def flashpoint(year: Year, told: dict[str, Any]) -> Story:
    """Trouble of public order as a leader declares it."""
    commune = year.one(year.people.staffed("people_committee_commune", "signatory"))
    who = year.people.who(commune, "signatory")
    if who is None:
        return
    with scope.enter(who.scope):
        asked = Declared(
            commune,
            told["level"],
            year.filled(told["text"]),
            year.one(facts()["hamlets"]),
            20 + int(year.chance.random() * 80),
            year.people.logins[who.officer_id],
            "Đối thoại, giải thích; phân công người theo dõi hằng ngày.",
            year.today() + timedelta(days=10),
        )
        year.opened(services_flashpoints.declare(who, asked))
    yield year.after(1)
