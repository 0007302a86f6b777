"""Cases point to each other: a task tells what it came of, and that tells what came of it; each in the reader's scope."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.casework.models import Case
from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight.models import Task
from motcua.oversight.tests.desk import Desk, case
from motcua.oversight.tests.test_recommendations import (
    COMMUNE,
    COORDINATOR,
    DIRECTOR,
    HEAD,
    LAND,
    OTHER,
    assigned,
    raised,
)
from motcua.worktime import clock


@pytest.fixture
def now(api: Api) -> Any:
    with clock.freeze("2026-02-28T09:00"):
        yield api


def given(login: str, of: str, **more: Any) -> Any:
    usual = {"text": "Đo đạc bổ sung", "priority": "normal", "source": "recommendation", "block": "government"}
    return Desk(login).post(f"/nhiem-vu/moi/?tu={of}", **{**usual, **more})


def test_a_task_given_of_a_recommendation_is_told_on_both_pages(now: Api) -> None:
    code = assigned(raised())
    director = Desk(DIRECTOR)
    assert f"/nhiem-vu/moi/?tu={code}" in director.page(f"/viec/{code}/")
    form = director.page(f"/nhiem-vu/moi/?tu={code}")
    assert LAND in form and code in form
    answer = given(DIRECTOR, code, lead="H41.05")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    with scope.enter(scope.worker()):
        task = Case.objects.get(kind="task")
        assert Task.objects.get(case=task).from_case == case(code).id
    assert task.code in director.page(f"/viec/{code}/") and "Nhiệm vụ giao từ việc này" in director.page(
        f"/viec/{code}/"
    )
    page = director.page(f"/viec/{task.code}/")
    assert "Từ việc" in page and code in page


def test_neither_side_is_told_to_whom_it_is_not_theirs(now: Api) -> None:
    code = assigned(raised())
    given(DIRECTOR, code, lead="H41.05")
    given(COORDINATOR, code, lead="H41.128")
    with scope.enter(scope.worker()):
        inside, outside = Case.objects.filter(kind="task").order_by("lead_agency__code").values_list("code", flat=True)
    page = Desk(COMMUNE).page(f"/viec/{code}/")
    assert inside not in page and outside not in page, (
        "the commune that raised it has no part in the department's tasks"
    )
    page = Desk(OTHER).page(f"/viec/{outside}/")
    assert code not in page and "Từ việc" not in page
    assert Desk(HEAD).page(f"/viec/{code}/").count("?tu=") == 0, "whoever gives no tasks is offered none"


def test_none_is_given_of_what_is_not_seen_or_of_other_kinds(now: Api) -> None:
    code = raised()
    assert given(OTHER, code, lead="H41.128").status_code == 404
    assert Desk(OTHER).get(f"/nhiem-vu/moi/?tu={code}").status_code == 404
    given(COORDINATOR, code, lead="H41.128")
    with scope.enter(scope.worker()):
        task = Case.objects.get(kind="task").code
    for wrong in (task, "H41-KN-2026-0999", "x", "%00"):
        assert given(COORDINATOR, wrong, lead="H41.128").status_code == 404, wrong
    body = {"text": "Việc", "lead": "H41.128", "source": "recommendation", "from_code": code}
    status, made = now.post(COORDINATOR, "/tasks", body)
    assert status == 201
    with scope.enter(scope.worker()):
        assert Task.objects.get(case__code=made["code"]).from_case == case(code).id
    assert now.post(OTHER, "/tasks", {**body, "lead": "H41.128"})[0] == 404
