"""Reports that communes owe: by a team's outline, and of each period of a series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.models import Case
from motcua.casework.tests import world as kernel
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, Forbidden, RuleBroken
from motcua.oversight import queries_reports, services_reports
from motcua.oversight import rules_reports as rules
from motcua.oversight.models import Questionnaire, Reminder, Report, ReportSeries, Team
from motcua.oversight.services_reports import Asking, SeriesAsked
from motcua.oversight.tests.test_recommendations import Desk
from motcua.oversight.tests.world import COMMUNE, COORDINATOR, DAY, OTHER, PHUONG, QUESTIONS, XA, outline, team
from motcua.worktime import clock

SENT = {"number": "12/BC-UBND", "dated_on": "02/03/2026"}


def asked(of: Team, *, due: date = date(2026, 3, 6), key: str | None = None, login: str = COORDINATOR) -> list[str]:
    principal = principal_of(login)
    id = outline() if key is None else UUID(int=0)
    with scope.enter(principal.scope):
        if key is not None:
            id = Questionnaire.objects.get().id
        done = services_reports.ask(principal, Asking(id, [XA, PHUONG], due, "18/KH-TCT", "Quý I/2026", of.id), key=key)
        return [one.state.code for one in done]


def done(response: Any) -> None:
    assert response.status_code == 302, response.content.decode()[:4000]


def test_a_commune_fills_the_outline_and_the_asker_takes_it(fresh_demo: Api) -> None:
    commune, office = Desk(COMMUNE), Desk(COORDINATOR)
    with clock.freeze(DAY):
        fresh_demo.receive()
        own = team()
        code, other = asked(own)
        assert (code, other) == ("H41-BC-2026-0001", "H41-BC-2026-0002")
        form = commune.get(f"/viec/{code}/save/").content.decode()
        assert "theo hệ thống lúc này" in form and "Số máy quét" in form
        early = commune.act(code, "send", **SENT)
        assert early.status_code == 422 and "Chưa trả lời: Số máy quét; Khó khăn chính" in early.content.decode()
        wrong = commune.act(code, "save", a_c2="hai", a_c3="Thiếu người")
        assert wrong.status_code == 422 and "Thiếu người" in wrong.content.decode()
        done(commune.act(code, "save", a_c1="Có một hồ sơ nhập nhầm", a_c2="2", a_c3="Thiếu người"))
        done(commune.act(code, "send", **SENT))
        with scope.enter(scope.worker()):
            row = Report.objects.get(case__code=code)
            assert row.figures["figures"][0]["value"] == 1
            assert row.answers == {"c1": "Có một hồ sơ nhập nhầm", "c2": "2", "c3": "Thiếu người"}
        fresh_demo.receive()
        page = office.get(f"/viec/{code}/").content.decode()
        assert "Có một hồ sơ nhập nhầm" in page and "2 máy" in page
        sent = office.get(f"/to-cong-tac/{own.id}/bao-cao/").content.decode()
        assert sent.index("Tân Mai") < sent.index("Quỳnh Sơn") and "Gửi đúng hạn" in sent
        done(office.act(code, "give_back", note="Bổ sung số liệu hộ tịch", due_on="05/03/2026"))
        done(commune.act(code, "send", **SENT))
        with scope.enter(scope.worker()):
            assert Report.objects.get(case__code=code).figures["figures"][0]["value"] == 2
        done(office.act(code, "accept"))
    with scope.enter(scope.worker()):
        assert Case.objects.get(code=code).state == "accepted"
    kernel.seal()
    assert kernel.verified().broken == []


def test_a_figure_of_the_system_cannot_be_overwritten(api: Api) -> None:
    with clock.freeze(DAY):
        code, _other = asked(team())
        done(Desk(COMMUNE).act(code, "save", a_c1="999", c1="999", figures="999"))
        with scope.enter(scope.worker()):
            assert Report.objects.get(case__code=code).figures["figures"][0]["value"] == 0


def test_who_has_not_sent_is_listed_late_first_and_reminded_once(api: Api) -> None:
    with clock.freeze(DAY):
        own = team()
        code, other = asked(own)
        done(Desk(COMMUNE).act(code, "save", a_c2="1", a_c3="Không"))
        done(Desk(COMMUNE).act(code, "send", **SENT))
    with clock.freeze("2026-03-09T09:00"):
        with scope.enter(scope.worker()):
            rows = queries_reports.owed(40, team=own)
        assert [(r.agency_code, r.standing) for r in rows] == [(PHUONG, "late_missing"), (XA, "on_time")]
        page = f"/to-cong-tac/{own.id}/bao-cao/"
        body = {"number": "30/TB", "text": "Đề nghị gửi ngay", "idempotency_key": str(uuid4())}
        done(Desk(COORDINATOR).client.post(page, body))
        done(Desk(COORDINATOR).client.post(page, body))
        with scope.enter(scope.worker()):
            assert list(Reminder.objects.values_list("case__code", "number")) == [(other, "30/TB")]
        assert "Đề nghị gửi ngay" in Desk(OTHER).get(f"/viec/{other}/").content.decode()
        assert Desk(COMMUNE).client.post(page, body).status_code == 403


def test_another_commune_finds_a_report_by_no_way(api: Api) -> None:
    with clock.freeze(DAY):
        code, _other = asked(team())
        assert Desk(OTHER).get(f"/viec/{code}/").status_code == 404
        assert code not in Desk(OTHER).get("/bao-cao/").content.decode()
        assert code in Desk(COMMUNE).get("/bao-cao/").content.decode()
        assert Desk(COMMUNE).act(code, "accept").status_code == 409
        assert Desk(COMMUNE).act(code, "remind").status_code == 403


def test_asking_twice_under_one_key_asks_once(api: Api) -> None:
    with clock.freeze(DAY):
        own = team()
        outline()
        key = str(uuid4())
        assert asked(own, key=key) == asked(own, key=key)
        with scope.enter(scope.worker()):
            assert Report.objects.count() == 2


def test_a_communes_officer_asks_nobody_through_a_team(api: Api) -> None:
    with clock.freeze(DAY):
        own = team()
        outline()
        with pytest.raises(Forbidden):
            asked(own, key=str(uuid4()), login=COMMUNE)


def test_a_published_outline_never_changes_and_its_next_number_is_a_draft(api: Api) -> None:
    principal = principal_of(COORDINATOR)
    id = outline()
    with scope.enter(principal.scope):
        row = Questionnaire.objects.get(id=id)
        with pytest.raises(Conflict):
            services_reports.edit_outline(principal, id, row.version, "Khác", "", [])
        draft = services_reports.next_outline(principal, id)
        assert services_reports.next_outline(principal, id) == draft
        second = Questionnaire.objects.get(id=draft)
        assert (second.number, second.published_at, second.questions) == (2, None, row.questions)
        services_reports.edit_outline(principal, draft, 1, "Đề cương", "", [])
        with pytest.raises(RuleBroken):
            services_reports.publish_outline(principal, draft, 2)


def test_the_pages_of_an_outline_lose_nothing_typed(api: Api) -> None:
    desk = Desk(COORDINATOR)
    rows = {
        "title": "Đề cương mới",
        "q1_text": "Còn thiếu gì?",
        "q1_kind": "choice",
        "q1_choices": "Máy",
        "version": "0",
    }
    made = desk.client.post("/de-cuong/moi/", {**rows, "idempotency_key": str(uuid4())})
    done(made)
    with scope.enter(scope.worker()):
        row = Questionnaire.objects.get()
    wrong = desk.client.post(made["Location"], {**rows, "version": str(row.version), "publish": "1"})
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "Nêu ít nhất hai lựa chọn" in text and "Còn thiếu gì?" in text
    sound = {**rows, "q1_choices": "Máy\nNgười", "version": str(row.version), "publish": "1"}
    done(desk.client.post(made["Location"], sound))
    assert "Đã ban hành" in desk.get(made["Location"]).content.decode()


# --- series -----------------------------------------------------------------------------------------------------------


def series(**changes: Any) -> UUID:
    principal = principal_of(COORDINATOR)
    asked_ = SeriesAsked(
        title="Báo cáo tháng",
        questionnaire_id=outline(),
        frequency="month",
        due_day=5,
        agencies=[XA, PHUONG],
        instrument="Quyết định 05/2026/QĐ-UBND",
        valid_from=date(2026, 1, 1),
    )
    with scope.enter(principal.scope):
        return services_reports.create_series(principal, replace(asked_, **changes))


def run(today: date) -> int:
    with scope.enter(scope.worker()):
        return services_reports.open_periods(40, today)


def test_the_job_run_twice_opens_each_period_once(api: Api) -> None:
    with clock.freeze("2026-03-02T05:11"):
        id = series()
        assert run(date(2026, 3, 2)) == 4
        assert run(date(2026, 3, 2)) == 0
        with scope.enter(scope.worker()):
            found = Report.objects.filter(series=id).order_by("case__code")
            assert sorted({r.period for r in found}) == ["2026-01", "2026-02"]
            ReportSeries.objects.filter(id=id).update(opened_through=None)
        assert run(date(2026, 3, 2)) == 0
        page = Desk(COORDINATOR).get(f"/bao-cao-dinh-ky/{id}/?ky=2026-01").content.decode()
        assert "Quá hạn, chưa gửi" in page and "Tháng 1/2026" in page
        page = Desk(COORDINATOR).get(f"/bao-cao-dinh-ky/{id}/").content.decode()
        assert "Chưa gửi" in page and "Quá hạn, chưa gửi" in page  # the tile counts none of February
        with scope.enter(scope.worker()):
            rows = queries_reports.owed(40, series=id, period="2026-02")
        assert {row.standing for row in rows} == {"missing"}
    with clock.freeze("2026-04-01T05:11"):
        assert run(date(2026, 4, 1)) == 2


def test_a_report_sent_after_its_day_is_late_whatever_date_it_was_given_later(api: Api) -> None:
    with clock.freeze("2026-03-02T05:11"):
        series()
        run(date(2026, 3, 2))
    with clock.freeze("2026-03-09T09:00"):
        with scope.enter(scope.worker()):
            code = Report.objects.get(agency__code=XA, period="2026-02").case.code
        done(Desk(COORDINATOR).act(code, "move_due", due_on="12/03/2026", note="Bão"))
        done(Desk(COMMUNE).act(code, "save", a_c2="1", a_c3="Không"))
        done(Desk(COMMUNE).act(code, "send", number="1/BC", dated_on="09/03/2026"))
        with scope.enter(scope.worker()):
            [row] = [r for r in queries_reports.owed(40, period="2026-02") if r.agency_code == XA]
        assert row.standing == "late"


def test_an_ended_series_asks_for_no_period_that_ends_later(api: Api) -> None:
    principal = principal_of(COORDINATOR)
    with clock.freeze("2026-03-02T05:11"):
        id = series()
        with scope.enter(principal.scope):
            services_reports.end_series(principal, id, 1, date(2026, 2, 27))
        assert run(date(2026, 4, 2)) == 2
        with pytest.raises(RuleBroken):
            series(valid_from=date(2024, 1, 1))


def sent(code: str, **answers: str) -> None:
    done(Desk(COMMUNE).act(code, "save", **answers))
    done(Desk(COMMUNE).act(code, "send", number="1/BC", dated_on="02/03/2026"))


def of_period(id: UUID, period: str) -> str:
    with scope.enter(scope.worker()):
        return Report.objects.get(series=id, agency__code=XA, period=period).case.code


def test_a_series_goes_on_to_the_next_number_of_its_form_from_the_next_period(api: Api) -> None:
    principal, office = principal_of(COORDINATOR), Desk(COORDINATOR)
    with clock.freeze("2026-03-02T05:11"):
        id = series()
        run(date(2026, 3, 2))
        with scope.enter(principal.scope):
            first = ReportSeries.objects.get(id=id).questionnaire
            second = services_reports.next_outline(principal, first.id)
            questions = [*QUESTIONS, {**QUESTIONS[2], "key": "c9", "text": "Việc tháng sau"}]
            services_reports.edit_outline(principal, second, 1, first.title, "20/ĐC", questions)
            services_reports.publish_outline(principal, second, 2)
        address = f"/bao-cao-dinh-ky/{id}/sua/"
        assert "(bản 2)" in office.page(address) and address in office.page(f"/bao-cao-dinh-ky/{id}/")
        given = {
            "version": "1",
            "title": "Báo cáo tháng của xã",
            "questionnaire": str(second),
            "due_day": "7",
            "instrument": "Quyết định 20/2026/QĐ-UBND",
            "agencies": [XA],
            "idempotency_key": str(uuid4()),
        }
        none = office.client.post(address, {**given, "agencies": []})
        assert none.status_code == 422 and "Chọn ít nhất một nơi" in none.content.decode()
        done(office.client.post(address, given))
        assert office.client.post(address, given).status_code == 409
        assert Desk(OTHER).get(address).status_code == 403
    with clock.freeze("2026-04-01T05:11"):
        assert run(date(2026, 4, 1)) == 1
        with scope.enter(scope.worker()):
            found = dict(Report.objects.filter(agency__code=XA).values_list("period", "questionnaire__number"))
            due = Report.objects.get(period="2026-03").case.promised_at
        assert found == {"2026-01": 1, "2026-02": 1, "2026-03": 2} and due is not None and due.day == 7


def test_last_periods_answers_are_offered_and_taken_only_when_asked_for(api: Api) -> None:
    with clock.freeze("2026-03-02T05:11"):
        id = series()
        run(date(2026, 3, 2))
        first, second = of_period(id, "2026-01"), of_period(id, "2026-02")
        assert "Kỳ trước" not in Desk(COMMUNE).page(f"/viec/{second}/save/")
        sent(first, a_c1="Ý kiến tháng một", a_c2="4", a_c3="Thiếu cán bộ hộ tịch")
        page = Desk(COMMUNE).page(f"/viec/{second}/save/")
        assert "Kỳ trước: 4 máy" in page and "Kỳ trước: Thiếu cán bộ hộ tịch" in page and "Ý kiến tháng một" not in page
        done(Desk(COMMUNE).act(second, "save", a_c2="5"))
        with scope.enter(scope.worker()):
            assert Report.objects.get(case__code=second).answers == {"c2": "5"}
        done(Desk(COMMUNE).act(second, "save", a_c2="5", last="on"))
        with scope.enter(scope.worker()):
            assert Report.objects.get(case__code=second).answers == {"c2": "5", "c3": "Thiếu cán bộ hộ tịch"}


def test_a_whole_kind_of_bodies_owes_a_report(api: Api) -> None:
    with clock.freeze(DAY):
        given = {
            "title": "Báo cáo tháng",
            "questionnaire": str(outline()),
            "frequency": "month",
            "due_day": "5",
            "instrument": "Quyết định 05/2026/QĐ-UBND",
            "valid_from": "01/02/2026",
            "groups": ["people_committee_commune"],
            "idempotency_key": str(uuid4()),
        }
        done(Desk(COORDINATOR).client.post("/bao-cao-dinh-ky/moi/", given))
        with scope.enter(scope.worker()):
            row = ReportSeries.objects.get()
            communes = organisation.bodies(40, ("people_committee_commune",))
        assert set(row.agencies) == {agency.id for agency in communes}


@given(
    st.sampled_from(sorted(rules.FREQUENCIES)),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.integers(1, 28),
)
def test_terms_follow_one_another_without_gap_or_overlap(frequency: str, day: date, due_day: int) -> None:
    term = rules.term_of(frequency, day, due_day)
    assert term.start <= day <= term.end < term.due
    after = rules.term_of(frequency, date.fromordinal(term.end.toordinal() + 1), due_day)
    assert after.start.toordinal() == term.end.toordinal() + 1 and after.code != term.code
    assert {rules.term_of(frequency, d, due_day).code for d in (term.start, term.end)} == {term.code}


def test_terms_have_names() -> None:
    named = {"2026-02": "Tháng 2/2026", "2026-Q1": "Quý 1/2026", "2026-H2": "6 tháng lần 2/2026", "2026": "Năm 2026"}
    assert {code: rules.term_name(code) for code in named} == named
    assert rules.term_name("2026-W09") == "Tuần 9/2026"


@pytest.mark.parametrize("text", ["1.250", "12,5", "0", "-3"])
def test_numbers_as_people_write_them(text: str) -> None:
    assert rules.number_of(text) is not None


@pytest.mark.parametrize("text", ["hai", "NaN", "Infinity", "1e999", "", "9" * 30])
def test_what_is_no_number(text: str) -> None:
    assert rules.number_of(text) is None


def test_the_api_asks_once(api: Api) -> None:
    with clock.freeze(DAY):
        body = {
            "questionnaire_id": str(outline()),
            "agency_codes": [XA],
            "due_on": "2026-03-20",
            "asked_by": "18/KH-UBND",
        }
        key = {"Idempotency-Key": "reports-1"}
        status, first = api.post(COORDINATOR, "/reports", body, **key)
        assert status == 201 and api.post(COORDINATOR, "/reports", body, **key)[1] == first
        other = body | {"agency_codes": [PHUONG]}
        assert api.post(COORDINATOR, "/reports", other, **key)[0] == 409, "one key, another list"
        status, case = api.get(COMMUNE, f"/cases/{first['codes'][0]}")
        assert status == 200 and [q["key"] for q in case["data"]["questionnaire"]["questions"]] == [
            q["key"] for q in QUESTIONS
        ]
