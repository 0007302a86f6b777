"""The counter by keyboard alone: how many keys a common dossier costs, besides what the citizen says of themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from motcua.demo.fixtures import Api
from tests.journeys.conftest import Desk
from tests.journeys.keyboard import NAME, NUMBER, Hands, expect_focus, unplug_the_mouse

pytestmark = pytest.mark.browser


@pytest.fixture
def counter(desk: Callable[..., Desk]) -> Desk:
    """A receiver before the empty form, the mouse unplugged."""
    found = desk("tiepnhan.quynhson")
    unplug_the_mouse(found)
    found.page.keyboard.press("Alt+n")
    found.page.wait_for_url("**/tiep-nhan/")
    expect_focus(found.page, "id_procedure")
    return found


@pytest.mark.parametrize(
    ("words", "procedure", "ceiling"),
    [("sao", "2.000815", 9), ("khai", "1.001193", 10)],
    ids=["certified copy", "birth"],
)
def test_a_common_dossier_is_received_with_few_keys_and_no_mouse(
    counter: Desk, words: str, procedure: str, ceiling: int
) -> None:
    page, hands = counter.page, Hands(counter.page)
    hands.words(words)
    hands.press("Enter")
    expect_focus(page, "id_citizen_number")
    page.wait_for_selector(".promise__at time")
    promised = page.inner_text(".promise__at time")
    hands.applicant()
    hands.press("Enter")
    page.wait_for_url("**/da-tiep-nhan/")
    assert hands.keys <= ceiling
    print(f"{procedure}: {hands.keys} phím thao tác, {hands.letters} phím dữ liệu người nộp")
    assert promised in counter.text
    assert procedure in counter.text


def test_enter_typed_faster_than_the_list_comes_still_chooses(counter: Desk) -> None:
    page = counter.page
    page.keyboard.type("815")
    page.keyboard.press("Enter")
    expect_focus(page, "id_citizen_number")
    assert page.input_value("#id_procedure").startswith("2.000815")


def test_when_the_list_cannot_come_the_server_chooses_and_nothing_is_lost(counter: Desk) -> None:
    page = counter.page
    page.route("**/tiep-nhan/tim/**", lambda route: route.abort())
    page.focus("#id_full_name")
    page.keyboard.type(NAME)
    page.focus("#id_procedure")
    page.keyboard.type("khai sinh")
    page.keyboard.press("Enter")
    page.wait_for_selector("#papers")
    assert page.input_value("#id_full_name") == NAME


def test_the_first_load_of_the_counter_is_below_100_kb(counter: Desk) -> None:
    entries = "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize || 0), 0)"
    context = counter.page.context.browser.new_context(storage_state=counter.page.context.storage_state())
    page = context.new_page()
    page.goto(f"{counter.address}/tiep-nhan/")
    page.wait_for_load_state("networkidle")
    assert 0 < page.evaluate(entries) < 100_000
    context.close()


def test_a_usual_procedure_is_chosen_by_arrow_and_enter(counter: Desk) -> None:
    page = counter.page
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#id_procedure", "aria-activedescendant")
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    expect_focus(page, "id_citizen_number")


def test_the_three_next_things_have_their_keys(counter: Desk) -> None:
    page, hands = counter.page, Hands(counter.page)
    hands.words("sao")
    hands.press("Enter")
    expect_focus(page, "id_citizen_number")
    hands.applicant()
    hands.press("Alt+g")
    page.wait_for_url("**/da-tiep-nhan/")
    counter.check("intake-received")
    with page.context.expect_page() as printed:
        page.keyboard.press("Alt+i")
    printed.value.close()
    page.keyboard.press("Alt+c")
    page.wait_for_selector("text=Đã ghi: Chuyển xử lý.")
    counter.check("intake-handed-over")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/tiep-nhan/")
    assert page.input_value("#id_citizen_number") == ""
    assert page.evaluate("Object.keys({...localStorage, ...sessionStorage})") == []


def test_faults_come_back_beside_the_boxes_with_everything_typed_and_the_papers_as_ticked(counter: Desk) -> None:
    page = counter.page
    counter.check("intake-empty")
    page.keyboard.type("khai")
    page.keyboard.press("Enter")
    expect_focus(page, "id_citizen_number")
    counter.check("intake-chosen")
    page.keyboard.type("12345")
    page.keyboard.press("Tab")
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary:focus")
    counter.check("intake-errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_focus(page, "id_citizen_number")
    assert page.input_value("#id_full_name") == NAME
    assert page.is_checked("#id_components_0")
    page.keyboard.press("Control+a")
    page.keyboard.type(NUMBER)
    page.keyboard.press("Enter")
    page.wait_for_url("**/da-tiep-nhan/")


def test_another_case_and_another_way_in_change_papers_and_promise_in_place(counter: Desk) -> None:
    page = counter.page
    page.keyboard.type("1.013225")
    page.keyboard.press("Enter")
    page.wait_for_selector(".promise__at time")
    house = page.inner_text(".promise__at time")
    page.keyboard.type(NUMBER)
    page.focus("[name=case]:checked")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(f".promise__at time:not(:text-is('{house}'))")
    assert page.input_value("#id_citizen_number") == NUMBER
    assert "thẩm tra thiết kế" in page.inner_text("#papers")
    page.focus("[name=channel]:checked")
    for _way_in in ("assisted", "post", "fallback"):
        page.keyboard.press("ArrowDown")
    page.wait_for_selector("#id_fallback_reason", state="visible")
    page.focus("[name=kind]:checked")
    page.keyboard.press("ArrowDown")
    assert page.is_visible("#id_tax_code")
    assert not page.is_visible("#id_citizen_number")
    page.keyboard.press("Alt+q")
    assert page.is_visible("#id_auth_paper")
    counter.check("intake-organisation")


def test_without_scripts_the_same_form_receives_the_same_dossier(desk: Callable[..., Desk]) -> None:
    found = desk("tiepnhan.quynhson", javascript=False)
    page = found.page
    page.goto(f"{found.address}/tiep-nhan/")
    expect_focus(page, "id_procedure")
    page.keyboard.type("815")
    page.keyboard.press("Enter")
    page.wait_for_selector("#papers")
    expect_focus(page, "id_citizen_number")
    assert "Hẹn trả:" in found.text
    Hands(page).applicant()
    page.keyboard.press("Enter")
    page.wait_for_url("**/da-tiep-nhan/")
    assert re.search(r"Đã tiếp nhận hồ sơ\s+H41\.170-", found.text)


def test_a_citizen_with_the_receipt_finds_answers_and_withdraws(desk: Callable[..., Desk], counter_api: Api) -> None:
    dossier = counter_api.receive()
    citizen = desk(width=375)
    page = citizen.page
    citizen.visit_and_check("/tra-cuu/", "tracking-door")
    page.get_by_label("Mã hồ sơ").fill(dossier["code"])
    page.get_by_label("Mã tra cứu").fill("AAAAA-AAAAA-AAA")
    citizen.press("Xem hồ sơ")
    citizen.check("tracking-wrong")
    citizen.visit_and_check(f"/tra-cuu/?code={dossier['code']}&secret={dossier['secret']}", "tracking-received")
    assert citizen.path == "/tra-cuu/ho-so/"
    asked = {"items": ["Giấy chứng sinh bản chính", "Giấy kết hôn của cha mẹ, nếu có"], "note": "thiếu"}
    assert counter_api.act("tiepnhan.quynhson", dossier, "request_supplement", **asked)[0] == 200
    page.reload()
    citizen.check("tracking-supplement")
    citizen.press("Tôi đã bổ sung đủ")
    citizen.check("tracking-supplemented")
    assert "Đã báo bổ sung, chờ Trung tâm kiểm tra" in citizen.text
    citizen.press("Tôi muốn rút hồ sơ")
    citizen.check("tracking-withdraw")
    citizen.press("Rút hồ sơ")
    assert "Bạn đã rút hồ sơ" in citizen.text
    citizen.check("tracking-withdrawn")
    citizen.press("Xong, đóng hồ sơ này")
    assert citizen.path == "/tra-cuu/"
