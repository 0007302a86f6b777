"""The legal date and the promise of the three procedures, counted by hand on the calendar of 2026.

Friday 13/02 is the eve of Tết (off 14-22/02); Saturday 10/01 is worked for 02/01; Tuesday 24/11 is Vietnam Culture Day.
"""

import pytest

from motcua.demo.fixtures import BIRTH, COPY, PERMIT, Api
from motcua.dossiers.tests.walking import at, journalled

LOGIN = "tiepnhan.quynhson"

# Received -> (legal date and promise, day; by when it must have left the counter).
SAME_DAY = [
    ("2026-11-19T07:31", "11-19", "11-19T17:00"),
    ("2026-11-19T14:59", "11-19", "11-19T17:00"),
    ("2026-11-19T15:01", "11-20", "11-20T07:30"),
    ("2026-11-19T22:00", "11-20", "11-20T07:30"),
    ("2026-11-20T16:50", "11-23", "11-23T07:30"),  # Friday evening: Monday
    ("2026-11-23T10:00", "11-23", "11-23T17:00"),
    ("2026-11-23T15:30", "11-25", "11-25T07:30"),  # over 24/11
    ("2026-11-24T09:00", "11-25", "11-25T07:30"),  # on it
    ("2026-11-21T09:00", "11-23", "11-23T07:30"),  # Saturday
    ("2026-02-13T14:59", "02-13", "02-13T17:00"),
    ("2026-02-13T16:10", "02-23", "02-23T07:30"),  # over Tết
    ("2026-01-10T09:00", "01-10", "01-10T17:00"),  # a worked Saturday is a working day
    ("2026-01-10T15:30", "01-12", "01-12T07:30"),
    ("2026-01-17T09:00", "01-19", "01-19T07:30"),
]


@pytest.mark.parametrize("procedure", [BIRTH, COPY])
@pytest.mark.parametrize(("received", "day", "hand_over"), SAME_DAY)
def test_same_day_work_ends_that_day_or_after_three_the_next_working_day(
    api: Api, procedure: str, received: str, day: str, hand_over: str
) -> None:
    """Civil Status Law 2014 art. 5.3; Decree 23/2015/NĐ-CP art. 7; hand-over by Decree 118/2025/NĐ-CP."""
    with at(api, received):
        dossier = api.receive(procedure=procedure)
        _, view = api.get(LOGIN, f"/dossiers/{dossier['code']}")
    close = f"2026-{day}T17:00:00+07:00"
    assert (view["legal_due_at"], view["promised_at"], view["original_promised_at"]) == (close, close, close)
    assert view["hand_over_due_at"] == f"2026-{hand_over}:00+07:00"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # 7 working days, the day of receipt not counted (Civil Code art. 147.2; Decree 217/2026/NĐ-CP art. 54)
        ("2026-11-19T07:31", "12-01"),
        ("2026-11-19T15:01", "12-01"),  # the 15:00 rule is for same-day work
        ("2026-11-20T16:50", "12-02"),
        ("2026-11-21T09:00", "12-02"),
        ("2026-11-23T10:00", "12-03"),
        ("2026-11-24T10:00", "12-03"),
        # 15 days, counted by the calendar; an end on a rest day moves on (art. 148.5; Construction Law 2014 art. 102)
        ("2026-02-13T16:10", "03-02"),  # day 15 is Saturday 28/02
        ("2026-01-10T09:00", "01-26"),  # day 15 is Sunday 25/01
        ("2026-02-02T09:00", "02-23"),  # day 15 is in Tết
        ("2026-05-05T09:00", "05-20"),
    ],
)
def test_a_building_permit_is_due_at_the_close_of_its_last_day(api: Api, received: str, due: str) -> None:
    with at(api, received):
        dossier = api.receive(procedure=PERMIT)
    close = f"2026-{due}T17:00:00+07:00"
    assert (dossier["legal_due_at"], dossier["promised_at"]) == (close, close)


def test_the_longer_case_of_a_procedure_has_its_own_limit(api: Api) -> None:
    with at(api, "2026-11-19T15:30"):
        pages = api.receive(procedure=COPY, case="complex")  # 2 working days
        works = api.receive(procedure=PERMIT, case="other", components=[{"code": c} for c in ("01", "02", "03")])
    assert pages["promised_at"] == "2026-11-23T17:00:00+07:00"
    assert works["promised_at"] == "2026-12-04T17:00:00+07:00"  # 10 working days over 24/11


@pytest.mark.parametrize("procedure", [BIRTH, PERMIT])
def test_the_explanation_of_both_dates_ends_at_the_stored_ones(api: Api, procedure: str) -> None:
    with at(api, "2026-11-20T16:50"):
        dossier = api.receive(procedure=procedure)
        _, view = api.get(LOGIN, f"/dossiers/{dossier['code']}")
    told = view["explanation"]
    assert (told["legal"]["due"], told["promise"]["due"]) == (view["legal_due_at"], view["promised_at"])
    skipped = {d["date"]: d["reason"] for d in told["legal"]["days"] if d["counted"] is False}
    assert "2026-11-21" in skipped
    assert procedure == BIRTH or "Ngày Văn hóa Việt Nam" in skipped["2026-11-24"]


@pytest.mark.parametrize(
    ("handed_over", "late"),
    [("2026-11-20T07:29", False), ("2026-11-20T07:30", False), ("2026-11-20T07:31", True), ("2026-11-23T08:00", True)],
)
def test_what_came_after_three_leaves_the_counter_at_the_start_of_the_next_working_day(
    api: Api, handed_over: str, late: bool
) -> None:
    with at(api, "2026-11-19T15:01") as now:
        dossier = api.receive(procedure=PERMIT)
        now.move_to(now.at.fromisoformat(f"{handed_over}:00+07:00"))
        assert api.act(LOGIN, dossier, "hand_over")[0] == 200
    assert journalled(dossier["code"])["late"] is late


def test_what_came_before_three_leaves_the_counter_that_day(api: Api) -> None:
    with at(api, "2026-11-19T14:00") as now:
        first, second = api.receive(procedure=PERMIT), api.receive(procedure=PERMIT)
        now.move_to(now.at.replace(hour=17, minute=0))
        api.act(LOGIN, first, "hand_over")
        now.tick(minutes=1)
        api.act(LOGIN, second, "hand_over")
    assert (journalled(first["code"])["late"], journalled(second["code"])["late"]) == (False, True)
