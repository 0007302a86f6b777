"""A birth registered without anybody leaving home or paper: filed with an identity, decided within the clock, one supplement asked and answered,
drafted from the template, numbered, signed, sealed, returned, downloaded, believed by strangers and their tools, rated."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from motcua.demo.fixtures import Api
from motcua.documents.tests.world import CHAIR, CLERK, COMMUNE, World
from motcua.dossiers.wording import spoken
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.worktime import Limit, clock, due
from tests.journeys.conftest import Desk
from tests.journeys.reading import linked, picture, says, words
from tests.journeys.signing import apart, ask, by_poppler, by_pyhanko, flipped, needs_poppler, seal, sign
from tests.peers.openid import PERSON, Provider

pytestmark = [pytest.mark.browser, needs_poppler]

RECEIVER, SPECIALIST = "tiepnhan.quynhson", "tuphap.quynhson"
NAME, NUMBER = PERSON["name"], PERSON["citizen_number"]
CHILD = "Nguyễn Minh An"
ASKED, WHY = "Văn bản cam đoan về việc sinh", "Giấy chứng sinh chụp mờ, không đọc được ngày sinh"
CHAIRMAN, SPECIALIST_NAME, RECEIVER_NAME = "Hồ Sỹ Ái", "Phan Thị Ngọc Ánh", "Nguyễn Thị Hạ Ơn"
BORN = {
    "Họ, chữ đệm, tên": f"{CHILD}. Giới tính: Nữ. Ngày, tháng, năm sinh: 12/11/2026.",
    "Nơi sinh": "Trung tâm Y tế khu vực Quỳnh Lưu, tỉnh Nghệ An. Dân tộc: Kinh. Quốc tịch: Việt Nam.",
    "Họ, chữ đệm, tên người mẹ": f"{NAME}. Họ, chữ đệm, tên người cha: Nguyễn Văn Đức Mẫu.",
}


# --- the citizen ------------------------------------------------------------------------------------------------------


def sign_in(citizen: Desk, provider: Provider) -> None:
    citizen.visit_and_check("/thu-tuc/1.001193/", "birth-01-procedure")
    citizen.press("Nộp trực tuyến", "birth-02-sign-in")
    citizen.press("Đăng nhập bằng VNeID")
    assert citizen.page.url.startswith(provider.issuer)
    citizen.page.get_by_role("link", name=NAME).click()
    citizen.check("birth-03-begin")
    assert {"/.well-known/openid-configuration", "/authorize", "/token", "/keys"} <= set(provider.asked)


def file(citizen: Desk, folder: dict[str, str]) -> tuple[str, str]:
    """Fills in, attaches a PDF and a photograph, reads it all again, sends it; answers (code, by when it will be decided)."""
    page = citizen.page
    citizen.press("Bắt đầu điền hồ sơ", "birth-04-form")
    assert NAME in citizen.text and NUMBER in citizen.text
    page.get_by_label("Điện thoại").fill("0912 345 678")
    page.get_by_label("Xã, phường giải quyết hồ sơ").select_option(label=COMMUNE)
    page.get_by_label("Nội dung yêu cầu giải quyết").fill(f"Đăng ký khai sinh cho {CHILD}")
    page.get_by_role("radio", name="Trực tuyến").check()
    for number, name in (("01", "To khai.pdf"), ("02", "Giay chung sinh.jpg")):
        page.locator(f"#upload_{number}").set_input_files(folder[name])
        page.get_by_role("link", name=name).wait_for()
    citizen.check("birth-05-filled")
    citizen.press("Xem lại rồi nộp", "birth-06-review")
    assert "To khai.pdf" in citizen.text and "Giay chung sinh.jpg" in citizen.text
    page.get_by_label("Tôi cam đoan").check()
    citizen.press("Nộp hồ sơ", "birth-07-filed")
    told = re.search(r"trả lời trước (.+?)\.", citizen.text)
    assert told, citizen.text
    return page.locator("h1 .code-break").inner_text().strip(), told[1]


def open_mine(citizen: Desk, name: str) -> None:
    """From the citizen's own list to the page of the dossier."""
    citizen.visit_and_check("/ho-so-cua-toi/", f"{name}-mine")
    citizen.page.get_by_role("button", name=re.compile("^Mở")).click()
    citizen.page.wait_for_url("**/tra-cuu/ho-so/")
    citizen.check(name)


# --- the officers -----------------------------------------------------------------------------------------------------


def open_dossier(found: Desk, code: str, name: str) -> None:
    """From the officer's own worklist."""
    found.visit_and_check("/viec-can-lam/", f"{name}-worklist")
    found.page.get_by_role("row").filter(has_text=code).get_by_role("link").first.click()
    found.page.wait_for_url(f"**/ho-so/{code}/")
    found.check(name)


def do(found: Desk, label: str, name: str) -> None:
    """Presses the button of an act and sees it confirmed."""
    found.press(label)
    assert f"Đã ghi: {label}." in found.text, found.text
    found.check(name)


def request_supplement(clerk: Desk) -> None:
    clerk.press("Yêu cầu bổ sung", "birth-12-asking")
    clerk.page.get_by_label("Giấy tờ, nội dung cần bổ sung").fill(ASKED)
    clerk.page.get_by_label("Lý do").fill(WHY)
    do(clerk, "Yêu cầu bổ sung", "birth-13-asked")


def same_file(found: Desk, name: str, path: str) -> None:
    """The officer opens exactly what the citizen sent."""
    address = found.page.locator("main").get_by_role("link", name=name).first.get_attribute("href")
    answer = found.page.context.request.get(found.address + str(address))
    assert answer.ok
    sent = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert hashlib.sha256(answer.body()).hexdigest() == sent, name


def draft(specialist: Desk) -> None:
    """The version's template is filled from the dossier; what the citizen was not asked for is filled in by hand, and nothing is forgotten."""
    page = specialist.page
    specialist.press("Lập dự thảo kết quả", "birth-21-draft")
    content = page.get_by_label("Nội dung")
    text = content.input_value()
    assert NAME in text and NUMBER in text and COMMUNE in text
    lines = []
    for line in text.splitlines():
        start = line.partition(":")[0]
        lines.append(f"{start}: {BORN[start]}" if start in BORN else line)
    content.fill("\n".join(lines))
    assert "……" not in content.input_value()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Xem thử (PDF)").click()
    opened.value.close()
    specialist.press("Lưu dự thảo", "birth-22-drafted")
    written = linked(specialist, "Đọc dự thảo (PDF)", "birth-pdf-draft")
    says(written, "TRÍCH LỤC KHAI SINH", CHILD, NAME, "(Dự thảo, chưa ký)")
    assert "/TLKS-UBND" not in words(written)
    do(specialist, "Hoàn thành bước", "birth-23-passed-on")


# --- the journey ------------------------------------------------------------------------------------------------------


def eight_working_hours_from(at: Any) -> str:
    with scope.enter(scope.worker()):
        calendar = organisation.newest_calendar("vn")
    return spoken(due(calendar, at, Limit.parse("8 working hours"), "running").due)


def test_a_birth_is_registered_wholly_online(
    as_demo: None,
    with_provider: Provider,
    desk: Callable[..., Desk],
    world: World,
    counter_api: Api,
    folder: dict[str, str],
    settings: Any,
    tmp_path: Path,
) -> None:
    world.time_stamps(settings)
    apart(lambda: (world.bind(CHAIR), world.bind(CLERK, "seal")))
    today = f"{clock.now().astimezone(clock.TZ):%d/%m/%Y}"
    citizen = desk(width=375)
    sign_in(citizen, with_provider)
    code, decide_by = file(citizen, folder)
    assert code.startswith("H41.170-")

    clerk = desk(RECEIVER)
    assert "Hồ sơ trực tuyến mới" in clerk.text
    open_dossier(clerk, code, "birth-10-new")
    seen = counter_api.get(RECEIVER, f"/dossiers/{code}")[1]
    assert (seen["state"], seen["national_status"], seen["promised_at"]) == ("filed", 1, None)
    assert decide_by == eight_working_hours_from(datetime.fromisoformat(seen["journal"][0]["happened_at"]))
    assert "giờ làm việc để trả lời" in clerk.text
    same_file(clerk, "To khai.pdf", folder["To khai.pdf"])
    do(clerk, "Tiếp nhận", "birth-11-accepted")
    request_supplement(clerk)

    open_mine(citizen, "birth-14-to-answer")
    assert "Bạn cần bổ sung giấy tờ" in citizen.text and ASKED in citizen.text
    seen = counter_api.get(RECEIVER, f"/dossiers/{code}")[1]
    until = re.search(r"Bổ sung trước (.+)", citizen.text)
    asked = linked(citizen, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (PDF)", "birth-pdf-02")
    says(asked, "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", code, NAME, NUMBER, ASKED, WHY)
    assert until
    print(until[1], words(asked))
    citizen.page.locator("#item_0").set_input_files(folder["Cam doan.jpg"])
    citizen.page.get_by_role("link", name="Cam doan.jpg").wait_for()
    citizen.press("Tôi đã bổ sung đủ", "birth-15-answered")
    assert "Đã báo bổ sung" in citizen.text

    open_dossier(clerk, code, "birth-16-to-check")
    same_file(clerk, "Cam doan.jpg", folder["Cam doan.jpg"])
    do(clerk, "Nhận bổ sung", "birth-17-complete")
    assert clerk.page.locator("main").get_by_role("link", name="Yêu cầu bổ sung", exact=True).count() == 0
    promised = counter_api.get(RECEIVER, f"/dossiers/{code}")[1]["promised_at"]
    print(promised)
    receipt = linked(clerk, "Mẫu 01", "birth-pdf-01")
    print(words(receipt))
    do(clerk, "Chuyển xử lý", "birth-18-handed-over")

    specialist = desk(SPECIALIST)
    open_dossier(specialist, code, "birth-20-to-draft")
    draft(specialist)

    chair = desk(CHAIR)
    chair.visit_and_check("/cho-ky/", "birth-30-waiting")
    open_dossier(chair, code, "birth-31-to-sign")
    sign(chair, "birth-32-sign")
    assert "01/TLKS-UBND" in chair.text

    records = desk(CLERK)
    records.visit_and_check("/cho-dong-dau/", "birth-40-waiting")
    open_dossier(records, code, "birth-41-to-seal")
    seal(records, "birth-42-seal")

    open_dossier(clerk, code, "birth-50-to-return")
    assert "Đã ký, đã đóng dấu" in clerk.text
    clerk.page.get_by_label("Trực tuyến").check()
    do(clerk, "Trả kết quả", "birth-51-returned")
    slip = linked(clerk, "Mẫu 06", "birth-pdf-06")
    print(words(slip))

    open_mine(citizen, "birth-60-returned")
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="Tải kết quả điện tử (PDF)").click()
    result = tmp_path / "ket-qua.pdf"
    download.value.save_as(result)
    content = result.read_bytes()
    picture(content, "birth-pdf-result")
    print(words(content))
    says(content, "TRÍCH LỤC KHAI SINH", "01/TLKS-UBND", CHILD, NAME, NUMBER, "12/11/2026", CHAIRMAN, COMMUNE.upper())

    assert by_pyhanko(content, world.authority) == [CHAIRMAN, COMMUNE]
    said = by_poppler(content, world.authority, tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 2, said
    assert said.count("Certificate Validation: Certificate is Trusted.") == 2, said

    stranger = desk()
    text = ask(stranger, result, "birth-70-verified")
    print(text)
    bad = tmp_path / "sua.pdf"
    bad.write_bytes(flipped(content))
    text = ask(stranger, bad, "birth-71-flipped")
    print(text)
    assert "Signature is Valid." not in by_poppler(bad.read_bytes(), world.authority, tmp_path)

    citizen.press("Đánh giá việc giải quyết hồ sơ này", "birth-80-rating")
    citizen.page.get_by_label("Rất hài lòng").check()
    citizen.press("Gửi đánh giá", "birth-81-rated")
    assert "Bạn đã đánh giá: Rất hài lòng" in citizen.text
    print(today)
