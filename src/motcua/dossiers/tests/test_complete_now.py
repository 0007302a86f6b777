"""Work done whole at the counter (Decree 23/2015/NĐ-CP; delegates: Decree 280/2025/NĐ-CP): one act, a number without a gap, the fee by the rule."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from motcua.casework.tests.world import at_once, client, one, sql, verified
from motcua.catalogue import queries as catalogue
from motcua.demo.fixtures import BIRTH, COPY, PASSWORD, Api, principal_of
from motcua.dossiers import certification, rules_certification
from motcua.dossiers.rules_certification import Paper
from motcua.organisation import scope
from motcua.organisation.errors import RuleBroken
from motcua.payments import queries as money
from motcua.worktime import clock

COUNTER = "tiepnhan.quynhson"
LAND = [{"name": "Giấy chứng nhận quyền sử dụng đất", "pages": 7, "copies": 3}]


def complete(api: Api, dossier: dict[str, Any], papers: list[dict[str, Any]] = LAND, **more: Any) -> tuple[int, Any]:
    return api.act(COUNTER, dossier, "complete_now", papers=papers, **more)


def signed_in(login: str = COUNTER) -> Client:
    found = Client()
    assert found.login(username=login, password=PASSWORD)
    return found


# --- the rules ----------------------------------------------------------------------------------------------------------


def test_seven_pages_in_three_copies_cost_27_000_by_the_rule_in_force(demo: Any) -> None:
    today = clock.now().date()
    with scope.enter(scope.worker()):
        version, process = catalogue.in_force(COPY, today, 40)
        (cost,) = certification.assessed(version, today, 40, {}, [Paper("x", 7, 3)])
    assert cost.total == 27_000
    assert "3 bản" in cost.dues[0].explanation
    assert process.complete_now


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (None, "papers.0.name"),
        ([], "papers.0.name"),
        ([{"name": " "}], "papers.0.name"),
        ([{"name": "A", "pages": 0}], "papers.0.pages"),
        ([{"name": "A"}, {"name": "B", "copies": 1000}], "papers.1.copies"),
        ([{"name": "A", "pages": True}], "papers.0.pages"),
        ([{"name": "A" * 301}], "papers.0.name"),
        ([{"name": "A"}] * 6, "papers"),
        ("A", "papers.0.name"),
    ],
)
def test_a_paper_that_is_not_said_whole_is_refused_beside_its_box(papers: Any, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        rules_certification.read_papers(papers)
    assert field in {e.field for e in refused.value.errors}


# --- the act ------------------------------------------------------------------------------------------------------------


def test_from_received_straight_to_finished_with_its_number_then_returned(api: Api) -> None:
    dossier = api.receive(procedure=COPY)
    status, body = complete(api, dossier)
    assert (status, body["state"]) == (200, "finished")
    assert api.act(COUNTER, dossier, "return_result", how="counter")[0] == 422, (
        "nothing is handed out before it is paid"
    )
    assert api.pay(COUNTER, dossier)["amount"] == 27_000
    assert api.act(COUNTER, dossier, "return_result", how="counter")[0] == 200
    with scope.enter(scope.worker()):
        (line,) = certification.of_case(one_case(dossier["code"]))
    assert (line.number, line.pages, line.copies, line.fee) == (1, 7, 3, Decimal(27_000))
    assert (line.signer_name, line.signer_title) == ("Hồ Sỹ Ái", "Chủ tịch Ủy ban nhân dân")


def one_case(code: str) -> Any:
    return one("SELECT id FROM casework_case WHERE code = %s", (code,), using="default")


def test_each_paper_gets_its_own_number_and_each_kind_its_own_book(api: Api) -> None:
    assert complete(api, api.receive(procedure=COPY), [{"name": "A"}, {"name": "B"}])[0] == 200
    assert complete(api, api.receive(procedure=COPY), [{"name": "C"}])[0] == 200
    signature = other(api, "2.000884")
    assert complete(api, signature, [{"name": "Giấy ủy quyền"}])[0] == 200
    with scope.enter(principal_of(COUNTER).scope):
        rows = sql(
            "SELECT b.kind, l.number, l.paper, l.fee FROM dossiers_certification l JOIN dossiers_book b ON b.id = l.book_id"
            " ORDER BY 1, 2",
            using="default",
        )
    assert rows == [
        ("copy", 1, "A", 2000),
        ("copy", 2, "B", 2000),
        ("copy", 3, "C", 2000),
        ("signature", 1, "Giấy ủy quyền", 10000),
    ]


def other(api: Api, procedure: str) -> dict[str, Any]:
    """A dossier of a procedure that the shared fixtures do not know, with all its papers."""
    with scope.enter(scope.worker()):
        version, _ = catalogue.in_force(procedure, clock.now().date(), 40)
    papers = [{"code": c.code} for c in version.components]
    return api.receive(procedure=COPY, procedure_code=procedure, components=papers)


def test_what_the_process_does_not_allow_is_409_whatever_the_page_says(api: Api) -> None:
    """A birth is due the same day, but the province's process does not let the counter do it whole."""
    assert complete(api, api.receive(procedure=BIRTH))[0] == 409


def test_a_dossier_that_another_commune_resolves_is_not_done_here(api: Api) -> None:
    dossier = api.receive(procedure=COPY, agency_code="H41.128", receiving_agency_code="H41.170")
    assert complete(api, dossier)[0] == 409


@pytest.mark.parametrize("login", ["tuphap.quynhson", "chutich.quynhson", "vanthu.quynhson"])
def test_only_the_counter_does_it(api: Api, login: str) -> None:
    dossier = api.receive(procedure=COPY)
    assert api.act(login, dossier, "complete_now", papers=LAND)[0] == 403


def test_a_refused_act_takes_no_number(api: Api) -> None:
    assert complete(api, api.receive(procedure=COPY), LAND, signer="không ai")[0] == 422
    assert complete(api, api.receive(procedure=COPY))[0] == 200
    with scope.enter(principal_of(COUNTER).scope):
        assert sql("SELECT number FROM dossiers_certification", using="default") == [(1,)]


def test_numbers_are_without_gap_and_without_twin_when_many_finish_at_once(fresh_demo: Api) -> None:
    dossiers = [fresh_demo.receive(procedure=COPY) for _ in range(8)]
    fresh = client(fresh_demo, COUNTER)
    answers = at_once(8, lambda n: complete(fresh(), dict(dossiers[n]), [{"name": f"A{n}"}, {"name": f"B{n}"}]))
    assert [status for status, _ in answers] == [200] * 8
    numbers = [row[0] for row in sql("SELECT number FROM dossiers_certification ORDER BY number")]
    assert numbers == list(range(1, 17))
    assert one("SELECT last_number FROM dossiers_book WHERE kind = 'copy'") == 16
    assert verified().broken == []


# --- the pages ----------------------------------------------------------------------------------------------------------


def test_the_page_enters_hands_out_and_shows_the_number(api: Api) -> None:
    code = api.receive(procedure=COPY)["code"]
    counter = signed_in()
    page = counter.get(f"/ho-so/{code}/complete_now/")
    assert "Sổ chứng thực bản sao" in page.content.decode()
    form = page.context["form"]
    sent = {
        "version": form["version"].value(),
        "name_0": "Sổ đỏ",
        "pages_0": "7",
        "copies_0": "3",
        "signer": form.initial["signer"],
        "hand_out": "on",
        "idempotency_key": "0194f7a0-0000-7000-8000-000000000001",
    }
    fee = counter.post(f"/ho-so/{code}/complete_now/", {**sent, "look": "fee"})
    assert "27.000 đ" in fee.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for _ in range(2):  # sent twice: done once
        answer = counter.post(f"/ho-so/{code}/complete_now/", sent)
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"] == f"/ho-so/{code}/lam-xong/"
    done = counter.get(f"/ho-so/{code}/lam-xong/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "27.000 đ" in done and "Đã vào sổ" in done
    assert "Thu 27.000 đ" in done
    assert api.get(COUNTER, f"/dossiers/{code}")[1]["state"] == "finished"
    year = clock.now().year
    assert "Sổ đỏ" in counter.get(f"/so-chung-thuc/copy/{year}/").content.decode()
    assert counter.get(f"/so-chung-thuc/copy/{year}/trang.pdf").content.startswith(b"%PDF")
    assert counter.get(f"/so-chung-thuc/extract/{year}/").status_code == 404
    assert signed_in("tiepnhan.tanmai").get(f"/so-chung-thuc/copy/{year}/").status_code == 404


def test_what_is_typed_wrong_comes_back_with_all_that_was_typed(api: Api) -> None:
    code = api.receive(procedure=COPY)["code"]
    counter = signed_in()
    answer = counter.post(
        f"/ho-so/{code}/complete_now/",
        {"version": "1", "name_0": "", "pages_0": "bảy", "copies_0": "3", "signer": "x"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Ghi tên giấy tờ." in text and "Số trang là một số" in text and 'value="bảy"' in text


def test_what_was_charged_at_intake_follows_the_pages_that_were_made(api: Api) -> None:
    dossier = api.receive(procedure=COPY, data={"pages": 1, "copies": 1})
    assert complete(api, dossier)[0] == 200
    with scope.enter(principal_of(COUNTER).scope):
        bill = money.bill(one_case(dossier["code"]))
    assert [(line.amount, line.state) for line in bill.lines] == [(2000, "dropped"), (27000, "due")]


def test_money_taken_for_other_pages_is_never_overwritten(api: Api) -> None:
    dossier = api.receive(procedure=COPY, data={"pages": 1, "copies": 1})
    api.pay(COUNTER, dossier)
    status, body = complete(api, dossier)
    assert status == 422 and "Hủy biên lai" in str(body)
    assert complete(api, dossier, [{"name": "Sổ đỏ"}])[0] == 200


def test_what_costs_nothing_is_handed_out_at_once(api: Api) -> None:
    code = other(api, "2.000908")["code"]
    counter = signed_in()
    form = counter.get(f"/ho-so/{code}/complete_now/").context["form"]
    sent = {"version": "1", "name_0": "Giấy khai sinh số 12", "signer": form.initial["signer"], "hand_out": "on"}
    assert counter.post(f"/ho-so/{code}/complete_now/", sent).status_code == 302
    assert api.get(COUNTER, f"/dossiers/{code}")[1]["state"] == "returned"
