"""Forms 02, 03, 05 and 06 (Circular 03/2025/TT-VPCP, Annex I): what was said at the act stands on the paper, and a reprint is the same paper."""

import io
from datetime import datetime
from typing import Any

import pypdf
import pytest

from motcua.demo.fixtures import PERMIT, Api
from motcua.dossiers.tests.walking import at, permit
from motcua.worktime.clock import TZ

COUNTER, HEAD, BUILDER = "tiepnhan.quynhson", "truongphong.quynhson", "xaydung.quynhson"


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def form(api: Api, login: str, dossier: dict[str, Any], number: str) -> bytes:
    status, body = api.get(login, f"/dossiers/{dossier['code']}/forms/{number}.pdf")
    assert status == 200, body
    return body


def asked(api: Api) -> dict[str, Any]:
    dossier = permit(api, until="advance")
    status, body = api.act(
        BUILDER,
        dossier,
        "request_supplement",
        items=["Bản vẽ mặt cắt", "Cam kết an toàn công trình liền kề"],
        note="Bản vẽ thiếu mặt cắt móng",
    )
    assert status == 200, body
    return dossier


def test_form_02_says_all_that_is_missing_why_and_until_when(api: Api) -> None:
    """Everything at once (Decree 118/2025/NĐ-CP); a building permit's papers come within two working days (Decree 217/2026/NĐ-CP art. 54)."""
    with at(api, "2026-08-03 09:00"):
        dossier = asked(api)
        said = text(form(api, BUILDER, dossier, "02"))
    assert "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ" in said
    assert f"Mã hồ sơ: {dossier['code']}" in said
    assert "1. Bản vẽ mặt cắt 2. Cam kết an toàn công trình liền kề" in said
    assert "Lý do: Bản vẽ thiếu mặt cắt móng" in said
    assert "Thời hạn bổ sung: 17 giờ 00 phút, ngày 05 tháng 8 năm 2026" in said
    assert "/PBS-TTPVHCC" in said
    assert "Đặng Quốc Ấn" in said


def test_a_reprint_is_the_same_paper_byte_for_byte(api: Api) -> None:
    dossier = asked(api)
    first = form(api, BUILDER, dossier, "02")
    api.act(COUNTER, dossier, "supplement")
    assert form(api, COUNTER, dossier, "02") == first


def test_form_03_gives_the_particular_reason_of_the_refusal(api: Api) -> None:
    dossier = api.receive(procedure=PERMIT)
    api.act(COUNTER, dossier, "refuse", note="Thửa đất thuộc địa bàn tỉnh khác")
    said = text(form(api, COUNTER, dossier, "03"))
    assert "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ" in said
    assert "Thửa đất thuộc địa bàn tỉnh khác" in said
    assert "/PTC-TTPVHCC" in said


def test_form_05_tells_of_the_stop(api: Api) -> None:
    dossier = permit(api, until="advance")
    api.act(COUNTER, dossier, "stop", note="Theo đề nghị của người nộp")
    said = text(form(api, COUNTER, dossier, "05"))
    assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in said
    assert "Theo đề nghị của người nộp" in said


def test_form_06_holds_each_hand_over_with_its_result(api: Api) -> None:
    """Half a day for each of the first two steps of the demo's process: handed over at once is early or on time, a day later is late."""
    with at(api, "2026-03-02 08:00") as clock:
        dossier = api.receive(procedure=PERMIT)
        assert api.act(COUNTER, dossier, "hand_over")[0] == 200
        clock.move_to(datetime(2026, 3, 4, 16, tzinfo=TZ))
        assert api.act(HEAD, dossier, "assign", officer=BUILDER)[0] == 200
        said = text(form(api, HEAD, dossier, "06"))
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in said
    assert "1. Trung tâm Phục vụ hành chính công 2. Phòng Kinh tế 08:00 02/03/2026 Đúng hạn Chuyển xử lý" in said
    assert "1. Phòng Kinh tế 2. Phòng Kinh tế 16:00 04/03/2026 Quá hạn Giao việc" in said


@pytest.mark.parametrize("number", ["02", "03", "04", "05"])
def test_a_form_that_was_never_given_is_not_found(api: Api, number: str) -> None:
    dossier = permit(api, until="advance")
    assert api.get(COUNTER, f"/dossiers/{dossier['code']}/forms/{number}.pdf")[0] == 404


def test_another_commune_gets_no_form(api: Api) -> None:
    dossier = asked(api)
    assert api.get("tiepnhan.tanmai", f"/dossiers/{dossier['code']}/forms/02.pdf")[0] == 404


def test_the_applicant_opens_what_was_given_to_them_and_not_the_office_s_own_slip(api: Api) -> None:
    dossier = asked(api)
    api.client.get("/tra-cuu/", {"code": dossier["code"], "secret": dossier["secret"]})
    page = api.client.get("/tra-cuu/ho-so/").content.decode()
    assert "/tra-cuu/ho-so/mau-02.pdf" in page
    assert "mau-06" not in page
    assert "Bản vẽ mặt cắt" in text(api.client.get("/tra-cuu/ho-so/mau-02.pdf").content)
    assert api.client.get("/tra-cuu/ho-so/mau-06.pdf").status_code == 403
    assert api.client.get("/tra-cuu/ho-so/mau-03.pdf").status_code == 404
