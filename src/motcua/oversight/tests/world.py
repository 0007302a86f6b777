"""A team with a visit, for the tests of teams, visits and reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from motcua.demo.fixtures import principal_of
from motcua.organisation import scope
from motcua.oversight import services_reports, services_teams, services_visits
from motcua.oversight.models import Team
from motcua.oversight.services_teams import MemberAsked, TeamAsked
from motcua.oversight.services_visits import Plan
from motcua.oversight.tests.test_recommendations import Desk

COORDINATOR, DEPARTMENT, COMMUNE, OTHER = (
    "dieuphoi.nghean",
    "vanphong.snnmt",
    "tonghop.quynhson",
    "tonghop.tanmai",
)
XA, PHUONG = "H41.170", "H41.128"
DAY = "2026-03-02T09:00"  # a Monday


def team(
    login: str = COORDINATOR,
    *,
    number: int = 3,
    member: str = DEPARTMENT,
    communes: Sequence[str] = (XA, PHUONG),
    since: date = date(2026, 2, 20),
    valid_to: date = date(2026, 12, 31),
) -> Team:
    """Task force 3 for two communes, with a member of a department."""
    principal = principal_of(login)
    with scope.enter(principal.scope):
        id = services_teams.create_team(
            principal,
            TeamAsked(
                number=number,
                kind="task_force",
                name=f"Tổ công tác số {number}",
                decision="2890/QĐ-UBND",
                decided_on=since,
                valid_from=since,
                valid_to=valid_to,
                communes=communes,
            ),
        )
        services_teams.add_member(principal, id, 1, MemberAsked("member", login=member))
        return Team.objects.get(id=id)


def planned(of: Team, *, day: date = date(2026, 3, 2), commune: str = XA, login: str = COORDINATOR) -> str:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        return services_visits.plan(principal, of.id, Plan(commune, day, "Trung tâm", "Nắm tình hình")).state.code


def written(
    kind: str, item: str = "", *, replaces: tuple[str, ...] = (), id: str = "", **content: Any
) -> dict[str, Any]:
    """A record as a phone sends it."""
    return {
        "id": id or str(uuid4()),
        "kind": kind,
        "item": item,
        "content": content,
        "replaces": list(replaces),
        "happened_at": "2026-03-02T09:30:00+07:00",
    }


def check(item: str, value: str, remark: str = "", **more: Any) -> dict[str, Any]:
    return written("check", item, value=value, remark=remark, **more)


RECOMMENDATION = {
    "text": "Bổ sung hai máy quét cho Trung tâm",
    "sector": "service_centre",
    "topic": "facilities",
    "urgency": "normal",
}


def send(login: str, code: str, *records: dict[str, Any], account: str = "") -> Any:
    """POSTs to the sync address as the phone of that officer."""
    body = {
        "account": account or str(principal_of(login).account_id),
        "device": "may-1",
        "records": list(records),
    }
    return Desk(login).client.post(f"/buoi-lam-viec/{code}/dong-bo/", json.dumps(body), "application/json")


def answers(response: Any) -> dict[str, str]:
    assert response.status_code == 200, response.content.decode()
    return {one["id"]: one["state"] for one in response.json()["answers"]}


def question(key: str, section: str, text: str, kind: str, **more: Any) -> dict[str, Any]:
    usual = {"figure": "", "choices": [], "unit": "", "required": False, "hint": ""}
    return {"key": key, "section": section, "text": text, "kind": kind, **usual, **more}


QUESTIONS = [
    question("c1", "Số liệu", "Hồ sơ tiếp nhận", "figure", figure="received"),
    question("c2", "Số liệu", "Số máy quét", "number", unit="máy", required=True),
    question("c3", "Khó khăn", "Khó khăn chính", "text", required=True),
]


def outline(login: str = COORDINATOR, title: str = "Đề cương tình hình hoạt động") -> UUID:
    """A published outline."""
    principal = principal_of(login)
    with scope.enter(principal.scope):
        id = services_reports.create_outline(principal, title, "15/ĐC-TCT")
        services_reports.edit_outline(principal, id, 1, title, "15/ĐC-TCT", QUESTIONS)
        services_reports.publish_outline(principal, id, 2)
        return id
