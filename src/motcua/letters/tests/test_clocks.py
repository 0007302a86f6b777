"""The law's terms as a table: each type of letter from its start to its date, in the law's own unit, by its article."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.letters import law, rules_asking, rules_denunciations, rules_letters, rules_reception, services_reception
from motcua.letters import rules_clocks as rules
from motcua.worktime import TZ, Calendar, Limit, deadlines, shipped

CALENDAR: Calendar = shipped("vn")
KN, KN26, TC = "Luật Khiếu nại 02/2011/QH13", "Luật 136/2025/QH15 sửa đổi Luật Khiếu nại", "Luật Tố cáo 25/2018/QH14"
TCD = "Luật Tiếp công dân 42/2013/QH13"
REGULATION = "Quyết định 766/QĐ-TTg, chỉ số 5.2"

# letter, term, stage, conditions, started on -> due on, limit, source
TABLE = [
    # Complaint: acceptance, before and after 1/7/2026
    ("complaint", "accept", 1, "", "2026-06-30", "2026-07-10", "10 ngày", f"{KN}, Điều 27"),
    ("complaint", "accept", 2, "", "2026-06-30", "2026-07-10", "10 ngày", f"{KN}, Điều 36"),
    ("complaint", "accept", 1, "", "2026-07-01", "2026-07-10", "7 ngày làm việc", KN26),
    ("complaint", "accept", 2, "", "2026-08-03", "2026-08-12", "7 ngày làm việc", KN26),
    # first settlement: calendar days, which end on a working day
    ("complaint", "settle", 1, "", "2026-08-03", "2026-09-03", "30 ngày", f"{KN}, Điều 28"),
    ("complaint", "settle", 1, "", "2026-08-05", "2026-09-04", "30 ngày", f"{KN}, Điều 28"),
    ("complaint", "settle", 1, "complex", "2026-08-05", "2026-09-21", "45 ngày", f"{KN}, Điều 28"),
    ("complaint", "settle", 1, "remote", "2026-08-05", "2026-09-21", "45 ngày", f"{KN}, Điều 28"),
    ("complaint", "settle", 1, "complex remote", "2026-08-05", "2026-10-05", "60 ngày", f"{KN}, Điều 28"),
    # second settlement
    ("complaint", "settle", 2, "", "2026-08-05", "2026-09-21", "45 ngày", f"{KN}, Điều 37"),
    ("complaint", "settle", 2, "complex", "2026-08-05", "2026-10-05", "60 ngày", f"{KN}, Điều 37"),
    ("complaint", "settle", 2, "remote", "2026-08-05", "2026-10-05", "60 ngày", f"{KN}, Điều 37"),
    ("complaint", "settle", 2, "complex remote", "2026-08-05", "2026-10-14", "70 ngày", f"{KN}, Điều 37"),
    ("complaint", "explain", 1, "", "2026-08-05", "2026-08-12", "7 ngày", KN),
    ("complaint", "dialogue_notice", 1, "", "2026-08-05", "2026-08-10", "5 ngày", "Nghị định 124/2020/NĐ-CP"),
    ("complaint", "send", 1, "", "2026-08-06", "2026-08-11", "3 ngày làm việc", f"{KN}, Điều 32"),
    ("complaint", "send", 2, "", "2026-08-06", "2026-08-13", "7 ngày", f"{KN}, Điều 41"),
    ("complaint", "appeal", 1, "", "2026-08-05", "2026-09-04", "30 ngày", f"{KN}, Điều 33"),
    ("complaint", "appeal", 1, "remote", "2026-08-05", "2026-09-21", "45 ngày", f"{KN}, Điều 33"),
    ("complaint", "publish", 2, "", "2026-08-05", "2026-08-20", "15 ngày", f"{KN}, Điều 41"),
    ("complaint", "effect", 1, "", "2026-08-05", "2026-09-04", "30 ngày", f"{KN}, Điều 44"),
    ("complaint", "effect", 2, "remote", "2026-08-05", "2026-09-21", "45 ngày", f"{KN}, Điều 44"),
    ("complaint", "send_suspension", 1, "", "2026-08-06", "2026-08-11", "3 ngày làm việc", "Nghị định 156/2026/NĐ-CP"),
    ("complaint", "answer_front", 1, "", "2026-08-05", "2026-08-12", "7 ngày", KN),
    # Denunciation
    ("denunciation", "accept", 1, "", "2026-08-03", "2026-08-12", "7 ngày làm việc", f"{TC}, Điều 24"),
    ("denunciation", "accept", 1, "several_places", "2026-08-03", "2026-08-17", "10 ngày làm việc", f"{TC}, Điều 24"),
    ("denunciation", "transfer", 1, "", "2026-08-03", "2026-08-10", "5 ngày làm việc", f"{TC}, Điều 24"),
    ("denunciation", "notify", 1, "", "2026-08-12", "2026-08-19", "5 ngày làm việc", f"{TC}, Điều 29"),
    ("denunciation", "settle", 1, "", "2026-08-12", "2026-09-11", "30 ngày", f"{TC}, Điều 30"),
    ("denunciation", "lengthen", 1, "complex", "2026-09-11", "2026-10-12", "30 ngày", f"{TC}, Điều 30"),
    ("denunciation", "lengthen", 1, "especially_complex", "2026-09-11", "2026-10-12", "30 ngày", f"{TC}, Điều 30"),
    ("denunciation", "send_suspension", 1, "", "2026-08-12", "2026-08-19", "5 ngày làm việc", f"{TC}, Điều 34"),
    ("denunciation", "send_conclusion", 1, "", "2026-08-12", "2026-08-19", "5 ngày làm việc", f"{TC}, Điều 35"),
    ("denunciation", "handle", 1, "", "2026-08-12", "2026-08-21", "7 ngày làm việc", f"{TC}, Điều 36"),
    ("denunciation", "report", 1, "", "2026-08-12", "2026-08-19", "5 ngày làm việc", f"{TC}, Điều 36"),
    ("denunciation", "publish", 1, "", "2026-08-12", "2026-08-21", "7 ngày làm việc", f"{TC}, Điều 40"),
    ("denunciation", "review", 1, "", "2026-08-12", "2026-09-03", "20 ngày", f"{TC}, Điều 37"),
    ("denunciation", "overdue_report", 1, "", "2026-08-12", "2026-08-19", "5 ngày làm việc", f"{TC}, Điều 38"),
    ("denunciation", "overdue_answer", 1, "", "2026-08-12", "2026-08-19", "5 ngày làm việc", f"{TC}, Điều 38"),
    ("denunciation", "tell_forwarder", 1, "", "2026-08-12", "2026-09-03", "20 ngày", TC),
    ("denunciation", "refuse_protection", 1, "", "2026-08-12", "2026-08-17", "3 ngày làm việc", TC),
    # Petition: a date to watch; the law sets none for the answer
    (
        *("petition", "handle_petition", 1, "", "2026-08-05", "2026-09-21", "45 ngày"),
        "Quy định về xử lý kỷ luật khi không giải quyết kiến nghị",
    ),
    # Feedback on rules and procedures, as the national portal counts it; Saturday 22/08/2026 is worked for Monday 31/08
    ("feedback", "reject", 1, "regulation", "2026-08-06", "2026-08-10", "2 ngày làm việc", REGULATION),
    ("feedback", "supplement", 1, "regulation", "2026-08-06", "2026-08-13", "5 ngày làm việc", REGULATION),
    ("feedback", "answer", 1, "regulation", "2026-08-06", "2026-08-26", "15 ngày làm việc", REGULATION),
    ("feedback", "publish", 1, "regulation", "2026-08-06", "2026-08-10", "2 ngày làm việc", REGULATION),
    # Reception of citizens, by the one table that the book counts by (facts/reception.json)
    ("reception", "refusal_notice", 1, "", "2026-08-06", "2026-08-11", "3 ngày làm việc", TCD),
    ("reception", "answer", 1, "", "2026-08-05", "2026-08-19", "10 ngày làm việc", TCD),
    ("reception", "online_notice", 1, "", "2026-08-06", "2026-08-13", "5 ngày làm việc", "Nghị định 156/2026/NĐ-CP"),
    ("reception", "online_test", 1, "", "2026-08-06", "2026-08-07", "1 ngày làm việc", "Nghị định 156/2026/NĐ-CP"),
]


def at(day: str | date, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(str(day)), time(hour), TZ)


@pytest.mark.parametrize("row", TABLE, ids=lambda r: f"{r[0]} {r[1]} {r[2]} {r[3] or '-'} {r[4]}")
def test_a_term_that_starts_on_a_day_ends_on_its_day_by_its_article(row: tuple[str, ...]) -> None:
    letter, term, stage, conditions, started, due, length, source = row
    found = rules.in_force(letter, term, date.fromisoformat(started), stage=int(stage), conditions=conditions.split())
    assert found is not None and found.limit is not None
    assert (found.limit.vi(), found.source) == (length, source)
    clock = rules.begin(found, CALENDAR, at(started))
    assert clock.due_at.date().isoformat() == due
    assert clock.due_at.time() == time(17)


def test_every_row_of_the_table_of_terms_is_a_sentence_above() -> None:
    told = {(letter, term, stage, frozenset(cond.split()), start) for letter, term, stage, cond, start, *_more in TABLE}
    for row in rules.terms():
        if row.limit is None:
            continue
        assert any(
            (letter, term, cond) == (row.letter, row.term, row.conditions)
            and row.stage in (0, stage)
            and row.holds(date.fromisoformat(start))
            for letter, term, stage, cond, start in told
        ), (row.letter, row.term, row.stage, row.conditions)


def test_every_term_of_the_table_is_one_that_an_act_starts_or_keeps() -> None:
    """No row is only a row: the acts' modules name each, and the book of reception its own."""
    modules = (rules_letters, rules_asking, rules_denunciations, rules_reception, services_reception)
    acts = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules)
    owed = {row["owes"] for row in law.facts("reception")["results"]}
    assert [row.term for row in rules.terms() if f'"{row.term}"' not in acts and row.term not in owed] == []


def test_what_could_not_be_checked_against_the_law_says_so() -> None:
    assert [row.term for row in rules.terms() if not row.verified and not row.doubts] == []


def test_rows_of_one_term_never_hold_at_once() -> None:
    keys = [(r.letter, r.term, r.stage, r.conditions) for r in rules.terms()]
    for key in set(keys):
        rows = sorted(
            (r for r in rules.terms() if (r.letter, r.term, r.stage, r.conditions) == key), key=lambda r: r.valid_from
        )
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None and earlier.valid_to < later.valid_from, key
    assert rules.in_force("complaint", "accept", date(2026, 6, 30)) != rules.in_force(
        "complaint", "accept", date(2026, 7, 1)
    )


def test_thirty_days_and_thirty_working_days_are_not_the_same() -> None:
    """Counting working days would lengthen the term by nearly half and show "on time" while the body is late."""
    start = at("2026-08-05")
    calendar_days = deadlines.due(CALENDAR, start, Limit.parse("30 days")).due
    working_days = deadlines.due(CALENDAR, start, Limit.parse("30 working days")).due
    assert (working_days - calendar_days).days >= 12
    row = rules.in_force("complaint", "settle", date(2026, 8, 5))
    assert row is not None and rules.begin(row, CALENDAR, start).due_at == calendar_days


def test_the_law_sets_no_term_for_the_answer_to_a_request() -> None:
    assert [r.term for r in rules.terms() if r.letter == "request"] == []
    assert rules.in_force("feedback", "answer", date(2026, 8, 5)) is None


# --- against a slow oracle ----------------------------------------------------------------------------------------------


def slow(limit: Limit, start: date, skipped: set[date]) -> date:
    """The last day by walking the calendar day by day: the first day is not counted, nor is any that was skipped; the end moves to a
    working day."""
    day, left = start, int(limit.amount)
    while left:
        day += timedelta(days=1)
        if day in skipped or (limit.unit == "working_days" and not deadlines.is_working_day(CALENDAR, day)):
            continue
        left -= 1
    while day in skipped or not deadlines.is_working_day(CALENDAR, day):
        day += timedelta(days=1)
    return day


rows = st.sampled_from([row for row in rules.terms() if row.limit is not None])
days = st.dates(date(2026, 7, 1), date(2026, 11, 30))


@given(rows, days)
def test_every_term_ends_where_a_slow_count_ends(row: rules.Term, day: date) -> None:
    assert row.limit is not None
    clock = rules.begin(row, CALENDAR, at(day))
    assert clock.due_at.date() == slow(row.limit, day, set())
    assert rules.told_again(clock, CALENDAR) == clock.due_at


@given(days, st.integers(0, 20), st.integers(0, 25))
def test_while_it_is_suspended_no_day_counts_and_it_goes_on_after_the_decision_to_resume(
    day: date, before: int, gap: int
) -> None:
    row = rules.in_force("complaint", "settle", day)
    assert row is not None and row.limit is not None
    clock = rules.begin(row, CALENDAR, at(day))
    stop, back = at(day + timedelta(days=before), 10), at(day + timedelta(days=before + gap), 15)
    found = rules.resumed(rules.stopped(clock, stop), CALENDAR, back)
    skipped = {stop.date() + timedelta(days=n) for n in range(gap + 1)}
    assert found.due_at.date() == slow(row.limit, day, skipped)
    assert found.stopped_at is None and rules.told_again(found, CALENDAR) == found.due_at
    assert found.due_at >= clock.due_at


@given(days, st.integers(1, 30), st.integers(1, 30))
def test_a_lengthened_term_is_one_term_of_the_sum(day: date, first: int, second: int) -> None:
    row = rules.in_force("denunciation", "settle", day)
    assert row is not None
    clock = rules.begin(row, CALENDAR, at(day))
    for total in (30 + first, 30 + first + second):
        clock = rules.lengthened(clock, CALENDAR, Limit.parse(f"{total} days"), row.source)
        assert clock.due_at.date() == slow(Limit.parse(f"{total} days"), day, set())
    assert clock.started_at == at(day)


def test_a_clock_that_has_been_met_or_is_void_runs_no_more() -> None:
    row = rules.in_force("complaint", "accept", date(2026, 8, 5))
    assert row is not None
    clock = rules.begin(row, CALENDAR, at("2026-08-05"))
    assert clock.runs
    assert not rules.met(clock, at("2026-08-06")).runs
    assert not rules.voided(clock).runs
    assert not rules.stopped(clock, at("2026-08-06")).runs
