"""The receipt and the closing sheet, opened and read back."""

import io

import pypdf
import pytest

from motcua.organisation import scope
from motcua.payments import papers, queries
from motcua.payments.services import Paid
from motcua.payments.tests.conftest import Counter


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def printed(counter: Counter, paid: Paid) -> bytes:
    with scope.enter(counter.cashier.scope):
        return papers.receipt_pdf(queries.receipt(paid.receipt.id))


@pytest.fixture
def paid(counter: Counter) -> Paid:
    return counter.pay(counter.dossier()["code"])


def test_the_receipt_is_read_back(counter: Counter, paid: Paid) -> None:
    said = text(printed(counter, paid))
    for field in (
        "ỦY BAN NHÂN DÂN XÃ QUỲNH SƠN",
        "Mã số thuế: 0000017170",
        "Mẫu số: MAU-BLP",
        "Số: 00000001",
        "BIÊN LAI THU PHÍ, LỆ PHÍ",
        "Người nộp tiền: Nguyễn Văn Ước",
        "Phí chứng thực bản sao từ bản chính",
        "3 bản × (2 trang × 2.000 đ + 5 trang × 1.000 đ) = 27.000 đ",
        "Thông tư 226/2016/TT-BTC, Điều 4",
        "Số tiền: 27.000 đ",
        "Bằng chữ: Hai mươi bảy nghìn đồng",
        "Hình thức nộp: Tiền mặt",
        "Hồ Thị Mai",
        f"ngày {paid.payment.paid_at:%d/%m/%Y}",
    ):
        assert field in said, field
    assert "ĐÃ HỦY" not in said


def test_the_receipt_is_one_page_and_an_archive_can_keep_it(counter: Counter, paid: Paid) -> None:
    import pikepdf

    pdf = printed(counter, paid)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"


def test_a_reprint_is_the_stored_receipt_byte_for_byte(counter: Counter, paid: Paid, monkeypatch) -> None:
    first = printed(counter, paid)
    monkeypatch.setattr(papers, "receipt_data", lambda *_: pytest.fail("a reprint is not set anew"))
    assert printed(counter, paid) == first


def test_a_cancelled_receipt_says_so_and_keeps_its_number(counter: Counter, paid: Paid) -> None:
    before = printed(counter, paid)
    counter.cancel(paid, "Nhầm người nộp")
    said = text(printed(counter, paid))
    assert printed(counter, paid) != before
    assert "Đã hủy ngày" in said
    assert "Nhầm người nộp" in said
    assert "Số: 00000001" in said


def test_no_name_of_a_payer_makes_the_receipt_fail(counter: Counter) -> None:
    wild = counter.pay(counter.dossier()["code"], payer='#let x = *đậm* [khối] \\ "kép" 漢 ' + "x" * 120)
    assert "#let x = *đậm* [khối]" in text(printed(counter, wild))


def test_the_closing_sheet_is_read_back(counter: Counter, paid: Paid) -> None:
    closing = counter.close({20_000: 1, 5_000: 1}, "Thối nhầm hai nghìn")
    with scope.enter(counter.director.scope):
        said = text(papers.closing_pdf(queries.closing(closing.id)))
    for field in (
        *("PHIẾU CHỐT CA NGÀY", "Người thu: Hồ Thị Mai", "Thu tiền mặt: 27.000 đ", "20.000 đ 1 20.000 đ"),
        *(
            "Tiền mặt theo sổ: 27.000 đ",
            "Tiền mặt đếm được: 25.000 đ",
            "Chênh lệch: Thiếu 2.000 đ. Lý do: Thối nhầm hai nghìn",
        ),
    ):
        assert field in said, (field, said)
