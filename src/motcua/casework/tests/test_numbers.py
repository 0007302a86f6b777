"""Numbers: one sequence per agency and day, without gap or repetition, begun anew each day (Circular 03/2025/TT-VPCP art. 13)."""

from motcua.casework.tests.world import Town, at_once, client, one, sql
from motcua.demo.fixtures import PHUONG, XA, Api, intake
from motcua.worktime import clock

COUNTER = "tiepnhan.quynhson"
DAY = "2026-11-25T08:00:00+07:00"


def number(code: str) -> int:
    return int(code.rsplit("-", 1)[1])


def test_40_threads_at_one_agency_get_unique_numbers_without_a_gap(sealed: Town) -> None:
    fresh = client(sealed.api, COUNTER)
    with clock.freeze(DAY):
        codes = at_once(40, lambda _: fresh().receive()["code"])
    assert sorted(map(number, codes)) == list(range(1, 41))
    assert {code.rsplit("-", 1)[0] for code in codes} == {"H41.170-261125"}


def test_numbers_increase_in_the_order_of_intake(sealed: Town) -> None:
    with clock.freeze(DAY):
        assert [number(sealed.api.receive()["code"]) for _ in range(5)] == [1, 2, 3, 4, 5]


def test_each_agency_counts_for_itself_where_the_dossier_came_in(sealed: Town) -> None:
    with clock.freeze(DAY):
        assert sealed.api.receive(COUNTER)["code"] == "H41.170-261125-0001"
        assert sealed.api.receive("tiepnhan.tanmai")["code"] == "H41.128-261125-0001"
        elsewhere = sealed.api.receive(COUNTER, agency_code=PHUONG, receiving_agency_code=XA)
    assert (elsewhere["code"], elsewhere["agency_code"]) == ("H41.170-261125-0002", PHUONG)


def test_another_day_begins_anew(sealed: Town) -> None:
    with clock.freeze(DAY) as stopped:
        sealed.api.receive()
        sealed.api.receive()
        stopped.tick(days=1)
        assert sealed.api.receive()["code"] == "H41.170-261126-0001"


def test_the_day_is_the_day_in_viet_nam(sealed: Town) -> None:
    with clock.freeze("2026-11-25T00:10:00+07:00"):  # still the 24th in Greenwich
        assert sealed.api.receive()["code"] == "H41.170-261125-0001"


def test_a_paper_register_typed_in_later_is_numbered_on_its_own_day(sealed: Town) -> None:
    with clock.freeze(DAY):
        sealed.api.receive()
        late = sealed.api.receive(
            received_at="2026-11-24T09:30:00+07:00", fallback={"reason": "Mất điện", "register_no": "12"}
        )
        assert late["code"] == "H41.170-261124-0001"
        assert sealed.api.receive()["code"] == "H41.170-261125-0002"


def test_above_9999_the_number_is_no_longer_padded_and_never_cut(sealed: Town) -> None:
    with clock.freeze(DAY):
        assert sealed.api.receive()["code"].endswith("-0001")
        sql("UPDATE casework_counter SET value = 9998 WHERE day = '2026-11-25'")
        assert [sealed.api.receive()["code"] for _ in range(3)] == [
            "H41.170-261125-9999",
            "H41.170-261125-10000",
            "H41.170-261125-10001",
        ]


def test_a_refused_intake_uses_no_number_up(sealed: Town) -> None:
    with clock.freeze(DAY):
        sealed.api.receive()
        status, _ = sealed.api.post(
            COUNTER, "/dossiers", {"procedure_code": "1.001193", "agency_code": XA, "applicant": {}}
        )
        assert status == 422
        assert number(sealed.api.receive()["code"]) == 2


def test_a_number_taken_by_a_transaction_that_fails_is_given_again(sealed: Town) -> None:
    """The counter row is part of the statement: what is rolled back was never counted."""
    with clock.freeze(DAY):
        sealed.api.receive()
        sql("ALTER TABLE dossiers_dossier ADD CONSTRAINT never CHECK (channel <> 'post') NOT VALID")
        api = Api(tokens=dict(sealed.api.tokens))
        api.client.raise_request_exception = False
        status, _ = api.post(COUNTER, "/dossiers", {**intake(), "channel": "post"})
        assert status >= 500
        assert number(sealed.api.receive()["code"]) == 2
    assert one("SELECT count(*) FROM casework_case WHERE day = '2026-11-25'") == 2
