"""After a storm: the director publishes a local day off with its document, sees which dossiers move, orders the re-appointment, and the
citizen reads the new date with the reason."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from procrastinate.contrib.django import app

from motcua.demo.fixtures import PERMIT, Api, working_day
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def work_the_queue() -> None:
    """What the worker does: takes every job that waits. In a thread, since Playwright's loop runs in this one."""

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as queue:
            queue.run_worker(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(60)


def sign(desk: Desk) -> None:
    desk.page.get_by_label("Văn bản", exact=True).fill("Quyết định 128/QĐ-UBND")
    desk.page.get_by_label("Ngày ký văn bản").fill(f"{clock.today():%d/%m/%Y}")


def test_a_local_day_off_after_a_storm_reaches_the_citizen(desk: Callable[..., Desk], counter_api: Api) -> None:
    dossiers = [counter_api.receive(procedure=PERMIT) for _ in range(3)]
    storm = f"{working_day():%d/%m/%Y}"
    director = desk("giamdoc.quynhson")
    director.follow(director.page.get_by_role("link", name="Lịch làm việc"))
    director.check("calendars")
    director.visit_and_check("/lich-lam-viec/vn/?nam=2026", "calendar-national")
    director.visit_and_check("/lich-lam-viec/")

    director.press("Lập lịch riêng")
    director.check("calendar-create")
    sign(director)
    director.press("Lập lịch")
    director.check("calendar-own")

    director.press("Thêm ngày nghỉ hoặc ngày làm việc")
    director.check("calendar-day")
    director.press("Xem trước")
    assert "Ghi loại và số văn bản" in director.text
    director.check("calendar-day-refused")
    director.page.get_by_label("Từ ngày").fill(storm)
    director.page.get_by_label("Lý do").fill("Nghỉ tránh bão số 15")
    sign(director)
    director.press("Xem trước")
    assert "3 hồ sơ phải hẹn lại" in director.text
    for dossier in dossiers:
        assert dossier["code"] in director.text
    director.check("calendar-day-preview")
    director.press("Công bố bản mới")
    assert "Đã công bố bản 2" in director.text
    director.check("calendar-published")

    director.press("Xem và hẹn lại")
    director.check("reappoint-order")
    assert "Quyết định 128/QĐ-UBND" in director.page.get_by_label("Văn bản công bố ngày nghỉ").input_value()
    director.press("Hẹn lại")
    assert "Đang hẹn lại" in director.text
    director.check("reappoint-at-work")
    work_the_queue()
    director.page.reload()
    assert "Đã hẹn lại xong" in director.text
    director.check("reappoint-done")
    director.visit_and_check(f"/ho-so/{dossiers[0]['code']}/", "reappoint-dossier")
    assert "Hẹn lại do ngày nghỉ được công bố" in director.text

    citizen = desk(width=375)
    citizen.visit_and_check("/tra-cuu/")
    citizen.page.locator("#id_code").fill(dossiers[0]["code"])
    citizen.page.locator("#id_secret").fill(dossiers[0]["secret"])
    citizen.press("Xem hồ sơ")
    assert f"{storm} (Nghỉ tránh bão số 15, Quyết định 128/QĐ-UBND" in citizen.text
    assert "Hẹn lần đầu:" in citizen.text
    citizen.check("reappoint-citizen")


def test_hours_seasons_and_intake_sessions_are_published_without_a_script(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    administrator = desk("quantri.nghean", javascript=False)
    administrator.visit_and_check("/lich-lam-viec/lap/")
    page = administrator.page
    page.get_by_label("Lịch của").select_option(label="Toàn tỉnh")
    page.get_by_label("Tên lịch").fill("Lịch làm việc tỉnh Nghệ An")
    sign(administrator)
    administrator.press("Lập lịch")

    def publish(link: str, **answers: str) -> None:
        administrator.press(link)
        for name, value in answers.items():
            page.locator(f"#id_{name}").fill(value)
        sign(administrator)
        administrator.press("Xem trước")
        administrator.press("Công bố bản mới")
        assert "Đã công bố" in administrator.text

    publish("Đổi giờ làm việc trong tuần", fri="07:30-11:30")
    publish(
        "Thêm giờ theo mùa",
        name="Giờ mùa hè",
        first="16/04/2026",
        last="15/10/2026",
        weekdays="07:00-11:30, 13:30-17:00",
    )
    publish("Thêm buổi nhận hồ sơ không tính vào thời hạn", hours="07:30-11:30")
    assert "Giờ mùa hè" in administrator.text
    assert "Thứ Bảy 07:30-11:30" in administrator.text
    seen = desk("quantri.nghean")
    seen.visit_and_check("/lich-lam-viec/p40/", "calendar-province")
    for what in ("tuan", "mua", "bo-mua", "quay", "bo-quay"):
        seen.visit_and_check(f"/lich-lam-viec/p40/sua/{what}/", f"calendar-{what}")
    seen.visit_and_check("/lich-lam-viec/dung/", "calendar-use")
    page = seen.page
    page.get_by_label("Cơ quan").select_option(
        label="Mọi cơ quan đang dùng: Lịch làm việc chung của cơ quan hành chính"
    )
    page.get_by_label("Dùng lịch").select_option(label="Lịch làm việc tỉnh Nghệ An")
    sign(seen)
    seen.press("Đổi lịch")
    assert "7 cơ quan" in seen.text
    seen.check("calendar-used")
