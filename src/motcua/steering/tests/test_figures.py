"""Every number of the province's page is the number of cases that its link lists."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from docx import Document

from motcua.demo.fixtures import Api
from motcua.letters.tests.communes import OF, lettered, told
from motcua.letters.tests.world import CLERK, classified, done, paper, registered
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.oversight import queries as oversight
from motcua.oversight.tests.desk import Desk, pdf
from motcua.oversight.tests.test_promises import promised
from motcua.oversight.tests.test_recommendations import (
    COMMUNE,
    COORDINATOR,
    DIRECTOR,
    EXPLAINED,
    HEAD,
    assigned,
    raised,
)
from motcua.steering import digests, presenting, queries
from motcua.steering.jobs import weekly_digest
from motcua.steering.models import Digest
from motcua.worktime import clock


@pytest.fixture
def stuck(api: Api) -> list[str]:
    """Six recommendations: two late, one answered in time, one given back up, one due today, one not assigned. Letters of two communes, of each one
    that runs; of the first also one late and one answered; a report from the field of each."""
    with clock.freeze("2026-02-26T09:00"):
        for commune in OF:
            lettered(api, commune)
            told(commune)
        registered(api, received_on="2026-02-26", confirmed=True)
        answered_letter = registered(api, received_on="2026-02-26", confirmed=True, type="petition")
        classified(api, answered_letter)
        done(api, CLERK, answered_letter, "answer", text="Đã sửa.", **paper("2026-02-26"))
        late = [assigned(raised()) for _n in range(2)]
        answered, referred = assigned(raised()), assigned(raised())
        today = assigned(raised(), due_on="25/03/2026")
        fresh = raised(COORDINATOR, "H41.128")
    with clock.freeze("2026-03-10T09:00"):
        Desk(DIRECTOR).done(answered, "answer", **EXPLAINED, files=pdf())
        Desk(DIRECTOR).done(referred, "refer", document="30/SNNMT", document_on="26/02/2026", note="Cần trung ương.")
    return [*late, answered, referred, today, fresh]


def numbers(page: str) -> list[tuple[int, str]]:
    """(number, address) of every linked number."""
    found = re.findall(r'<a href="(/[^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*([\d.]+)\s*<', page)
    return [(int(n.replace(".", "")), href.replace("&amp;", "&")) for href, n in found]


def unlinked(page: str) -> list[str]:
    """Numbers of cases in the tables, none of them nought, that open nothing. How many days something is late is none of cases."""
    cells = re.findall(r'<td role="cell" class="is-number(?! late)[^>]*>(.*?)</td>', page, re.DOTALL)
    return [cell for cell in cells if re.search("[1-9]", cell) and "<a " not in cell]


def listed(desk: Desk, href: str) -> int:
    return len(re.findall(r'<th role="rowheader"', desk.page(href)))


@pytest.mark.parametrize(
    ("at", "login"),
    [("2026-03-25T09:00", COORDINATOR), ("2026-03-25T17:30", COORDINATOR), ("2026-03-25T17:30", DIRECTOR)],
)
def test_every_number_opens_exactly_its_cases(stuck: list[str], at: str, login: str) -> None:
    with clock.freeze(at):
        desk = Desk(login)
        pages = [desk.page("/dieu-hanh/?start=01/02/2026&end=31/03/2026")]
        found = numbers(pages[0])
        topics = {href for _number, href in found if href.startswith("/dieu-hanh/vuong/")}
        pages += [desk.page(href) for href in topics]
        if login == COORDINATOR:
            pages.append(desk.page("/dieu-hanh/xa/"))
        assert topics and all(numbers(page) for page in pages)
        for page in pages:
            opened = {href: number for number, href in numbers(page)}
            assert opened == {href: listed(desk, href) for href in opened}
            assert unlinked(page) == []
        letters = [number for page in pages for number, href in numbers(page) if href.startswith("/don-thu/?")]
        assert login == DIRECTOR or letters, "letters of two communes are late"


def test_a_late_dossier_stands_in_the_row_of_its_commune(stuck: list[str], api: Api) -> None:
    with clock.freeze("2026-03-02T09:00"):
        api.receive()
    with clock.freeze("2026-03-25T17:30"):
        desk = Desk("theodoi.nghean")
        (number, href) = next(n for n in numbers(desk.page("/dieu-hanh/xa/")) if "overdue_now" in n[1])
        assert (number, href) == (1, "/ho-so/?figure=overdue_now&agency=H41.170")
        assert listed(desk, href) == 1


def test_the_share_answered_in_time_opens_what_was_answered(stuck: list[str]) -> None:
    with clock.freeze("2026-03-27T09:00"):
        desk = Desk(COORDINATOR)
        page = desk.page("/dieu-hanh/?start=01/02/2026&end=31/03/2026")
        shares = re.findall(r'<a href="(/kien-nghi/[^"]+)">100,0 %', page)
        assert ["lead=" in share for share in shares] == [False, True], (
            "of the province, and of the department in its row"
        )
        assert [listed(desk, share.replace("&amp;", "&")) for share in shares] == [1, 1]


def test_a_broken_promise_and_the_days_until_done_are_told(api: Api) -> None:
    kept = promised()
    promised()
    with clock.freeze("2026-06-20T09:00"):
        Desk(HEAD).done(kept, "fulfil", note="Đã đo xong 4 xóm.")
    with clock.freeze("2026-07-01T09:00"):
        desk = Desk(COORDINATOR)
        page = desk.page("/dieu-hanh/?start=01/02/2026&end=30/06/2026")
        broken = [(number, href) for number, href in numbers(page) if "broken=on" in href]
        assert [number for number, _href in broken] == [1, 1], "in all, and of the department"
        assert [listed(desk, href) for _number, href in broken] == [1, 1]
        assert "114,0 ngày" in page and "1 kiến nghị làm xong trong kỳ" in page


def test_every_department_has_its_row_with_no_debt_too(stuck: list[str]) -> None:
    with clock.freeze("2026-03-27T09:00"):
        page = Desk(COORDINATOR).page("/dieu-hanh/")
    owing = page[page.index('id="no"') : page.index('id="lau"')]
    with scope.enter(scope.worker()):
        assert [b.name for b in oversight.departments(40) if b.name not in owing] == []
    assert "Ủy ban nhân dân xã" not in owing, "communes have a table of their own"


def test_what_is_overdue_today_counts_from_the_minute_it_is(stuck: list[str]) -> None:
    def late(at: str) -> int:
        with clock.freeze(at):
            found = numbers(Desk(COORDINATOR).page("/dieu-hanh/"))
        return next(number for number, href in found if href == "/kien-nghi/?side=all&late=on")

    assert (late("2026-03-25T16:59"), late("2026-03-25T17:01")) == (3, 4)


def test_who_owes_whom_since_when_and_the_share_in_time(stuck: list[str]) -> None:
    with clock.freeze("2026-03-27T09:00"):
        page = Desk(COORDINATOR).page("/dieu-hanh/")
    assert "Sở Nông nghiệp và Môi trường" in page and "Ủy ban nhân dân xã Quỳnh Sơn" in page
    assert "100,0 %" in page, "one answered, in time"
    assert "12,0 ngày" in page, "from 26/02 to 10/03"


def test_a_department_sees_its_own_debts_and_a_specialist_none_of_it(stuck: list[str]) -> None:
    with clock.freeze("2026-03-27T09:00"):
        own = Desk(DIRECTOR).page("/dieu-hanh/")
        assert "Sở Nông nghiệp" in own and stuck[5] not in own
        assert Desk("chuyenvien.snnmt").get("/dieu-hanh/").status_code == 403
        assert Desk(DIRECTOR).get("/dieu-hanh/tuan/").status_code == 403
        assert COMMUNE and Desk(COORDINATOR).get("/dieu-hanh/?start=01/04/2026&end=01/03/2026").status_code == 422


@pytest.mark.parametrize(
    ("kind", "creditor"),
    [("letter", "Người dân"), ("field_report", "Người dân"), ("recommendation", "Ủy ban nhân dân xã Quỳnh Sơn")],
)
def test_what_a_citizen_wrote_is_owed_to_the_citizen(demo: None, kind: str, creditor: str) -> None:
    with scope.enter(scope.worker()):
        commune = organisation.agency(40, code="H41.170")
        due = clock.now() - timedelta(days=3)
        debt = queries.Debt(kind, "H41.170-PA-2026-0001", "Ống nước vỡ", "accepted", commune.id, commune.id, due, due)
        (told,) = presenting.debts(queries.Overview(due.date(), due.date(), oldest=[debt]))
    assert (told["lead"], told["origin"], told["days"]) == ("Ủy ban nhân dân xã Quỳnh Sơn", creditor, 3)


def test_the_brief_is_a_page_of_word_that_says_the_same(stuck: list[str], tmp_path: Any) -> None:
    with clock.freeze("2026-03-27T09:00"):
        answer = Desk(COORDINATOR).get("/dieu-hanh/tom-tat.docx")
    (tmp_path / "b.docx").write_bytes(answer.content)
    document = Document(str(tmp_path / "b.docx"))
    words = "\n".join(p.text for p in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "TÓM TẮT ĐIỀU HÀNH" in words and "Kiến nghị chưa trả lời: 5" in words
    assert "Sở Nông nghiệp và Môi trường" in cells and "Đất đai, cấp giấy chứng nhận, bản đồ địa chính" in cells


def test_the_digest_of_a_week_is_told_once_and_stays_as_told(stuck: list[str]) -> None:
    with clock.freeze("2026-03-30T06:05"):
        weekly_digest(0)
        weekly_digest(0)
        with scope.enter(scope.worker()):
            (row,) = Digest.objects.all()
            assert row.monday.isoformat() == "2026-03-23"
            assert digests.make(row.monday).id == row.id
            debts = row.content["debts"]
            assert {debt["title"] for debt in debts if debt["of_citizen"]} <= {"Đơn thư", "Phản ánh hiện trường"}
            assert any(debt["of_citizen"] for debt in debts) and any(not debt["of_citizen"] for debt in debts)
        page = Desk(COORDINATOR).page("/dieu-hanh/tuan/2026-03-23/")
        assert "23/03/2026 – 29/03/2026" in page and "Kiến nghị chưa trả lời" in page
        assert "2026-03-23" in Desk(COORDINATOR).page("/dieu-hanh/tuan/")
        assert Desk(COORDINATOR).get("/dieu-hanh/tuan/2026-03-16/").status_code == 404


DISAGREE = """
SELECT c.code FROM oversight_recommendation r JOIN casework_case c ON c.id = r.case_id
       CROSS JOIN LATERAL (SELECT c.closed_at IS NULL AND c.finished_at IS NULL AS open) o
 WHERE (r.open_since, r.open_until, r.beyond) IS DISTINCT FROM
       (CASE WHEN o.open THEN c.received_at END, CASE WHEN o.open THEN c.promised_at END,
        o.open AND c.state IN ('referred', 'referred_up'))
"""


def test_what_a_recommendation_keeps_of_its_case_is_what_the_case_says(stuck: list[str]) -> None:
    """After assigning, answering and giving up: open since when, owed by when, beyond the department; nothing of one that is not open."""
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(DISAGREE)
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT count(open_since), count(open_until), count(*) FILTER (WHERE beyond) FROM oversight_recommendation"
        )
        assert cursor.fetchone() == (5, 4, 1), "of six one is answered, one has no date yet, one is given up"
