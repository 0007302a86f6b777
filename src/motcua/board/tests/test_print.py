"""The printed board as a wall, a scanner, an archive and a screen reader meet it."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, datetime, timedelta

import pikepdf
import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from motcua import cli
from motcua.board import queries, rules
from motcua.catalogue.models import ProcedureVersion
from motcua.documents.models import IssuedForm
from motcua.documents.typesetting import render
from motcua.organisation import scope
from motcua.places.text import sort_key
from motcua.worktime import clock

DAY = date(2026, 11, 28)
ADDRESS = "https://motcua.example/"


def of_office(code: str = "H41.170") -> rules.Board:
    with scope.enter(scope.directory()):
        office = queries.office(40, code, DAY)
        found = queries.board(40, office, DAY)
    return dataclasses.replace(
        found, office=dataclasses.replace(office, address="Xóm 7, xã Quỳnh Sơn", phone="0238 000 0170")
    )


@pytest.fixture
def wall(demo) -> tuple[rules.Board, bytes]:
    board = of_office()
    return board, render("board", rules.printed(board, ADDRESS, demo=True))


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    return {
        (round(p.mediabox.width * 25.4 / 72), round(p.mediabox.height * 25.4 / 72))
        for p in pypdf.PdfReader(io.BytesIO(pdf)).pages
    }


def scanned(pdf: bytes, page: int = 0) -> str:
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=1.5).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def test_the_sheets_are_a3_upright_and_numbered(wall):
    found = pages(wall[1])

    assert sizes(wall[1]) == {(297, 420)}
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert f"Tờ {number}/{len(found)}" in page


@pytest.mark.parametrize(
    "words",
    [
        "ỦY BAN NHÂN DÂN XÃ QUỲNH SƠN",
        "Trung tâm Phục vụ hành chính công xã Quỳnh Sơn",
        "CÔNG KHAI THỦ TỤC HÀNH CHÍNH",
        "Địa chỉ: Xóm 7, xã Quỳnh Sơn",
        "Điện thoại: 0238 000 0170",
        "BẢN DEMO",
        "STT Mã số Tên thủ tục Thời hạn giải quyết Phí, lệ phí Cách nộp",
        "Danh mục tính đến ngày",
        "https://motcua.example/bang-cong-khai/H41.170/",
    ],
)
def test_the_first_sheet_says(wall, words):
    assert words in pages(wall[1])[0]


def test_every_procedure_stands_on_it_exactly_once_in_the_order_of_fields(wall):
    board, pdf = wall
    whole = " ".join(pages(pdf))

    places = [whole.find(line.code) for line in board.lines]
    assert [line.code for line in board.lines if whole.count(line.code) != 1] == []
    assert places == sorted(places)
    assert [name for name, _ in board.fields] == sorted((name for name, _ in board.fields), key=sort_key)


def test_no_field_s_name_stands_alone_at_the_foot_of_a_sheet(wall):
    board, pdf = wall
    names = {name for name, _lines in board.fields}
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
        last = [line for line in lines if "Danh mục tính đến" not in line and not line.startswith("Tờ ")][-1]
        assert last not in names


def test_the_qr_code_of_every_sheet_leads_to_the_page(wall):
    _board, pdf = wall
    for number in range(len(pages(pdf))):
        assert scanned(pdf, number) == "https://motcua.example/bang-cong-khai/H41.170/"


def test_the_file_is_pdf_a_2a_and_pdf_ua_1_with_a_title_and_a_described_picture(wall):
    with pikepdf.open(io.BytesIO(wall[1])) as pdf, pdf.open_metadata() as metadata:
        assert (metadata.pdfa_status, metadata["pdfuaid:part"]) == ("2A", "1")
        assert str(pdf.docinfo.Title) == "Công khai thủ tục hành chính - Xã Quỳnh Sơn"
        assert pdf.Root.MarkInfo.Marked


def test_a_way_that_is_open_under_a_condition_has_a_star_and_the_star_is_explained(demo):
    board = of_office()
    building = " ".join(pages(render("board", rules.printed(board, ADDRESS, field="Hoạt động xây dựng"))))
    copies = " ".join(pages(render("board", rules.printed(board, ADDRESS, field="Chứng thực"))))

    assert "Trực tuyến Trực tiếp* Bưu chính*" in building
    assert "* Chỉ nhận cách này" in building
    assert "*" not in copies


def test_without_a_demo_it_does_not_say_so(demo):
    assert "DEMO" not in " ".join(pages(render("board", rules.printed(of_office(), ADDRESS))))


def test_the_poster_of_a_field_is_a4_holds_that_field_only_and_leads_to_it(demo):
    board = of_office()
    pdf = render("board", rules.printed(board, ADDRESS, field="Hộ tịch"))
    whole = " ".join(pages(pdf))

    assert sizes(pdf) == {(210, 297)}
    assert "Lĩnh vực Hộ tịch" in whole
    for line in board.lines:
        assert whole.count(line.code) == (line.field == "Hộ tịch"), line.code
    assert scanned(pdf) == "https://motcua.example/bang-cong-khai/H41.170/?linh-vuc=H%E1%BB%99+t%E1%BB%8Bch"


def test_an_office_without_procedures_has_a_board_that_says_so(demo):
    empty = dataclasses.replace(of_office(), lines=())

    assert "chưa công khai thủ tục nào" in " ".join(pages(render("board", rules.printed(empty, ADDRESS))))


def test_a_name_of_any_length_and_marks_does_not_break_the_sheet(demo):
    board = of_office()
    odd = dataclasses.replace(
        board.lines[0], name="#let x = 1; *a* _b_ $c$ " + "ữ" * 400 + " \u200b\x07", fee="đ" * 300
    )

    assert len(pages(render("board", rules.printed(dataclasses.replace(board, lines=(odd,)), ADDRESS)))) >= 1


# --- where it is fetched ------------------------------------------------------------------------------


@pytest.fixture
def client(demo):
    with clock.freeze(datetime(2026, 11, 28, 9, 0, tzinfo=clock.TZ)):
        yield Client()


def test_the_same_state_is_set_once_and_handed_out_again(client, monkeypatch):
    first = client.get("/bang-cong-khai/H41.170/bang.pdf")
    monkeypatch.setattr("motcua.documents.services.render", lambda *_: pytest.fail("set a second time"))
    again = client.get("/bang-cong-khai/H41.170/bang.pdf")
    unchanged = client.get("/bang-cong-khai/H41.170/bang.pdf", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "application/pdf"
    assert again.content == first.content
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert scanned(first.content) == "http://testserver/bang-cong-khai/H41.170/"
    with scope.enter(scope.worker()):
        assert IssuedForm.objects.filter(subject_kind="board").count() == 1


def test_tomorrow_s_board_is_today_s_file_while_nothing_changed(demo):
    begin = {*ProcedureVersion.objects.values_list("valid_from", flat=True)}
    entered = clock.now()  # the catalogue of the demo was entered today; a later day is one on which nothing is entered
    day = next(
        d for n in range(1, 60) if (d := entered + timedelta(days=n)) and (d + timedelta(days=1)).date() not in begin
    )
    client = Client()
    with clock.freeze(day):
        today = client.get("/bang-cong-khai/H41.170/bang.pdf").content
    with clock.freeze(day + timedelta(days=1)):
        assert client.get("/bang-cong-khai/H41.170/bang.pdf").content == today


def test_an_unknown_field_is_404(client):
    assert client.get("/bang-cong-khai/H41.170/bang.pdf", {"linh-vuc": "Karaoke"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/bang-cong-khai/H41.170/", "/bang-cong-khai/H41.170/"), ("/thu-tuc/2.000815.H41/", "/thu-tuc/2.000815/")],
)
def test_the_qr_codes_of_pages_lead_to_them(client, path, leads_to):
    import typst

    svg = client.get(f"{path}ma-qr.svg")
    page = typst.compile(b'#set page(width: 60mm, height: 60mm)\n#image(bytes(sys.inputs.svg), format: "svg", width: 40mm)',
        sys_inputs={"svg": svg.content.decode()})  # fmt: skip

    assert svg["Content-Type"] == "image/svg+xml"
    assert scanned(page) == f"http://testserver{leads_to}"


def test_the_command_writes_the_board_to_a_file(demo, tmp_path, capsys):
    options = cli.parser().parse_args(
        [
            "board",
            "H41.170",
            "--out",
            str(tmp_path / "b.pdf"),
            "--field",
            "Chứng thực",
            "--address",
            "https://h.example",
        ]
    )
    options.run(options)
    pdf = (tmp_path / "b.pdf").read_bytes()

    assert "Ủy ban nhân dân xã Quỳnh Sơn" in capsys.readouterr().out
    assert sizes(pdf) == {(210, 297)}
    assert scanned(pdf).startswith("https://h.example/bang-cong-khai/H41.170/?linh-vuc=")
