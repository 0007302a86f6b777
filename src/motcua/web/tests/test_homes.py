"""After sign-in each role sees the answer to its first question; figures open their lists; a calm page says that nothing waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve

from motcua.casework.tests.world import sql
from motcua.catalogue import services_managing
from motcua.demo.fixtures import BIRTH, COPY, PASSWORD, PERMIT, PHUONG, XA, Api, forget, principal_of
from motcua.dossiers import handing_over, queries_homes
from motcua.dossiers.tests import walking
from motcua.dossiers.tests.test_delegation import lend
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.authentication import POSITION_IN_SESSION
from motcua.organisation.models import Account, Officer
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


# --- each figure opens exactly its list -------------------------------------------------------------------------------

ASK = {"items": ["Đơn có chữ ký"], "note": "Hồ sơ chưa đủ theo Điều 55"}
OPENED: dict[str, Callable[[Any], int]] = {
    "dossiers:list": lambda context: context["listed"].count,
    "dossiers:to_sign": lambda context: context["total"],
    "dossiers:hand_overs": lambda context: context["to_confirm"] if context["incomplete"] else context["count"],
    "organisation:officers": lambda context: context["count"],
    "organisation:delegations": lambda context: context["count"],
    "catalogue:drafts": lambda context: len(context["lines"]),
    "indicators:drift": lambda context: len(context["lines"]),
}
"""How many a page lists in all, by the page; a figure that leads to another page fails until it is written here what that one counts."""
LISTED: dict[str, Callable[[Any], int]] = {
    "dossiers:list": lambda context: len(context["rows"]),
    "dossiers:to_sign": lambda context: len(context["lines"]),
    "organisation:delegations": lambda context: sum(len(lines) for _title, lines in context["groups"]),
}


def test_every_figure_of_every_home_is_the_number_that_its_list_tells(api: Api) -> None:
    lent = mixed(api)
    told: dict[str, dict[str, str]] = {}
    for login, position in [*((login, None) for login in QUESTIONS), *lent]:
        client, principal = Client(), principals.by_account(Account.objects.get(login=login).pk, position)
        assert client.login(username=login, password=PASSWORD)
        if position:
            session = client.session
            session[POSITION_IN_SESSION] = position
            session.save()
        with scope.enter(principal.scope):
            found = [home(principal) for role, home in homes.HOMES.items() if principal.has(role)]
        assert found
        for home in found:
            for tile in home.figures:
                told.setdefault(f"{login} {position or ''}".strip(), {})[tile["label"]] = str(tile["value"])
                if tile["href"]:
                    assert count_at(client, tile["href"]) == amount(tile), (login, tile)
            for table in home.tables:
                for row in table.rows:
                    for column in table.columns:
                        if column["kind"] == "number" and row.get(column.get("href", "href")):
                            assert count_at(client, row[column.get("href", "href")]) == row[column["key"]], (login, row)
    # What the figures differed by, when each had a query of its own.
    counter, chair = told["tiepnhan.quynhson"], told["chutich.quynhson"]
    assert counter["Nhận hôm nay"] == "24", "neither those of the other counter nor the filed and the cancelled one"
    assert (counter["Bổ sung cần kiểm tra"], counter["Có kết quả, chờ trả"]) == ("1", "1")
    assert counter["Chờ bàn giao giấy"] == "3"
    head = told["truongphong.quynhson"]
    assert head["Tiếp nhận tháng này của phòng"] == "14", "of the division what went through it"
    assert (head["Quá hẹn trong phòng"], head["Chờ bạn giao"], head["Chờ bạn duyệt"]) == ("12", "1", "1")
    assert sorted(value for label, value in chair.items() if label.startswith("Chờ bạn ký")) == ["3"]
    assert chair["Trong đó hẹn trả đến hết hôm nay"] == "1"
    (signing,) = (v for k, v in told[" ".join(map(str, lent[0]))].items() if k.startswith("Chờ bạn ký"))
    assert signing == "1", "of a delegate only what was delegated"
    assert told[" ".join(map(str, lent[1]))]["Chờ bạn giao"] == "0"
    administrator = told["quantri.nghean"]
    assert (administrator["Chưa có tài khoản"], administrator["Ủy quyền hết hạn trong 7 ngày"]) == ("12", "1")


def test_what_is_late_of_a_procedure_abolished_since_is_still_opened(api: Api) -> None:
    counted(api)
    manager = principal_of("danhmuc.nghean")
    with scope.enter(manager.scope):
        services_managing.abolish(manager, BIRTH, clock.today(), "1/QĐ-BTP", "Cổng")
    forget()
    client, overseer = Client(), principal_of("theodoi.nghean")
    assert client.login(username="theodoi.nghean", password=PASSWORD)
    with scope.enter(overseer.scope):
        home = homes.overseer(overseer)
    (row,) = next(table for table in home.tables if table.title == "Thủ tục").rows
    assert f"procedure={BIRTH}" in row["href"]
    assert count_at(client, row["href"]) == row["count"] == 1
    assert client.get("/ho-so/?procedure=9.999999").status_code == 422


def count_at(client: Client, href: str) -> int:
    """What the page says it lists, which is what it lists when that fits on one page."""
    assert href.startswith("/"), "a figure opens a list of its own"
    answer = client.get(href)
    assert answer.status_code == 200, href
    name = resolve(urlsplit(href).path).view_name
    count = OPENED[name](answer.context)
    if count <= 30 and name in LISTED:
        assert LISTED[name](answer.context) == count, href
    return count


def amount(tile: dict[str, Any]) -> int:
    """The number of a tile; of a share what it is a share of its whole, as its note says."""
    if isinstance(tile["value"], int):
        return tile["value"]
    return int(tile["note"].partition(" ")[0].replace(".", ""))


def mixed(api: Api) -> list[tuple[str, str]]:
    """A day in which every figure has neighbours that are not of it: in other states, of the other commune, of other divisions and officers, not
    delegated; more late officers than a table shows. The answer: (login, delegation) of two who act in a post lent to them."""
    counter, justice, head = "tiepnhan.quynhson", "tuphap.quynhson", "truongphong.quynhson"
    api.receive(procedure=COPY)
    api.receive(procedure=COPY)
    api.receive(channel="online")
    refused = api.receive(channel="online")
    assert api.act(counter, refused, "refuse", note="Không thuộc thẩm quyền")[0] == 200
    assert api.act(counter, api.receive(), "cancel_entry", note="Nhập nhầm")[0] == 200
    for declared in (True, False):
        waiting = api.receive(procedure=PERMIT)
        assert api.act(counter, waiting, "request_supplement", **ASK)[0] == 200
        if declared:
            given = {"secret": waiting["secret"], "act": "answer_supplement"}
            assert api.post(None, f"/track/{waiting['code']}/acts", given)[0] == 200
    # One commune's counter for the other, both ways.
    foreign = api.receive("tiepnhan.tanmai", agency_code=XA)
    api.receive(agency_code=PHUONG)
    for dossier in (foreign, finished := api.receive()):
        where = "tiepnhan.tanmai" if dossier is foreign else counter
        for login, act, more in (
            (where, "hand_over", {}),
            (justice, "advance", {}),
            ("chutich.quynhson", "sign_off", {"outcome": "granted"}),
            ("vanthu.quynhson", "advance", {}),
        ):
            assert api.act(login, dossier, act, **more)[0] == 200, (act, dossier)
        assert dossier["state"] == "finished"
    assert finished["holder"]["agency_code"] == XA
    for procedure, days in ((COPY, 2), (BIRTH, 0), (BIRTH, 3)):
        signed = api.receive(procedure=procedure)
        assert api.act(counter, signed, "hand_over")[0] == 200
        assert api.act(justice, signed, "advance")[0] == 200
        promise(signed["code"], clock.start_of(clock.today() + timedelta(days=days + 1)) - timedelta(minutes=1))
    walking.permit(api, until="approve")
    walking.permit(api, until="assign")
    with scope.enter(scope.worker()):
        found = Officer.objects.get(account__login="xaydung.quynhson")
        for number in range(12):
            other = Officer(province_id=40, full_name=f"Lê Văn {number}", sort_key=f"le van {number}")
            other.category, other.valid_from = found.category, found.valid_from
            other.save(force_insert=True)
            dossier = walking.permit(api, until="advance")
            late(dossier["code"])
            sql(
                "UPDATE casework_case SET officer_id = %(officer)s WHERE code = %(code)s",
                {"officer": other.id, "code": dossier["code"]},
                using="default",
            )
    mine = api.receive()
    handed(counter, mine["code"])
    late(mine["code"])
    signs = lend(to="vanthu.quynhson", valid_to=clock.today() + timedelta(days=7))
    assigns = lend(
        to=justice, by=head, roles=("division_head",), subjects=(BIRTH,), valid_to=clock.today() + timedelta(days=8)
    )
    return [("vanthu.quynhson", str(signs)), (justice, str(assigns))]


def handed(login: str, code: str) -> None:
    """On a sheet, whose papers nobody has counted yet."""
    counter = principal_of(login)
    assert handing_over.hand_over(counter, [(code, None)], {}, uuid4()).done == 1


def promise(code: str, at: datetime) -> None:
    with scope.enter(scope.worker()):
        sql(
            "UPDATE casework_case SET promised_at = %(at)s, legal_due_at = %(at)s, must_start_by = %(at)s WHERE code = %(code)s",
            {"at": at, "code": code},
            using="default",
        )


# --- what each counts -------------------------------------------------------------------------------------------------


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
    promise(code, clock.now() - timedelta(hours=2))


def test_the_counter_counts_what_lies_before_it(api: Api) -> None:
    counted(api)
    counter = principal_of("tiepnhan.quynhson")
    with scope.enter(counter.scope):
        found = queries_homes.counter(counter)
    assert counts(found) == {"received": 5, "to_hand_over": 2, "filed": 1, "to_check": 0, "to_return": 0}
    assert found.online_first is not None
    text = page("tiepnhan.quynhson")
    assert 'href="/ban-giao/">2</a>' in text


def test_heads_leaders_directors_and_the_province_see_what_is_theirs(api: Api) -> None:
    counted(api)
    head, leader = principal_of("truongphong.quynhson"), principal_of("chutich.quynhson")
    with scope.enter(head.scope):
        assert queries_homes.division(head).told["to_assign"].count == 1
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
    assert set(counts(found).values()) == {0}


def counts(found: queries_homes.Counter) -> dict[str, int]:
    return {key: one.count for key, one in found.told.items()}
