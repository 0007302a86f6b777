"""Search by words gives what a slow reading of all cases would give, in its order, wherever `queries.find` promises it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.casework import queries
from motcua.casework.opening import token_rows
from motcua.casework.rules import whole_name
from motcua.casework.tests.world import PROVINCE
from motcua.organisation import scope

AGENCIES = [UUID(int=0xA + n) for n in range(3)]
WORDS = st.sampled_from(["a", "ab", "abb", "b", "ba"])  # some are beginnings of others
EVEN = st.sampled_from(["aa", "bb", "cc"])  # none is
LIMITS = st.sampled_from([1, 2, 3, 50])


@dataclass(frozen=True)
class Named:
    id: UUID
    words: tuple[str, ...]
    agencies: tuple[UUID, ...]

    @property
    def name(self) -> str:
        return whole_name(" ".join(self.words))

    def has(self, typed: Sequence[str]) -> bool:
        return all(any(word.startswith(one) for word in self.words) for one in typed)


def cases(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[Named]]:
    owners = st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=2, unique=True)
    case = st.builds(
        lambda number, words, agencies: Named(UUID(int=number), tuple(words), tuple(agencies)),
        st.integers(1, 10**6),
        st.lists(words, min_size=1, max_size=3),
        owners,
    )
    return st.lists(case, max_size=10, unique_by=lambda case: case.id)


def typed(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(words, min_size=1, max_size=3)


def newest(found: Collection[Named], limit: int) -> list[UUID]:
    return sorted((case.id for case in found), reverse=True)[:limit]


def in_house(house: Sequence[Named], within: scope.Scope, ask: Callable[[], list[UUID]]) -> list[UUID]:
    """The answer while these cases' words are in the index; none stays in it."""
    with transaction.atomic():
        with scope.enter(scope.worker()), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO casework_casetoken (id, province_id, token, case_id, agency_id) VALUES (gen_random_uuid(), %s, %s, %s, %s)",
                [
                    (PROVINCE, token, case.id, agency)
                    for case in house
                    for token, agency in token_rows([*filter(None, [case.name]), *case.words], case.agencies)
                ],
            )
        with scope.enter(within):
            found = ask()
        transaction.set_rollback(True)
    return found


def of(*agencies: UUID) -> scope.Scope:
    return scope.Scope("agencies", PROVINCE, agencies=agencies)


often = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@often
@given(cases(WORDS), typed(WORDS), st.lists(st.sampled_from(AGENCIES), min_size=1, unique=True), LIMITS)
def test_in_agencies_all_cases_with_the_beginnings_are_found_newest_first(
    db: None, house: list[Named], words: list[str], agencies: list[UUID], limit: int
) -> None:
    ours = [case for case in house if not set(agencies).isdisjoint(case.agencies)]
    with patch.object(queries, "NEAREST", 2):
        found = in_house(house, of(*agencies), lambda: queries.find(" ".join(words), limit, agencies=agencies))
    assert found == newest([case for case in ours if case.has(words)], limit)


@pytest.mark.django_db
@often
@given(cases(WORDS), typed(WORDS), LIMITS)
def test_in_a_province_those_who_bear_the_name_are_found_and_only_when_nobody_does_all_with_the_words(
    db: None, house: list[Named], words: list[str], limit: int
) -> None:
    text = " ".join(words)
    name = whole_name(text)
    bearers = [case for case in house if name and case.name.startswith(name)]
    found = in_house(house, scope.Scope("province", PROVINCE), lambda: queries.find(text, limit))
    assert found == newest(bearers or [case for case in house if case.has(words)], limit)


@pytest.mark.django_db
@often
@given(cases(EVEN), typed(EVEN), LIMITS)
def test_where_a_search_looks_at_no_more_cases_it_has_found_the_newest(
    db: None, house: list[Named], words: list[str], limit: int
) -> None:
    agency = AGENCIES[0]
    ours = [case for case in house if agency in case.agencies]
    every = newest([case for case in ours if case.has(words)], 50)
    seen = [set(newest([case for case in ours if word in case.words], 3)) for word in words]
    with patch.object(queries, "CANDIDATES", 3), patch.object(queries, "NEAREST", 2):
        found = in_house(house, of(agency), lambda: queries.find(" ".join(words), limit, agencies=[agency]))
    assert found == every[: len(found)]
    assert any(newest([case for case in ours if case.id in ids and case.has(words)], limit) == found for ids in seen)


@pytest.mark.django_db
@often
@given(cases(WORDS), typed(WORDS), LIMITS)
def test_what_is_found_has_the_words_however_little_is_looked_at(
    db: None, house: list[Named], words: list[str], limit: int
) -> None:
    agency = AGENCIES[0]
    right = {case.id for case in house if agency in case.agencies and case.has(words)}
    with patch.object(queries, "CANDIDATES", 1):
        found = in_house(house, of(agency), lambda: queries.find(" ".join(words), limit, agencies=[agency]))
    assert set(found) <= right
    assert found == sorted(set(found), reverse=True)
    assert len(found) <= limit


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  ", "…", "%", "'"])
def test_a_text_without_a_letter_finds_nothing(db: None, text: str) -> None:
    house = [Named(UUID(int=1), ("a",), (AGENCIES[0],))]
    assert in_house(house, of(AGENCIES[0]), lambda: queries.find(text, agencies=[AGENCIES[0]])) == []
