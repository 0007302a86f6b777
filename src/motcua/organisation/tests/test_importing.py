"""A province's structure and people from a workbook: every row is answered before anything is written, and all of it is written or nothing."""

import io
from datetime import date
from uuid import UUID

import pytest
from openpyxl import load_workbook

from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import importing, registers, scope, spreadsheet
from motcua.organisation.errors import Conflict, Forbidden, RuleBroken
from motcua.organisation.models import Account, Agency, Division, Invitation, Officer, Position, Posting, ReceptionPoint
from motcua.organisation.services_people import accept_invitation, invited

SHEETS = {
    "Cơ quan": [
        "H41.999",
        "Ủy ban nhân dân cấp xã",
        "Ủy ban nhân dân xã Quỳnh Phú",
        "H41",
        "17212",
        "Xóm Phú Liên, xã Quỳnh Long, huyện Quỳnh Lưu, Nghệ An",
        "",
        "",
        "1/QĐ",
        "01/07/2025",
    ],
    "Phòng": ["H41.999", "Phòng Kinh tế", "Phòng Kinh tế", "2/QĐ"],
    "Điểm tiếp nhận": [
        *("H41.999", "Điểm Quỳnh Long", "Xóm Phú Liên, xã Quỳnh Phú, Nghệ An", "", "", "Thứ Ba, thứ Năm"),
        *("3/QĐ", date(2025, 8, 1)),
    ],
    "Vị trí việc làm": [
        "H41.999",
        "Phòng Kinh tế",
        "Chuyên viên địa chính",
        "Chuyên viên thụ lý",
        "Đất đai, địa chính",
        2,
        "4/QĐ",
    ],
    "Cán bộ": [
        *("diachinh.quynhphu", "Hồ Thị Ước", "Công chức", "", "", "H41.999", "Phòng Kinh tế", "Chuyên viên địa chính"),
        *("Bổ nhiệm, tuyển dụng", "", "01/07/2025", "5/QĐ"),
    ],
}


SPLIT = "Xã Liên Hà, huyện Đan Phượng, Hà Nội"


def workbook(*rows: tuple[str, list]) -> bytes:
    """The empty workbook with rows written into its sheets."""
    book = load_workbook(io.BytesIO(spreadsheet.empty()))
    for sheet, row in rows:
        book[sheet].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def whole(**replaced: list) -> bytes:
    return workbook(*({**SHEETS, **replaced}.items()))


@pytest.fixture
def administrator(api: Api):
    principal = principal_of("quantri.nghean")
    with scope.enter(principal.scope):
        yield principal


def test_a_commune_with_everything_in_it_comes_in_whole_and_tells_the_journal(administrator) -> None:
    plan = importing.read(whole(), 40)
    assert plan.refused == []
    assert plan.counts == {"added": 5, "changed": 0, "unchanged": 0, "refused": 0}
    assert not Agency.objects.filter(code="H41.999").exists()
    applied = importing.apply(administrator, plan)
    agency = Agency.objects.get(code="H41.999")
    assert (agency.parent.code, agency.commune_id, agency.valid_from) == ("H41", "17212", date(2025, 7, 1))
    assert ReceptionPoint.objects.get(agency=agency).hours == "Thứ Ba, thứ Năm"
    assert agency.address_commune_id == "17212", "an old address, in today's commune"
    assert ReceptionPoint.objects.get(agency=agency).address_commune_id == "17212"
    position = Position.objects.get(agency=agency)
    assert (position.roles, position.specialism, position.authorised) == (["specialist"], "land", 2)
    posting = Posting.objects.get(position=position)
    assert (posting.officer.full_name, posting.officer.category) == ("Hồ Thị Ước", "cong_chuc")
    ((login, secret),) = applied.invitations
    assert login == "diachinh.quynhphu"
    assert invited(secret).login == login
    (entry,) = registers.history(40, "organisation", UUID(plan.digest[:32]))
    assert (entry.act, entry.account_id, entry.payload["counts"]["added"]) == ("import", administrator.account_id, 5)


def test_a_code_in_its_column_chooses_the_commune_of_an_address_in_a_divided_one(administrator) -> None:
    row = [*SHEETS["Cơ quan"]]
    row[5:7] = SPLIT, "9817"
    importing.apply(administrator, importing.read(whole(**{"Cơ quan": row}), 40))
    agency = Agency.objects.get(code="H41.999")
    assert (agency.address, agency.address_commune_id) == (SPLIT, "09817")
    row[6] = ""
    assert importing.read(whole(**{"Cơ quan": row}), 40).counts["unchanged"] == 5, "what was chosen is not asked again"


def test_the_same_workbook_again_changes_nothing(administrator) -> None:
    importing.apply(administrator, importing.read(whole(), 40))
    plan = importing.read(whole(), 40)
    assert plan.counts == {"added": 0, "changed": 0, "unchanged": 5, "refused": 0}
    importing.apply(administrator, plan)
    assert Agency.objects.filter(code="H41.999").count() == Officer.objects.filter(full_name="Hồ Thị Ước").count() == 1


def test_a_filled_cell_changes_what_stands_and_an_empty_one_does_not(administrator) -> None:
    importing.apply(administrator, importing.read(whole(), 40))
    changed = ["H41.999", "Phòng Kinh tế", "Chuyên viên địa chính", "", "", 5, ""]
    plan = importing.read(workbook(("Vị trí việc làm", changed)), 40)
    assert [(line.outcome, line.detail) for line in plan.lines] == [("changed", "authorised")]
    importing.apply(administrator, plan)
    position = Position.objects.get(agency__code="H41.999")
    assert (position.authorised, position.roles, position.specialism, position.version) == (
        5,
        ["specialist"],
        "land",
        2,
    )


@pytest.mark.parametrize(
    ("sheet", "column", "value", "sentence"),
    [
        ("Cơ quan", 0, "h41 999", "Mã định danh không đúng dạng"),
        ("Cơ quan", 1, "Ủy ban", "không có trong danh mục"),
        ("Cơ quan", 3, "H99", "Không có cơ quan cấp trên mang mã H99"),
        ("Cơ quan", 4, "99999", "Không có xã, phường, đặc khu mang mã 99999"),
        ("Cơ quan", 4, "", "phải có mã xã"),
        ("Cơ quan", 5, "Xóm 3", "Địa chỉ “Xóm 3”: Không nhận ra xã, phường"),
        ("Cơ quan", 5, SPLIT, "09022 Xã Mê Linh, Thành phố Hà Nội; 09817 Xã"),
        ("Cơ quan", 5, SPLIT, "Ghi một mã ở cột “Mã xã của địa chỉ”."),
        ("Điểm tiếp nhận", 2, "Xóm 3", "Không nhận ra xã, phường"),
        ("Cơ quan", 9, "31/02/2025", "cần ngày dạng dd/mm/yyyy"),
        ("Phòng", 0, "H41.998", "Không có cơ quan mang mã H41.998"),
        ("Phòng", 2, "", "Tên phòng: chưa nhập."),
        ("Vị trí việc làm", 1, "Phòng Địa chính", "không có phòng “Phòng Địa chính”"),
        ("Vị trí việc làm", 3, "Vua", "“Vua” không có trong danh mục"),
        ("Vị trí việc làm", 5, "hai", "cần một số nguyên"),
        ("Cán bộ", 0, "tên có dấu", "Tên đăng nhập gồm"),
        ("Cán bộ", 7, "Chuyên viên thú y", "không có vị trí “Chuyên viên thú y”"),
        ("Cán bộ", 8, "Biệt phái, tăng cường", "phải có mã cơ quan cử"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_the_reason_and_nothing_is_written(
    administrator, sheet: str, column: int, value: object, sentence: str
) -> None:
    row = list(SHEETS[sheet])
    row[column] = value
    plan = importing.read(whole(**{sheet: row}), 40)
    refused = {line.sheet: line for line in plan.refused}
    assert sentence in refused[sheet].detail
    assert refused[sheet].row == 2
    with pytest.raises(RuleBroken, match="hàng chưa nhận được"):
        importing.apply(administrator, plan)
    assert not Agency.objects.filter(code="H41.999").exists()


def test_the_same_thing_in_two_rows_is_refused(administrator) -> None:
    plan = importing.read(workbook(*SHEETS.items(), ("Phòng", SHEETS["Phòng"])), 40)
    assert [(line.sheet, line.row) for line in plan.refused] == [("Phòng", 3)]


def test_a_workbook_read_before_somebody_s_change_is_not_written_over_it(administrator) -> None:
    importing.apply(administrator, importing.read(whole(), 40))
    plan = importing.read(workbook(("Phòng", ["H41.999", "Phòng Kinh tế", "Phòng Kinh tế", "99/QĐ"])), 40)
    Division.objects.filter(agency__code="H41.999").update(version=7)
    with pytest.raises(Conflict):
        importing.apply(administrator, plan)


def test_only_an_administrator_takes_a_workbook_in(api: Api) -> None:
    principal = principal_of("giamdoc.quynhson")
    with scope.enter(principal.scope):
        plan = importing.read(whole(), 40)
        with pytest.raises(Forbidden):
            importing.apply(principal, plan)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no", b"%PDF-1.7", "một tệp văn bản".encode()], ids=["empty", "cut", "pdf", "text"]
)
def test_what_is_no_workbook_is_refused_in_words(administrator, content: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"Cần một tệp bảng tính .xlsx"):
        importing.read(content, 40)


def test_a_workbook_without_our_sheets_or_columns_says_which_are_missing(administrator) -> None:
    book = load_workbook(io.BytesIO(spreadsheet.empty()))
    for title in book.sheetnames[:-1]:
        del book[title]
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(RuleBroken, match="không có trang nào"):
        importing.read(out.getvalue(), 40)
    book = load_workbook(io.BytesIO(spreadsheet.empty()))
    book["Phòng"].delete_cols(3)
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(RuleBroken, match="thiếu cột: Tên phòng"):
        importing.read(out.getvalue(), 40)


def test_an_invitation_sets_the_password_once_and_refuses_a_weak_one(administrator) -> None:
    ((_login, secret),) = importing.apply(administrator, importing.read(whole(), 40)).invitations
    with pytest.raises(RuleBroken):
        accept_invitation(secret, "123")
    account = accept_invitation(secret, "Hoa-sen-2026-xanh")
    assert account.check_password("Hoa-sen-2026-xanh")
    assert invited(secret) is None
    assert secret.encode() not in bytes(Invitation.objects.get(account=account).digest)
    assert Account.objects.get(login="diachinh.quynhphu").is_active
