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
from motcua.documents.rules import spelled_date, spelled_time
from motcua.documents.tests.world import CHAIR, CLERK, COMMUNE, World
from motcua.dossiers.wording import spoken
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.worktime import Limit, clock, due
from tests.journeys.conftest import Desk
from tests.journeys.reading import linked, picture, says, words
from tests.journeys.signing import ask, by_poppler, by_pyhanko, flipped, needs_poppler, seal, sign
from tests.peers.openid import PERSON, Provider

pytestmark = [pytest.mark.browser, needs_poppler]

RECEIVER, SPECIALIST = "tiepnhan.quynhson", "tuphap.quynhson"
NAME, NUMBER = PERSON["name"], PERSON["citizen_number"]
CHILD = "Nguyễn Minh An"
ASKED, WHY = "Văn bản cam đoan về việc sinh", "Giấy chứng sinh chụp mờ, không đọc được ngày sinh"
CHAIRMAN, RECEIVER_NAME = "Hồ Sỹ Ái", "Hồ Thị Mai"
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
    citizen.follow(citizen.page.get_by_role("link", name=NAME))
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
    citizen.follow(citizen.page.get_by_role("button", name=re.compile("^Mở")))
    citizen.check(name)


# --- the officers -----------------------------------------------------------------------------------------------------


def open_dossier(found: Desk, code: str, name: str) -> None:
    """From the officer's own worklist."""
    found.visit_and_check("/viec-can-lam/", f"{name}-worklist")
    found.follow(found.page.get_by_role("row").filter(has_text=code).get_by_role("link").first)
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


# --- what was said, on paper and to strangers --------------------------------------------------------------------------


def working_hours_from(start: datetime, limit: str) -> datetime:
    with scope.enter(scope.worker()):
        calendar = organisation.newest_calendar("vn")
    return due(calendar, start, Limit.parse(limit), "running").due


def moment(dossier: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(dossier[name])


def read_supplement_request(content: bytes, dossier: dict[str, Any], today: str) -> None:
    until = datetime.fromisoformat(dossier["supplements"][0]["due_at"])
    says(content, "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", f"Mã hồ sơ: {dossier['code']}", "01/PBS-TTPVHCC", today)
    says(content, NAME, NUMBER, CHILD, f"1. {ASKED}", WHY, f"Thời hạn bổ sung: {spelled_time(until)}", RECEIVER_NAME)


def read_receipt(content: bytes, dossier: dict[str, Any], today: str) -> None:
    says(content, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", f"Mã hồ sơ: {dossier['code']}", "01/-TTPVHCC", today)
    says(content, f"Tiếp nhận hồ sơ của Ông (Bà): {NAME}", NUMBER, "0912345678", CHILD, RECEIVER_NAME)
    says(content, f"4. Thời gian nhận hồ sơ: {spelled_time(moment(dossier, 'received_at'))}")
    says(content, f"5. Thời gian trả kết quả: {spelled_time(moment(dossier, 'promised_at'))}")
    says(content, "6. Đăng ký nhận kết quả tại: Trực tuyến")
    assert words(content).count("– – Có") == 2, "two files, no paper"


def read_control_slip(content: bytes, dossier: dict[str, Any]) -> None:
    said = words(content)
    says(content, "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", dossier["code"], "01/PKS-TTPVHCC", CHILD, COMMUNE)
    steps = ("Chuyển xử lý", "Hoàn thành bước", "Ký duyệt kết quả")
    assert sorted(steps, key=said.index) == list(steps)


def read_result(content: bytes, code: str, today: str) -> None:
    says(content, "TRÍCH LỤC KHAI SINH", "Số: 01/TLKS-UBND", today, "TỈNH NGHỆ AN", COMMUNE.upper())
    says(content, f"Họ, chữ đệm, tên: {CHILD}.", "12/11/2026", f"tên người mẹ: {NAME}.", "Nguyễn Văn Đức Mẫu")
    says(content, f"hồ sơ mã {code} do {NAME} nộp", NUMBER, "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", CHAIRMAN)
    says(content, f"Mã văn bản: {code}-KQ")
    assert "……" not in words(content)


def believed(stranger: Desk, content: bytes, world: World, folder: Path, day: str) -> None:
    """The public page says in words who signed, as what, when, and that nothing was changed; pyHanko and poppler say so, too."""
    file = folder / "ket-qua.pdf"
    file.write_bytes(content)
    said = ask(stranger, file, "birth-70-verified")
    assert "Chữ ký hợp lệ, văn bản nguyên vẹn" in said
    assert "01/TLKS-UBND" in said and "Đây là bản mới nhất" in said
    sheets = stranger.page.locator("main .sheet").all_inner_texts()
    assert len(sheets) == 2
    for sheet, who, as_what in (
        (sheets[0], CHAIRMAN, f"Chủ tịch Ủy ban nhân dân, {COMMUNE}"),
        (sheets[1], COMMUNE, f"Con dấu của {COMMUNE}"),
    ):
        for wanted in (who, as_what, "Hợp lệ", "Nguyên vẹn từ khi ký", f"ngày {day}, theo dấu thời gian"):
            assert wanted in sheet, (wanted, sheet)
    assert f"Ngày {day} {CHAIRMAN} giữ vị trí Chủ tịch Ủy ban nhân dân" in sheets[0]
    assert by_pyhanko(content, world.authority) == [CHAIRMAN, COMMUNE]
    told = by_poppler(content, world.authority, folder)
    for found in ("Signature Validation: Signature is Valid.", "Certificate Validation: Certificate is Trusted."):
        assert told.count(found) == 2, told


def refused_when_a_byte_is_flipped(stranger: Desk, content: bytes, world: World, folder: Path) -> None:
    file = folder / "sua.pdf"
    file.write_bytes(flipped(content))
    said = ask(stranger, file, "birth-71-flipped")
    assert "Văn bản đã bị thay đổi sau khi ký" in said
    assert "Nội dung đã bị thay đổi sau khi ký" in said and "Đừng dựa vào tệp này" in said
    assert "Hợp lệ" not in said
    assert "Signature is Valid." not in by_poppler(file.read_bytes(), world.authority, folder)


# --- the journey ------------------------------------------------------------------------------------------------------


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
    world.bind(CHAIR)
    world.bind(CLERK, "seal")

    def standing() -> dict[str, Any]:
        return dict(counter_api.get(RECEIVER, f"/dossiers/{code}")[1])

    citizen = desk(width=375)
    sign_in(citizen, with_provider)
    code, decide_by = file(citizen, folder)

    clerk = desk(RECEIVER)
    assert "Hồ sơ trực tuyến mới" in clerk.text
    open_dossier(clerk, code, "birth-10-new")
    seen = standing()
    assert (seen["state"], seen["national_status"], seen["promised_at"]) == ("filed", 1, None)
    filed_at = datetime.fromisoformat(seen["journal"][0]["happened_at"])
    until = working_hours_from(filed_at, "8 working hours")
    assert decide_by == spoken(until)
    assert "làm việc để trả lời" in clerk.text and f"trước {until:%d/%m/%Y %H:%M}" in clerk.text
    same_file(clerk, "To khai.pdf", folder["To khai.pdf"])
    do(clerk, "Tiếp nhận", "birth-11-accepted")
    seen = standing()
    assert filed_at <= moment(seen, "received_at") <= until
    request_supplement(clerk)

    open_mine(citizen, "birth-14-to-answer")
    seen, today = standing(), spelled_date(clock.now().astimezone(clock.TZ).date())
    assert "Bạn cần bổ sung giấy tờ" in citizen.text and ASKED in citizen.text
    assert spoken(datetime.fromisoformat(seen["supplements"][0]["due_at"])) in citizen.text
    name = "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (PDF)"
    read_supplement_request(linked(citizen, name, "birth-pdf-02"), seen, today)
    citizen.page.locator("#item_0").set_input_files(folder["Cam doan.jpg"])
    citizen.page.get_by_role("link", name="Cam doan.jpg").wait_for()
    citizen.press("Tôi đã bổ sung đủ", "birth-15-answered")
    assert "Đã báo bổ sung" in citizen.text

    open_dossier(clerk, code, "birth-16-to-check")
    same_file(clerk, "Cam doan.jpg", folder["Cam doan.jpg"])
    do(clerk, "Nhận bổ sung", "birth-17-complete")
    again = clerk.page.locator("main").get_by_role("link", name="Yêu cầu bổ sung", exact=True)
    assert again.count() == 0, "the one round is used"
    do(clerk, "Chuyển xử lý", "birth-18-handed-over")

    specialist = desk(SPECIALIST)
    open_dossier(specialist, code, "birth-20-to-draft")
    draft(specialist)

    chair = desk(CHAIR)
    chair.visit_and_check("/cho-ky/", "birth-30-waiting")
    open_dossier(chair, code, "birth-31-to-sign")
    sign(chair, "birth-32-sign")
    assert "01/TLKS-UBND" in chair.text and "Đã ký, chờ đóng dấu" in chair.text

    records = desk(CLERK)
    records.visit_and_check("/cho-dong-dau/", "birth-40-waiting")
    open_dossier(records, code, "birth-41-to-seal")
    seal(records, "birth-42-seal")

    open_dossier(clerk, code, "birth-50-to-return")
    assert "Đã ký, đã đóng dấu" in clerk.text
    clerk.page.get_by_role("radio", name="Trực tuyến").check()
    do(clerk, "Trả kết quả", "birth-51-returned")
    seen = standing()
    assert (seen["state"], seen["national_status"]) == ("returned", 10)
    read_control_slip(linked(clerk, "Mẫu 06", "birth-pdf-06"), seen)
    receipt = linked(clerk, "Mẫu 01", "birth-pdf-01")
    read_receipt(receipt, seen, today)

    citizen.visit_and_check("/ho-so-cua-toi/")
    from_the_list = linked(citizen, "Tải kết quả điện tử (PDF)")
    open_mine(citizen, "birth-60-returned")
    assert linked(citizen, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả (PDF)") == receipt
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="Tải kết quả điện tử (PDF)").click()
    content = Path(download.value.path()).read_bytes()
    assert content == from_the_list
    picture(content, "birth-pdf-result")
    read_result(content, code, today)
    stranger = desk()
    signed_on = f"{datetime.fromisoformat(seen['finished_at']):%d/%m/%Y}"
    believed(stranger, content, world, tmp_path, signed_on)
    refused_when_a_byte_is_flipped(stranger, content, world, tmp_path)

    citizen.press("Đánh giá việc giải quyết hồ sơ này", "birth-80-rating")
    citizen.page.get_by_label("Rất hài lòng").check()
    citizen.press("Gửi đánh giá", "birth-81-rated")
    assert "Bạn đã đánh giá: Rất hài lòng" in citizen.text
    clerk.visit_and_check(f"/ho-so/{code}/", "birth-82-rated")
    assert "Rất hài lòng" in clerk.text
