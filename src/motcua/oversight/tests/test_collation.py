"""What communes answered by one outline, side by side; and the paper of one report, to be printed and signed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight.models import Report, ReportSeries
from motcua.oversight.tests.test_recommendations import Desk, pdf
from motcua.oversight.tests.test_reports import SENT, asked, done, run, series
from motcua.oversight.tests.world import COMMUNE, COORDINATOR, DAY, DEPARTMENT, OTHER, team
from motcua.worktime import clock


@pytest.fixture
def answered(fresh_demo: Api) -> Any:
    """(address of the team's collation, the two reports' codes): one commune sent, with a paper; the other only saved."""
    with clock.freeze(DAY):
        fresh_demo.receive()
        own = team()
        code, other = asked(own)
        done(Desk(COMMUNE).act(code, "save", a_c1="Một hồ sơ nhập nhầm", a_c2="1.250", a_c3="Thiếu cán bộ hộ tịch"))
        done(Desk(COMMUNE).act(code, "send", **SENT, files=pdf("bao-cao-da-ky.pdf")))
        done(Desk(OTHER).act(other, "save", a_c2="3", a_c3="Thiếu máy, chưa gửi"))
        yield f"/to-cong-tac/{own.id}/tong-hop/", code, other


def send(login: str, code: str) -> None:
    done(Desk(login).act(code, "send", number="7/BC-UBND", dated_on="02/03/2026"))


def test_answers_stand_side_by_side_with_their_sums_and_papers(answered: Any) -> None:
    address, _code, other = answered
    page = Desk(COORDINATOR).page(address)
    assert "1/2 nơi đã gửi" in page and "phường Tân Mai" in page.split("Nơi chưa gửi", 1)[1]
    assert "1.250" in page and "Một hồ sơ nhập nhầm" in page
    send(OTHER, other)
    page = Desk(COORDINATOR).page(address)
    assert "2/2 nơi đã gửi" in page and "1.253" in page.split("Cộng 2 nơi", 1)[1]
    words = Desk(COORDINATOR).page(f"{address}?cau=c3")
    assert "Thiếu cán bộ hộ tịch" in words and "Thiếu máy, chưa gửi" in words
    papers = Desk(COORDINATOR).page(f"{address}?cau=van-ban")
    assert "bao-cao-da-ky.pdf" in papers and "12/BC-UBND" in papers


def test_what_is_not_sent_is_nobodys_answer_yet(answered: Any) -> None:
    address, _code, _other = answered
    assert "Thiếu máy, chưa gửi" not in Desk(COORDINATOR).page(f"{address}?cau=c3")


def test_a_commune_sees_its_own_answers_alone_and_an_outsider_none(answered: Any) -> None:
    address, _code, other = answered
    send(OTHER, other)
    page = Desk(OTHER).page(f"{address}?cau=c3")
    assert "Thiếu máy" in page and "Thiếu cán bộ hộ tịch" not in page
    assert "Chưa có báo cáo nào" in Desk("giamdoc.snv").page(address)
    assert "Thiếu cán bộ" not in Desk("giamdoc.snv").page(f"{address}?cau=c3&tep=xlsx")


def test_the_workbook_has_a_row_for_each_commune_and_the_sums(answered: Any) -> None:
    address, _code, other = answered
    send(OTHER, other)
    content = Desk(COORDINATOR).get(f"{address}?tep=xlsx").content
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][4:] == ("Hồ sơ tiếp nhận", "Ý kiến về số liệu", "Số máy quét (máy)", "Khó khăn chính")
    assert [row[1:3] for row in rows[1:3]] == [
        ("Ủy ban nhân dân phường Tân Mai", "7/BC-UBND"),
        ("Ủy ban nhân dân xã Quỳnh Sơn", "12/BC-UBND"),
    ]
    [total] = [row for row in rows if row[1] == "Cộng"]
    assert (total[4], total[6]) == (1, 1253)
    assert Desk(COORDINATOR).get(f"{address}?tep=pdf").status_code == 404


def test_the_word_file_says_all_of_it(answered: Any) -> None:
    address, _code, _other = answered
    document = Document(io.BytesIO(Desk(COORDINATOR).get(f"{address}?tep=docx").content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for said in ("BẢNG TỔNG HỢP BÁO CÁO", "Đã gửi: 1/2 nơi", "1.250", "Thiếu cán bộ hộ tịch", "Chưa gửi: ", "Cộng"):
        assert said in text, (said, text)


def test_a_period_of_a_series_is_put_side_by_side(fresh_demo: Api) -> None:
    with clock.freeze("2026-03-02T05:11"):
        id = series()
        run(date(2026, 3, 2))
        with scope.enter(scope.worker()):
            code = Report.objects.get(series=id, period="2026-02", agency__code="H41.170").case.code
        done(Desk(COMMUNE).act(code, "save", a_c2="4", a_c3="Thiếu người tháng hai"))
        done(Desk(COMMUNE).act(code, "send", number="7/BC-UBND", dated_on="02/03/2026"))
        assert "Thiếu người tháng hai" in Desk(COORDINATOR).page(f"/bao-cao-dinh-ky/{id}/tong-hop/?ky=2026-02&cau=c3")
        assert "0/2 nơi đã gửi" in Desk(COORDINATOR).page(f"/bao-cao-dinh-ky/{id}/tong-hop/?ky=2026-01")
        assert "tong-hop/?ky=2026-02" in Desk(COORDINATOR).page(f"/bao-cao-dinh-ky/{id}/")


# --- one report -------------------------------------------------------------------------------------------------------


def words(response: Any) -> str:
    if response["Content-Type"] == "application/pdf":
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    else:
        document = Document(io.BytesIO(response.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return " ".join(text.split())


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_commune_prints_what_it_filled_in_to_sign_it(answered: Any, kind: str) -> None:
    _address, code, other = answered
    before = words(Desk(OTHER).get(f"/bao-cao/{other}/bao-cao.{kind}"))
    for said in (
        "ỦY BAN NHÂN DÂN PHƯỜNG TÂN MAI",
        "Hồ sơ tiếp nhận: 0",
        "Số máy quét: 3 máy",
        "Thiếu máy, chưa gửi",
        "CHỦ TỊCH",
    ):
        assert said in before, (said, before)
    assert "Số: /BC" in before and "18/KH-TCT" in before
    after = words(Desk(COORDINATOR).get(f"/bao-cao/{code}/bao-cao.{kind}"))
    assert "12/BC-UBND" in after and "Hồ sơ tiếp nhận: 1" in after and "Một hồ sơ nhập nhầm" in after
    assert f"/bao-cao/{other}/bao-cao.{kind}" in Desk(OTHER).page(f"/viec/{other}/")


def test_a_report_is_printed_by_nobody_who_does_not_see_it(answered: Any) -> None:
    _address, code, _other = answered
    for login in (OTHER, DEPARTMENT):
        assert Desk(login).get(f"/bao-cao/{code}/bao-cao.docx").status_code == 404
    with scope.enter(scope.worker()):
        assert not ReportSeries.objects.exists()
    assert Desk(COMMUNE).get("/bao-cao/H41-KN-2026-0001/bao-cao.docx").status_code == 404
