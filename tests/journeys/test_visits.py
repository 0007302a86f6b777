"""A team at a commune whose network is down: what they write and photograph on their phones comes through, and nothing of it is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from motcua.demo import papers
from motcua.demo.fixtures import principal_of
from motcua.organisation import scope
from motcua.oversight import queries_visits, rules_records
from motcua.oversight.models import Recommendation, Visit, VisitRecord
from motcua.oversight.tests import world
from motcua.oversight.tests.test_recommendations import Desk as Officer
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser
COORDINATOR, DEPARTMENT = world.COORDINATOR, world.DEPARTMENT


@pytest.fixture
def visit(province: str) -> Iterator[str]:
    """The code of a visit that goes on today."""
    today = clock.now().astimezone(clock.TZ).date()
    code = world.planned(world.team(valid_to=today + timedelta(days=30)), day=today)
    answer = Officer(COORDINATOR).act(code, "begin")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    yield code


def notes_of(code: str) -> str:
    return f"/buoi-lam-viec/{code}/ghi-chep/"


def state(desk: Desk, wanted: str, waiting: int) -> None:
    """Waits until the page says that it is so."""
    desk.page.wait_for_selector(f'[data-state="{wanted}"][data-waiting="{waiting}"]', state="attached", timeout=60000)


def ready(desk: Desk, code: str) -> None:
    """The page open, everything sent, and the phone prepared for work without a network."""
    desk.page.goto(desk.address + notes_of(code))
    state(desk, "sent", 0)
    desk.page.evaluate("navigator.serviceWorker.ready.then(() => caches.keys())")
    desk.page.wait_for_function("caches.keys().then(keys => keys.some(key => key.startsWith('visits-')))")
    desk.page.wait_for_function("navigator.serviceWorker.controller !== null")


def choose(desk: Desk, item: str, value: str, remark: str = "") -> None:
    if remark:
        desk.page.locator(f"#c-{item}-r").fill(remark)
    chosen = desk.page.locator(f"#c-{item}-{value}")
    if chosen.is_checked():
        desk.page.locator(f"#c-{item}-r").press("Tab")  # leaving the remark writes it
    else:
        chosen.click()  # not check(): the page may draw the list anew before it looks


def kept(code: str) -> list[VisitRecord]:
    with scope.enter(scope.worker()):
        return list(VisitRecord.objects.filter(visit__case__code=code).order_by("happened_at"))


def waiting(desk: Desk) -> int:
    return int(desk.page.get_attribute(".jotter__state", "data-waiting") or 0)


def test_written_without_a_network_sent_with_it_and_a_conflict_settled(
    desk: Callable[..., Desk], visit: str, tmp_path: Path
) -> None:
    picture = tmp_path / "quay.jpg"
    picture.write_bytes(papers.photo())
    phone, office = desk(DEPARTMENT, width=375), desk(COORDINATOR)
    phone.page.context.grant_permissions(["geolocation"])
    phone.page.context.set_geolocation({"latitude": 19.15, "longitude": 105.72, "accuracy": 15})
    choose_first(office, visit)
    ready(phone, visit)
    phone.check("notes")
    phone.page.context.set_offline(True)
    choose(phone, "queue", "not_met", "Hỏng từ thứ hai")
    choose(phone, "scanner", "met")
    phone.page.get_by_label("Nội dung", exact=True).first.fill("Nhiều cán bộ chưa có chữ ký số")
    phone.page.get_by_role("button", name="Ghi phát hiện").click()
    phone.page.get_by_label("Nội dung kiến nghị").fill("Cấp thêm hai máy quét")
    phone.page.get_by_label("Lĩnh vực", exact=True).select_option("service_centre")
    phone.page.get_by_label("Vấn đề", exact=True).select_option("facilities")
    phone.page.get_by_role("button", name="Ghi kiến nghị").click()
    phone.page.locator("#p-file").set_input_files(str(picture))
    phone.page.locator("#p-caption").fill("Quầy số 3")
    phone.page.get_by_role("button", name="Ghi ảnh").click()
    phone.page.wait_for_selector('.jotter__state[data-waiting="5"]')
    phone.check("notes-offline")
    # The phone is switched off and on again, still without a network: the page opens, everything is there.
    phone.page.goto(phone.address + notes_of(visit))
    phone.page.wait_for_selector('.jotter__state[data-waiting="5"]')
    assert "Quỳnh Sơn" in phone.text and "Nhiều cán bộ chưa có chữ ký số" in phone.text and "Quầy số 3" in phone.text
    assert phone.page.locator("#c-queue-not_met").is_checked()
    phone.check("notes-shell")
    assert len(kept(visit)) == 1
    # Meanwhile somebody else changes the same item at the office.
    office.page.reload()
    state(office, "sent", 0)
    choose(office, "queue", "met", "Đã sửa sáng nay")
    comes(office, visit, 2)
    phone.page.context.set_offline(False)
    state(phone, "sent", 0)
    assert sorted(r.kind for r in kept(visit)) == sorted(["check"] * 4 + ["finding", "recommendation", "photo"])
    [photo] = [r for r in kept(visit) if r.kind == "photo"]
    assert photo.place == {"lat": 19.15, "lon": 105.72, "accuracy": 15}
    assert phone.page.evaluate(STORED) == 0
    # Both sides stand next to one another, on the phone and at the office; one is chosen.
    assert "Hai bản ghi khác nhau" in phone.text
    assert "Hỏng từ thứ hai" in phone.text and "Đã sửa sáng nay" in phone.text
    phone.check("notes-conflict")
    phone.page.locator(".conflict__sides > *", has_text="Hỏng từ thứ hai").get_by_role("button").click()
    phone.page.wait_for_selector("[data-conflicts]", state="hidden")
    comes(phone, visit, 8)
    state(phone, "sent", 0)
    records = kept(visit)
    with scope.enter(scope.worker()):
        told = queries_visits.records(records[0].visit_id)
        assert rules_records.conflicts(told) == [] and len(told) == 8
        [queue] = [t for t in rules_records.things(told) if t.item == "queue"]
        assert queue.heads[0].content["remark"] == "Hỏng từ thứ hai" and len(queue.history) == 3
    office.visit_and_check(f"/viec/{visit}/", "visit")
    assert "Quầy số 3" in office.text and "19.15000" in office.text
    office.page.goto(f"{office.address}/viec/{visit}/finish/")
    office.check("visit-finish")
    assert "Hỏng từ thứ hai" in office.page.get_by_label("Nội dung biên bản").input_value()
    office.press("Lập biên bản", "visit-recorded")
    with scope.enter(scope.worker()):
        assert Recommendation.objects.get(visit__case__code=visit).text == "Cấp thêm hai máy quét"


STORED = """new Promise((done) => { const asked = indexedDB.open("motcua-visits"); asked.onsuccess = () => {
  const count = asked.result.transaction("waiting").objectStore("waiting").count(); count.onsuccess = () => done(count.result); }; })"""


def choose_first(office: Desk, code: str) -> None:
    """The office has written on the queue before: what the phone starts from."""
    office.page.goto(office.address + notes_of(code))
    state(office, "sent", 0)
    choose(office, "queue", "met")
    comes(office, code, 1)


def comes(desk: Desk, code: str, number: int) -> None:
    """Waits until the server has kept as many records."""
    for _n in range(600):
        if len(kept(code)) == number:
            return
        desk.page.wait_for_timeout(100)
    raise AssertionError([record.content for record in kept(code)])


def test_a_session_that_ended_keeps_everything_for_its_own_account_alone(desk: Callable[..., Desk], visit: str) -> None:
    phone = desk(DEPARTMENT, width=375)
    ready(phone, visit)
    phone.page.context.set_offline(True)
    choose(phone, "board", "not_met", "Thiếu 12 thủ tục")
    phone.page.wait_for_selector('.jotter__state[data-waiting="1"]')
    phone.page.context.clear_cookies()
    phone.page.context.set_offline(False)
    state(phone, "signed-out", 1)
    assert "đăng nhập lại để gửi" in phone.text
    phone.check("notes-signed-out")
    # Another account on the same phone: sees nothing of it, sends nothing of it.
    phone.sign_in(COORDINATOR)
    phone.page.goto(phone.address + notes_of(visit))
    state(phone, "sent", 0)
    assert not phone.page.locator("#c-board-not_met").is_checked() and "Thiếu 12 thủ tục" not in phone.page.content()
    assert kept(visit) == []
    assert phone.page.evaluate(STORED) == 1
    # Signing out takes the account before off the page that works without a network, too.
    phone.follow(phone.page.get_by_role("button", name="Đăng xuất"))
    phone.page.context.set_offline(True)
    phone.page.goto(phone.address + notes_of(visit))
    phone.page.wait_for_selector(".jotter__state")
    assert "Mở trang này một lần khi có mạng" in phone.text and "Thiếu 12 thủ tục" not in phone.page.content()
    phone.page.context.set_offline(False)
    phone.sign_in(DEPARTMENT)
    phone.page.goto(phone.address + notes_of(visit))
    state(phone, "sent", 0)
    [record] = kept(visit)
    assert record.content == {"value": "not_met", "remark": "Thiếu 12 thủ tục"}
    assert record.account_id == principal_of(DEPARTMENT).account_id
    assert phone.page.evaluate(STORED) == 0


def test_the_answer_lost_on_the_way_makes_no_second_record(desk: Callable[..., Desk], visit: str) -> None:
    """The server has kept it, the phone was not told: it sends again and is told that it was known."""
    phone = desk(DEPARTMENT, width=375)
    ready(phone, visit)
    lost: list[str] = []

    def cut(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(json.loads(route.request.post_data)["records"][0]["id"])
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/dong-bo/", cut)
    choose(phone, "board", "met")
    phone.page.wait_for_selector('.jotter__state[data-state="failed"][data-waiting="1"]')
    phone.page.unroute("**/dong-bo/")
    phone.page.reload()
    state(phone, "sent", 0)
    assert [str(r.id) for r in kept(visit)] == lost


def test_a_line_that_hangs_takes_nothing_of_what_is_typed_meanwhile(desk: Callable[..., Desk], visit: str) -> None:
    """The server does not answer: what was written is out of the field at once, what is typed next stays, and both come through once."""
    phone = desk(DEPARTMENT, width=375)
    ready(phone, visit)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    phone.page.route("**/dong-bo/", hold)
    field, button = phone.page.locator("#f-text"), phone.page.get_by_role("button", name="Ghi phát hiện")
    field.fill("Thiếu chỗ ngồi chờ")
    button.click()
    phone.page.wait_for_selector('.jotter__state[data-waiting="1"]')
    expect(field).to_have_value("", timeout=2000)
    field.fill("Bảng niêm yết đã cũ")
    phone.page.unroute("**/dong-bo/")
    phone.page.wait_for_selector('.jotter__state[data-state="sent"][data-waiting="0"]', timeout=60000)
    assert held and field.input_value() == "Bảng niêm yết đã cũ"
    button.click()
    comes(phone, visit, 2)
    assert [r.content["text"] for r in kept(visit)] == ["Thiếu chỗ ngồi chờ", "Bảng niêm yết đã cũ"]


def test_pressed_twice_at_once_is_written_once(desk: Callable[..., Desk], visit: str) -> None:
    phone = desk(DEPARTMENT, width=375)
    ready(phone, visit)
    phone.page.locator("#f-text").fill("Thiếu chỗ ngồi chờ")
    phone.page.locator('form[data-kind="finding"]').evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    comes(phone, visit, 1)
    state(phone, "sent", 0)
    assert len(kept(visit)) == 1 and phone.page.locator("#f-text").input_value() == ""


def test_a_photo_cut_off_is_sent_again(desk: Callable[..., Desk], visit: str, tmp_path: Path) -> None:
    picture = tmp_path / "anh.jpg"
    picture.write_bytes(papers.photo())
    phone = desk(DEPARTMENT, width=375)
    ready(phone, visit)
    phone.page.route("**/anh/", lambda route: route.abort())
    phone.page.locator("#p-file").set_input_files(str(picture))
    phone.page.get_by_role("button", name="Ghi ảnh").click()
    phone.page.wait_for_selector('.jotter__state[data-state="failed"][data-waiting="1"]', timeout=60000)
    phone.page.unroute("**/anh/")
    phone.page.reload()
    state(phone, "sent", 0)
    phone.page.wait_for_selector("[data-list=photo] img:not([hidden])")
    assert (
        phone.page.locator("[data-list=photo] img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        > 0
    )


def test_without_a_script_one_record_at_a_time(desk: Callable[..., Desk], visit: str, tmp_path: Path) -> None:
    picture = tmp_path / "anh.jpg"
    picture.write_bytes(papers.photo())
    plain = desk(DEPARTMENT, javascript=False, width=375)
    plain.visit_and_check(notes_of(visit), "notes-plain")
    plain.page.locator("#c-board-met").check()
    plain.follow(plain.page.locator('form[data-item="board"]').get_by_role("button"))
    plain.page.locator("#f-text").fill("Thiếu chỗ ngồi chờ")
    plain.follow(plain.page.get_by_role("button", name="Ghi phát hiện"))
    plain.page.locator("#p-file").set_input_files(str(picture))
    plain.follow(plain.page.get_by_role("button", name="Ghi ảnh"))
    assert "Thiếu chỗ ngồi chờ" in plain.text and plain.page.locator("#c-board-met").is_checked()
    assert [r.kind for r in kept(visit)] == ["check", "finding", "photo"]
    plain.follow(plain.page.locator("[data-list=finding]").get_by_role("button", name="Bỏ"))
    assert "Thiếu chỗ ngồi chờ" not in plain.text and len(kept(visit)) == 4


def test_the_pages_of_teams_visits_and_reports(desk: Callable[..., Desk], visit: str) -> None:
    office, commune = desk(COORDINATOR), desk(world.COMMUNE)
    with scope.enter(scope.worker()):
        team = Visit.objects.get(case__code=visit).team
    world.outline()
    office.visit_and_check("/buoi-lam-viec/", "calendar")
    office.visit_and_check("/buoi-lam-viec/moi/", "plan")
    office.visit_and_check("/to-cong-tac/", "teams")
    office.visit_and_check("/to-cong-tac/moi/", "team-new")
    office.visit_and_check(f"/to-cong-tac/{team.id}/", "team")
    office.visit_and_check(f"/to-cong-tac/{team.id}/sua/", "team-edit")
    office.visit_and_check(f"/to-cong-tac/{team.id}/thanh-vien/", "member-new")
    office.page.get_by_label("Cơ quan của thành viên").select_option("H41.05")
    office.press("Tiếp", "member-of")
    office.visit_and_check("/de-cuong/", "outlines")
    office.visit_and_check("/de-cuong/moi/", "outline-new")
    office.page.goto(f"{office.address}/to-cong-tac/{team.id}/yeu-cau/")
    office.check("ask")
    office.page.get_by_label("Đề cương").select_option(index=1)
    office.page.get_by_label("Văn bản yêu cầu").fill("18/KH-TCT")
    due = clock.now().astimezone(clock.TZ)
    office.page.get_by_label("Hạn gửi").fill(f"31/12/{due.year + 1}")
    office.press("Gửi yêu cầu", "owed")
    assert "Chưa gửi" in office.text
    office.visit_and_check("/bao-cao-dinh-ky/moi/", "series-new")
    office.page.get_by_label("Tên báo cáo").fill("Báo cáo tháng")
    office.page.get_by_label("Biểu mẫu").select_option(index=1)
    office.page.get_by_label("Văn bản quy định").fill("Quyết định 05/2026/QĐ-UBND")
    office.page.get_by_label("Tất cả Ủy ban nhân dân xã, phường").check()
    office.press("Lưu", "series-one")
    office.press("Sửa báo cáo định kỳ này", "series-edit")
    office.visit_and_check("/bao-cao-dinh-ky/", "series")
    commune.visit_and_check("/bao-cao/", "reports")
    commune.follow(commune.page.get_by_role("link", name="Đề cương tình hình hoạt động").first)
    commune.check("report")
    commune.press("Điền đề cương", "fill")
    commune.page.get_by_label("Số máy quét").fill("2")
    commune.page.get_by_label("Khó khăn chính").fill("Thiếu cán bộ hộ tịch")
    commune.press("Điền đề cương", "report-filled")
    assert "Thiếu cán bộ hộ tịch" in commune.text
    office.visit_and_check(f"/to-cong-tac/{team.id}/tong-hop/", "collation-none")
    commune.press("Gửi báo cáo", "send")
    commune.page.get_by_label("Số, ký hiệu báo cáo").fill("12/BC-UBND")
    commune.page.get_by_label("Ngày báo cáo").fill(f"{due:%d/%m/%Y}")
    commune.press("Gửi báo cáo", "report-sent")
    office.visit_and_check(f"/to-cong-tac/{team.id}/tong-hop/", "collation")
    office.follow(office.page.get_by_role("link", name="Khó khăn chính"))
    office.check("collation-text")
    assert "Thiếu cán bộ hộ tịch" in office.text
    office.follow(office.page.get_by_role("link", name="Văn bản đã gửi"))
    office.check("collation-papers")
    office.visit_and_check(f"/to-cong-tac/{team.id}/", "team-results")
    office.visit_and_check(f"/kien-nghi/?team={team.id}", "recommendations-of-team")
    office.visit_and_check(f"/nhiem-vu/?team={team.id}", "tasks-of-team")
    office.page.goto(f"{office.address}/viec/{visit}/make_brief/")
    office.press("Lập tóm tắt số liệu", "visit-brief")
    assert "Người còn thiếu" in office.text
