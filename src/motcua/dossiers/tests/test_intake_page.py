"""The counter's page: what is typed is kept, each rule speaks beside its box, and nothing is received twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from motcua.casework.models import Case, ReadLog
from motcua.demo.fixtures import BIRTH, COPY, PERMIT, PHUONG, XA, Api
from motcua.dossiers.models import Dossier
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.worktime import clock

KEY = "0b8f7c1e-5d1f-4c33-9f6b-7a1f6f0d9c11"
MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def wednesday_morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


@pytest.fixture
def client(api: Api) -> Client:
    return at_desk("tiepnhan.quynhson")


def at_desk(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def sheet(of: str = COPY, /, **changes: Any) -> dict[str, Any]:
    """What the browser sends for a usual dossier."""
    shown = {COPY: f"{COPY}:1:ordinary", BIRTH: f"{BIRTH}:1:ordinary", PERMIT: f"{PERMIT}:2:house"}[of]
    return {
        "idempotency_key": KEY,
        "procedure": of,
        "shown": shown,
        "case": shown.rpartition(":")[2],
        "kind": "person",
        "citizen_number": "040 090 001 234",
        "full_name": "Nguyễn Văn Ước",
        "birth_date": "24/11/1990",
        "phone": "0912 345 678",
        "address": "Xóm 3, xã Quỳnh Sơn",
        "components": ["01", "03"] if of == PERMIT else ["01"],
        "return_method": "counter",
        "agency": XA,
        "channel": "counter",
        **changes,
    }


def send(client: Client, of: str = COPY, **changes: Any) -> Any:
    return client.post("/tiep-nhan/", sheet(of, **changes))


def stored() -> list[Dossier]:
    with scope.enter(scope.worker()):
        return list(Dossier.objects.select_related("case"))


def error_of(response: Any, field: str) -> str:
    """The sentence that stands beside the field and is named as its description."""
    found = re.search(rf'<p class="field__error" id="id_{field}_error">(.*?)</p>', response.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]*>", "", found.group(1)).replace("Lỗi:", "").strip() if found else ""


def test_a_dossier_is_received_and_its_page_says_code_date_and_secret(client: Client) -> None:
    response = send(client, copies="3", subject="Bản sao bằng tốt nghiệp")
    (dossier,) = stored()
    assert response.url == f"/ho-so/{dossier.case.code}/da-tiep-nhan/"
    assert dossier.applicant["citizen_number"] == "040090001234"
    assert dossier.applicant["birth_date"] == "1990-11-24"
    assert (dossier.data, dossier.content) == ({"copies": 3}, "Bản sao bằng tốt nghiệp")
    page = client.get(response.url)
    text = page.content.decode()
    assert dossier.case.code in text
    assert "17:00 thứ Tư 25/11/2026" in text
    assert re.search(r"[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{3}", text)
    assert "no-store" in page["Cache-Control"]


def test_sending_twice_gives_the_same_dossier(client: Client) -> None:
    assert send(client).url == send(client).url
    assert len(stored()) == 1


def test_the_same_key_with_other_answers_is_asked_about_and_keeps_what_was_typed(client: Client) -> None:
    send(client)
    response = send(client, full_name="Trần Thị Khác")
    assert response.status_code == 422
    assert "đã được ghi thành một hồ sơ" in response.content.decode()
    assert 'value="Trần Thị Khác"' in response.content.decode()
    assert KEY not in response.content.decode()
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("citizen_number", "", "Nhập số định danh cá nhân hoặc số hộ chiếu; nếu không có, ghi lý do."),
        ("citizen_number", "04009000123", "Số định danh cá nhân gồm đúng 12 chữ số."),
        ("citizen_number", "040290001234", "Số định danh này ứng với năm sinh 2090, ở tương lai. Kiểm tra lại chữ số thứ 4 đến thứ 6."),
        ("full_name", "", "Nhập họ và tên đầy đủ."),
        ("full_name", "1", "Nhập họ và tên đầy đủ."),
        ("birth_date", "30/02/1990", "Ngày sinh chưa đúng, ví dụ: 24/11/1990."),
        ("birth_date", "26/11/2026", "Ngày sinh ở tương lai."),
        ("phone", "12", "Số điện thoại chưa đúng, ví dụ: 0912 345 678."),
        ("email", "an@", "Địa chỉ thư điện tử chưa đúng, ví dụ: an.nguyen@example.vn."),
        ("components", [], "Thiếu thành phần bắt buộc: Bản chính giấy tờ, văn bản cần sao (xuất trình để đối chiếu, trả lại ngay)"),
        ("components", ["01", "99"], "Thủ tục không có thành phần mã “99”."),
        ("copies", "ba", "Số bản là một số, ví dụ: 3."),
        ("subject", "x" * 501, "Nội dung không được dài quá 500 ký tự."),
        ("agency", "H99.001", "Chọn cơ quan giải quyết trong danh sách của tỉnh."),
        ("channel", "fax", "Chọn cách nộp: tại quầy, bưu chính hoặc nhập lại từ sổ giấy."),
        ("channel", "post", "Thủ tục này không nhận hồ sơ qua kênh đã chọn."),
        ("procedure", "9.999999", "Không có thủ tục mang mã “9.999999”. Kiểm tra lại mã trong danh mục."),
    ],
)  # fmt: skip
def test_each_rule_speaks_beside_its_box_and_nothing_typed_is_lost(
    client: Client, field: str, typed: Any, sentence: str
) -> None:
    response = send(client, **{field: typed})
    assert response.status_code == 422
    assert error_of(response, field) == sentence
    for name, value in sheet().items():
        if name in ("full_name", "birth_date", "phone", "address") and name != field:
            assert f'value="{value}"' in response.content.decode(), name
    assert stored() == []


def test_all_faults_are_told_at_once(client: Client) -> None:
    response = send(client, citizen_number="12", full_name="", birth_date="nay", components=[])
    for field in ("citizen_number", "full_name", "birth_date", "components"):
        assert error_of(response, field), field
    assert "Có 4 chỗ cần sửa" in response.content.decode()


def test_names_are_printed_as_letters_never_as_markup(client: Client) -> None:
    name = '<script>alert("x")</script> Ước'
    refused = send(client, full_name=name, citizen_number="1")
    page = client.get(send(client, full_name=name).url)
    for response in (refused, page):
        assert "<script>alert" not in response.content.decode()
        assert "&lt;script&gt;alert" in response.content.decode()


def test_a_doubt_never_stops_the_intake_and_stands_on_the_page_after(client: Client) -> None:
    response = send(client, citizen_number="999090001234", birth_date="24/11/1991")
    text = client.get(response.url).content.decode()
    assert "Mã 999 không có trong danh mục nơi đăng ký khai sinh." in text
    assert "Năm sinh 1991 khác với năm 1990 trong số định danh." in text


def test_a_channel_open_only_under_a_condition_is_received_and_says_so(client: Client) -> None:
    response = send(client, of=PERMIT)
    assert "Chỉ khi sự cố khách quan" in client.get(response.url).content.decode()


def test_an_organisation_is_received_with_its_tax_code_and_representative(client: Client) -> None:
    send(
        client, kind="organisation", citizen_number="", full_name="", tax_code="2900324272", org_name="Công ty Ánh Dương",
        representative="Lê Thị Ỷ",
    )  # fmt: skip
    assert stored()[0].applicant == {
        "kind": "organisation", "full_name": "Công ty Ánh Dương", "tax_code": "2900324272", "representative": "Lê Thị Ỷ",
        "phone": "0912345678", "address": "Xóm 3, xã Quỳnh Sơn", "address_commune": "17170",
    }  # fmt: skip


def test_of_an_address_in_a_divided_commune_the_officer_chooses_the_part(client: Client) -> None:
    split = "Xóm 1, xã Liên Hà, huyện Đan Phượng, Hà Nội"
    page = send(client, address=split)
    assert page.status_code == 422
    assert "Chọn xã, phường hiện nay của địa chỉ này" in page.content.decode()
    assert "Xã Ô Diên, Thành phố Hà Nội" in page.content.decode()
    send(client, address=split, address_commune="09817")
    assert (stored()[0].applicant["address"], stored()[0].applicant["address_commune"]) == (split, "09817")


def test_an_address_abroad_is_kept_as_typed_and_only_doubted(client: Client) -> None:
    response = send(client, address="12 rue de Rivoli, Paris")
    assert "address_commune" not in stored()[0].applicant
    assert "Không nhận ra xã, phường trong địa chỉ này" in client.get(response.url).content.decode()


def test_an_organisation_is_asked_for_its_own_particulars_only(client: Client) -> None:
    response = send(client, kind="organisation", citizen_number="", full_name="")
    assert error_of(response, "tax_code") == "Nhập mã số thuế hoặc mã số doanh nghiệp của tổ chức."
    assert error_of(response, "org_name") == "Nhập tên tổ chức."
    assert not error_of(response, "citizen_number")


def test_a_passport_or_a_reason_stands_for_the_citizen_number(client: Client) -> None:
    assert send(client, citizen_number="", passport="c1234567").status_code == 302
    assert (
        send(client, citizen_number="", no_document_reason="Trẻ chưa được cấp", idempotency_key="").status_code == 302
    )
    assert sorted(d.applicant.get("passport", "") for d in stored()) == ["", "C1234567"]


def test_an_authorised_person_shows_the_paper(client: Client) -> None:
    person = {"auth_citizen_number": "040180000123", "auth_full_name": "Hồ Thị Ý"}
    refused = send(client, **person)
    assert error_of(refused, "auth_paper") == "Ghi giấy tờ ủy quyền (số, ngày, nơi chứng thực)."
    assert send(client, **person, auth_paper="Số 15 ngày 20/11/2026").status_code == 302
    assert stored()[0].authorised["paper"] == "Số 15 ngày 20/11/2026"


def test_the_paper_register_of_an_outage_keeps_its_own_moment(client: Client) -> None:
    refused = send(client, channel="fallback")
    for field in ("received_date", "received_time", "fallback_reason"):
        assert error_of(refused, field), field
    paper = {"received_date": "23112026", "received_time": "16:30", "register_no": "12", "fallback_reason": "Mất điện"}
    assert send(client, channel="fallback", **paper).status_code == 302
    (dossier,) = stored()
    assert dossier.case.received_at == datetime(2026, 11, 23, 16, 30, tzinfo=clock.TZ)
    assert (dossier.channel, dossier.fallback) == ("counter", {"register_no": "12", "reason": "Mất điện"})


@pytest.mark.parametrize(
    ("day", "sentence"), [("26/11/2026", "Thời điểm nhận ở tương lai."), ("01/09/2026", "đã quá 60 ngày")]
)
def test_a_moment_of_reception_that_cannot_be_is_refused(client: Client, day: str, sentence: str) -> None:
    response = send(client, of=BIRTH, channel="post", received_date=day, received_time="9:00")
    assert sentence in error_of(response, "received_date")


def test_another_commune_of_the_province_may_be_the_one_that_resolves(client: Client) -> None:
    send(client, agency=PHUONG)
    (dossier,) = stored()
    assert dossier.case.lead_agency_id != dossier.case.origin_agency_id


def test_words_choose_a_procedure_and_keep_what_was_typed(client: Client) -> None:
    response = send(client, procedure="khai sinh", shown="")
    text = response.content.decode()
    assert response.status_code == 200
    assert 'name="shown" value="1.001193:1:ordinary"' in text
    assert "Không phải nộp: lấy từ Cơ sở dữ liệu quốc gia về dân cư" in text
    assert 'value="Nguyễn Văn Ước"' in text
    assert stored() == []


def test_words_of_no_procedure_keep_what_was_typed(client: Client) -> None:
    response = send(client, procedure="karaoke", shown="")
    assert "Không có thủ tục nào" in response.content.decode()
    assert 'value="Nguyễn Văn Ước"' in response.content.decode()


def test_a_button_of_the_list_chooses_whatever_the_box_says(client: Client) -> None:
    response = client.post("/tiep-nhan/", {"procedure": "thứ gì đó", "choose": PERMIT, "full_name": "Vi Thị Ơn"})
    assert f'name="shown" value="{PERMIT}:2:house"' in response.content.decode()
    assert 'value="Vi Thị Ơn"' in response.content.decode()


def test_another_case_shows_its_papers_before_it_is_received(client: Client) -> None:
    response = send(client, of=PERMIT, case="other")
    assert f'name="shown" value="{PERMIT}:2:other"' in response.content.decode()
    assert stored() == []


@pytest.mark.parametrize("words", ["chung thuc", "CHỨNG THỰC", "815", "2.000815", "bản sao chính"])
def test_the_list_finds_by_words_with_or_without_marks_and_by_code(client: Client, words: str) -> None:
    assert COPY in client.get("/tiep-nhan/tim/", {"q": words}).content.decode()


def test_what_the_agency_receives_most_comes_first(client: Client) -> None:
    for key in range(2):
        send(client, of=PERMIT, idempotency_key=f"0b8f7c1e-5d1f-4c33-9f6b-7a1f6f0d9c2{key}")
    assert re.findall(r'value="(\d\.\d{6})"', client.get("/tiep-nhan/").content.decode())[0] == PERMIT


def test_the_promised_date_is_told_before_anything_is_received(client: Client) -> None:
    asked = {"procedure": PERMIT, "case": "house", "channel": "counter"}
    assert "17:00 thứ Sáu 04/12/2026" in client.get("/tiep-nhan/hen-tra/", asked).content.decode()
    late = {"procedure": BIRTH, "channel": "post", "received_date": "23/11/2026", "received_time": "15:30"}
    assert "17:00 thứ Tư 25/11/2026" in client.get("/tiep-nhan/hen-tra/", late).content.decode()
    assert "Không có thủ tục" in client.get("/tiep-nhan/hen-tra/", {"procedure": "x\0"}).content.decode()


def test_only_receivers_come_to_the_counter(api: Api) -> None:
    for path in ("/tiep-nhan/", "/tiep-nhan/tim/", "/tiep-nhan/thu-tuc/", "/tiep-nhan/hen-tra/"):
        assert at_desk("chutich.quynhson").get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_the_page_after_belongs_to_the_centre_that_received(api: Api, client: Client) -> None:
    address = send(client).url
    assert at_desk("tiepnhan.tanmai").get(address).status_code == 404
    assert at_desk("tuphap.quynhson").get(address).status_code == 403
    assert client.get("/ho-so/H41.170-000000-0001/da-tiep-nhan/").status_code == 404


def test_handing_over_twice_is_one_act(client: Client) -> None:
    address = send(client).url
    code = address.split("/")[2]
    assert f'action="/ho-so/{code}/hand_over/"' in client.get(address).content.decode()
    sent = {"version": "1", "idempotency_key": KEY.replace("0b", "0c")}
    for _time in range(2):
        assert client.post(f"/ho-so/{code}/hand_over/", sent).url == f"/ho-so/{code}/"
    with scope.enter(scope.worker()):
        assert Case.objects.get().version == 2
    assert "Đang xử lý" in client.get(address).content.decode()


def test_handing_over_what_somebody_changed_meanwhile_shows_what_was_done(client: Client) -> None:
    code = send(client).url.split("/")[2]
    sent = {"version": "1", "note": "Thiếu", "items": "Bản chính"}
    at_desk("giamdoc.quynhson").post(f"/ho-so/{code}/request_supplement/", sent)
    response = client.post(f"/ho-so/{code}/hand_over/", {"version": "1"})
    assert response.status_code == 409
    assert "Những gì đã thay đổi" in response.content.decode()
    assert "Yêu cầu bổ sung" in response.content.decode()


def test_the_receipt_is_a_pdf_and_its_reading_is_logged(client: Client) -> None:
    code = send(client).url.split("/")[2]
    response = client.get(f"/ho-so/{code}/giay-tiep-nhan.pdf")
    assert response.content.startswith(b"%PDF")
    assert response["Cache-Control"] == "no-store, private"
    with scope.enter(scope.worker()):
        assert ReadLog.objects.filter(what="form 01").count() == 1
