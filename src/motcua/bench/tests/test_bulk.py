"""The importer keeps what the counter keeps: rules, numbers, figures, journal, search."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import date, datetime, timedelta
from multiprocessing import active_children

import pytest
from django.db import connection

from motcua.casework import queries as casework
from motcua.casework.recount import drift
from motcua.casework.rules import Applicant
from motcua.casework.tests.world import seal_all
from motcua.casework.verification import verify
from motcua.catalogue import queries as catalogue
from motcua.demo import services as demo
from motcua.demo.fixtures import BIRTH, PERMIT, PHUONG, Api, intake, principal_of
from motcua.demo.fixtures import XA as XA_CODE
from motcua.dossiers import bulk, queries, writers
from motcua.dossiers.bulk import PastAct, PastDossier
from motcua.dossiers.schemas import DossierIn
from motcua.organisation import scope
from motcua.organisation.errors import DomainError
from motcua.worktime import clock

RECEIVED = datetime(2026, 9, 14, 8, 5, tzinfo=clock.TZ)  # a Monday
XA = "quynhson"


def past(
    reference: str, procedure: str = BIRTH, at: datetime = RECEIVED, acts: tuple[PastAct, ...] = (), **changes: object
) -> PastDossier:
    body = {**intake(procedure), **changes}
    request = replace(DossierIn.model_validate(body).request(), received_at=at)
    return PastDossier(reference, request, principal_of(f"tiepnhan.{XA}"), acts)


def way(*steps: tuple[str, str, dict[str, object], str]) -> tuple[PastAct, ...]:
    """Acts an hour apart from reception on: (login, act, params, note)."""
    return tuple(
        PastAct(
            act, principal_of(f"{login}.{XA}") if login else Applicant(), RECEIVED + timedelta(hours=n), params, note
        )
        for n, (login, act, params, note) in enumerate(steps, start=1)
    )


def walked() -> tuple[PastAct, ...]:
    return way(
        ("tiepnhan", "hand_over", {}, ""),
        ("truongphong", "assign", {"officer": f"xaydung.{XA}"}, ""),
        ("xaydung", "request_supplement", {"items": ["Bản vẽ mặt bằng"]}, "Thiếu bản vẽ"),
        ("", "answer_supplement", {}, ""),
        ("tiepnhan", "reopen_supplement", {}, "Bản vẽ mờ"),
        ("", "answer_supplement", {}, ""),
        ("tiepnhan", "supplement", {"components": ["05"]}, ""),
        ("xaydung", "advance", {}, ""),
        ("truongphong", "approve", {}, ""),
        ("chutich", "send_back", {}, "Sửa dự thảo"),
        ("xaydung", "advance", {}, ""),
        ("truongphong", "approve", {}, ""),
        ("chutich", "sign_off", {"outcome": "granted"}, ""),
        ("vanthu", "advance", {}, ""),
        ("tiepnhan", "return_result", {"how": "counter"}, ""),
    )


def proof() -> tuple[list[object], list[object]]:
    """(what `verify` finds broken after sealing, what the recount finds drifted)."""
    seal_all()
    with scope.enter(scope.worker()):
        return list(verify(demo.PROVINCE).broken), list(drift(demo.PROVINCE))


def test_imported_dossiers_verify_clean_and_their_figures_do_not_drift(fresh_demo: Api) -> None:
    done = bulk.load([past("a"), past("b", PERMIT, acts=walked())])
    assert (done.dossiers, done.entries, done.refused) == (2, 17, [])
    assert proof() == ([], [])


def test_an_imported_dossier_stands_where_the_same_acts_one_by_one_would_have_put_it(api: Api) -> None:
    codes: list[tuple[str, str]] = []
    bulk.load([past("b", PERMIT, acts=walked())], on_batch=codes.extend)
    with clock.freeze(RECEIVED) as now:
        dossier = api.receive(procedure=PERMIT)
        for past_act in walked():
            now.move_to(past_act.happened_at)
            if isinstance(past_act.actor, Applicant):
                body = {"secret": dossier["secret"], "act": past_act.act}
                assert api.post(None, f"/track/{dossier['code']}/acts", body)[0] == 200
                dossier["version"] += 1
                continue
            login = next(p.login for p in demo.POSTS if principal_of(f"{p.login}.{XA}") == past_act.actor)
            status, body = api.act(f"{login}.{XA}", dossier, past_act.act, note=past_act.note, **past_act.params)
            assert status == 200, body
    with scope.enter(scope.worker()):
        imported, lived = (
            queries.view(principal_of("theodoi.nghean"), code) for code in (codes[0][1], dossier["code"])
        )
    assert replace(imported.case, code="") == replace(lived.case, code="")
    assert [(line.act, line.happened_at, line.note) for line in imported.journal] == [
        (line.act, line.happened_at, line.note) for line in lived.journal
    ]
    assert [(c.facts.code, c.provided, c.originals, c.copies) for c in imported.components] == [
        (c.facts.code, c.provided, c.originals, c.copies) for c in lived.components
    ]
    kept = (
        "rounds",
        "outcome",
        "returned_how",
        "returned_at",
        "handed_over_at",
        "hand_over_due_at",
        "paused_state",
        "declared_at",
    )
    assert {name: getattr(imported.row, name) for name in kept} == {name: getattr(lived.row, name) for name in kept}
    assert [(s.items, s.declared_at, s.answered_at) for s in imported.supplements] == [
        (s.items, s.declared_at, s.answered_at) for s in lived.supplements
    ]


def test_numbers_follow_reception_and_go_on_after_those_already_given(api: Api) -> None:
    codes: list[tuple[str, str]] = []
    bulk.load([past("first")], on_batch=codes.extend)
    later, sooner = (
        past("later", at=RECEIVED + timedelta(minutes=9)),
        past("sooner", at=RECEIVED + timedelta(minutes=3)),
    )
    bulk.load([later, sooner], on_batch=codes.extend)
    assert [(reference, code[-11:]) for reference, code in codes] == [
        ("first", "260914-0001"),
        ("later", "260914-0003"),
        ("sooner", "260914-0002"),
    ]


def test_recorded_at_is_the_time_of_the_import_and_happened_at_that_of_the_act(api: Api) -> None:
    before = datetime.now(clock.TZ)
    bulk.load([past("a")])
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SELECT happened_at, recorded_at FROM casework_entry")
        ((happened, recorded),) = cursor.fetchall()
    assert happened == RECEIVED
    assert recorded >= before


def test_an_imported_dossier_is_found_by_the_name_of_its_applicant(api: Api) -> None:
    bulk.load([past("a")])
    with scope.enter(principal_of(f"tiepnhan.{XA}").scope):
        assert len(casework.find("nguyen van uoc")) == 1


def test_the_same_reference_is_not_imported_twice(api: Api) -> None:
    bulk.load([past("a")])
    again = bulk.load([past("a"), past("b")])
    assert (again.dossiers, again.known) == (1, 1)


def test_what_came_online_without_help_was_filed_by_its_applicant(api: Api) -> None:
    bulk.load([past("a", channel="online"), past("b", channel="online", assisted=True), past("c")])
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT act, actor_kind, account_id IS NULL FROM casework_entry WHERE case_id IS NOT NULL ORDER BY id"
        )
        assert cursor.fetchall() == [
            ("file", "applicant", True),
            ("file", "officer", False),
            ("receive", "officer", False),
        ]


def test_a_rating_comes_with_its_words_and_the_first_moment_stays(api: Api) -> None:
    again = way(
        ("tiepnhan", "hand_over", {}, ""),
        ("tuphap", "advance", {}, ""),
        ("chutich", "sign_off", {"outcome": "granted"}, ""),
        ("vanthu", "advance", {}, ""),
        ("tiepnhan", "return_result", {"how": "counter"}, ""),
        ("", "rate", {"level": "neutral", "remark": "Chờ lâu"}, ""),
        ("", "rate", {"level": "satisfied", "remark": "Đã gọi xin lỗi"}, ""),
    )
    with clock.freeze(RECEIVED + timedelta(days=2)):
        assert bulk.load([past("a", acts=again)]).refused == []
    with scope.enter(principal_of(f"giamdoc.{XA}").scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.level, r.by_kind, r.rated_at, r.changed_at, m.text FROM dossiers_rating r JOIN dossiers_ratingremark m USING (case_id)"
        )
        ((level, kind, first, last, words),) = cursor.fetchall()
    assert (level, kind, words) == ("satisfied", "person", "Đã gọi xin lỗi")
    assert last - first == timedelta(hours=1)


def test_what_waits_for_its_obligation_owes_it_and_what_went_on_does_not(api: Api) -> None:
    asked = way(
        ("tiepnhan", "hand_over", {}, ""),
        ("truongphong", "assign", {"officer": f"xaydung.{XA}"}, ""),
        ("xaydung", "request_payment", {"amount": 250_000}, "Theo phiếu chuyển"),
        ("tiepnhan", "confirm_payment", {}, ""),
    )
    codes: list[tuple[str, str]] = []
    bulk.load([past("paid", PERMIT, acts=asked), past("owed", PERMIT, acts=asked[:-1])], on_batch=codes.extend)
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SELECT subject_code, amount FROM payments_charge WHERE payment_id IS NULL")
        assert cursor.fetchall() == [(dict(codes)["owed"], 250_000)]


def test_the_law_of_any_day_is_the_catalogues_however_the_days_are_asked(api: Api) -> None:
    law = bulk.Law()
    days = [date(2026, month, day) for month in range(1, 12) for day in (1, 4, 17)]
    with scope.enter(scope.worker()):
        for code in ("2.000815", PERMIT, "1.116360"):
            for day in (*days, *reversed(days)):
                try:
                    expected = catalogue.in_force(code, day, demo.PROVINCE)
                except DomainError as refused:
                    with pytest.raises(type(refused)):
                        law.in_force(code, day, demo.PROVINCE)
                else:
                    assert law.in_force(code, day, demo.PROVINCE) == expected


def test_what_on_batch_raises_ends_the_import(fresh_demo: Api) -> None:
    def full(codes: object) -> None:
        raise OSError("đĩa đầy")

    with pytest.raises(OSError, match="đĩa đầy"):
        bulk.load([past("a")], on_batch=full)


@pytest.fixture
def two_processes(fresh_demo: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a machine with one core."""
    monkeypatch.setattr(writers, "_worth_it", lambda: True)


def stream(count: int, **changes: object) -> list[PastDossier]:
    """Two agencies in turn, an hour between two dossiers of one, three a day, in the order of receipt."""
    return [
        replace(
            past(f"{login}-{n}", at=RECEIVED + timedelta(days=n // 3, hours=n % 3), agency_code=agency, **changes),
            receiver=principal_of(login),
        )
        for n in range(count // 2)
        for login, agency in ((f"tiepnhan.{XA}", XA_CODE), ("tiepnhan.tanmai", PHUONG))
    ]


def test_numbers_rise_with_receipt_though_two_processes_write(two_processes: None) -> None:
    codes: list[tuple[str, str]] = []
    writing: list[int] = []

    def told(some: Sequence[tuple[str, str]]) -> None:
        codes.extend(some)
        writing.append(len(active_children()))

    records = stream(36)
    bulk.load(records, batch=2, on_batch=told)
    by_reference, numbers = dict(codes), defaultdict(list)
    for record in records:
        agency_and_day, number = by_reference[record.reference].rsplit("-", 1)
        numbers[agency_and_day].append(int(number))
    assert list(numbers.values()) == [[1, 2, 3]] * 12
    assert max(writing) == 2


def test_numbers_are_the_same_whoever_writes(two_processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for reference, alone in (("a", False), ("b", True)):
        monkeypatch.setattr(writers, "_worth_it", lambda alone=alone: not alone)
        codes: list[tuple[str, str]] = []
        records = [replace(one, reference=reference + one.reference) for one in reversed(stream(24))]
        bulk.load(records, batch=2, on_batch=codes.extend)
        offset = 3 if alone else 0
        found.append({name[1:]: int(code[-4:]) - offset for name, code in codes})
    assert found[0] == found[1]


def test_what_is_refused_in_any_share_is_reported(two_processes: None) -> None:
    records = stream(36)
    wrong = [replace(one, acts=(PastAct("correct", one.receiver, one.request.received_at),)) for one in records[::5]]
    assert {bulk._share(one) for one in wrong} == set(range(bulk.SHARES))
    done = bulk.load([one for n, one in enumerate(records) if n % 5] + wrong, batch=2)
    assert (done.dossiers, {one.reference for one in done.refused}) == (
        36 - len(wrong),
        {one.reference for one in wrong},
    )


def test_a_killed_writer_ends_the_import_and_the_next_run_brings_the_rest(two_processes: None) -> None:
    records = stream(24)

    def broken() -> Iterator[PastDossier]:
        yield from records[:16]
        os.kill(active_children()[0].pid or 0, signal.SIGKILL)
        yield from records[16:]

    with pytest.raises(BrokenProcessPool):
        bulk.load(broken(), batch=2)
    codes: list[tuple[str, str]] = []
    again = bulk.load(records, batch=2, on_batch=codes.extend)
    assert again.dossiers > 0
    assert (again.dossiers + again.known, len(codes), again.refused) == (24, again.dossiers, [])
    assert proof() == ([], [])


def test_what_a_writer_raises_ends_the_import(two_processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> list[str]:
        raise OSError("đĩa đầy")

    monkeypatch.setattr(bulk.bulk, "write", full)
    with pytest.raises(OSError, match="đĩa đầy"):
        bulk.load(stream(8), batch=2)


def test_the_connection_of_this_process_stays_its_own(two_processes: None) -> None:
    def server() -> int:
        with scope.enter(scope.worker()), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    before = server()
    bulk.load(stream(8), batch=2)
    assert server() == before


def test_what_no_process_can_be_handed_is_refused_before(two_processes: None) -> None:
    deep: dict[str, object] = {}
    for _ in range(5000):
        deep = {"x": deep}
    done = bulk.load([past("good"), replace(past("deep"), request=replace(past("deep").request, data=deep))])
    assert (done.dossiers, [one.reference for one in done.refused]) == (1, ["deep"])


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (lambda: past("x", at=datetime.now(clock.TZ) + timedelta(days=1)), "received_at"),
        (lambda: past("x", at=RECEIVED.replace(tzinfo=None)), "received_at"),
        (lambda: past("x", components=[]), "components.01"),
        (lambda: past("x", subject="a\0b"), "data"),
        (lambda: past("x", at=datetime(2020, 3, 2, 9, tzinfo=clock.TZ)), "procedure_code"),
        (lambda: past("x", acts=way(("xaydung", "advance", {}, ""))), "acts.0"),
        (lambda: past("x", acts=way(("tiepnhan", "correct", {}, "nhầm"))), "acts.0"),
        (lambda: past("x", acts=tuple(reversed(walked()))), "acts.0"),
        (lambda: past(""), "reference"),
    ],
)
def test_what_the_rules_refuse_is_named_and_the_rest_is_imported(api: Api, record, field: str) -> None:
    done = bulk.load([past("good"), record()])
    assert done.dossiers == 1
    assert [error.field for refused in done.refused for error in refused.errors][:1] == [field]
