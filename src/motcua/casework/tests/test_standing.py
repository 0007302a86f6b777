"""What stands now is counted by the database itself: after any acts, by whichever hand, the count is the cases."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from motcua.casework import recount, standing
from motcua.casework.tests.world import Town, one, sql
from motcua.demo.fixtures import COPY, PERMIT, Api
from motcua.dossiers.tests.walking import permit
from motcua.organisation import scope

OPEN = "SELECT count(*) FROM casework_case WHERE closed_at IS NULL AND finished_at IS NULL"
KEPT = "SELECT coalesce(sum(n), 0)::int FROM casework_standing"


def drift() -> list[dict[str, object]]:
    with scope.enter(scope.worker()):
        return standing.drift(40)


def settled() -> int:
    with scope.enter(scope.worker()):
        return standing.settle(40)


def test_a_town_at_work_is_counted_as_it_stands(sealed: Town) -> None:
    assert one(KEPT) == one(OPEN) > 5
    assert drift() == []


def test_summing_up_changes_no_count_and_leaves_one_row_a_key(sealed: Town) -> None:
    keys = "SELECT kind, agency_id, state, signing, promised_day, sum(n) FROM casework_standing GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0"
    before = sorted(map(repr, sql(keys)))
    assert one("SELECT count(*) FROM casework_standing") > len(before)
    assert settled() == len(before)
    assert sorted(map(repr, sql(keys))) == before
    assert one("SELECT count(*) FROM casework_standing") == len(before)
    assert settled() == 0, "nothing happened since"


def test_an_act_after_the_summing_up_counts_on(sealed: Town) -> None:
    settled()
    sealed.api.receive(procedure=COPY)
    assert (one(KEPT), drift()) == (one(OPEN), [])
    settled()
    assert (one(KEPT), drift()) == (one(OPEN), [])


def test_what_an_owner_changes_by_hand_is_counted_too(sealed: Town) -> None:
    sql(
        "UPDATE casework_case SET promised_at = promised_at + interval '3 days', legal_due_at = legal_due_at + interval '3 days'",
        None,
    )
    assert drift() == []


def test_a_count_that_is_off_is_named_and_mended_with_a_reason(sealed: Town) -> None:
    sql("DELETE FROM casework_standing WHERE state = 'in_progress'", None)
    with scope.enter(scope.worker()):
        found = recount.drift(40)
        assert {line["measure"] for line in found} == {"standing_in_progress"}
        assert all(line["kept"] < line["journal"] for line in found)
        mended = recount.mend(40, None, "Khôi phục sau sự cố")
        assert mended == found
        assert recount.drift(40) == []


def test_acts_and_summing_up_at_once_lose_nothing(fresh_demo: Api) -> None:
    waiting = [permit(fresh_demo) for _ in range(6)]
    stop = threading.Event()
    failed: list[BaseException] = []

    def sum_up() -> None:
        try:
            while not stop.is_set():
                settled()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    others = [threading.Thread(target=sum_up) for _ in range(3)]
    for one_of in others:
        one_of.start()
    for dossier in waiting:
        assert fresh_demo.act("tiepnhan.quynhson", dossier, "hand_over")[0] == 200
        fresh_demo.receive(procedure=PERMIT)
    stop.set()
    for one_of in others:
        one_of.join()
    assert failed == []
    assert (one(KEPT), drift()) == (one(OPEN), [])


@pytest.mark.django_db
def test_an_intake_and_an_act_append_what_changed_and_touch_no_other_row(api: Api) -> None:
    dossier = api.receive(procedure=PERMIT)
    rows = "SELECT state, signing, n FROM casework_standing ORDER BY 1, 3"
    with scope.enter(scope.worker()):
        assert sql(rows, using="default") == [("received", False, 1)]
    assert api.act("tiepnhan.quynhson", dossier, "hand_over")[0] == 200
    with scope.enter(scope.worker()):
        assert sorted(sql(rows, using="default")) == sorted(
            [("received", False, 1), ("received", False, -1), ("in_progress", False, 1)]
        )
