"""A day off declared later re-appoints the dossiers it moves, in one ordered run that cites its document (Civil Code 2015 art. 148.5)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.casework import services as casework
from motcua.casework.models import Case, Entry
from motcua.casework.rules import Applicant, CaseState, System
from motcua.casework.tests.world import PROVINCE, at_once, seal_all, verified
from motcua.demo.fixtures import PERMIT, PHUONG, XA, Api, principal_of
from motcua.dossiers import queries, rules, services_reappointing
from motcua.dossiers.models import Reappointment, Supplement
from motcua.organisation import effects, registers, scope, services_calendars
from motcua.organisation import queries_calendars as calendars
from motcua.organisation.errors import Conflict, Forbidden, RuleBroken
from motcua.organisation.rules_calendars import Document, DropDay, SetDays
from motcua.worktime import Calendar, Inputs, Limit, appoint, clock, explain, shipped

MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=clock.TZ)
DOCUMENT = Document("Quyết định 12/QĐ-UBND", date(2026, 11, 25))
STORM = date(2026, 11, 26)
DIRECTOR, ADMINISTRATOR = "giamdoc.quynhson", "quantri.nghean"


@pytest.fixture(autouse=True)
def wednesday_morning() -> Iterator[clock.FrozenClock]:
    with clock.freeze(MORNING) as stopped:
        yield stopped


def off(first: date, last: date | None = None, **more: Any) -> SetDays:
    return SetDays("off", first, last or first, "Nghỉ tránh bão số 15", **more)


def own_calendar(login: str = DIRECTOR, code: str = XA, parent: str = "vn") -> None:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        services_calendars.create(principal, code, "Lịch riêng", parent, DOCUMENT)


def declare(change: Any = None, login: str = DIRECTOR, code: str = XA) -> Calendar:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        base = calendars.standing(code).edition
        return services_calendars.publish(principal, code, base, change or off(STORM), DOCUMENT)


def order(login: str = DIRECTOR, code: str = XA) -> Reappointment:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        edition = calendars.standing(code).edition
        return services_reappointing.order(principal, code, edition, DOCUMENT.cited())


def case_of(dossier: dict[str, Any]) -> Case:
    with scope.enter(scope.worker()):
        return Case.objects.get(code=dossier["code"])


def entries(dossier: dict[str, Any], act: str = "reappoint") -> list[Entry]:
    with scope.enter(scope.worker()):
        return list(Entry.objects.filter(case__code=dossier["code"], act=act).order_by("seq"))


# --- the count, as pure rules ----------------------------------------------------------------------------------------------


def standing_case(calendar: Calendar, inputs: Inputs) -> CaseState:
    from uuid import uuid4

    agency = uuid4()
    found = appoint(calendar, inputs.start, inputs.limit, inputs.mode, inputs.pauses, inputs.on_supplement)
    return CaseState(
        *("dossier", "X", "1.0", "in_progress", 3, agency, None, None, "specialist", agency, agency),
        inputs.start,
        inputs.start.date(),
        inputs.start,
        found.legal,
        found.promise,
        found.promise,
        inputs.to_dict(),
    )


def local(version: int, overrides: list[dict[str, Any]]) -> Calendar:
    content = {"code": XA, "version": str(version), "parent": "vn", "overrides": overrides}
    return Calendar.from_dict(content, shipped())


def said(on: date, kind: str) -> dict[str, Any]:
    return {"date": on.isoformat(), "kind": kind, "document": DOCUMENT.cited()}


days = st.dates(date(2026, 3, 1), date(2026, 7, 31))
limits = st.sampled_from(
    ["1 working days", "3 working days", "7 working days", "30 working days", "20 days", "16 working hours", "same day"]
)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=clock.TZ))  # noqa: DTZ001


@st.composite
def inputs_on(draw: st.DrawFn, calendar: Calendar) -> Inputs:
    start = draw(moments)
    pause = (start + timedelta(hours=5), start + timedelta(hours=5, days=draw(st.integers(0, 9))))
    return Inputs.of(
        calendar,
        start,
        Limit.parse(draw(limits)),
        draw(st.sampled_from(["whole", "running"])),
        (pause,) if draw(st.booleans()) else (),
        draw(st.sampled_from(["restart", "pause"])),
    )


@settings(max_examples=300)
@given(st.data(), st.lists(days, min_size=1, max_size=5, unique=True))
def test_after_days_off_a_dossier_is_due_when_it_would_be_had_they_been_known_at_its_reception(
    data: st.DataObject, closed: list[date]
) -> None:
    before, after = local(1, []), local(2, [said(on, "off") for on in closed])
    inputs = data.draw(inputs_on(before))
    case = standing_case(before, inputs)
    afresh = appoint(after, inputs.start, inputs.limit, inputs.mode, inputs.pauses, inputs.on_supplement)
    moved = rules.reappointed(case, after)
    assert case.legal_due_at <= afresh.legal
    assert case.promised_at <= afresh.promise
    if moved is None:
        assert (case.legal_due_at, case.promised_at) == (afresh.legal, afresh.promise)
        return
    assert (moved.legal, moved.promise) == (afresh.legal, afresh.promise)
    told = explain(moved.inputs, after)
    assert (told.legal.due, told.promise.due) == (moved.legal, moved.promise)


@settings(max_examples=200)
@given(st.data(), st.lists(st.tuples(days, st.sampled_from(["off", "work"])), max_size=6, unique_by=lambda d: d[0]))
def test_whatever_is_declared_no_date_is_ever_moved_earlier(
    data: st.DataObject, declared: list[tuple[date, str]]
) -> None:
    before, after = local(1, []), local(2, [said(on, kind) for on, kind in declared])
    case = standing_case(before, data.draw(inputs_on(before)))
    moved = rules.reappointed(case, after)
    assert moved is None or (moved.legal >= case.legal_due_at and moved.promise >= case.promised_at)


def test_days_off_are_named_with_reason_and_document_and_only_those_that_were_worked() -> None:
    before, after = local(1, []), local(2, [said(STORM, "off"), said(date(2026, 11, 28), "off")])
    assert rules.days_off_declared(before, after, date(2026, 11, 1), date(2026, 11, 30)) == [
        {"date": "2026-11-26", "reason": "Ngày nghỉ theo quyết định", "document": DOCUMENT.cited()}
    ]


# --- the act ---------------------------------------------------------------------------------------------------------------


def test_a_dossier_promised_across_the_day_is_moved_by_one_journalled_act_and_keeps_its_first_appointment(
    api: Api,
) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    before = case_of(dossier)
    declare()
    assert case_of(dossier).promised_at == before.promised_at, "publishing alone moves nothing"
    run = services_reappointing.carry_on(order().id)
    after = case_of(dossier)
    assert (run.ended, run.moved, run.failed) == ("done", 1, 0)
    assert [at.astimezone(clock.TZ).date().isoformat() for at in (before.promised_at, after.promised_at)] == [
        "2026-12-04",
        "2026-12-07",
    ]
    assert (after.legal_due_at, before.legal_due_at) == (after.promised_at, before.promised_at)
    assert after.original_promised_at == before.promised_at
    assert after.must_start_by >= before.must_start_by
    (entry,) = entries(dossier)
    officer = principal_of(DIRECTOR)
    assert entry.actor_kind == "system"
    assert {name: entry.payload[name] for name in ("document", "run", "ordered_by", "position")} == {
        "document": DOCUMENT.cited(),
        "run": str(run.id),
        "ordered_by": str(officer.account_id),
        "position": str(officer.position_id),
    }
    assert entry.payload["days"] == [
        {"date": "2026-11-26", "reason": "Nghỉ tránh bão số 15", "document": DOCUMENT.cited()}
    ]


def test_the_explanation_of_a_moved_dossier_reaches_its_stored_dates(api: Api) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    declare()
    services_reappointing.carry_on(order().id)
    with scope.enter(principal_of(DIRECTOR).scope):
        view = queries.view(principal_of(DIRECTOR), dossier["code"])
    assert view.explanation is not None
    assert (view.explanation.promise.due, view.explanation.legal.due) == (view.case.promised_at, view.case.legal_due_at)
    skipped = [step for step in view.explanation.promise.explanation if step.date == STORM]
    assert [(step.counted, step.source) for step in skipped] == [(False, DOCUMENT.cited())]


@pytest.mark.parametrize(
    "change", [off(date(2027, 3, 1)), SetDays("work", date(2026, 11, 28), date(2026, 11, 28), "Làm thêm")]
)
def test_a_dossier_whose_last_day_is_not_affected_or_would_be_earlier_is_left_alone(api: Api, change: SetDays) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    before = case_of(dossier)
    declare(change)
    run = services_reappointing.carry_on(order().id)
    assert (run.ended, run.checked, run.moved) == ("done", 1, 0)
    assert (case_of(dossier).version, case_of(dossier).promised_at) == (before.version, before.promised_at)


def test_a_day_off_taken_back_shortens_no_appointment(api: Api) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    declare()
    services_reappointing.carry_on(order().id)
    moved = case_of(dossier).promised_at
    declare(DropDay(STORM))
    assert services_reappointing.carry_on(order().id).moved == 0
    assert case_of(dossier).promised_at == moved


def test_finished_dossiers_and_those_of_other_communes_stay_as_they_are(api: Api) -> None:
    own_calendar()
    copy = api.receive(procedure="2.000815")
    elsewhere = api.receive("tiepnhan.tanmai", PERMIT, agency_code=PHUONG)
    for login, act in (("tiepnhan.quynhson", "hand_over"),):
        api.act(login, copy, act)
    api.post(
        "tiepnhan.quynhson",
        f"/dossiers/{copy['code']}/acts",
        {"act": "withdraw", "version": copy["version"], "note": "Đề nghị rút"},
    )
    before = case_of(elsewhere).promised_at
    declare()
    assert services_reappointing.carry_on(order().id).moved == 0
    assert case_of(elsewhere).promised_at == before


def test_who_was_asked_for_papers_gets_the_day_too(api: Api) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    items = {"items": ["Bản vẽ"], "note": "Thiếu bản vẽ"}
    assert api.act("tiepnhan.quynhson", dossier, "request_supplement", **items)[0] == 200
    with scope.enter(scope.worker()):
        due = Supplement.objects.get().due_at
    declare()
    assert services_reappointing.carry_on(order().id).moved == 1
    with scope.enter(scope.worker()):
        assert Supplement.objects.get().due_at > due
    assert case_of(dossier).must_start_by > due


def test_no_officer_and_no_applicant_performs_it_by_hand(api: Api) -> None:
    dossier = api.receive(procedure=PERMIT)
    assert api.act("tiepnhan.quynhson", dossier, "reappoint")[0] == 403
    with scope.enter(scope.tracking(dossier["code"])), pytest.raises(Forbidden):
        casework.perform("dossier", dossier["code"], "reappoint", Applicant(), version=None)


def test_a_dossier_that_does_not_move_refuses_the_act_itself(api: Api) -> None:
    dossier = api.receive(procedure=PERMIT)
    params = {"document": "QĐ 1", "run": "", "ordered_by": "", "position": ""}
    with scope.enter(scope.worker()), pytest.raises(Conflict):
        casework.perform("dossier", dossier["code"], "reappoint", System(), version=None, params=params)


def test_the_citizen_reads_the_new_date_and_why(api: Api) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    declare()
    services_reappointing.carry_on(order().id)
    api.client.post("/tra-cuu/", {"code": dossier["code"], "secret": dossier["secret"]})
    page = api.client.get("/tra-cuu/ho-so/").content.decode()
    assert "Hẹn lại do ngày nghỉ được công bố" in page
    assert "26/11/2026 (Nghỉ tránh bão số 15, Quyết định 12/QĐ-UBND ngày 25/11/2026)" in page
    assert "Hẹn lần đầu:" in page


# --- the order -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["tiepnhan.quynhson", "chutich.quynhson", "giamdoc.tanmai", "theodoi.nghean"])
def test_only_the_agency_s_director_and_administrators_order_it(api: Api, login: str) -> None:
    own_calendar()
    declare()
    with pytest.raises(Forbidden):
        order(login)


def test_an_order_needs_a_document_with_a_number(api: Api) -> None:
    own_calendar()
    principal = principal_of(DIRECTOR)
    with scope.enter(principal.scope), pytest.raises(RuleBroken):
        services_reappointing.order(principal, XA, calendars.standing(XA).edition, "theo chỉ đạo")


def test_a_second_order_is_refused_while_one_is_at_work_and_taken_when_it_is_done(api: Api) -> None:
    own_calendar()
    declare()
    first = order()
    with pytest.raises(Conflict, match="chưa xong"):
        order()
    services_reappointing.carry_on(first.id)
    assert services_reappointing.carry_on(order().id).moved == 0


def test_an_order_looked_at_with_an_older_edition_is_refused(api: Api) -> None:
    own_calendar()
    principal = principal_of(DIRECTOR)
    seen = calendars.standing(XA).edition
    declare()
    with scope.enter(principal.scope), pytest.raises(Conflict, match="bản mới"):
        services_reappointing.order(principal, XA, seen, DOCUMENT.cited())


def test_a_newer_edition_ends_an_order_that_has_not_come_to_its_end(api: Api) -> None:
    own_calendar()
    dossier = api.receive(procedure=PERMIT)
    declare()
    run = order()
    declare(off(date(2026, 11, 27)))
    assert services_reappointing.carry_on(run.id).ended == "superseded"
    assert entries(dossier) == []


def test_an_order_killed_in_the_middle_goes_on_where_it_stopped(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services_reappointing, "BATCH", 1)
    own_calendar()
    dossiers = [api.receive(procedure=PERMIT) for _ in range(3)]
    declare()
    run = order()
    look = services_reappointing._look_at

    def killed(run: Reappointment, *more: Any) -> None:
        look(run, *more)
        if run.checked == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(services_reappointing, "_look_at", killed)
    with pytest.raises(KeyboardInterrupt):
        services_reappointing.carry_on(run.id)
    monkeypatch.setattr(services_reappointing, "_look_at", look)
    (done,) = services_reappointing.carry_on_all()
    assert (done.ended, done.checked, done.moved) == ("done", 3, 3)
    assert [len(entries(dossier)) for dossier in dossiers] == [1, 1, 1]
    assert services_reappointing.carry_on_all() == []


def test_a_dossier_that_reaches_past_the_calendar_s_facts_is_named_and_the_others_are_moved(api: Api) -> None:
    own_calendar()
    late, usual = api.receive(procedure=PERMIT), api.receive(procedure=PERMIT)
    declare()
    run = order()
    with scope.enter(scope.worker()):
        row = Case.objects.get(code=late["code"])
        row.clock = {**row.clock, "start": "2027-12-30T09:00+07:00"}
        row.save(update_fields=["clock"])
    done = services_reappointing.carry_on(run.id)
    assert (done.moved, done.failed, done.failures[0]["code"]) == (1, 1, late["code"])
    assert "chỉ có dữ kiện" in done.failures[0]["why"]
    assert len(entries(usual)) == 1


def test_two_workers_at_one_order_move_each_dossier_once_and_the_journal_stays_whole(fresh_demo: Api) -> None:
    own_calendar()
    dossiers = [fresh_demo.receive(procedure=PERMIT) for _ in range(8)]
    declare()
    run = order()
    services_reappointing.BATCH, usual = 2, services_reappointing.BATCH
    try:
        at_once(2, lambda _number: services_reappointing.carry_on(run.id))
    finally:
        services_reappointing.BATCH = usual
    with scope.enter(scope.worker()):
        done = Reappointment.objects.get()
    assert (done.ended, done.checked, done.moved, done.failed) == ("done", 8, 8, 0)
    assert [len(entries(dossier)) for dossier in dossiers] == [1] * 8
    seal_all()
    assert verified().broken == []


def test_of_two_orders_at_once_one_is_taken_and_the_other_refused_in_words(fresh_demo: Api) -> None:
    own_calendar()
    declare()
    principal_of(DIRECTOR)
    words: list[str] = []
    barrier = threading.Barrier(2)

    def give(_number: int) -> None:
        barrier.wait()
        try:
            order()
        except Conflict as refused:
            words.append(refused.detail)

    at_once(2, give)
    with scope.enter(scope.worker()):
        assert Reappointment.objects.count() == 1
    assert len(words) == 1
    assert "chưa xong" in words[0]


# --- what it would move ----------------------------------------------------------------------------------------------------


def test_before_publishing_one_sees_how_many_would_move_by_agency_and_procedure(api: Api) -> None:
    own_calendar()
    dossiers = [api.receive(procedure=PERMIT) for _ in range(2)]
    principal = principal_of(DIRECTOR)
    with scope.enter(principal.scope):
        standing = calendars.standing(XA)
        draft = Calendar.from_dict(
            {**standing.to_dict(), "version": "2", "overrides": [said(STORM, "off")]}, standing.parent
        )
        effect = effects.of(principal, XA, calendars.with_heirs(draft), STORM)
    assert (effect.total, [n for _agency, _subject, n in effect.groups]) == (2, [2])
    assert effect.groups[0][0] == "Ủy ban nhân dân xã Quỳnh Sơn"
    assert sorted(line.code for line in effect.first) == sorted(dossier["code"] for dossier in dossiers)
    assert all(line.after - line.before == timedelta(days=3) for line in effect.first)


def test_a_day_off_of_the_province_moves_the_dossiers_of_communes_that_inherit_and_names_only_what_the_reader_sees(
    api: Api,
) -> None:
    own_calendar(ADMINISTRATOR, "p40")
    own_calendar(DIRECTOR, XA, "p40")
    api.receive(procedure=PERMIT)
    api.receive("tiepnhan.tanmai", PERMIT, agency_code=PHUONG)
    administrator = principal_of(ADMINISTRATOR)
    declare(off(STORM), ADMINISTRATOR, "p40")
    with scope.enter(administrator.scope):
        seen = effects.of(administrator, "p40", calendars.with_heirs(calendars.standing("p40")))
        narrow = effects.of(
            replace(administrator, roles=frozenset({"administrator"})),
            "p40",
            calendars.with_heirs(calendars.standing("p40")),
        )
    assert (seen.total, len(seen.first)) == (1, 1), "the ward still counts with the national calendar"
    assert (narrow.total, narrow.first) == (1, ())
    assert services_reappointing.carry_on(order(ADMINISTRATOR, "p40").id).moved == 1


def test_when_an_order_has_come_to_its_end_the_calendar_s_page_counts_no_more(
    api: Api, django_assert_max_num_queries: Any
) -> None:
    own_calendar()
    api.receive(procedure=PERMIT)
    declare()
    principal = principal_of(DIRECTOR)
    with scope.enter(principal.scope):
        standing = calendars.with_heirs(calendars.standing(XA))
        assert effects.of(principal, XA, standing).total == 1
    services_reappointing.carry_on(order().id)
    with scope.enter(principal.scope), django_assert_max_num_queries(1):
        assert effects.of(principal, XA, standing).total == 0


def test_the_order_and_the_publication_are_told_in_the_calendar_s_history(api: Api) -> None:
    own_calendar()
    declare()
    order()
    with scope.enter(scope.worker()):
        history = registers.history(PROVINCE, "calendar", services_calendars.subject(XA))
    assert [entry.act for entry in history] == ["create", "use", "publish", "reappoint"]
    assert all(entry.payload["document"] == DOCUMENT.cited() for entry in history)
