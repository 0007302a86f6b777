"""Keyset pages: while new dossiers arrive none is shown twice and none is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.demo.fixtures import BIRTH, PERMIT, Api
from motcua.dossiers.tests.walking import at

LOGIN = "tiepnhan.quynhson"


def walked(api: Api, path: str, limit: int, between: Any = lambda: None) -> list[str]:
    """Codes of all pages in order; `between` happens after each page."""
    codes: list[str] = []
    cursor = ""
    for _ in range(50):
        status, page = api.get(LOGIN, f"{path}?limit={limit}{cursor}")
        assert status == 200, page
        codes += [item["code"] for item in page["items"]]
        if page["next_cursor"] is None:
            return codes
        assert len(page["items"]) == limit
        cursor = f"&cursor={page['next_cursor']}"
        between()
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("limit", [1, 3, 7])
@pytest.mark.parametrize("path", ["/dossiers", "/worklist"])
def test_each_dossier_is_on_one_page_though_others_arrive(api: Api, path: str, limit: int) -> None:
    with at(api, "2026-11-19T09:00") as now:
        old = []
        for number in range(8):
            # Pairs of one moment: the id must part them.
            old.append(api.receive(procedure=BIRTH if number % 3 else PERMIT)["code"])
            now.tick(minutes=number % 2)

        arrivals = iter(range(5))

        def arrive() -> None:
            if next(arrivals, None) is None:
                return
            now.tick(minutes=1)
            api.receive(procedure=PERMIT)
            api.receive(channel="post", received_at=(now.at - timedelta(days=2)).isoformat())

        codes = walked(api, path, limit, arrive)
    assert len(codes) == len(set(codes)), "none twice"
    assert set(old) <= set(codes), "none lost"


def test_the_register_shows_the_newest_reception_first(api: Api) -> None:
    with at(api, "2026-11-19T09:00") as now:
        codes = []
        for _ in range(5):
            codes.append(api.receive()["code"])
            now.tick(minutes=1)
        assert walked(api, "/dossiers", 2) == codes[::-1]


def test_the_worklist_shows_the_worst_risk_first_and_filters_by_it(api: Api) -> None:
    with at(api, "2026-11-19T09:00") as now:
        permit, birth = api.receive(procedure=PERMIT), api.receive()
        api.act(LOGIN, permit, "hand_over")
        _, before = api.get("truongphong.quynhson", "/worklist")
        assert [i["code"] for i in before["items"]] == [permit["code"]]
        later = api.receive(channel="online")
        items = api.get(LOGIN, "/worklist")[1]["items"]
        assert [i["code"] for i in items] == [birth["code"], later["code"]]
        assert items == sorted(items, key=lambda i: i["must_start_by"])
        now.move_to(datetime.fromisoformat("2026-11-20T08:00:00+07:00"))
        for risk, found in (("overdue", [birth["code"]]), ("soon", [birth["code"], later["code"]])):
            assert [i["code"] for i in api.get(LOGIN, f"/worklist?risk={risk}")[1]["items"]] == found
    assert api.get(LOGIN, "/worklist?kind=letter")[1]["items"] == []


def test_filters_of_the_register_hold_together(api: Api) -> None:
    with at(api, "2026-11-19T09:00") as now:
        first = api.receive(procedure=PERMIT)["code"]
        now.tick(days=1)
        second = api.receive()["code"]

        def found(query: str) -> list[str]:
            return [i["code"] for i in api.get(LOGIN, f"/dossiers?{query}")[1]["items"]]

        assert found("procedure=1.013225") == [first]
        assert found("received_from=2026-11-20") == [second]
        assert found("received_to=2026-11-19") == [first]
        assert found("received_from=2026-11-19&received_to=2026-11-20&state=received") == [second, first]
        assert found("agency=H41.128") == []
        assert found(f"q={first}") == [first]
        assert found("q=nguy%E1%BB%85n%20%C6%B0%E1%BB%9Bc&procedure=1.001193") == [second]
        now.tick(days=3)
        assert found("overdue=true") == [second]
        assert found("overdue=false") == [first]
