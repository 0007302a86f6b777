"""What an answer promised is kept or broken by itself, whenever the answer was given (domain §7.1: classes that owe a date)."""

from __future__ import annotations

from motcua.casework import recount
from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight.tests.desk import Desk, pdf
from motcua.oversight.tests.test_recommendations import (
    ANSWER,
    COMMUNE,
    COORDINATOR,
    DIRECTOR,
    EXPLAINED,
    HEAD,
    assigned,
    raised,
    tallies,
)
from motcua.worktime import clock


def promised() -> str:
    """A recommendation answered on time on 28/02/2026 with a promise for 30/06/2026, to which the commune agreed."""
    with clock.freeze("2026-02-26T09:00"):
        code = assigned(raised())
    with clock.freeze("2026-02-28T09:00"):
        Desk(DIRECTOR).done(code, "answer", **ANSWER, files=pdf())
        Desk(COMMUNE).done(code, "accept")
    return code


def test_how_long_it_takes_until_it_is_done_is_counted_from_the_day_it_was_raised(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        at_once = assigned(raised(text="Đề nghị hướng dẫn biểu mẫu."))
    code = promised()
    with clock.freeze("2026-02-28T09:00"):
        Desk(DIRECTOR).done(at_once, "answer", **EXPLAINED, files=pdf())
        Desk(COMMUNE).done(at_once, "accept")
    assert (tallies()["done"], tallies()["done_hours"]) == (1, 2 * 24), "what is only promised is not done"
    with clock.freeze("2026-06-20T09:00"):
        Desk(HEAD).done(code, "fulfil", note="Đã đo xong 4 xóm.")
    assert (tallies()["done"], tallies()["done_hours"]) == (2, (2 + 114) * 24)
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []
    assert tallies()["finished_on_time"] == 2


def test_a_broken_promise_is_late_on_the_list_the_case_and_with_who_owes(api: Api) -> None:
    code, office = promised(), Desk(COORDINATOR)
    listed, owing = "/kien-nghi/?side=all&broken=on", "/kien-nghi/no-tra-loi/"
    with clock.freeze("2026-06-25T09:00"):
        page = office.page(f"/viec/{code}/")
        assert "Hạn đã hứa" in page and "Còn 5 ngày" in page and "Xong đúng hạn" in page
        assert code not in office.page(listed)
        assert "Không cơ quan nào" in office.page(owing)
    with clock.freeze("2026-07-04T09:00"):
        for desk in (office, Desk(COMMUNE), Desk(HEAD)):
            page = desk.page(f"/viec/{code}/")
            assert "Đã hứa nhưng quá hẹn" in page and "Quá hạn 4 ngày" in page
        assert code in office.page(listed) and "is-late" in office.page(listed)
        assert code not in office.page("/kien-nghi/?side=all&late=on"), "the answer came in time"
        page = office.page(owing)
        assert "Hứa nhưng quá hẹn" in page and "lead=H41.05&amp;broken=on" in page
        done = office.post(f"{owing}H41.05/don-doc/", number="90/UBND-TH", dated_on="04/07/2026", text="Làm ngay.")
        assert done.status_code == 302
        assert "90/UBND-TH" in Desk(HEAD).page(f"/viec/{code}/")
        assert api.get(COORDINATOR, f"/cases/{code}")[1]["overdue"] is True
        Desk(HEAD).done(code, "fulfil", note="Đã đo xong 4 xóm.")
        page = office.page(f"/viec/{code}/")
        assert "Đã hứa nhưng quá hẹn" not in page and "Xong, trễ 4 ngày" in page
        assert code not in office.page(listed)
    assert (tallies()["finished_on_time"], tallies()["finished_late"]) == (1, 0)
