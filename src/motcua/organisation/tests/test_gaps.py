"""Gaps by specialism against a slow count by hand, and reads of officers that scan no large table."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from motcua.demo.fixtures import PHUONG, XA, Api, principal_of
from motcua.organisation import queries_people, queries_structure, scope
from motcua.organisation.models import Officer, Position, Posting
from motcua.organisation.queries_structure import gaps
from motcua.organisation.structure import specialisms
from motcua.organisation.tests.this_day import TODAY, in_the_morning  # noqa: F401
from motcua.places.text import sort_key


@pytest.mark.parametrize("seed", range(8))
def test_gaps_are_what_a_count_post_by_post_gives(api: Api, seed: int) -> None:
    dice = random.Random(seed)
    with scope.enter(scope.worker()):
        Posting.objects.update(valid_to=TODAY)
        people = list(Officer.objects.all())
        posts = list(Position.objects.filter(agency__code__in=[XA, PHUONG, "H41"]))
        for post in posts:
            post.authorised, post.specialism = dice.randrange(4), dice.choice([*list(specialisms())[:4], ""])
            post.valid_to = dice.choice([None, None, TODAY, TODAY + timedelta(1)])
            post.save()
        taken = set()
        for _posting in range(40):
            person, post = dice.choice(people), dice.choice(posts)
            if (person.id, post.id) in taken:
                continue
            taken.add((person.id, post.id))
            start = TODAY + timedelta(dice.randrange(-3, 3))
            stop = dice.choice([None, start + timedelta(dice.randrange(4))])
            kind = dice.choice(["appointed", "seconded", "concurrent"])
            Posting.objects.create(
                province_id=40, officer=person, position=post, kind=kind, valid_from=start, valid_to=stop
            )
        found = gaps(40, TODAY)

        expected: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for post in Position.objects.select_related("agency"):
            if post.agency.kind != "people_committee_commune" or not post.specialism:
                continue
            if post.valid_to is not None and post.valid_to <= TODAY:
                continue
            there = [
                p
                for p in Posting.objects.filter(position=post)
                if p.valid_from <= TODAY and (p.valid_to is None or p.valid_to > TODAY)
            ]
            count = expected[post.agency.code, post.specialism]
            count["authorised"] += post.authorised
            count["filled"] += len(there)
            count["seconded"] += sum(p.kind == "seconded" for p in there)
            count["gap"] += max(0, post.authorised - len(there))
        behind = {
            (code, kind): queries_structure.posts_behind(40, TODAY, agency=code, specialism=kind)
            for code, kind in expected
        }
    told = {(row.code, kind): cell for row in found.rows for kind, cell in row.cells.items()}
    assert set(told) == set(expected)
    for key, cell in told.items():
        for name in ("authorised", "filled", "seconded", "gap"):
            assert getattr(cell, name) == expected[key][name], (key, name)
        assert sum(p.missing for p in behind[key]) == cell.gap, "the posts behind a figure add up to it"
        assert sum(len(p.names) for p in behind[key]) == cell.filled
    for kind, cell in found.totals.items():
        mine = [c for (_code, k), c in expected.items() if k == kind]
        assert (cell.authorised, cell.gap) == (sum(c["authorised"] for c in mine), sum(c["gap"] for c in mine))
        assert found.without[kind] == sum(c["authorised"] > 0 and not c["filled"] for c in mine)


# --- plans -------------------------------------------------------------------------------------------------------------

OFFICERS = 6_000
LARGE = {"organisation_officer", "organisation_posting", "organisation_position"}
FILL = (
    "INSERT INTO organisation_position (id, province_id, agency_id, division_id, title, roles, authorised, specialism)"
    " SELECT gen_random_uuid(), 40, p.agency_id, p.division_id, 'Vị trí ' || n, '{specialist}', 1, 'land'"
    f" FROM organisation_position p, generate_series(1, {OFFICERS // 400}) n WHERE p.title = 'Văn thư'",
    "INSERT INTO organisation_agency (id, province_id, code, kind, name, calendar_code, address, phone, code_verified, valid_from)"
    " SELECT gen_random_uuid(), 40, 'H41.9' || lpad(n::text, 3, '0'), kind, 'Xã số ' || n, calendar_code, '', '', false, valid_from"
    " FROM organisation_agency, generate_series(1, 128) n WHERE code = 'H41.170'",
    "INSERT INTO organisation_division (id, province_id, agency_id, kind, name)"
    " SELECT gen_random_uuid(), 40, id, 'office', 'Văn phòng' FROM organisation_agency WHERE code LIKE 'H41.9%'",
    "INSERT INTO organisation_position (id, province_id, agency_id, division_id, title, roles, authorised, specialism)"
    " SELECT gen_random_uuid(), 40, d.agency_id, d.id, 'Vị trí ' || n, '{specialist}', 1, 'land'"
    " FROM organisation_division d JOIN organisation_agency a ON a.id = d.agency_id AND a.code LIKE 'H41.9%', generate_series(1, 40) n",
    "INSERT INTO organisation_officer (id, province_id, full_name, sort_key, category, valid_from)"
    f" SELECT gen_random_uuid(), 40, 'Nguyễn Văn ' || n, 'nguye|n3va{{n0' || lpad(n::text, 8, '0'),"
    f" 'cong_chuc', current_date - 90 FROM generate_series(1, {OFFICERS}) n",
    "INSERT INTO organisation_posting (id, province_id, officer_id, position_id, valid_from, instrument)"
    " SELECT gen_random_uuid(), 40, o.id, p.id, current_date - 60, '' FROM"
    " (SELECT id, row_number() OVER (ORDER BY id) AS n FROM organisation_officer WHERE account_id IS NULL) o JOIN"
    " (SELECT id, row_number() OVER (ORDER BY id) AS n FROM organisation_position WHERE title LIKE 'Vị trí%') p ON p.n = o.n",
)


def plans(ask: Callable[[], Any]) -> list[dict[str, Any]]:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        asked.append((statement, values))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note):
        ask()
    found = []
    with connection.cursor() as cursor:
        for statement, values in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
            plan = cursor.fetchone()[0]
            found.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def scanned(plan: dict[str, Any]) -> set[str]:
    own = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return own.union(*(scanned(child) for child in plan.get("Plans", ())))


def test_no_everyday_question_reads_the_officers_of_a_province_from_end_to_end(
    fresh_demo: Api, django_assert_num_queries: Any
) -> None:
    principal = principal_of("chutich.quynhson")
    with connections["owner"].cursor() as owner:
        for statement in (*FILL, "ANALYZE"):
            owner.execute(statement)
    asked: dict[str, Callable[[], Any]] = {
        "the first page of officers": lambda: queries_structure.officers(40, TODAY),
        "a later page": lambda: queries_structure.officers(
            40, TODAY, after=(sort_key("Nguyễn Văn"), principal.officer_id)
        ),
        "one officer": lambda: queries_people.officer_view(principal, principal.officer_id, TODAY),
        "the absences of an agency": lambda: queries_people.absences_of(principal, TODAY, every=True),
    }
    with scope.enter(principal.scope):
        for name, ask in asked.items():
            for plan in plans(ask):
                assert not scanned(plan) & LARGE, (name, json.dumps(plan, indent=1)[:3000])
    with scope.enter(scope.worker()), django_assert_num_queries(1):
        assert len(gaps(40, TODAY).rows) == 130
