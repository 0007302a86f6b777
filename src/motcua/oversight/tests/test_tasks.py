"""A task from whoever gives it to their confirmation (domain §7.2, article 5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from motcua.casepages.lists import Asked
from motcua.casework import recount
from motcua.casework.models import Case, Entry, Tally
from motcua.casework.tests import world
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.oversight import defaults, jobs, lateness, queries_tasks, services_tasks
from motcua.oversight.models import Reminder, Task, TaskProgress, TaskSeries
from motcua.oversight.services_tasks import Given, Recurring
from motcua.oversight.tests.desk import Desk, pdf
from motcua.worktime import clock

GIVER, LEADER = "dieuphoi.nghean", "phochutich.nghean"
OFFICE, HEAD, SPECIALIST, OTHER = "vanphong.snnmt", "truongphong.snnmt", "chuyenvien.snnmt", "vanphong.snv"
COMMUNE, CHAIR, NEXT = "tonghop.quynhson", "chutich.quynhson", "tonghop.tanmai"
PROVINCE = 40

TASK = {
    "text": "Rà soát, cập nhật bản đồ địa chính xã Quỳnh Sơn.",
    "lead": "H41.05",
    "due_on": "10/03/2026",
    "priority": "high",
    "source": "conclusion",
    "block": "government",
    "document": "624/TB-UBND",
    "document_on": "25/02/2026",
    "item": "3",
}


def given(desk: Desk, **changes: Any) -> str:
    answer = desk.client.post("/nhiem-vu/moi/" + changes.pop("query", ""), {**TASK, **changes})
    assert answer.status_code == 302, answer.content.decode()[:6000]
    return str(answer["Location"].strip("/").split("/")[-1])


def given_by(login: str, **changes: Any) -> str:
    """Through the service, as the page would."""
    principal = principal_of(login)
    values = {"text": "Lập danh sách hộ bị ảnh hưởng", "lead": principal.agency_code, **changes}
    with scope.enter(principal.scope):
        return services_tasks.give(principal, Given(**values)).state.code


def seen(code: str) -> tuple[Case, Task]:
    with scope.enter(scope.worker()):
        case = Case.objects.select_related("agency", "lead_agency", "division", "officer").get(code=code)
        return case, Task.objects.get(case=case)


def counts(agency: str = "H41.05") -> dict[str, int]:
    with scope.enter(scope.worker()):
        rows = Tally.objects.filter(kind="task", agency__code=agency)
        names = ("received", "finished_on_time", "finished_late", "ended_otherwise")
        return {name: n for name in names if (n := sum(getattr(row, name) for row in rows))}


def test_from_the_giver_through_extension_and_report_to_confirmation(fresh_demo: Api) -> None:
    giver, office, head, doer = (Desk(login) for login in (GIVER, OFFICE, HEAD, SPECIALIST))
    with clock.freeze("2026-02-26T09:00"):
        code = given(giver)
        assert code == "H41-NV-2026-0001"
        assert "Tiếp nhận nhiệm vụ" in office.get("/viec-can-lam/").content.decode()
        assert office.act(code, "accept").status_code == 302
        assert office.act(code, "assign", to="chuyenvien.snnmt").status_code == 302
    with clock.freeze("2026-03-02T09:00"):
        without = doer.act(code, "progress", percent="40")
        assert without.status_code == 422 and "việc đã làm" in without.content.decode()
        done = doer.act(code, "progress", percent="40", note="Đo xong 2 xóm.", files=pdf("do-dac.pdf"))
        assert done.status_code == 302, done.content.decode()[:4000]
        asked = head.act(code, "ask_extension", due_on="20/03/2026", note="Mưa kéo dài.")
        assert asked.status_code == 302, asked.content.decode()[:4000]
        case, task = seen(code)
        assert (case.agency.code, case.state, task.extension_asked) == ("H41", "doing", date(2026, 3, 20))
        assert "Cơ quan chủ trì xin gia hạn đến 20/03/2026" in giver.get(f"/viec/{code}/").content.decode()
        assert giver.act(code, "grant_extension", due_on="18/03/2026").status_code == 302
    case, task = seen(code)
    assert case.officer is not None and task.extensions == 1 and task.progress == 40
    assert clock.TZ and case.promised_at.astimezone(clock.TZ).date() == date(2026, 3, 18)
    assert case.original_promised_at.astimezone(clock.TZ).date() == date(2026, 3, 10)
    with clock.freeze("2026-03-12T09:00"):
        bare = doer.act(code, "report_done", result="Đã cập nhật.", document="55/BC-SNNMT")
        assert bare.status_code == 422 and "Chọn ít nhất một tệp" in bare.content.decode()
        done = doer.act(code, "report_done", result="Đã cập nhật.", document="55/BC-SNNMT", files=pdf("bc.pdf"))
        assert done.status_code == 302, done.content.decode()[:4000]
        assert counts() == {"received": 1, "finished_late": 1}, "by the original date, not the extended one"
        assert giver.act(code, "send_back", note="Thiếu xóm 3.").status_code == 302
        assert counts() == {"received": 1}
        assert doer.act(code, "report_done", result="Đủ.", document="56/BC", files=pdf("b2.pdf")).status_code == 302
        assert Desk(LEADER).act(code, "confirm_done").status_code == 302
        assert giver.act(code, "approve").status_code == 302
        assert giver.act(code, "recognise").status_code == 302
    case, task = seen(code)
    assert (case.state, task.progress, task.leader_approved, task.superior_recognised) == ("done", 100, True, True)
    assert counts() == {"received": 1, "finished_late": 1}
    page = office.get(f"/viec/{code}/").content.decode()
    assert "Hoàn thành quá hạn" in page and "do-dac.pdf" in page and "624/TB-UBND" in page
    with scope.enter(scope.worker()):
        assert TaskProgress.objects.filter(case=case).count() == 1
        assert list(recount.record(PROVINCE).drift) == []
    assert world.seal() >= 10
    assert world.verified().broken == []


def test_who_may_do_what(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = given(Desk(GIVER), coordinating=["H41.02"])
        lead, shared, stranger = Desk(OFFICE), Desk(OTHER), Desk(COMMUNE)
        assert stranger.get(f"/viec/{code}/").status_code == 404
        assert stranger.act(code, "accept").status_code == 404
        assert shared.get(f"/viec/{code}/").status_code == 200
        assert shared.act(code, "accept").status_code == 403
        assert lead.act(code, "confirm_done").status_code == 409, "not reported yet"
        assert lead.act(code, "remind", number="1/CV").status_code == 403
        assert shared.act(code, "opine", note="Đã gửi số liệu.").status_code == 302
        assert Desk(GIVER).act(code, "remind", number="77/UBND", note="Khẩn trương.").status_code == 302
        with scope.enter(scope.worker()):
            assert Reminder.objects.get(case__code=code).agency.code == "H41.05"
        assert Desk(SPECIALIST).get("/nhiem-vu/moi/").status_code == 403
        assert code in shared.get("/nhiem-vu/?side=shared").content.decode()
        assert code not in shared.get("/nhiem-vu/").content.decode()
        assert code in lead.get("/nhiem-vu/").content.decode()
        assert code in Desk(GIVER).get("/nhiem-vu/?side=origin&lateness=not_begun_on_time").content.decode()


def test_a_second_act_on_the_same_version_is_told_what_changed(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = given(Desk(GIVER))
        assert Desk(OFFICE).act(code, "accept").status_code == 302
        stale = Desk(OFFICE).client.post(f"/viec/{code}/progress/", {"version": 1, "percent": "10", "note": "Bắt đầu"})
        assert stale.status_code == 409 and "Bắt đầu" in stale.content.decode()


def test_inside_a_commune_a_task_is_its_divisions_and_other_divisions_see_but_do_not_do_it(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        with scope.enter(scope.worker()):
            rooms = {name: id for id, name in queries_tasks.divisions(principal_of(COMMUNE).agency_id)}
        code = given(Desk(CHAIR), lead="H41.170", division=str(rooms["Phòng Kinh tế"]))
        assert code.startswith("H41.170-NV-2026-")
        case, _task = seen(code)
        assert case.division.name == "Phòng Kinh tế" and case.role == "division_head"
        economy, office = Desk("truongphong.quynhson"), Desk("tuphap.quynhson")
        assert "Báo tiến độ" not in office.get(f"/viec/{code}/").content.decode()
        assert office.act(code, "accept").status_code == 409
        assert economy.act(code, "accept").status_code == 302
        elsewhere = Desk(COMMUNE).client.post("/nhiem-vu/moi/", {**TASK, "lead": "H41.128"})
        assert elsewhere.status_code == 422, "a commune gives nothing to another"


def test_another_lead_takes_over_with_what_was_received_and_the_old_one_sees_it_no_more(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = given(Desk(GIVER))
        assert Desk(OFFICE).act(code, "give_back", note="Thuộc Sở Nội vụ.").status_code == 302
        assert seen(code)[0].state == "refused_back"
        moved = Desk(GIVER).act(code, "reassign", lead="H41.02", document="9/CV-UBND")
        assert moved.status_code == 302, moved.content.decode()[:3000]
        case, _task = seen(code)
        assert (case.state, case.lead_agency.code) == ("forwarded", "H41.02")
        assert counts() == {} and counts("H41.02") == {"received": 1}
        assert Desk(OFFICE).get(f"/viec/{code}/").status_code == 404
        assert code in Desk(OTHER).get("/viec/?q=ban do dia chinh").content.decode()
        assert Desk(OTHER).act(code, "accept").status_code == 302


def test_suspended_it_goes_on_where_it_was(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = given(Desk(GIVER))
        assert Desk(OFFICE).act(code, "accept").status_code == 302
        assert Desk(GIVER).act(code, "suspend", note="Chờ nghị quyết.").status_code == 302
        assert Desk(OFFICE).act(code, "progress", percent="5", note="x").status_code == 409
        assert Desk(GIVER).act(code, "resume", due_on="31/03/2026").status_code == 302
        case, _task = seen(code)
        assert case.state == "accepted"
        assert case.original_promised_at.astimezone(clock.TZ).date() == date(2026, 3, 10)
        assert Desk(GIVER).act(code, "cancel", note="Không còn cần.").status_code == 302
        assert counts() == {"received": 1, "ended_otherwise": 1}


# --- parent and children -----------------------------------------------------------------------------------------------


def test_a_parent_waits_for_its_children_even_those_its_giver_does_not_see(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = given(Desk(GIVER))
        early = Desk(OFFICE).client.post(f"/nhiem-vu/moi/?thuoc={code}", {**TASK, "due_on": "05/03/2026"})
        assert early.status_code == 409 and "đã tiếp nhận" in early.content.decode()
        assert Desk(OFFICE).act(code, "accept").status_code == 302
        assert f"/nhiem-vu/moi/?thuoc={code}" in Desk(OFFICE).get(f"/viec/{code}/").content.decode()
        late = Desk(OFFICE).client.post(f"/nhiem-vu/moi/?thuoc={code}", {**TASK, "due_on": "11/03/2026"})
        assert late.status_code == 422 and "không sau nhiệm vụ cha" in late.content.decode()
        child = given(Desk(OFFICE), query=f"?thuoc={code}", due_on="05/03/2026", text="Đo đạc xóm 1 đến xóm 5.")
        assert Desk(OTHER).get(f"/nhiem-vu/moi/?thuoc={code}").status_code == 404
        assert Desk(GIVER).client.get(f"/nhiem-vu/moi/?thuoc={code}").status_code == 403
        blocked = Desk(OFFICE).act(code, "report_done", result="Xong", document="1/BC", files=pdf())
        assert blocked.status_code == 422 and "nhiệm vụ con" in blocked.content.decode()
        assert child in Desk(OFFICE).get(f"/viec/{code}/").content.decode()
        for act, more in (
            ("accept", {}),
            ("report_done", {"result": "Đo xong", "document": "2/BC", "files": pdf("c.pdf")}),
            ("confirm_done", {}),
        ):
            done = Desk(OFFICE).act(child, act, **more)
            assert done.status_code == 302, done.content.decode()[:2000]
        assert (
            Desk(OFFICE).act(code, "report_done", result="Xong", document="1/BC", files=pdf("d.pdf")).status_code == 302
        )
        assert Desk(GIVER).act(code, "confirm_done").status_code == 302


# --- dates and lists ---------------------------------------------------------------------------------------------------


def test_without_a_date_it_is_due_in_seven_days_and_never_when_so_wanted(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        case, _task = seen(given(Desk(GIVER), due_on=""))
        assert case.promised_at.astimezone(clock.TZ).isoformat() == "2026-03-05T17:00:00+07:00"
        case, _task = seen(given(Desk(GIVER), due_on="", no_due="on"))
        assert case.promised_at is None and case.original_promised_at is None
        both = Desk(GIVER).client.post("/nhiem-vu/moi/", {**TASK, "no_due": "on"})
        assert both.status_code == 422 and "bỏ trống hạn" in both.content.decode()


def test_the_list_by_lateness_is_what_the_rule_says_of_each_row(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        codes = [
            given_by(CHAIR, **how)
            for how in (
                {"due_on": date(2026, 2, 27)},
                {"due_on": date(2026, 3, 1)},
                {"due_on": date(2026, 3, 30)},
                {"no_due": True},
                {"due_on": date(2026, 2, 26)},
                {"due_on": date(2026, 3, 30)},
            )
        ]
        assert Desk(CHAIR).act(codes[4], "progress", percent="30", note="Đang làm").status_code == 302
        assert Desk(CHAIR).act(codes[5], "suspend", note="Chờ").status_code == 302
    with clock.freeze("2026-02-28T09:00"):
        principal = principal_of(CHAIR)
        with scope.enter(principal.scope):
            all_rows = queries_tasks.rows(principal, Asked(side="lead"), 50)
            by_rule = {row.code: queries_tasks.lateness_of(row) for row in all_rows}
            for key, condition in lateness.CONDITIONS.items():
                asked = Asked(side="lead", more=[condition], values=queries_tasks.late_values())
                found = {row.code for row in queries_tasks.rows(principal, asked, 50)}
                assert found == {code for code, k in by_rule.items() if k == key}, key
        with scope.enter(principal.scope):
            pressing = queries_tasks.pressing(principal, "lead")
        assert pressing.late == sum(key.endswith("_late") for key in by_rule.values())
        page = Desk(CHAIR).get("/nhiem-vu/?late=on").content.decode()
        assert {code for code in codes if code in page} == {c for c in codes if by_rule[c].endswith("_late")}
    assert set(by_rule.values()) >= {
        "not_begun_late",
        "soon",
        "not_begun_on_time",
        "no_date",
        "doing_late",
        "suspended",
    }
    assert defaults.soon().days == 3


# --- series ------------------------------------------------------------------------------------------------------------


def test_a_task_that_comes_back_is_given_once_a_day_however_often_the_worker_runs(api: Api) -> None:
    principal = principal_of(CHAIR)
    with clock.freeze("2026-03-01T08:00"):
        with scope.enter(principal.scope):
            task = Given(text="Báo cáo tình hình giải quyết hồ sơ", lead=principal.agency_code)
            row = services_tasks.start_series(principal, Recurring(task, "month", date(2026, 3, 31), 5))
        assert jobs.open_recurring_tasks.func(0) == 0
    with clock.freeze("2026-03-31T08:00"):
        assert jobs.open_recurring_tasks.func(0) == 1
        assert jobs.open_recurring_tasks.func(0) == 0
    with clock.freeze("2026-05-01T08:00"):
        assert jobs.open_recurring_tasks.func(0) == 1
    with scope.enter(scope.worker()):
        tasks = Task.objects.filter(series=row).order_by("series_on")
        assert [t.series_on for t in tasks] == [date(2026, 3, 31), date(2026, 4, 30)]
        assert TaskSeries.objects.get(pk=row.pk).next_on == date(2026, 5, 31)
        case = tasks[0].case
        assert Entry.objects.get(case=case, seq=1).actor_kind == "system"
        assert case.promised_at.astimezone(clock.TZ).date() == date(2026, 4, 5)
    page = Desk(CHAIR).get(f"/viec/{case.code}/").content.decode()
    assert "Hệ thống" in page and "31/03/2026" in page
    with scope.enter(principal.scope):
        with pytest.raises(Conflict):
            services_tasks.end_series(principal, row.pk, 1)
        services_tasks.end_series(principal, row.pk, TaskSeries.objects.get(pk=row.pk).version)
    with clock.freeze("2026-08-01T08:00"):
        assert jobs.open_recurring_tasks.func(0) == 0
        assert "Đã dừng" in Desk(CHAIR).get("/nhiem-vu/dinh-ky/").content.decode()


def test_a_series_of_another_agency_is_not_to_be_seen(api: Api) -> None:
    answer = Desk(CHAIR).client.post(
        "/nhiem-vu/dinh-ky/moi/",
        {**TASK, "lead": "H41.170", "frequency": "week", "next_on": "31/12/2027", "due_days": "3"},
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "bản đồ địa chính" in Desk(COMMUNE).get("/nhiem-vu/dinh-ky/").content.decode()
    assert "bản đồ địa chính" not in Desk(NEXT).get("/nhiem-vu/dinh-ky/").content.decode()


# --- API ---------------------------------------------------------------------------------------------------------------


def test_the_api_gives_lists_and_acts(api: Api) -> None:
    due_on = clock.today() + timedelta(days=100)
    body = {"text": "Báo cáo kết quả dồn điền đổi thửa", "lead": "H41.05", "due_on": due_on.isoformat()}
    status, task = api.post(GIVER, "/tasks", body, **{"Idempotency-Key": "nv-1"})
    assert status == 201, task
    assert (task["lead_code"], task["state"], task["data"]["lateness"]) == ("H41.05", "given", "not_begun_on_time")
    again = api.post(GIVER, "/tasks", body, **{"Idempotency-Key": "nv-1"})
    assert again[1]["code"] == task["code"]
    assert api.post(GIVER, "/tasks", {**body, "lead": "H99"})[0] == 422
    assert api.post(SPECIALIST, "/tasks", body)[0] == 403
    status, done = api.post(OFFICE, f"/cases/{task['code']}/acts", {"act": "accept", "version": 1})
    assert (status, done["state"]) == (200, "accepted")
    assert api.post(OFFICE, f"/cases/{task['code']}/acts", {"act": "cancel", "version": 2})[0] in (403, 422)
    assert api.get(NEXT, f"/cases/{task['code']}")[0] == 404


def test_a_parent_that_is_no_task_is_not_found(api: Api) -> None:
    principal = principal_of(CHAIR)
    with scope.enter(principal.scope), pytest.raises(RuleBroken):
        services_tasks.give(principal, Given(text="", lead="H41.170"))
    assert api.post(CHAIR, "/tasks", {"text": "x", "lead": "H41.170", "parent": "H41-NV-2026-9999"})[0] == 404
