"""A real browser over the real server: accessibility (axe), small screens, the keyboard, and no outside host."""

import pytest

from motcua.config import browser

PAGES = [
    "/",
    "/thu-tuc/",
    "/thu-tuc/?q=lam%20giay%20khai%20sinh",
    "/thu-tuc/1.013225/",
    "/ky-hieu/",
    "/khong-co-trang-nay/",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.CHROMIUM.exists(), reason=f"no {browser.CHROMIUM}: apt-get install chromium"),
]


@pytest.fixture
def open_page(chromium, served):
    contexts = []

    def open_at(path: str, width: int = 1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(served + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_at
    for context in contexts:
        context.close()


def test_pages_are_accessible_on_a_desk_and_on_a_phone(open_page):
    for path in PAGES:
        for width in (1280, 375):
            assert browser.violations(open_page(path, width)) == [], (path, width)


def test_no_page_scrolls_sideways_at_320_pixels(open_page):
    for path in PAGES:
        assert browser.overflow(open_page(path, 320)) == 0, path


def test_the_first_load_is_below_100_kb_and_from_this_host_only(open_page, served):
    page = open_page("/", 375)
    loaded = page.evaluate("performance.getEntries().filter(e => e.transferSize).map(e => [e.name, e.transferSize])")
    assert {name for name, _size in loaded if not name.startswith(served)} == set()
    assert len(loaded) >= 5
    assert sum(size for _name, size in loaded) < 100_000


def test_the_policy_refuses_nothing_of_ours(chromium, served):
    page, complaints = chromium.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", "/ky-hieu/"):
        page.goto(served + path)
        page.wait_for_load_state("networkidle")
    page.close()
    assert complaints == []


def test_a_page_sent_back_puts_the_focus_on_its_errors_and_leads_to_the_fields(open_page):
    page = open_page("/ky-hieu/")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_citizen_number"


def test_keys_press_buttons_and_the_question_mark_lists_them(open_page):
    page = open_page("/ky-hieu/")
    page.keyboard.press("Alt+k")
    assert page.evaluate("document.activeElement.id") == "id_q"
    page.keyboard.type("?")
    assert page.input_value("#id_q") == "?"
    assert not page.evaluate("document.querySelector('dialog').open")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert "Tiếp nhận" in page.inner_text("dialog [data-keys]")


def test_eight_figures_become_a_date(open_page):
    page = open_page("/ky-hieu/")
    page.fill("#id_birth_date", "03041993")
    page.keyboard.press("Tab")
    assert page.input_value("#id_birth_date") == "03/04/1993"


def test_a_form_is_sent_once_and_a_changed_one_gets_another_key(open_page):
    page, sent = open_page("/ky-hieu/"), []

    def hold(route):
        sent.append(route.request.post_data)
        route.fulfill(status=204)

    page.route("**/*", lambda route: hold(route) if route.request.method == "POST" else route.continue_())
    key = page.input_value("[name=idempotency_key]")
    page.click("form[data-guard] button >> nth=0")
    page.wait_for_selector("form[data-guard] [aria-disabled]")
    page.evaluate("document.querySelector('form[data-guard]').requestSubmit()")
    assert len(sent) == 1
    page.fill("#id_note", "đổi")
    assert page.input_value("[name=idempotency_key]") != key
    page.click("form[data-guard] button >> nth=0")
    page.wait_for_selector("form[data-guard] [aria-disabled]")
    assert len(sent) == 2


def test_everything_can_be_read_and_sent_without_scripts(open_page):
    page = open_page("/", java_script_enabled=False)
    assert page.is_visible("text=Xem hồ sơ")
    assert not page.is_visible("text=Phím tắt")
