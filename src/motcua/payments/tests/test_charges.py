"""What is due: the rule of the version, worked out with pages and copies, and in one sentence why, or why nothing."""

import pytest

from motcua.demo.fixtures import BIRTH, COPY
from motcua.organisation import scope
from motcua.payments import queries
from motcua.payments.models import Charge
from motcua.payments.rules import exemptions
from motcua.payments.tests.conftest import CASHIER, Counter

CHAIR, CLERK, JUSTICE = "chutich.quynhson", "vanthu.quynhson", "tuphap.quynhson"
EXTRACT, LATE_BIRTH = "2.000635", "Đăng ký quá hạn"


def charges(counter: Counter, code: str) -> list[Charge]:
    with scope.enter(counter.cashier.scope):
        return list(Charge.objects.filter(subject_code=code).order_by("id"))


@pytest.mark.parametrize(
    ("pages", "copies", "due"),
    [
        (1, 1, 2_000),
        (2, 1, 4_000),
        (7, 1, 9_000),  # 2 x 2.000 + 5 x 1.000
        (7, 3, 27_000),
        (198, 1, 200_000),
        (300, 2, 400_000),  # at most 200.000 a copy
    ],
)
def test_a_certified_copy_costs_by_page_and_copy(counter: Counter, pages: int, copies: int, due: int) -> None:
    """Circular 226/2016/TT-BTC art. 4: 2.000 a page, 1.000 from the third page on, at most 200.000 a copy."""
    assert counter.due(counter.dossier(pages, copies)["code"]) == due


def test_the_charge_says_how_it_was_worked_out_and_by_which_instrument(counter: Counter) -> None:
    (charge,) = charges(counter, counter.dossier()["code"])
    assert charge.explanation == "3 bản × (2 trang × 2.000 đ + 5 trang × 1.000 đ) = 27.000 đ"
    assert charge.instrument == "Thông tư 226/2016/TT-BTC, Điều 4"


def test_a_birth_in_time_costs_nothing_and_its_page_says_why(counter: Counter, client) -> None:
    dossier = counter.api.receive()
    assert charges(counter, dossier["code"]) == []
    client.force_login(_account(CASHIER))
    page = client.get(f"/ho-so/{dossier['code']}/").content.decode()
    assert "Miễn lệ phí khi đăng ký khai sinh đúng hạn" in page
    assert "Luật Hộ tịch 60/2014/QH13, Điều 11" in page


def test_what_the_province_has_not_set_is_said_and_not_charged(counter: Counter, client) -> None:
    dossier = counter.api.receive(data={"fee_condition": LATE_BIRTH})
    assert charges(counter, dossier["code"]) == []
    client.force_login(_account(CASHIER))
    assert "chưa khai trong danh mục" in client.get(f"/ho-so/{dossier['code']}/").content.decode()


def test_an_exemption_is_kept_with_its_ground_and_its_paper(counter: Counter) -> None:
    dossier = counter.api.receive(
        data={
            "fee_condition": LATE_BIRTH,
            "exemption": "poor",
            "exemption_paper": "Giấy chứng nhận hộ nghèo số 12/2026",
        }
    )
    (charge,) = charges(counter, dossier["code"])
    assert (charge.amount, charge.exemption) == (0, "poor")
    assert charge.explanation == (
        "Miễn lệ phí hộ tịch cho người thuộc hộ nghèo (Luật Hộ tịch 60/2014/QH13, Điều 11 khoản 1 điểm a);"
        " căn cứ: Giấy chứng nhận hộ nghèo số 12/2026."
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"fee_condition": LATE_BIRTH, "exemption": "poor"}, "data.exemption_paper"),
        ({"exemption": "rich", "exemption_paper": "Giấy"}, "data.exemption"),
        ({"fee_condition": "Khi trời mưa"}, "data.fee_condition"),
        ({"pages": 0}, "data.pages"),
        ({"copies": "ba"}, "data.copies"),
        ({"cases": True}, "data.cases"),
    ],
)
def test_what_is_said_wrongly_about_the_fee_refuses_the_intake(counter: Counter, data: dict, field: str) -> None:
    from motcua.demo.fixtures import intake

    status, body = counter.api.post(CASHIER, "/dossiers", {**intake(BIRTH), "data": data})
    assert (status, [e["field"] for e in body["errors"]]) == (422, [field])


def test_an_exemption_of_civil_status_does_not_apply_to_a_certified_copy(counter: Counter) -> None:
    from motcua.demo.fixtures import intake

    data = {"exemption": "poor", "exemption_paper": "Giấy chứng nhận hộ nghèo"}
    status, body = counter.api.post(CASHIER, "/dossiers", {**intake(COPY), "data": data})
    assert (status, body["errors"][0]["field"]) == (422, "data.exemption")


def test_every_exemption_names_its_instrument_and_whether_a_lawyer_saw_it() -> None:
    assert [e.code for e in exemptions()] == [
        *("merit", "poor", "disabled"),
        *("birth_on_time", "death_on_time", "guardianship", "marriage_at_home"),
    ]
    assert all(e.instrument.startswith("Luật Hộ tịch 60/2014/QH13, Điều 11") for e in exemptions())
    assert not any(e.verified for e in exemptions())


# --- the dossier waits for its money ------------------------------------------------------------------------------------


def finished(counter: Counter) -> dict:
    dossier = counter.dossier()
    for login, act in ((CASHIER, "hand_over"), (JUSTICE, "advance"), (CHAIR, "sign_off"), (CLERK, "advance")):
        assert counter.api.act(login, dossier, act)[0] == 200
    return dossier


def test_the_result_is_not_given_out_before_its_fee_is_paid(counter: Counter) -> None:
    dossier = finished(counter)
    status, body = counter.api.act(CASHIER, dossier, "return_result")
    assert (status, body["detail"]) == (422, "Còn 27.000 đ phí, lệ phí chưa nộp. Thu ở trang Thu phí rồi làm tiếp.")
    counter.pay(dossier["code"])
    assert counter.api.act(CASHIER, dossier, "return_result")[0] == 200


def test_an_obligation_asked_for_is_confirmed_only_when_it_is_paid(counter: Counter) -> None:
    dossier = counter.dossier()
    assert counter.api.act(CASHIER, dossier, "request_payment", amount=1_500_000, note="Thuế trước bạ")[0] == 200
    assert counter.due(dossier["code"]) == 1_527_000
    assert counter.api.act(CASHIER, dossier, "confirm_payment")[0] == 422
    counter.pay(dossier["code"])
    assert counter.api.act(CASHIER, dossier, "confirm_payment")[0] == 200
    assert [c.explanation for c in charges(counter, dossier["code"])][1] == "Thuế trước bạ"


def test_a_specialist_of_another_commune_asks_for_money_that_the_receiving_centre_takes(counter: Counter) -> None:
    from motcua.demo.fixtures import PHUONG, XA

    dossier = counter.dossier(agency_code=PHUONG, receiving_agency_code=XA)
    assert counter.api.act(CASHIER, dossier, "hand_over")[0] == 200
    assert counter.api.act("tuphap.tanmai", dossier, "request_payment", amount=50_000)[0] == 200
    assert counter.due(dossier["code"]) == 77_000
    assert counter.pay(dossier["code"]).receipt.content["agency"] == "Ủy ban nhân dân xã Quỳnh Sơn"


@pytest.mark.parametrize("ending", ["withdraw", "refuse", "cancel_entry"])
def test_a_dossier_that_ends_without_a_result_owes_nothing_any_more(counter: Counter, ending: str) -> None:
    dossier = counter.dossier()
    assert counter.api.act(CASHIER, dossier, ending, note="Theo đề nghị")[0] == 200
    (charge,) = charges(counter, dossier["code"])
    assert charge.dropped_at is not None
    with scope.enter(counter.cashier.scope):
        assert queries.unpaid(charge.subject_id) == 0
        assert queries.waiting(counter.cashier.agency_id) == []


def test_the_applicant_who_withdraws_owes_nothing_any_more(counter: Counter) -> None:
    dossier = counter.dossier()
    body = {"secret": dossier["secret"], "act": "withdraw"}
    assert counter.api.post(None, f"/track/{dossier['code']}/acts", body)[0] == 200
    (charge,) = charges(counter, dossier["code"])
    assert charge.dropped_at is not None


def _account(login: str):
    from motcua.organisation.models import Account

    return Account.objects.get(login=login)
