"""What several phones wrote down, put together: in whatever order it comes, however often (rules_records)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from motcua.oversight import rules_records as rules
from motcua.oversight.rules_records import Record

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def record(n: int, *replaces: int, item: str = "board", kind: str = "check", **content: object) -> Record:
    return Record(
        UUID(int=n),
        kind,
        item,
        content or {"value": "met"},
        frozenset(UUID(int=r) for r in replaces),
        START + timedelta(minutes=n),
    )


def ids(*numbers: int) -> frozenset[UUID]:
    return frozenset(UUID(int=n) for n in numbers)


def test_the_newer_record_stands_and_the_older_is_history() -> None:
    [thing] = rules.things([record(1), record(2, 1)])
    assert [head.id.int for head in thing.heads] == [2]
    assert [old.id.int for old in thing.history] == [1]
    assert not thing.conflict


def test_two_phones_that_replaced_the_same_record_both_stand() -> None:
    [conflict] = rules.conflicts([record(1), record(2, 1), record(3, 1)])
    assert {head.id for head in conflict.heads} == ids(2, 3)


def test_two_phones_that_first_wrote_on_one_item_both_stand() -> None:
    assert len(rules.conflicts([record(1), record(2)])) == 1


def test_two_findings_of_nobody_in_common_are_two_things() -> None:
    found = [record(1, kind="finding", item="", text="a"), record(2, kind="finding", item="", text="b")]
    assert len(rules.things(found)) == 2
    assert rules.conflicts(found) == []


def test_a_record_that_replaces_both_sides_settles_it() -> None:
    found = [record(1), record(2, 1), record(3, 1), record(4, 2, 3)]
    assert rules.conflicts(found) == []
    assert rules.heads(found) == ids(4)


def test_a_record_hides_nothing_of_another_item_or_kind() -> None:
    assert rules.heads([record(1), record(2, 1, item="queue")]) == ids(1, 2)
    assert rules.heads([record(1), record(2, 1, kind="note", item="board", text="x")]) == ids(1, 2)


def test_records_that_replace_each_other_in_a_circle_are_not_lost() -> None:
    assert rules.heads([record(1, 2), record(2, 1)]) == ids(1, 2)


def test_what_was_taken_back_stands_no_more() -> None:
    found = [record(1, kind="finding", item="", text="a"), record(2, 1, kind="finding", item="", gone=True)]
    assert rules.standing(found, "finding") == []


@st.composite
def written(draw: st.DrawFn) -> list[Record]:
    """Records of a few items, each naming any others, whether they are there or not."""
    count = draw(st.integers(1, 9))
    return [
        record(n, *draw(st.sets(st.integers(1, 10), max_size=3)), item=draw(st.sampled_from(["board", "queue"])))
        for n in range(1, count + 1)
    ]


@given(written(), st.data())
def test_any_order_and_any_duplicates_leave_the_same_heads(found: list[Record], data: st.DataObject) -> None:
    again = data.draw(st.permutations(found + data.draw(st.lists(st.sampled_from(found), max_size=6))))
    assert rules.heads(again) == rules.heads(found)
    assert [t.kind + t.item for t in rules.things(again)] == [t.kind + t.item for t in rules.things(found)]


@given(written())
def test_every_record_is_a_head_or_history_and_every_thing_has_a_head(found: list[Record]) -> None:
    things = rules.things(found)
    assert sorted(r.id for t in things for r in (*t.heads, *t.history)) == sorted(r.id for r in found)
    assert all(thing.heads for thing in things)


@given(written(), st.data())
def test_what_comes_later_never_brings_a_replaced_record_back(found: list[Record], data: st.DataObject) -> None:
    """Unless it closes a circle, which no phone does: a later record names only earlier ones."""
    honest = [
        Record(r.id, r.kind, r.item, r.content, frozenset(i for i in r.replaces if i < r.id), r.happened_at)
        for r in found
    ]
    part = honest[: data.draw(st.integers(0, len(honest)))]
    gone = {r.id for r in part} - rules.heads(part)
    assert not gone & rules.heads(honest)
