"""Reception of citizens: the calendar that only the head may keep, and the book whose numbers are never used again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from motcua.demo.fixtures import XA, Api, principal_of
from motcua.letters import law, services_reception
from motcua.letters.models import OWED, Letter, Reception, ReceptionDay
from motcua.letters.rules_reception import duties, kept
from motcua.letters.services_reception import Received
from motcua.organisation import registers, scope
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.models import Account, Officer
from motcua.worktime import clock
from motcua.worktime.calendar import shipped

LETTERS, CHAIR, OVERSEER, OTHER, SPECIALIST = (
    "tonghop.quynhson",
    "chutich.quynhson",
    "dieuphoi.nghean",
    "tonghop.tanmai",
    "diachinh.quynhson",
)
PERSON = {"full_name": "Nguyễn Thị Ước", "citizen_number": "040090001234", "address": "Xóm 3"}
LINE = {
    "received_on": "02/03/2026",
    "received_time": "08:15",
    "full_name": "Nguyễn Thị Ước",
    "citizen_number": "040090001234",
    "people": "1",
    "summary": "Hỏi về đường nước qua ruộng.",
    "result": "guided",
}


def desk(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def officer(login: str) -> UUID:
    return Officer.objects.get(account__login=login).id


def received(login: str = LETTERS, key: UUID | None = None, **changes: Any) -> Reception:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        asked = Received(**{"person": PERSON, "summary": "Hỏi đường nước.", "result": "guided", **changes})
        return services_reception.receive(principal, asked, key)


def line(**changes: str) -> Any:
    return desk(LETTERS).post("/tiep-cong-dan/so/moi/", {**LINE, **changes})


def announced(login: str = LETTERS, head: str = CHAIR, **changes: str) -> Any:
    given = {"day": "10/03/2026", "begins": "07:30", "ends": "11:30", "place": "Phòng tiếp công dân", "is_head": "on"}
    with scope.enter(scope.worker()):
        chosen = str(officer(head))
    return desk(login).post("/tiep-cong-dan/lich/moi/", {**given, "head": chosen, **changes})


def days() -> list[ReceptionDay]:
    with scope.enter(scope.worker()):
        return list(ReceptionDay.objects.order_by("day"))


# --- pure ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "periods", "count"),
    [
        ([], 3, 0),
        ([date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 20)], 3, 3),
        ([date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)], 3, 1),
        ([date(2026, 3, 23)], 3, 0),
    ],
    ids=["never", "every week", "three times in one week", "the week that still runs"],
)
def test_a_commune_s_chair_is_held_to_each_week(held: list[date], periods: int, count: int) -> None:
    frequency = law.frequency("people_committee_commune")
    assert (frequency.days, frequency.every, frequency.verified) == (1, "week", False)
    found = kept(held, frequency, date(2026, 3, 4), date(2026, 3, 25))
    assert (found.periods, found.kept) == (periods, count)


def test_a_department_s_head_is_held_to_each_month() -> None:
    frequency = law.frequency("department")
    found = kept([date(2026, 1, 31), date(2026, 3, 1)], frequency, date(2026, 1, 15), date(2026, 4, 2))
    assert (found.periods, found.kept) == (3, 2)


def test_an_online_day_s_duties_count_back_in_working_days() -> None:
    """Tuesday 10 March 2026, 08:00: notice by Tuesday the 3rd, the line tried by Monday the 9th, connected by 07:00."""
    found = duties(shipped("vn"), date(2026, 3, 10), time(8))
    assert (found.notice_by, found.test_by) == (date(2026, 3, 3), date(2026, 3, 9))
    assert found.connect_by == datetime(2026, 3, 10, 7, tzinfo=clock.TZ)


# --- the calendar --------------------------------------------------------------------------------------------------------


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.freeze("2026-03-02T08:30"):
        yield


def test_the_head_s_day_needs_the_head(api: Api, monday: None) -> None:
    refused = announced(head=LETTERS)
    assert refused.status_code == 422 and "không giao cấp phó tiếp thay" in refused.content.decode()
    assert announced().status_code == 302
    assert announced(head=LETTERS, is_head="", begins="13:30", ends="16:30").status_code == 302, "another's day may be"
    assert announced().status_code == 409, "two days do not begin at one time"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "01/03/2026"}, "không được trước hôm nay"),
        ({"ends": "07:00"}, "phải sau giờ bắt đầu"),
        ({"online": "on"}, "Nhập đường dẫn"),
        ({"online": "on", "link": "https://hop.example/1", "day": "06/03/2026"}, "ít nhất 5 ngày làm việc"),
        ({"begins": "25:00"}, "Giờ chưa đúng"),
        ({"day": "31/02/2026"}, "Ngày chưa đúng"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(api: Api, monday: None, changes: dict[str, str], said: str) -> None:
    answer = announced(**changes)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_everybody_reads_the_calendar_but_not_the_link(api: Api, monday: None) -> None:
    assert announced(online="on", link="https://hop.example/1").status_code == 302
    page = Client().get(f"/lich-tiep-cong-dan/?xa={XA}").content.decode()
    assert "10/03/2026" in page and "Người đứng đầu" in page and "hop.example" not in page
    own = desk(LETTERS).get("/tiep-cong-dan/").content.decode()
    assert "hop.example" in own and "Thông báo đến hết 03/03/2026" in own
    assert "Chưa xác minh sau 01/7/2026" in own


def test_a_day_is_put_off_with_its_reason_to_a_new_one(api: Api, monday: None) -> None:
    announced()
    (day,) = days()
    address = f"/tiep-cong-dan/lich/{day.id}/hoan/"
    moved = {"day": "12/03/2026", "begins": "07:30", "ends": "11:30", "version": "1"}
    assert desk(LETTERS).post(address, {**moved, "why": ""}).status_code == 422
    assert desk(OTHER).post(address, {**moved, "why": "x"}).status_code == 404
    assert desk(LETTERS).post(address, {**moved, "why": "Chủ tịch họp tỉnh"}).status_code == 302
    assert desk(LETTERS).post(address, {**moved, "why": "Nữa"}).status_code == 409
    old, new = days()
    assert (old.moved_to_id, new.day, new.is_head) == (new.id, date(2026, 3, 12), True)
    page = Client().get(f"/lich-tiep-cong-dan/?xa={XA}").content.decode()
    assert "Chủ tịch họp tỉnh" in page and "12/03/2026" in page
    with scope.enter(scope.worker()):
        assert [e.act for e in registers.history(40, "reception_day", old.id)] == ["create", "put_off"]


# --- the book ------------------------------------------------------------------------------------------------------------


def test_lines_run_through_the_year_and_begin_anew(api: Api) -> None:
    with clock.freeze("2026-12-31T09:00"):
        assert [received().number for _n in range(3)] == [1, 2, 3]
        assert received(OTHER).number == 1, "each agency has its book"
    with clock.freeze("2027-01-04T09:00"):
        row = received()
        assert (row.year, row.number) == (2027, 1)
        late = received(received_at=datetime(2026, 12, 31, 10, tzinfo=clock.TZ))
        assert (late.year, late.number) == (2026, 4), "a line written later belongs to the year of the reception"


def test_a_refused_line_takes_no_number(api: Api) -> None:
    received()
    with pytest.raises(RuleBroken):
        received(summary=" ")
    assert received().number == 2


def test_many_at_once_get_a_number_each(fresh_demo: Api) -> None:
    principal = principal_of(LETTERS)

    def one(_n: int) -> int:
        try:
            with scope.enter(principal.scope):
                asked = Received(person=PERSON, summary="Hỏi đường nước.", result="guided")
                return services_reception.receive(principal, asked).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, range(24))) == list(range(1, 25))


def test_one_form_sent_by_many_threads_is_one_line(fresh_demo: Api) -> None:
    principal, key = principal_of(LETTERS), uuid4()

    def one(_n: int) -> tuple[UUID, int]:
        try:
            with scope.enter(principal.scope):
                asked = Received(person=PERSON, summary="Hỏi đường nước.", result="guided")
                row = services_reception.receive(principal, asked, key)
                return row.id, row.number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, range(8)))) == 1
    assert received().number == 2


def test_an_answer_is_owed_in_ten_working_days_and_a_notice_in_three(api: Api) -> None:
    with clock.freeze("2026-03-02T09:00"):
        answered, refused = received(result="to_answer"), received(result="refused", answer="Say rượu, gây rối.")
        assert answered.answer_due_at == datetime(2026, 3, 16, 17, tzinfo=clock.TZ)
        assert refused.notice_due_at == datetime(2026, 3, 5, 17, tzinfo=clock.TZ)
        assert "Còn phải trả lời" in desk(LETTERS).get("/tiep-cong-dan/").content.decode()
        address = f"/tiep-cong-dan/so/{answered.id}/"
        given = {"version": "1", "answer": "Đã sửa mương ngày 01/03."}
        assert desk(OVERSEER).post(f"{address}tra-loi/", given).status_code == 403
        assert desk(OTHER).get(address).status_code == 404
        assert desk(LETTERS).post(f"{address}tra-loi/", given).status_code == 302
        assert desk(LETTERS).post(f"{address}tra-loi/", given).status_code == 409
        notice = f"/tiep-cong-dan/so/{refused.id}/thong-bao/"
        assert desk(LETTERS).post(notice, {"version": "1", "number": ""}).status_code == 422
        assert desk(LETTERS).post(notice, {"version": "1", "number": "01/TB-UBND"}).status_code == 302
        assert "Không còn nợ ai" in desk(LETTERS).get("/tiep-cong-dan/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"full_name": ""}, "Nhập họ và tên"),
        ({"citizen_number": "12"}, "đúng 12 chữ số"),
        ({"summary": ""}, "Nhập nội dung"),
        ({"result": "refused"}, "Nêu lý do từ chối"),
        ({"result": "forwarded"}, "cơ quan được chuyển"),
        ({"online": "on"}, "phải ghi âm, ghi hình"),
        ({"recording_sha256": "xyz"}, "64 chữ số"),
        ({"received_on": "03/03/2026"}, "không được sau lúc này"),
        ({"people": "0"}, "1"),
        ({"result": "denounced"}, "Lỗi"),
    ],
)
def test_a_line_that_lacks_something_says_what(api: Api, monday: None, changes: dict[str, str], said: str) -> None:
    answer = line(**changes)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert "040090001234" in answer.content.decode() or "citizen_number" in changes


def test_whoever_denounces_leaves_no_trace_but_that_somebody_was_received(api: Api, monday: None) -> None:
    answer = line(result="other", summary="Tố cáo ông Trưởng thôn", answer="đã mời gặp", phone="0912345678")
    assert answer.status_code == 302
    with scope.enter(scope.worker()):
        row = Reception.objects.get()
        assert (row.citizen, row.summary, row.answer, row.case_id) == ({}, "Tiếp nhận nội dung khác", "", None)
        (entry,) = registers.history(40, "reception", row.id)
    assert "Tố cáo" not in str(entry.payload)
    page = desk(LETTERS).get("/tiep-cong-dan/so/").content.decode()
    assert "Tiếp nhận nội dung khác" in page and "Trưởng thôn" not in page


def test_identity_is_masked_in_the_list_and_kept_from_other_agencies(api: Api, monday: None) -> None:
    assert line().status_code == 302
    own = desk(LETTERS).get("/tiep-cong-dan/so/").content.decode()
    assert "Nguyễn Thị Ước" in own and "040090001234" not in own and "234" in own
    far = desk(OVERSEER).get(f"/tiep-cong-dan/so/?xa={XA}").content.decode()
    assert "Hỏi về đường nước" in far and "Ước" not in far
    with scope.enter(scope.worker()):
        id = Reception.objects.get().id
    assert "040090001234" in desk(CHAIR).get(f"/tiep-cong-dan/so/{id}/").content.decode()
    assert "Ước" not in desk(OVERSEER).get(f"/tiep-cong-dan/so/{id}/").content.decode()
    assert desk(SPECIALIST).get("/tiep-cong-dan/so/").status_code == 403
    assert desk(OTHER).get(f"/tiep-cong-dan/so/?xa={XA}").status_code == 404
    with pytest.raises(Forbidden):
        received(SPECIALIST)


def test_the_book_is_printed_and_given_as_a_workbook_and_both_are_journalled(api: Api, monday: None) -> None:
    line()
    line(result="other")
    pdf = desk(LETTERS).get("/tiep-cong-dan/so.pdf?nam=2026")
    assert pdf["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert "NĂM 2026" in text and "đường nước" in text
    sheet = load_workbook(io.BytesIO(desk(LETTERS).get("/tiep-cong-dan/so.xlsx?nam=2026").content)).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [1, 2]
    assert desk(OVERSEER).get(f"/tiep-cong-dan/so.pdf?xa={XA}").status_code == 403
    principal = principal_of(LETTERS)
    with scope.enter(scope.worker()):
        assert len(registers.history(40, "reception_book", principal.agency_id)) == 2


# --- a letter ------------------------------------------------------------------------------------------------------------


def test_a_letter_taken_in_at_reception_stands_in_the_register_and_a_denunciation_never(api: Api, monday: None) -> None:
    refused = line(result="letter", letter_type="denunciation")
    assert refused.status_code == 422, "a denunciation is never asked for here"
    assert line(result="letter", letter_type="complaint").status_code == 302
    with scope.enter(scope.worker()):
        (taken,) = Reception.objects.all()
        row = Letter.objects.select_related("case").get(case_id=taken.case_id)
        assert (row.type, row.via, row.sender["full_name"]) == ("complaint", "reception", "Nguyễn Thị Ước")
        assert row.case.code.startswith("H41.170-DT-2026-")
    assert taken.number == 1, "the refusal took no number"


def test_the_frequency_counts_what_was_held(api: Api) -> None:
    with clock.freeze("2026-03-02T08:30"):
        announced(day="03/03/2026")
        announced(day="10/03/2026")
    with clock.freeze("2026-03-23T08:30"):
        page = desk(CHAIR).get("/tiep-cong-dan/").content.decode()
    assert "2 trong 12 tuần gần nhất" in page and "Chưa đủ theo luật" in page


def test_what_is_owed_stands_above_the_worklist_of_those_who_owe_it_with_the_days_left(api: Api) -> None:
    with clock.freeze("2026-03-02T09:00"):
        for login in (LETTERS, CHAIR):
            assert "Còn nợ ai" not in desk(login).get("/viec-can-lam/").content.decode(), "nobody is owed anything"
        answered, refused = received(result="to_answer"), received(result="refused", answer="Say rượu, gây rối.")
    with clock.freeze("2026-03-09T09:00"):
        for login in (LETTERS, CHAIR):
            page = desk(login).get("/viec-can-lam/").content.decode()
            assert "Còn nợ ai" in page and f"/tiep-cong-dan/so/{answered.id}/" in page and "is-late" in page
            assert page.index(f"/tiep-cong-dan/so/{refused.id}/") < page.index(f"/tiep-cong-dan/so/{answered.id}/")
            assert "16/03" in page and "Ước" not in page
        for login in (SPECIALIST, OTHER, OVERSEER):
            assert "Còn nợ ai" not in desk(login).get("/viec-can-lam/").content.decode(), login
        principal = principal_of(LETTERS)
        with scope.enter(principal.scope):
            services_reception.answer(principal, answered.id, 1, "Đã trả lời.")
            services_reception.notify(principal, refused.id, 1, "01/TB")
        assert "Còn nợ ai" not in desk(LETTERS).get("/viec-can-lam/").content.decode()


def test_of_many_lines_the_few_that_are_owed_are_read_from_their_index(api: Api, monday: None) -> None:
    principal = principal_of(LETTERS)
    with scope.enter(principal.scope), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = Reception.objects.filter(OWED, agency_id=principal.agency_id)
        assert "receptions_owed" in rows.explain()
