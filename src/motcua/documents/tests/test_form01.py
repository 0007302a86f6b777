"""Form 01 as a reader, a screen reader, a scanner and an archive meet it."""

import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pikepdf
import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motcua.documents.rules import Component, Person
from motcua.documents.typesetting import NO_SUCH_LETTER, printable, render

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return " ".join(" ".join(pages(pdf)).split())


def tight(words: str) -> str:
    return "".join(words.split())


def tags(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the structure tree, in reading order."""

    def under(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from under(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            yield from under(node.get("/K"))

    return list(under(pdf.Root.StructTreeRoot.K))


@pytest.fixture(scope="module")
def plain(receipt) -> bytes:
    return render("form01", receipt.data())


@pytest.fixture
def opened(plain):
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        yield pdf


@pytest.mark.parametrize(
    "field",
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN XÃ QUỲNH LƯU",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "Số: 125/-TTPVHCC",
        "Quỳnh Lưu, ngày 05 tháng 02 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H41.56-261124-0125",
        "Trung tâm Phục vụ hành chính công xã Quỳnh Lưu, tỉnh Nghệ An",
        "Tiếp nhận hồ sơ của Ông (Bà): Nguyễn Thị Ánh Tuyết",
        "Số định danh cá nhân: 040187001234",
        "Địa chỉ: Xóm 5, xã Quỳnh Lưu, tỉnh Nghệ An",
        "Số điện thoại: 0912 345 678",
        "Thư điện tử: anhtuyet@example.vn",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
        "1 Tờ khai đăng ký khai sinh 1 –",
        "2 Giấy chứng sinh 1 2 Có",
        "2. Số lượng hồ sơ: 01 (bộ)",
        "3. Thời gian giải quyết hồ sơ theo quy định: 1 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 08 giờ 05 phút, ngày 05 tháng 02 năm 2026",
        "5. Thời gian trả kết quả: 17 giờ 00 phút, ngày 06 tháng 3 năm 2026",
        "6. Đăng ký nhận kết quả tại: Bưu điện xã Quỳnh Lưu",
        "Vào Sổ theo dõi hồ sơ, quyển số: 03/2026, số thứ tự: 1125",
        "NGƯỜI NỘP HỒ SƠ (Ký và ghi rõ họ tên) Nguyễn Thị Ánh Tuyết",
        "NGƯỜI TIẾP NHẬN HỒ SƠ (Ký và ghi rõ họ tên) Trần Đức Thắng",
        "https://motcua.example/tra-cuu",
        "Mã tra cứu: K7QM4ZTN2XWB",
    ],
)
def test_the_receipt_says(plain, field):
    assert field in text(plain)


def test_a_usual_receipt_is_one_a4_page(plain):
    (page,) = pypdf.PdfReader(io.BytesIO(plain)).pages
    assert (round(page.mediabox.width * 25.4 / 72), round(page.mediabox.height * 25.4 / 72)) == (210, 297)


def test_the_file_declares_pdf_a_2a_and_pdf_ua_1_together(opened):
    with opened.open_metadata() as metadata:
        assert (metadata.pdfa_status, metadata["pdfuaid:part"]) == ("2A", "1")


def test_the_file_has_an_output_intent_a_language_and_a_title(opened):
    assert str(opened.Root.OutputIntents[0].S) == "/GTS_PDFA1"
    assert str(opened.Root.Lang).startswith("vi")
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert str(opened.docinfo.Title) == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả - H41.56-261124-0125"


def test_a_screen_reader_finds_one_heading_a_table_with_headers_and_a_described_picture(opened):
    found = [str(tag.S) for tag in tags(opened)]
    assert opened.Root.MarkInfo.Marked
    assert (found.count("/H1"), found.count("/Table"), found.count("/TH"), found.count("/TR")) == (1, 1, 5, 3)
    assert [str(tag.Alt) for tag in tags(opened) if str(tag.S) == "/Figure"] == [
        "Mã QR dẫn tới trang tra cứu hồ sơ H41.56-261124-0125"
    ]


def test_every_font_is_ours_and_lies_in_the_file(opened):
    fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
    descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
    assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors)
    assert {re.sub(r"^/\w+\+|-.*$", "", str(descriptor.FontName)) for descriptor in descriptors} == {"Tinos"}


def test_the_qr_code_on_the_paper_leads_to_the_address(plain, receipt):
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 draws the page that the QR code is read from")
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the QR code")
    picture = pdfium.PdfDocument(plain)[0].render(scale=200 / 72).to_pil()
    assert [code.text for code in zxing.read_barcodes(picture)] == [receipt.qr_address]


def test_the_same_data_give_the_same_bytes(plain, receipt):
    assert render("form01", receipt.data()) == plain


def test_threads_do_not_print_each_others_data(receipt):
    receipts = [replace(receipt, code=f"H41.56-261124-{number:04d}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(lambda one: render("form01", one.data()), receipts))
    assert all(f"Mã hồ sơ: {one.code}" in text(pdf) for one, pdf in zip(receipts, printed, strict=True))


def test_twenty_components_flow_to_a_second_page_under_a_repeated_header(receipt):
    papers = [
        Component(f"Bản vẽ thiết kế số {number} kèm giấy chứng nhận thẩm duyệt phòng cháy", 1)
        for number in range(1, 21)
    ]
    first, second = pages(render("form01", replace(receipt, components=papers).data()))
    joined = " ".join((first + second).split())
    assert all(f"{number} Bản vẽ thiết kế số {number} kèm" in joined for number in range(1, 21))
    assert "Tên giấy tờ" in first
    assert second.startswith("2\n")
    assert "5. Thời gian trả kết quả" in second
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in second


@pytest.mark.parametrize("papers", [6, 7, 8, 9, 10])
def test_signatures_and_look_up_strip_stand_on_one_page(receipt, papers):
    components = [
        Component("Giấy tờ có tên dài phải viết xuống dòng thứ hai của ô trong bảng kê thành phần", 1)
    ] * papers
    *_, last = pages(render("form01", replace(receipt, components=components).data()))
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in last
    assert "Mã tra cứu" in last


def test_no_component_is_said_in_words(receipt):
    assert "Không phải nộp giấy tờ kèm theo." in text(render("form01", replace(receipt, components=[]).data()))


def test_an_authorised_person_is_named_with_the_paper_and_signs(receipt):
    person = Person(
        "Hoàng Quốc Khánh", "B1234567", "passport", address="Hoàng Mai", phone="0987 654 321", email="k@example.vn"
    )
    said = text(render("form01", replace(receipt, authorised=person, authorisation_paper="Giấy ủy quyền số 56").data()))
    assert "Người được ủy quyền nộp hồ sơ: Hoàng Quốc Khánh Số hộ chiếu: B1234567 Địa chỉ: Hoàng Mai" in said
    assert "Số điện thoại: 0987 654 321 Thư điện tử: k@example.vn Giấy tờ ủy quyền: Giấy ủy quyền số 56" in said
    assert "NGƯỜI NỘP HỒ SƠ (Ký và ghi rõ họ tên) Hoàng Quốc Khánh" in said


def test_without_an_authorised_person_the_form_does_not_speak_of_one(plain):
    assert "ủy quyền" not in text(plain)


def test_an_organisation_is_received_as_one(receipt):
    firm = Person("Công ty TNHH Biển Quỳnh", "2901234567", "tax_code", "organisation")
    said = text(render("form01", replace(receipt, applicant=firm).data()))
    assert "Tiếp nhận hồ sơ của Tổ chức: Công ty TNHH Biển Quỳnh Mã số thuế: 2901234567" in said


def test_what_is_not_known_is_left_as_dots_to_write_on(receipt):
    said = text(render("form01", replace(receipt, book="", book_entry="").data()))
    assert re.search(r"quyển số: \.{10,}, số thứ tự: \.{10,}", said)


def test_an_electronic_receipt_is_signed_digitally_by_the_officer(receipt):
    said = text(render("form01", replace(receipt, electronic=True).data()))
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ (Ký số)" in said


def test_only_a_demo_receipt_says_that_it_is_one(plain, receipt):
    said = text(render("form01", replace(receipt, demo=True).data()))
    assert said.startswith("BẢN DEMO")
    assert "không có giá trị pháp lý" in said
    assert "DEMO" not in text(plain)


def test_every_vietnamese_letter_prints_upright_bold_and_slanted(receipt):
    letters = VIETNAMESE + VIETNAMESE.upper() + "₫"
    person = replace(receipt.applicant, name=letters, address=letters)
    said = tight(text(render("form01", replace(receipt, applicant=person, place=letters).data())))
    assert said.count(letters) == 4  # the name stands under the signature too


def test_marks_of_the_typesetting_language_print_literally(receipt):
    name = r"""#let x = $x^2$ *đậm* _gạch_ [khối] {mã} \ `nguyên` @nhãn <nhãn> "kép" 'đơn' -- ~ // /* = + \u{41} #x()"""
    said = text(render("form01", replace(receipt, applicant=replace(receipt.applicant, name=name)).data()))
    assert name in said


def test_a_word_longer_than_the_paper_breaks_and_is_still_one_word_when_copied(receipt):
    address = "x" * 150 + "@example.vn"
    said = tight(text(render("form01", replace(receipt, applicant=replace(receipt.applicant, email=address)).data())))
    assert f"Thưđiệntử:{address}Nộidung" in said


def test_a_letter_that_the_typeface_lacks_is_replaced(receipt):
    said = text(render("form01", replace(receipt, subject="Ghi chú 漢😀\ud800 hết").data()))
    assert f"Ghi chú {NO_SUCH_LETTER * 3} hết" in said


@settings(max_examples=25)
@given(name=st.text(max_size=60))
@example("\x00\u202e\u200b\ufeff\u00ad\ue000")
@example("e\u0323\u0302 Nguye\u0302\u0303n")
def test_no_name_makes_the_form_fail(receipt, name):
    said = text(render("form01", replace(receipt, subject=name).data()))
    # A lone mark may print beside a dotted circle, but every letter and digit is there, in order.
    wanted = [letter for letter in printable(name) if unicodedata.category(letter)[0] in "LN"]
    found = iter(unicodedata.normalize("NFC", said.partition("yêu cầu giải quyết:")[2]))
    assert all(letter in found for letter in wanted)


def test_a_form_without_template_is_refused():
    with pytest.raises(FileNotFoundError):
        render("form99", {"issued_at": "2026-11-24T08:00:00+07:00"})


def test_a_time_of_issue_without_offset_is_refused(receipt):
    with pytest.raises(ValueError, match="offset"):
        render("form01", receipt.data() | {"issued_at": "2026-11-24T08:00:00"})
