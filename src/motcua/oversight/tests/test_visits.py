"""A visit of a task force from the plan to the tasks of its conclusion, and what is written down at it."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from pypdf import PdfReader

from motcua.casepages import live
from motcua.casework.models import Case
from motcua.casework.tests import world as kernel
from motcua.demo import papers
from motcua.demo.fixtures import Api, principal_of
from motcua.documents.models import Attachment, IssuedForm
from motcua.indicators import queries_figures as figures
from motcua.indicators.rules import Period
from motcua.organisation import queries as organisation
from motcua.organisation import queries_structure, scope
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.models import Position
from motcua.oversight.models import Recommendation, Visit, VisitRecord, VisitTask
from motcua.oversight.papers import MEDIA
from motcua.oversight.tests.test_recommendations import Desk, pdf
from motcua.oversight.tests.world import (
    COMMUNE,
    COORDINATOR,
    DAY,
    DEPARTMENT,
    OTHER,
    PHUONG,
    RECOMMENDATION,
    XA,
    answers,
    check,
    planned,
    send,
    team,
    written,
)
from motcua.web.formatting import moment
from motcua.worktime import clock


@pytest.fixture
def visit(api: Api) -> Any:
    """The code of a visit planned for the day that it is."""
    with clock.freeze(DAY):
        yield planned(team())


def done(response: Any) -> None:
    assert response.status_code == 302, response.content.decode()[:4000]


def begun(code: str) -> None:
    done(Desk(COORDINATOR).act(code, "begin"))


def test_from_the_plan_to_the_conclusion(fresh_demo: Api) -> None:
    office = Desk(COORDINATOR)
    with clock.freeze(DAY):
        code = planned(team())
        assert code == "H41-LV-2026-0001"
        assert "Quỳnh Sơn" in office.get("/buoi-lam-viec/?thang=2026-03").content.decode()
        done(office.act(code, "make_brief"))
        begun(code)
        finding = written("finding", text="Máy lấy số hỏng từ đầu tháng", group="people_facilities")
        raised = written("recommendation", **RECOMMENDATION)
        sent = answers(
            send(DEPARTMENT, code, check("queue", "not_met", "Chờ sửa"), check("board", "met"), finding, raised)
        )
        assert set(sent.values()) == {"kept"}
        draft = office.get(f"/viec/{code}/").content.decode()
        assert "Máy lấy số hỏng" in draft and "Bổ sung hai máy quét" in draft
        done(office.act(code, "finish", minutes="Biên bản làm việc.", files=pdf("bien-ban.pdf")))
    with scope.enter(scope.worker()):
        row = Recommendation.objects.select_related("case").get(record=raised["id"])
        assert (row.source, row.agency.code, row.case.state) == ("visit", XA, "raised")
    with clock.freeze("2026-03-04T09:00"):
        said = {"report_number": "45/BC-TCT", "reported_on": "04/03/2026"}
        without = office.act(code, "report", **said)
        assert without.status_code == 422 and "Nhập kết luận của buổi làm việc" in without.content.decode()
        done(office.act(code, "report", **said, conclusion="Xã sửa máy lấy số."))
        given = {
            "conclusion": "Xã rà soát thiết bị.",
            "notice_number": "120/TB-UBND",
            "notice_on": "04/03/2026",
            "task_1_text": "Sửa máy lấy số",
            "task_1_lead": XA,
            "task_1_due_on": "20/03/2026",
        }
        wrong = office.act(code, "conclude", **{**given, "task_1_due_on": ""})
        assert wrong.status_code == 422
        assert "Nhập hạn của nhiệm vụ 1" in wrong.content.decode() and "Sửa máy lấy số" in wrong.content.decode()
        done(office.act(code, "conclude", **given))
    with scope.enter(scope.worker()):
        case = Case.objects.get(code=code)
        assert case.state == "concluded" and case.closed_at is not None
        task = VisitTask.objects.get(visit=case.id)
        assert (task.text, task.lead_agency.code, task.due_on) == ("Sửa máy lấy số", XA, date(2026, 3, 20))
    page = Desk(COMMUNE).get(f"/viec/{code}/").content.decode()
    assert "120/TB-UBND" in page and "Sửa máy lấy số" in page
    kernel.seal()
    assert kernel.verified().broken == []


# --- who may ----------------------------------------------------------------------------------------------------------


def test_only_the_body_that_set_the_team_up_plans_and_acts(visit: str) -> None:
    of = Visit.objects
    with scope.enter(scope.worker()):
        own = of.get(case__code=visit).team
    with pytest.raises(Forbidden):
        planned(own, login=DEPARTMENT)
    assert Desk(COMMUNE).act(visit, "begin").status_code == 403
    assert Desk(DEPARTMENT).act(visit, "begin").status_code == 403


def test_a_commune_outside_the_visit_finds_it_by_no_way(visit: str) -> None:
    for path in (f"/viec/{visit}/", f"/buoi-lam-viec/{visit}/ghi-chep/", f"/buoi-lam-viec/{visit}/dong-bo/"):
        assert Desk(OTHER).get(path).status_code == 404, path
    assert visit not in Desk(OTHER).get("/buoi-lam-viec/?thang=2026-03").content.decode()
    assert send(OTHER, visit, check("board", "met")).status_code == 404


def test_the_commune_visited_reads_no_notes_before_the_minutes_and_writes_none(visit: str) -> None:
    begun(visit)
    send(COORDINATOR, visit, check("queue", "not_met", "Chưa sửa máy"))
    assert "Chưa sửa máy" not in Desk(COMMUNE).get(f"/viec/{visit}/").content.decode()
    assert send(COMMUNE, visit, check("queue", "met")).status_code == 403
    done(Desk(COORDINATOR).act(visit, "finish", minutes="Biên bản."))
    assert "Chưa sửa máy" in Desk(COMMUNE).get(f"/viec/{visit}/").content.decode()


def test_a_visit_is_planned_within_the_mandate_and_its_communes(api: Api) -> None:
    with clock.freeze(DAY):
        own = team(communes=(PHUONG,))
        for given, said in (
            ({"day": date(2027, 1, 4), "commune": PHUONG}, "ngoài thời gian"),
            ({"day": date(2026, 2, 27), "commune": PHUONG}, "không được trước hôm nay"),
            ({"commune": XA}, "không thuộc địa bàn"),
        ):
            with pytest.raises(RuleBroken) as refused:
                planned(own, **given)  # type: ignore[arg-type]
            assert said in refused.value.errors[0].message


def test_moving_a_visit_keeps_the_first_day(visit: str) -> None:
    assert Desk(COORDINATOR).act(visit, "move", planned_on="10/03/2026").status_code == 422
    done(Desk(COORDINATOR).act(visit, "move", planned_on="10/03/2026", note="Bão số 3"))
    with scope.enter(scope.worker()):
        case = Case.objects.get(code=visit)
        assert case.promised_at is not None and case.original_promised_at is not None
        assert (case.promised_at.day, case.original_promised_at.day) == (10, 2)
    assert Desk(COORDINATOR).act(visit, "begin").status_code == 422


# --- records ----------------------------------------------------------------------------------------------------------


def test_sent_twice_is_once_and_one_wrong_record_holds_up_no_other(visit: str) -> None:
    sound, wrong = check("board", "met"), check("nonsense", "met")
    first = answers(send(COORDINATOR, visit, sound, wrong))
    assert first == {sound["id"]: "kept", wrong["id"]: "refused"}
    assert answers(send(COORDINATOR, visit, sound, sound)) == {sound["id"]: "known"}
    with scope.enter(scope.worker()):
        assert VisitRecord.objects.filter(visit__case__code=visit).count() == 1


def test_an_id_used_for_other_words_is_refused_and_changes_nothing(visit: str) -> None:
    sound = check("board", "met")
    send(COORDINATOR, visit, sound)
    assert answers(send(COORDINATOR, visit, {**sound, "content": {"value": "not_met"}})) == {sound["id"]: "refused"}
    assert answers(send(DEPARTMENT, visit, sound)) == {sound["id"]: "refused"}
    with scope.enter(scope.worker()):
        assert VisitRecord.objects.get(id=sound["id"]).content["value"] == "met"


def test_records_of_another_account_are_not_taken(visit: str) -> None:
    response = send(COORDINATOR, visit, check("board", "met"), account=str(uuid4()))
    assert response.status_code == 409
    with scope.enter(scope.worker()):
        assert not VisitRecord.objects.filter(visit__case__code=visit).exists()


@pytest.mark.parametrize(
    "record",
    [
        "text",
        {"id": "x", "kind": "note", "content": {"text": "a"}, "happened_at": "2026-03-02T09:00:00+07:00"},
        written("note"),
        written("note", text="x" * 9000),
        written("recommendation", **{**RECOMMENDATION, "sector": "none"}),
        {**written("note", text="a"), "happened_at": "2026-03-05T09:00:00+07:00"},
        {**written("note", text="a"), "happened_at": "2026-03-02T09:00:00"},
        {**written("note", text="a"), "replaces": ["1"]},
        {**written("note", text="a"), "content": []},
    ],
)
def test_bad_input_is_refused_in_words(visit: str, record: Any) -> None:
    response = send(COORDINATOR, visit, record)
    [answer] = response.json()["answers"]
    assert answer["state"] == "refused" and answer["why"].endswith(".")


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"account": 1}', "\x00"])
def test_what_is_no_sending_is_no_500(visit: str, body: str) -> None:
    response = Desk(COORDINATOR).client.post(f"/buoi-lam-viec/{visit}/dong-bo/", body, "application/json")
    assert response.status_code in (409, 422) and "detail" in response.json()


def test_two_versions_stand_until_somebody_settles_them(visit: str) -> None:
    begun(visit)
    first = check("queue", "met")
    send(COORDINATOR, visit, first)
    one, two = (
        check("queue", "not_met", "Hỏng", replaces=(first["id"],)),
        check("queue", "met", "Đã sửa", replaces=(first["id"],)),
    )
    send(COORDINATOR, visit, one)
    send(DEPARTMENT, visit, two)
    page = Desk(COORDINATOR).get(f"/buoi-lam-viec/{visit}/ghi-chep/").content.decode()
    assert "Hỏng" in page and "Đã sửa" in page and "Hai bản ghi khác nhau" in page
    refused = Desk(COORDINATOR).act(visit, "finish", minutes="Biên bản.")
    assert refused.status_code == 422 and "hai bản ghi khác nhau" in refused.content.decode()
    settled = Desk(COORDINATOR).client.post(
        f"/buoi-lam-viec/{visit}/ghi-chep/",
        {"keep": two["id"], "replaces": f"{one['id']},{two['id']}", "idempotency_key": str(uuid4())},
    )
    done(settled)
    done(Desk(COORDINATOR).act(visit, "finish", minutes="Biên bản."))
    with scope.enter(scope.worker()):
        assert VisitRecord.objects.filter(visit__case__code=visit).count() == 4


def test_a_recommendation_written_down_is_raised_once_and_late_ones_by_an_act(visit: str) -> None:
    begun(visit)
    first = written("recommendation", **RECOMMENDATION)
    send(DEPARTMENT, visit, first)
    done(Desk(COORDINATOR).act(visit, "finish", minutes="Biên bản."))
    assert Desk(COORDINATOR).act(visit, "raise_noted").status_code == 409
    corrected = written("recommendation", replaces=(first["id"],), **{**RECOMMENDATION, "text": "Ba máy quét"})
    late = written("recommendation", **{**RECOMMENDATION, "text": "Thêm một cán bộ hộ tịch"})
    assert set(answers(send(DEPARTMENT, visit, corrected, late)).values()) == {"kept"}
    done(Desk(COORDINATOR).act(visit, "raise_noted"))
    with scope.enter(scope.worker()):
        texts = Recommendation.objects.filter(visit__case__code=visit).values_list("text", flat=True)
        assert sorted(texts) == sorted([RECOMMENDATION["text"], "Thêm một cán bộ hộ tịch"])


def photo(name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.photo(), "image/jpeg")


def test_a_photo_lies_with_its_record_once(visit: str) -> None:
    record = {**written("photo", caption="Quầy số 3"), "place": {"lat": 19.1, "lon": 105.7, "accuracy": 12}}
    account = str(principal_of(COORDINATOR).account_id)
    address = f"/buoi-lam-viec/{visit}/anh/"

    def upload() -> Any:
        return Desk(COORDINATOR).client.post(address, {"account": account, "record": record["id"], "file": photo()})

    assert upload().status_code == 404  # its record comes first
    send(COORDINATOR, visit, record)
    assert [upload().status_code, upload().status_code] == [200, 200]
    with scope.enter(scope.worker()):
        assert Attachment.objects.filter(part=f"photo.{record['id']}").count() == 1
    page = Desk(COORDINATOR).get(f"/viec/{visit}/").content.decode()
    assert "Quầy số 3" in page and "19.10000, 105.70000 (±12 m)" in page


def test_the_plain_form_keeps_one_record_once(visit: str) -> None:
    given = {
        "kind": "finding",
        "text": "Thiếu chỗ ngồi chờ",
        "group": "people_facilities",
        "idempotency_key": str(uuid4()),
    }
    address = f"/buoi-lam-viec/{visit}/ghi-chep/"
    done(Desk(DEPARTMENT).client.post(address, given))
    done(Desk(DEPARTMENT).client.post(address, given))
    with scope.enter(scope.worker()):
        assert VisitRecord.objects.filter(visit__case__code=visit).count() == 1
    empty = Desk(DEPARTMENT).client.post(address, {**given, "text": "", "idempotency_key": str(uuid4())})
    assert empty.status_code == 422 and "Nhập nội dung" in empty.content.decode()


def test_what_a_phone_keeps_names_nobody(visit: str) -> None:
    send(COORDINATOR, visit, check("board", "met", "Riêng tư"))
    shell = Desk(COORDINATOR).get("/buoi-lam-viec/ngoai-tuyen/").content.decode()
    name = principal_of(COORDINATOR).officer_name
    assert (
        name not in shell
        and "Riêng tư" not in shell
        and "csrfmiddlewaretoken" not in shell.split("<main", 1)[1].split("</main")[0]
    )
    worker = Desk(COORDINATOR).get("/buoi-lam-viec/tho.js")
    assert worker["Content-Type"].startswith("text/javascript") and name not in worker.content.decode()


# --- the brief --------------------------------------------------------------------------------------------------------


def test_the_briefs_figures_are_the_pages_figures(api: Api) -> None:
    with clock.freeze("2026-02-02T08:00"):
        for _n in range(3):
            api.receive()
    with scope.enter(scope.worker()):
        Position.objects.filter(agency__code=XA).update(specialism="land", authorised=9)
    with clock.freeze("2026-03-02T09:00"):
        code = planned(team())
        done(Desk(COORDINATOR).act(code, "make_brief"))
        with scope.enter(scope.worker()):
            kept = live.kept(Visit.objects.get(case__code=code).brief)
        assert kept is not None
        watcher = principal_of(COORDINATOR)
        with scope.enter(watcher.scope):
            counted = figures.counts(watcher, figures.unit(watcher, XA), Period(kept.start, kept.end))
            agency = organisation.agency(40, code=XA)
            [gaps] = queries_structure.gaps(40, date(2026, 3, 2), agency=XA).rows
            covered = figures.coverage(
                watcher, figures.unit(watcher, XA), date(2026, 3, 2), Period(kept.start, kept.end)
            )
        assert agency is not None and counted["received"] == 3 and counted["overdue_now"] == 3
        assert gaps.gap > 0
        for key in ("received", "online", "resolved", "in_time", "late", "open", "overdue_now", "waiting_citizen"):
            assert kept.value(key) == counted[key], key
        assert kept.value("vacant") == gaps.gap
        assert (kept.value("published"), kept.value("configured")) == (covered["published"], covered["configured"])
        [overdue] = [f for f in kept.figures if f.key == "overdue_now"]
        assert sum(number for _step, number in overdue.rows) == 3
    with clock.freeze("2026-03-09T09:00"):
        api.receive()
        page = Desk(COORDINATOR).get(f"/viec/{code}/").content.decode()
        assert moment(kept.at) in page


def test_a_department_is_briefed_on_a_commune_outside_its_own_scope(api: Api) -> None:
    with clock.freeze("2026-03-02T09:00"):
        api.receive()
        code = planned(team(DEPARTMENT, member="chuyenvien.snnmt"), login=DEPARTMENT)
        done(Desk(DEPARTMENT).act(code, "make_brief"))
        with scope.enter(scope.worker()):
            kept = live.kept(Visit.objects.get(case__code=code).brief)
        assert kept is not None and kept.value("received") == 1


# --- papers -----------------------------------------------------------------------------------------------------------


def reported(visit: str) -> None:
    done(Desk(COORDINATOR).act(visit, "make_brief"))
    begun(visit)
    send(
        COORDINATOR,
        visit,
        check("queue", "not_met", "Chờ sửa"),
        written("finding", text="Nhiều cán bộ chưa có chữ ký số", group="systems"),
        written("recommendation", **RECOMMENDATION),
    )
    done(Desk(COORDINATOR).act(visit, "finish", minutes="Biên bản.", conclusion=CONCLUDED))
    draft = read(Desk(COORDINATOR).get(f"/buoi-lam-viec/{visit}/bao-cao.pdf"))
    assert "DỰ THẢO" in draft and "45/BC-TCT" not in draft and CONCLUDED in draft
    page = Desk(COORDINATOR).page(f"/viec/{visit}/report/")
    assert CONCLUDED in page  # the form starts from what the minutes say
    given = {"report_number": "45/BC-TCT", "reported_on": "02/03/2026"}
    done(Desk(COORDINATOR).act(visit, "report", **given, conclusion=CONCLUDED))


CONCLUDED = "Xã bố trí cán bộ trực quầy trước ngày 10 tháng 3."
SAID = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "45/BC-TCT",
    "ngày 02 tháng 3 năm 2026",
    "Hồ sơ tiếp nhận",
    "Máy lấy số",
    "Hệ thống thông tin và phần mềm chuyên ngành",
    "Nhiều cán bộ chưa có chữ ký số",
    "Bổ sung hai máy quét",
    "KN-2026-0001",
    "Mới, chờ phân công",
    CONCLUDED,
    "TỔ TRƯỞNG",
)


def read(response: Any) -> str:
    """The words of a PDF."""
    assert response["Content-Type"] == "application/pdf"
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())


def test_the_report_reads_back_from_pdf(visit: str) -> None:
    assert Desk(COORDINATOR).get(f"/buoi-lam-viec/{visit}/bao-cao.pdf").status_code == 409
    reported(visit)
    text = read(Desk(COORDINATOR).get(f"/buoi-lam-viec/{visit}/bao-cao.pdf"))
    for said in SAID:
        assert said in text, (said, text)
    assert "DỰ THẢO" not in text


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_one_number_is_one_paper_whatever_becomes_of_it_afterwards(visit: str, kind: str) -> None:
    """The report that was signed is the one that is read: neither a recommendation's new state nor the notice changes a byte."""
    reported(visit)
    address = f"/buoi-lam-viec/{visit}/bao-cao.{kind}"
    first = Desk(COORDINATOR).get(address).content
    given = {"lead": "H41.05", "document": "12/TB-UBND", "document_on": "02/03/2026", "due_on": "20/03/2026"}
    with scope.enter(scope.worker()):
        [raised] = Recommendation.objects.filter(visit__case__code=visit).values_list("case__code", flat=True)
    done(Desk(COORDINATOR).act(raised, "assign", **given))
    notice = {"conclusion": "Kết luận khác.", "notice_number": "120/TB-UBND", "notice_on": "02/03/2026"}
    done(Desk(COORDINATOR).act(visit, "conclude", **notice))
    assert Desk(COMMUNE).get(address).content == first
    with scope.enter(scope.worker()):
        of = Visit.objects.get(case__code=visit).case_id
        row = IssuedForm.objects.get(subject_id=of, file__media_type=MEDIA[kind])  # type: ignore[index]
        assert row.number == "45/BC-TCT" and row.file.sha256 == hashlib.sha256(first).hexdigest()


def test_the_report_reads_back_from_word(visit: str) -> None:
    reported(visit)
    response = Desk(COMMUNE).get(f"/buoi-lam-viec/{visit}/bao-cao.docx")
    document = Document(io.BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for said in SAID:
        assert said in text, (said, text)


# --- tasks, API -------------------------------------------------------------------------------------------------------


def test_the_tasks_of_a_conclusion_are_given_by_its_notice(visit: str) -> None:
    reported(visit)
    given = {"conclusion": "Kết luận.", "notice_number": "120/TB-UBND", "notice_on": "02/03/2026"}
    task = {"task_2_text": "Sửa máy", "task_2_lead": XA, "task_2_due_on": "20/03/2026"}
    done(Desk(COORDINATOR).act(visit, "conclude", **given, **task))
    with scope.enter(scope.worker()):
        row = VisitTask.objects.select_related("case__lead_agency").get(visit__case__code=visit)
        assert (row.case.kind, row.case.title, row.case.lead_agency.code) == ("task", "Sửa máy", XA)
    assert "120/TB-UBND" in Desk("tonghop.quynhson").page(f"/viec/{row.case.code}/")


def test_the_api_plans_once_and_keeps_records(api: Api) -> None:
    with clock.freeze(DAY):
        own = team()
        body = {"team_id": str(own.id), "agency_code": PHUONG, "planned_on": "2026-03-02"}
        key = {"Idempotency-Key": "visit-1"}
        status, first = api.post(COORDINATOR, "/visits", body, **key)
        assert status == 201 and first["data"]["agency_code"] == PHUONG
        assert api.post(COORDINATOR, "/visits", body, **key)[1]["code"] == first["code"]
        record = check("board", "met")
        status, kept = api.post(DEPARTMENT, f"/visits/{first['code']}/records", {"records": [record]})
        assert (status, kept["answers"][0]["state"]) == (200, "kept")
        assert api.post(COMMUNE, f"/visits/{first['code']}/records", {"records": [record]})[0] == 404
        assert json.dumps(first["acts"])
