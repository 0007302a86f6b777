"""A figure that drifted is named by night, shown to administrators, and mended only by an act that the journal tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from motcua import cli
from motcua.casework import jobs, recount
from motcua.casework.models import Entry, Tally
from motcua.casework.tests.world import PROVINCE, one, sql, trigger_off
from motcua.demo.fixtures import BIRTH, PASSWORD, PERMIT, Api
from motcua.dossiers.tests.walking import walk
from motcua.organisation import scope
from motcua.organisation.errors import RuleBroken


@pytest.fixture
def drifted(api: Api) -> Api:
    """Two received, of which somebody's hand made three."""
    api.receive()
    api.receive()
    with scope.enter(scope.worker()):
        Tally.objects.update(received=3)
    return api


def drift() -> list[dict[str, Any]]:
    with scope.enter(scope.worker()):
        return recount.drift(PROVINCE)


def reader(login: str) -> Client:
    found = Client()
    assert found.login(username=login, password=PASSWORD)
    return found


def test_the_nightly_recount_names_the_figure_and_keeps_the_finding(drifted: Api) -> None:
    (line,) = jobs.recount_tallies(0)
    assert (line["subject"], line["measure"], line["kept"], line["journal"]) == (BIRTH, "received", 3, 2)
    assert jobs.DRIFT._value.get() == 1
    with scope.enter(scope.worker()):
        found = recount.last(PROVINCE)
    assert found is not None and (found.tallies, found.drift) == (1, [line])


def test_administrators_see_it_on_their_home_and_on_its_page(drifted: Api) -> None:
    assert "Chưa có lượt đối chiếu nào" in reader("quantri.nghean").get("/so-lieu/doi-chieu/").content.decode()
    jobs.recount_tallies(0)
    text = reader("quantri.nghean").get("/so-lieu/doi-chieu/").content.decode()
    assert "Ủy ban nhân dân xã Quỳnh Sơn" in text and BIRTH in text and "Tiếp nhận" in text
    assert "Sửa theo nhật ký" in text
    assert 'href="/so-lieu/doi-chieu/">1</a>' in reader("quantri.nghean").get("/viec-can-lam/").content.decode()
    assert "Sửa theo nhật ký" not in reader("theodoi.nghean").get("/so-lieu/doi-chieu/").content.decode()
    assert reader("giamdoc.quynhson").get("/so-lieu/doi-chieu/").status_code == 403


def test_an_administrator_mends_it_and_says_why(drifted: Api) -> None:
    jobs.recount_tallies(0)
    administrator = reader("quantri.nghean")
    refused = administrator.post("/so-lieu/doi-chieu/", {"act": "mend", "reason": " "})
    assert refused.status_code == 422 and "Ghi lý do sửa số liệu" in refused.content.decode()
    assert reader("theodoi.nghean").post("/so-lieu/doi-chieu/", {"act": "mend", "reason": "x"}).status_code == 403
    assert len(drift()) == 1
    for _ in range(2):  # sent twice: the second finds nothing left
        assert administrator.post("/so-lieu/doi-chieu/", {"act": "mend", "reason": "Sửa tay nhầm"}).status_code == 302
    assert drift() == []
    with scope.enter(scope.worker()):
        (told,) = Entry.objects.filter(subject_kind=recount.SUBJECT)
        assert (told.act, told.payload["kept"], told.payload["journal"], told.payload["reason"]) == (
            "mend",
            3,
            2,
            "Sửa tay nhầm",
        )
        assert told.account is not None and told.account.login == "quantri.nghean"
    assert "Mọi số liệu khớp với nhật ký" in administrator.get("/so-lieu/doi-chieu/").content.decode()


def test_a_lost_tally_comes_back_and_nothing_is_mended_without_a_reason(drifted: Api) -> None:
    sql_of = "UPDATE casework_tally SET subject = '2.000815'"
    with scope.enter(scope.worker()):
        sql(sql_of, None, using="default")
        with pytest.raises(RuleBroken):
            recount.mend(PROVINCE, None, " ")
        assert len(recount.mend(PROVINCE, None, "Khôi phục")) == 2
        assert recount.drift(PROVINCE) == []
        assert Tally.objects.get(subject=BIRTH).received == 2


def test_what_was_counted_before_help_was_tallied_is_still_no_drift(fresh_demo: Api) -> None:
    filed = fresh_demo.receive(channel="online", assisted=True)
    assert fresh_demo.act("tiepnhan.quynhson", filed, "accept")[0] == 200
    assert one("SELECT received_assisted FROM casework_tally") == 1
    assert drift() == []
    with trigger_off("casework_entry"):  # an entry as it was written before migration 0034
        sql(
            "UPDATE casework_entry SET payload = jsonb_set(payload, '{tallies}', (SELECT jsonb_agg(t) FROM"
            " jsonb_array_elements(payload->'tallies') t WHERE t->>2 <> 'received_assisted')) WHERE act = 'accept'"
        )
    assert drift() == []
    sql("UPDATE casework_tally SET received_assisted = 0")
    (line,) = drift()
    assert (line["measure"], line["kept"], line["journal"]) == ("received_assisted", 0, 1)


def test_the_command_names_and_mends(fresh_demo: Api, capsys: pytest.CaptureFixture[str]) -> None:
    fresh_demo.receive()
    sql("UPDATE casework_tally SET received = 5")
    assert cli.main(["recount", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["kept"] == 5
    assert cli.main(["recount", "--mend", "--reason", "Sửa tay nhầm"]) == 0
    assert "1 số liệu đã sửa theo nhật ký" in capsys.readouterr().out
    assert cli.main(["recount"]) == 0


def test_the_proof_counts_both_ways_and_names_what_differs(fresh_demo: Api, capsys: pytest.CaptureFixture[str]) -> None:
    walk(fresh_demo, fresh_demo.receive(procedure=PERMIT), until="sign_off")
    fresh_demo.receive("tiepnhan.tanmai")
    assert cli.main(["indicators", "verify"]) == 0
    assert "mỗi con số bằng đúng số hồ sơ nó mở" in capsys.readouterr().out
    sql("UPDATE casework_tally SET received = 7 WHERE subject = %s", (BIRTH,))
    assert cli.main(["indicators", "verify", "--json"]) == 1
    proof = json.loads(capsys.readouterr().out)
    assert proof["checks"] > 60 and len(proof["drift"]) == 1
    assert {(d["unit"], d["figure"], d["of"], d["told"], d["opened"]) for d in proof["differences"]} == {
        ("40", "received", "", 8, 2),
        ("H41.128", "received", "", 7, 1),
        ("H41.128", "received", BIRTH, 7, 1),
    }


@pytest.mark.parametrize("given", [["--from", "2026-11-28", "--to", "2026-11-01"], ["--from", "hôm nay"]])
def test_wrong_days_are_refused_in_one_line(
    fresh_demo: Api, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["indicators", "verify", *given])
    assert refused.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
