"""The table of an assignment document: what its words mean, what is refused, and that it is taken in once and whole."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import Workbook

from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight import rules_importing
from motcua.oversight.models import Task
from motcua.oversight.tests.desk import Desk
from motcua.worktime import clock

GIVER, SPECIALIST, COMMUNE = "dieuphoi.nghean", "chuyenvien.snnmt", "tonghop.quynhson"
HEAD = [
    "STT",
    "Nhiệm vụ",
    "Văn bản giao nhiệm vụ",
    "Cơ quan chủ trì thực hiện",
    "Cơ quan phối hợp",
    "Thời hạn hoàn thành",
]
ROWS = [
    ["I", "I. Lĩnh vực đất đai", "", "", "", ""],
    [
        "1",
        "Cập nhật bản đồ địa chính",
        "624/TB-VPCP",
        "Sở Nông nghiệp và Môi trường",
        "Sở Nội vụ, UBND xã Quỳnh Sơn",
        "30/6/2026",
    ],
    ["2", "Rà soát biên chế", "", "so noi vu", "Các sở, ngành liên quan", "Quý IV/2026"],
    ["3", "Sửa chữa trụ sở", "", "UBND phường Tân Mai", "", "trước 30/6/2026"],
    ["4", "Theo dõi dư luận", "", "H41.02", "", "Thường xuyên"],
]


def sheet(rows: list[list[Any]] = ROWS, head: list[str] = HEAD) -> bytes:
    workbook = Workbook()
    page = workbook.active
    page.append(["PHỤ LỤC GIAO NHIỆM VỤ"])
    page.append(head)
    page.append([f"({n})" for n in range(1, 7)])
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def document(rows: list[list[Any]] = ROWS) -> bytes:
    paper = Document()
    paper.add_paragraph("Kính gửi các cơ quan")
    paper.add_table(1, 2).rows[0].cells[0].text = "Nơi nhận"
    table = paper.add_table(1 + len(rows), len(HEAD))
    for place, text in enumerate(HEAD):
        table.rows[0].cells[place].text = text
    for row, values in zip(table.rows[1:], rows, strict=True):
        for place, text in enumerate(values):
            row.cells[place].text = str(text)
    group = table.rows[1]
    group.cells[0].merge(group.cells[5])
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def sent(desk: Desk, content: bytes, name: str = "phu-luc.docx", **more: Any) -> Any:
    about = {"source": "conclusion", "document": "12/TB-UBND", "document_on": "25/02/2026", **more}
    return desk.client.post("/nhiem-vu/nhap/", {**about, "file": SimpleUploadedFile(name, content)})


def digest(page: str) -> str:
    return page.split('name="digest"')[1].split('value="')[1].split('"')[0]


def tasks() -> list[Task]:
    with scope.enter(scope.worker()):
        return list(Task.objects.select_related("case__lead_agency").order_by("case__code"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("30/06/2026", date(2026, 6, 30)),
        ("30.6.2026", date(2026, 6, 30)),
        ("2026-06-30", date(2026, 6, 30)),
        ("trước 30/6/2026", date(2026, 6, 30)),
        ("Hoàn thành trước ngày 05 / 9 / 2026", date(2026, 9, 5)),
        ("Quý IV/2026", date(2026, 12, 31)),
        ("quý 1 năm 2027", date(2027, 3, 31)),
        ("Trong quý II-2026", date(2026, 6, 30)),
        ("Tháng 02/2028", date(2028, 2, 29)),
        ("6 tháng đầu năm 2026", date(2026, 6, 30)),
        ("Năm 2026", date(2026, 12, 31)),
        (datetime(2026, 6, 30, tzinfo=clock.TZ), date(2026, 6, 30)),
        (date(2026, 6, 30), date(2026, 6, 30)),
    ],
)
def test_a_date_is_read_as_people_write_it(written: Any, expected: date) -> None:
    assert rules_importing.due(written) == (expected, False)


@pytest.mark.parametrize("written", ["Thường xuyên", "Không đặt hạn", "không thời hạn"])
def test_no_date_is_meant_when_it_says_so(written: str) -> None:
    assert rules_importing.due(written) == (None, True)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "chưa có thời hạn"),
        (None, "chưa có thời hạn"),
        ("31/6/2026", "không có trong lịch"),
        ("Tháng 13/2026", "không có trong lịch"),
        ("30/6", "không hiểu"),
        ("sớm", "không hiểu"),
        ("Hằng tháng", "định kỳ"),
        ("30/6/2026 và 31/12/2026", "nhiều thời hạn"),
    ],
)
def test_what_says_no_date_is_refused_with_a_sentence(written: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        rules_importing.due(written)


BOOK = rules_importing.book(
    [
        ("H41", "Ủy ban nhân dân tỉnh Nghệ An", "people_committee_province"),
        ("H41.01", "Sở Văn hóa, Thể thao và Du lịch", "department"),
        ("H41.02", "Sở Nội vụ", "department"),
        ("H41.170", "Ủy ban nhân dân xã Quỳnh Sơn", "people_committee_commune"),
    ]
)


@pytest.mark.parametrize(
    ("written", "codes", "rest"),
    [
        ("Sở Nội vụ", ["H41.02"], []),
        ("SO NOI VU", ["H41.02"], []),
        ("Sở Văn hoá, Thể thao và Du lịch, Sở Nội vụ", ["H41.01", "H41.02"], []),
        ("Sở Nội vụ; UBND xã Quỳnh Sơn", ["H41.02", "H41.170"], []),
        ("xã Quỳnh Sơn", ["H41.170"], []),
        ("UBND tỉnh", ["H41"], []),
        ("h41.02", ["H41.02"], []),
        ("Sở Nội vụ, các ngành liên quan", ["H41.02"], ["các ngành liên quan"]),
        ("Các sở, ngành", [], ["Các sở, ngành"]),
        ("", [], []),
        (None, [], []),
    ],
)
def test_agencies_are_known_with_and_without_marks(written: Any, codes: list[str], rest: list[str]) -> None:
    assert rules_importing.agencies(written, BOOK) == (codes, rest)


@pytest.mark.parametrize("make", [document, sheet])
def test_a_table_is_shown_as_understood_then_given_whole_and_never_twice(api: Api, make: Any) -> None:
    content = make()
    with clock.freeze("2026-02-26T09:00"):
        giver = Desk(GIVER)
        shown = sent(giver, content)
        page = shown.content.decode()
        assert shown.status_code == 200, page[:4000]
        assert "31/12/2026" in page and "Quý IV/2026" in page
        assert "Lĩnh vực đất đai" not in page
        assert tasks() == [], "a dry run writes nothing"
        done = sent(giver, content, digest=digest(page))
        assert done.status_code == 200 and "Đã giao" in done.content.decode(), done.content.decode()[:3000]
        found = tasks()
        assert [t.case.lead_agency.code for t in found] == ["H41.05", "H41.02", "H41.128", "H41.02"]
        assert [t.item for t in found] == ["1", "2", "3", "4"]
        assert [t.document for t in found] == ["624/TB-VPCP", "12/TB-UBND", "12/TB-UBND", "12/TB-UBND"]
        assert len(found[0].case.participants) == 2
        assert "Phối hợp: Các sở, ngành liên quan" in found[1].text
        assert found[3].case.promised_at is None
        again = sent(giver, content)
        assert "đã được giao trước đây" in again.content.decode()
        assert 'name="digest"' not in again.content.decode()
        longer = make([*ROWS, ["5", "Việc mới", "", "Sở Nội vụ", "", "31/12/2026"]])
        page = sent(giver, longer).content.decode()
        assert sent(giver, longer, digest=digest(page)).status_code == 200
        assert len(tasks()) == 5


def test_a_refused_row_is_named_by_its_number_and_nothing_is_given(api: Api) -> None:
    bad = [
        *ROWS[1:],
        ["5", "Việc không rõ hạn", "", "Sở Nội vụ", "", "sớm"],
        ["6", "Việc của ai", "", "Sở Không Có", "", "30/6/2026"],
        ["7", "Hai chủ trì", "", "Sở Nội vụ; Sở Nông nghiệp và Môi trường", "", "30/6/2026"],
        ["8", "Quá khứ", "", "Sở Nội vụ", "", "30/1/2026"],
        ["1", "Cập nhật bản đồ địa chính", "624/TB-VPCP", "Sở Nông nghiệp và Môi trường", "", "30/6/2026"],
    ]
    with clock.freeze("2026-02-26T09:00"):
        answer = sent(Desk(GIVER), sheet(bad), "bang.xlsx")
        page = answer.content.decode()
        assert answer.status_code == 422
        for sentence in (
            "không hiểu thời hạn “sớm”",
            "không có cơ quan “Sở Không Có”",
            "nhiều cơ quan chủ trì",
            "không được trước ngày giao",
            "rùng với hàng 4",
        ):
            assert sentence in page, sentence
        assert ">8<" in page.replace(" ", "")
        assert 'name="digest"' not in page
        assert tasks() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a zip", "Không đọc được tệp"),
        (sheet(head=["A", "B", "C", "D", "E", "F"]), "không có bảng giao việc"),
        (sheet(head=["STT", "Nhiệm vụ", "x", "Cơ quan chủ trì", "y", "z"]), "thiếu cột: Thời hạn hoàn thành"),
        (sheet([]), "không có hàng nhiệm vụ"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_it_lacks(api: Api, content: bytes, sentence: str) -> None:
    answer = sent(Desk(GIVER), content)
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_only_those_who_give_tasks_may_and_only_to_whom_they_may(api: Api) -> None:
    assert Desk(SPECIALIST).get("/nhiem-vu/nhap/").status_code == 403
    with clock.freeze("2026-02-26T09:00"):
        answer = sent(Desk(COMMUNE), sheet())
        assert answer.status_code == 422 and "không giao việc cho Sở Nội vụ được" in answer.content.decode()


def test_another_file_than_the_one_reported_on_is_only_checked(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        page = sent(Desk(GIVER), sheet()).content.decode()
        other = sent(Desk(GIVER), sheet(ROWS[:2]), digest=digest(page))
        assert "khác lần kiểm tra" in other.content.decode()
        assert tasks() == []
