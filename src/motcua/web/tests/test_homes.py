"""After sign-in each role sees the answer to its first question; figures open their lists; a calm page says that nothing waits."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from motcua.casework.tests.world import sql
from motcua.demo.fixtures import BIRTH, COPY, PASSWORD, PERMIT, Api, principal_of
from motcua.dossiers import queries_homes
from motcua.organisation import scope
from motcua.web import homes
from motcua.worktime import clock

QUESTIONS = {
    "tiepnhan.quynhson": "Ai tiếp theo, hồ sơ đủ chưa?",
    "tuphap.quynhson": "Việc gì đến hạn trước?",
    "truongphong.quynhson": "Giao ai, duyệt gì, ai đang trễ?",
    "chutich.quynhson": "Còn gì chờ chữ ký của tôi?",
    "giamdoc.quynhson": "Ngày mai trễ gì?",
    "theodoi.nghean": "Xã nào, thủ tục nào, bước nào, ai trả lời?",
    "danhmuc.nghean": "Danh mục còn gì chưa ban hành?",
    "quantri.nghean": "Ai vào được hệ thống, ai sắp hết quyền?",
}


def page(login: str) -> str:
    reader = Client()
    assert reader.login(username=login, password=PASSWORD)
    answer = reader.get("/viec-can-lam/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("login", "question"), QUESTIONS.items())
def test_each_role_is_asked_its_own_question_and_an_empty_day_is_calm(demo: Any, login: str, question: str) -> None:
    text = page(login)
    assert question in text
    assert ("Không có việc nào đang chờ bạn" in text) == (not login.endswith("nghean"))


def test_every_figure_that_is_not_zero_opens_its_list(api: Api) -> None:
    counted(api)
    for login in QUESTIONS:
        reader, principal = Client(), principal_of(login)
        assert reader.login(username=login, password=PASSWORD)
        with scope.enter(principal.scope):
            found = [home(principal) for role, home in homes.HOMES.items() if principal.has(role)]
        for figure in (f for home in found for f in home.figures):
            if figure["href"] and not figure["href"].startswith("#"):
                answer = reader.get(figure["href"])
                assert answer.status_code == 200, figure
                if "figure=" in figure["href"] and isinstance(figure["value"], int):
                    assert answer.context["listed"].count == figure["value"], figure


def counted(api: Api) -> None:
    """Two on the desk, one filed online, one whose papers are declared, one late with a specialist, one to assign."""
    api.receive(procedure=COPY)
    api.receive(procedure=BIRTH)
    api.receive(procedure=BIRTH, channel="online")
    handed = api.receive(procedure=BIRTH)
    assert api.act("tiepnhan.quynhson", handed, "hand_over")[0] == 200
    late(handed["code"])
    permit = api.receive(procedure=PERMIT)
    assert api.act("tiepnhan.quynhson", permit, "hand_over")[0] == 200
    signing = api.receive(procedure=BIRTH)
    assert api.act("tiepnhan.quynhson", signing, "hand_over")[0] == 200
    assert api.act("tuphap.quynhson", signing, "advance")[0] == 200


def late(code: str) -> None:
    """Promised for two hours ago."""
    past = clock.now() - timedelta(hours=2)
    with scope.enter(scope.worker()):
        sql(
            "UPDATE casework_case SET promised_at = %(at)s, legal_due_at = %(at)s, must_start_by = %(at)s WHERE code = %(code)s",
            {"at": past, "code": code},
            using="default",
        )


def test_the_counter_counts_what_lies_before_it(api: Api) -> None:
    counted(api)
    counter = principal_of("tiepnhan.quynhson")
    with scope.enter(counter.scope):
        found = queries_homes.counter(counter)
    assert (found.today, found.to_hand_over, found.online, found.to_check, found.to_return) == (5, 2, 1, 0, 0)
    assert found.online_first is not None
    text = page("tiepnhan.quynhson")
    assert 'href="/ban-giao/">2</a>' in text


def test_heads_leaders_directors_and_the_province_see_what_is_theirs(api: Api) -> None:
    counted(api)
    head, leader = principal_of("truongphong.quynhson"), principal_of("chutich.quynhson")
    with scope.enter(head.scope):
        assert queries_homes.division(head).to_assign == 1
    with scope.enter(leader.scope):
        assert queries_homes.signing(leader).count == 1
    director, overseer = principal_of("giamdoc.quynhson"), principal_of("theodoi.nghean")
    with scope.enter(director.scope):
        assert sum(room.late for room in queries_homes.rooms(director)) == 1
    with scope.enter(overseer.scope):
        found = queries_homes.province(overseer)
    assert found.late == 1
    assert [(one.key, one.count) for one in found.agencies] == [("H41.170", 1)]
    assert [(one.key, one.count) for one in found.procedures] == [(BIRTH, 1)]
    assert [(one.name, one.count) for one in found.holders] == [
        ("Văn phòng HĐND và UBND, Ủy ban nhân dân xã Quỳnh Sơn", 1)
    ]
    text = page("theodoi.nghean")
    assert "agency=H41.170" in text
    reader = Client()
    assert reader.login(username="theodoi.nghean", password=PASSWORD)
    assert "H41.170-" in reader.get("/ho-so/?overdue=on&agency=H41.170").content.decode()
    assert "H41.170-" not in reader.get("/ho-so/?overdue=on&agency=H41.128").content.decode()


def test_another_commune_counts_nothing_of_this_one(api: Api) -> None:
    counted(api)
    other = principal_of("tiepnhan.tanmai")
    with scope.enter(other.scope):
        found = queries_homes.counter(other)
    assert (found.today, found.to_hand_over, found.online) == (0, 0, 0)
