"""Targets under their programme: unmet ones say why and what is done; a correction keeps what stood (article 5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict
from motcua.oversight import queries_tasks, rules_targets, services_targets
from motcua.oversight.forms_targets import Amount
from motcua.oversight.models import Programme, Target, TargetValue
from motcua.oversight.services_targets import ValueIn
from motcua.oversight.tests.desk import Desk
from motcua.oversight.tests.test_tasks import CHAIR, GIVER, HEAD, NEXT, OFFICE, SPECIALIST, given_by
from motcua.worktime import clock

PROGRAMME = {
    "code": "57-NQ/TU",
    "title": "Nghị quyết về chuyển đổi số",
    "kind": "resolution",
    "issued_on": "15/01/2026",
    "valid_to": "",
}
TARGET = {"code": "I.1", "name": "Hồ sơ nộp trực tuyến", "unit": "%", "rising": "1", "agency": "H41.05"}
VALUE = {"year": "2026", "part": "Q1", "plan": "90", "actual": "85,5", "source": "Báo cáo số 10/BC"}


def made(desk: Desk, path: str, given: dict[str, Any]) -> str:
    answer = desk.client.post(path, given)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return str(answer["Location"])


def value(desk: Desk, where: str, **changes: Any) -> Any:
    with scope.enter(scope.worker()):
        version = Target.objects.get(id=UUID(where.strip("/").split("/")[-1])).version
    return desk.client.post(f"{where}so-lieu/", {"version": version, **VALUE, **changes})


@pytest.mark.parametrize(
    ("text", "end", "name"),
    [
        ("2026", date(2026, 12, 31), "Năm 2026"),
        ("2026-H1", date(2026, 6, 30), "6 tháng đầu năm/2026"),
        ("2026-Q3", date(2026, 9, 30), "Quý III/2026"),
        ("2028-M02", date(2028, 2, 29), "Tháng 2/2028"),
    ],
)
def test_a_period_has_a_last_day_and_a_name(text: str, end: date, name: str) -> None:
    assert (rules_targets.ends(text), rules_targets.period_name(text)) == (end, name)


@pytest.mark.parametrize("text", ["", "2026-Q5", "2026-M13", "26", "2026-Q1 ", "1999"])
def test_what_is_no_period_has_no_last_day(text: str) -> None:
    assert rules_targets.ends(text) is None


@given(st.booleans(), st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2))
def test_an_unmet_target_owes_reason_and_remedy_and_a_met_one_neither(
    rising: bool, plan: Decimal, actual: Decimal
) -> None:
    owed = {f.field for f in rules_targets.faults("2026", plan, actual, rising, "Báo cáo", "", "")}
    unmet = actual < plan if rising else actual > plan
    assert owed == ({"reason", "remedy"} if unmet else set())
    assert rules_targets.faults("2026", plan, actual, rising, "Báo cáo", "Vì", "Sẽ") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("95,5", "95.5"), ("1.234,5", "1234.5"), ("1.234", "1234"), ("95.5", "95.5"), ("1.000.000", "1000000")],
)
def test_a_number_is_read_as_vietnamese_write_it(typed: str, meant: str) -> None:
    assert Amount(decimal_places=4).clean(typed) == Decimal(meant)


def test_from_the_resolution_to_a_corrected_figure(api: Api) -> None:
    giver, office = Desk(GIVER), Desk(OFFICE)
    with clock.freeze("2026-04-02T09:00"):
        where = made(giver, "/chuong-trinh/moi/", PROGRAMME)
        target = made(giver, f"{where}chi-tieu/", TARGET)
        silent = value(office, target)
        assert silent.status_code == 422
        assert "nêu nguyên nhân" in silent.content.decode() and "85,5" in silent.content.decode()
        told = value(office, target, reason="Người cao tuổi ngại nộp.", remedy="Hỗ trợ tại thôn.")
        assert told.status_code == 302, told.content.decode()[:3000]
        assert value(office, target, part="Q2", actual="", source="").status_code == 302
    with clock.freeze("2026-04-03T09:00"):
        assert value(office, target, actual="91").status_code == 302
    with scope.enter(scope.worker()):
        rows = list(TargetValue.objects.filter(period="2026-Q1").order_by("recorded_at"))
        assert [(r.actual, r.replaced_at is None) for r in rows] == [(Decimal("85.5"), False), (Decimal(91), True)]
        acts = [e.act for e in registers.history(40, "target", rows[0].target_id)]
        assert acts == ["create", "record_value", "record_value", "correct_value"]
    page = office.get(target).content.decode()
    assert "Số liệu trước khi sửa" in page and "Người cao tuổi" not in page and "Đạt" in page
    assert "Hồ sơ nộp trực tuyến" in Desk(CHAIR).get(where).content.decode()


def test_who_writes_what(api: Api) -> None:
    where = made(Desk(GIVER), "/chuong-trinh/moi/", PROGRAMME)
    target = made(Desk(GIVER), f"{where}chi-tieu/", TARGET)
    assert Desk(SPECIALIST).get("/chuong-trinh/moi/").status_code == 403
    assert Desk(CHAIR).get(f"{where}sua/").status_code == 403, "another agency's programme"
    assert Desk(CHAIR).get(f"{where}chi-tieu/").status_code == 403
    assert value(Desk(NEXT), target).status_code == 403
    assert value(Desk(SPECIALIST), target).status_code == 403
    assert value(Desk(HEAD), target, actual="95").status_code == 302
    assert value(Desk(GIVER), target, part="Q2", actual="95").status_code == 302
    twice = Desk(GIVER).client.post("/chuong-trinh/moi/", PROGRAMME)
    assert twice.status_code == 422 and "đã có văn bản" in twice.content.decode()


def test_a_stale_form_is_told_what_stands_now(api: Api) -> None:
    where = made(Desk(GIVER), "/chuong-trinh/moi/", PROGRAMME)
    target = made(Desk(GIVER), f"{where}chi-tieu/", TARGET)
    assert value(Desk(OFFICE), target, actual="95").status_code == 302
    stale = Desk(OFFICE).client.post(f"{target}so-lieu/", {"version": 1, **VALUE, "actual": "96"})
    assert stale.status_code == 409 and "96" in stale.content.decode()
    principal = principal_of(OFFICE)
    with scope.enter(principal.scope), pytest.raises(Conflict):
        services_targets.record_value(principal, UUID(target.split("/")[3]), 1, ValueIn("2026", Decimal(1)))
    edited = Desk(GIVER).client.post(f"{where}sua/", {**PROGRAMME, "version": 7})
    assert edited.status_code == 409


def test_a_programme_shows_what_share_of_its_tasks_is_done(api: Api) -> None:
    where = made(Desk(CHAIR), "/chuong-trinh/moi/", PROGRAMME)
    with scope.enter(scope.worker()):
        programme = Programme.objects.get(id=UUID(where.strip("/").split("/")[-1]))
    codes = [given_by(CHAIR, programme=programme.id, no_due=True) for _ in range(3)]
    assert Desk(CHAIR).act(codes[0], "cancel", note="Trùng").status_code == 302
    page = Desk(CHAIR).get(where).content.decode()
    assert all(code in page for code in codes)
    with scope.enter(principal_of(CHAIR).scope):
        share = queries_tasks.share_of(programme.id)
    assert (share.total, share.owed, share.done, share.cancelled) == (3, 2, 0, 1)
    with scope.enter(principal_of(NEXT).scope):
        assert queries_tasks.share_of(programme.id).total == 0
    assert codes[0] not in Desk(NEXT).get(where).content.decode()
