"""With 20,000 cases of 60 communes no everyday question reads a table from end to end behind row-level security (design §10)."""

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any
from uuid import UUID

import psycopg
import psycopg.sql as literals
import pytest
from django.db import connection
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer

from motcua.casework import queries, sealing
from motcua.casework.tests.world import PROVINCE, Town, one, sql
from motcua.demo.fixtures import principal_of
from motcua.dossiers import handing_over, queries_homes, queries_reappointing, queries_results
from motcua.dossiers import queries_register as dossiers
from motcua.dossiers.attachments import files_of
from motcua.organisation import scope
from motcua.organisation.principal import Principal
from motcua.worktime import shipped

LARGE = {
    "casework_case",
    "casework_entry",
    "casework_casetoken",
    "casework_leaf",
    "casework_note",
    "documents_attachment",
}
COMMUNES, CASES = 60, 20_000
FILL = (
    "INSERT INTO organisation_agency (id, province_id, code, kind, name, calendar_code, address, phone, code_verified, valid_from)"
    " SELECT gen_random_uuid(), 40, 'H41.9' || lpad(n::text, 2, '0'), kind, 'Xã số ' || n, calendar_code, '', '', false, valid_from"
    f" FROM organisation_agency, generate_series(1, {COMMUNES - 2}) n WHERE code = 'H41.170'",
    "CREATE TEMPORARY TABLE communes AS SELECT row_number() OVER (ORDER BY code) - 1 AS turn, id FROM organisation_agency"
    " WHERE parent_id IS NOT NULL OR code LIKE 'H41.9%'",
    "INSERT INTO casework_case (id, province_id, kind, code, title, subject, agency_id, role, lead_agency_id, origin_agency_id, state, step, received_at,"
    " day, must_start_by, closed_at, version)"
    " SELECT gen_random_uuid(), 40, 'dossier', 'G-' || n, 'Hồ sơ ' || n, '1.001193', c.id, 'specialist', c.id, c.id, 'in_progress', 2,"
    " now() - n * interval '10 minutes', current_date - n / 144, now() + (n % 5000 - 2500) * interval '1 hour',"
    f" CASE WHEN n % 5 > 0 THEN now() END, 3 FROM generate_series(1, {CASES}) n JOIN communes c ON c.turn = n % {COMMUNES}",
    # What one office has before it, three quarters of it with another role, and all of that more urgent.
    "INSERT INTO casework_case (id, province_id, kind, code, title, subject, agency_id, division_id, role, lead_agency_id, origin_agency_id, state,"
    " step, received_at, day, must_start_by, version)"
    " SELECT gen_random_uuid(), 40, 'dossier', 'T-' || n, 'Hồ sơ ' || n, '1.001193', a.id, d.id,"
    " CASE WHEN n % 4 > 0 THEN 'records_clerk' ELSE 'specialist' END, a.id, a.id, 'in_progress', 2, now(), current_date,"
    " now() + CASE WHEN n % 4 > 0 THEN interval '1 hour' ELSE interval '9 days' END, 3 FROM generate_series(1, 4000) n,"
    " organisation_agency a JOIN organisation_division d ON d.agency_id = a.id AND d.kind = 'office' WHERE a.code = 'H41.170'",
    "INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, happened_at, payload, xid)"
    " SELECT gen_random_uuid(), 40, 'dossier', c.id, c.id, s, 'advance', 'system', now(), '{}', row_number() OVER () - 1000000"
    " FROM casework_case c, generate_series(1, 3) s WHERE c.code LIKE 'G-%'",
    "INSERT INTO casework_casetoken (id, province_id, token, case_id, agency_id)"
    " SELECT gen_random_uuid(), 40, w, c.id, c.agency_id FROM casework_case c,"
    " LATERAL (VALUES ('nguyen'), ('van'), ('=nguyenvanuoc'),"
    " ('uoc' || substr(c.code, 3)), ('0912' || lpad(substr(c.code, 3), 6, '0'))) AS t(w) WHERE c.code LIKE 'G-%'",
    "INSERT INTO casework_leaf (id, province_id, position, entry_id, hash)"
    " SELECT gen_random_uuid(), 40, 1000000 + row_number() OVER (), id, sha256('') FROM casework_entry WHERE xid < 0",
    "INSERT INTO documents_storedfile (id, province_id, sha256, media_type, size, state, created_at, pages, preview, finding)"
    " VALUES (gen_random_uuid(), 40, encode(sha256(''), 'hex'), 'image/png', 1, 'clean', now(), 1, '', '')",
    "INSERT INTO documents_attachment (id, province_id, file_id, name, subject_kind, subject_id, part, position, digitisation, key, created_at,"
    " attached_at, removed_why)"
    " SELECT gen_random_uuid(), 40, f.id, 'a.png', 'dossier', c.id, 'component.01', 1, 1, '', now(), now(), ''"
    " FROM casework_case c, documents_storedfile f WHERE c.code LIKE 'G-%'",
    "ANALYZE",
    "VACUUM (INDEX_CLEANUP ON) casework_casetoken",  # so that its indexes can be read alone
)


@pytest.fixture(scope="module")
def crowded(built: tuple[str, Town], django_db_blocker) -> Iterator[str]:
    from motcua.casework.tests.conftest import database, drop

    name = f"{built[0]}_crowd"
    with django_db_blocker.unblock():
        try:
            with database(name, built[0]):
                for statement in FILL:
                    sql(statement, None)
                yield name
        finally:
            drop(name)


@pytest.fixture
def officer(crowded: str) -> Principal:
    return principal_of("tuphap.quynhson")


def plans(ask: Callable[[], Any], options: str = "FORMAT JSON") -> list[dict[str, Any]]:
    """The plan of every query that `ask` sends, made just before it in the same transaction, scope and settings with the same values; under
    settings that want one plan for all values, that one."""
    found: list[dict[str, Any]] = []

    def note(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        with connection.cursor() as cursor:
            found.append(plan_of(cursor.cursor, statement, values, options))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note):
        ask()
    return found


def plan_of(cursor: psycopg.Cursor, statement: str, values: Any, options: str) -> dict[str, Any]:
    """By way of a prepared statement, which alone can have a plan for all values."""
    asked = PostgresQuery(Transformer(cursor.connection))
    asked.convert(statement, values)
    ordered = [values[name] for name in asked._order] if asked._order else list(values or ())
    kinds = ", ".join(f"'{oid}'::regtype::text" if oid else "'unknown'" for oid in asked.types)
    types = ", ".join(cursor.execute(f"SELECT {kinds}").fetchone()) if kinds else ""
    cursor.execute(f"PREPARE looked_at{f'({types})' if types else ''} AS ".encode() + asked.query)
    given = literals.SQL(", ").join(map(literals.Literal, ordered)).as_string(cursor.connection)
    ((plan,),) = cursor.execute(f"EXPLAIN ({options}) EXECUTE looked_at{f'({given})' if given else ''}").fetchall()
    cursor.execute("DEALLOCATE looked_at")
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def read_whole(ask: Callable[[], Any], large: Collection[str] = LARGE) -> list[str]:
    """Which of the large tables some query reads from end to end."""
    found = plans(ask)
    assert found, "nothing was asked"
    every = [node for plan in found for node in nodes(plan)]
    return [n["Relation Name"] for n in every if n["Node Type"] == "Seq Scan" and n["Relation Name"] in large]


def words_read(ask: Callable[[], Any]) -> tuple[int, set[str]]:
    """(entries of search words that `ask` reads, how: kinds of node with their index). Fails where a row of the table itself is looked up."""
    every = [node for plan in plans(ask, "ANALYZE, FORMAT JSON") for node in nodes(plan)]
    read = [node for node in every if node.get("Relation Name") == "casework_casetoken"]
    assert read, "no word was looked up"
    assert [node for node in read if node.get("Heap Fetches", 1)] == []
    passed = ("Actual Rows", "Rows Removed by Filter")
    count = sum(node["Actual Loops"] * sum(node.get(name, 0) for name in passed) for node in read)
    return round(count), {f"{node['Node Type']} {node['Index Name']}" for node in read}


def some_case() -> tuple[UUID, str]:
    ((case_id, code),) = sql(
        "SELECT c.id, c.code FROM casework_case c JOIN organisation_agency a ON a.id = c.agency_id"
        " WHERE a.code = 'H41.170' AND starts_with(c.code, 'G-') LIMIT 1"
    )
    return case_id, code


def test_the_tables_are_as_large_as_the_question_needs(crowded: str) -> None:
    assert one("SELECT count(*) FROM casework_case") > CASES
    assert one("SELECT count(*) FROM casework_entry") > 3 * CASES
    with scope.enter(scope.worker()):
        assert read_whole(
            lambda: sql("SELECT count(*) FROM casework_case WHERE length(title) > 499", using="default")
        ) == ["casework_case"]


def test_an_officer_s_worklist(officer: Principal) -> None:
    with scope.enter(officer.scope):
        assert read_whole(lambda: queries.worklist(officer)) == []


def test_a_worklist_is_read_in_its_order_and_left_after_a_page_whatever_lies_with_others(officer: Principal) -> None:
    with scope.enter(officer.scope):
        found = [node for plan in plans(lambda: queries.worklist(officer)) for node in nodes(plan)]
    read = [node for node in found if "division_id = $" in node.get("Index Cond", "")]
    assert {(node["Node Type"], node["Index Name"]) for node in read} == {("Index Scan", "worklist_of_division")}, found
    assert [n for n in found if n.get("Index Name") == "worklist_of_agency"] == [], "nothing of other roles is read"


def test_the_worklist_of_the_whole_province(crowded: str) -> None:
    asked = (
        "SELECT id FROM casework_case WHERE province_id = 40 AND closed_at IS NULL ORDER BY must_start_by, id LIMIT 50"
    )
    with scope.enter(scope.Scope("province", PROVINCE)):
        assert read_whole(lambda: sql(asked, using="default")) == []


@pytest.mark.parametrize("login", ["tuphap.quynhson", "theodoi.nghean"])
def test_the_first_page_and_a_later_page_of_the_register(crowded: str, login: str) -> None:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        first = dossiers.register(principal)
        assert len(first) == 50
        last = first[-1].received_at, first[-1].id
        assert read_whole(lambda: dossiers.register(principal)) == []
        assert read_whole(lambda: dossiers.register(principal, before=last)) == []


def test_an_office_s_register_is_read_in_its_order_and_left_after_a_page_whatever_others_receive(
    officer: Principal,
) -> None:
    with scope.enter(officer.scope):
        found = [n for p in plans(lambda: dossiers.register(officer), "ANALYZE, FORMAT JSON") for n in nodes(p)]
    read = {n["Index Name"]: n for n in found if n.get("Index Name", "").startswith("register_of_")}
    assert set(read) == {"register_of_lead_agency", "register_of_origin_agency", "register_of_other_holder"}
    assert all(n["Actual Rows"] + n.get("Rows Removed by Filter", 0) <= 50 for n in read.values())


def test_the_open_dossiers_of_a_commune_that_a_day_off_may_move(officer: Principal) -> None:
    agencies = {officer.agency_id: (officer.agency_name, shipped())}
    with scope.enter(scope.worker()):
        assert read_whole(lambda: queries_reappointing.open_dossiers(agencies)) == []


@pytest.mark.parametrize("work", ["sign", "seal"])
def test_what_waits_for_a_signature_or_a_seal(officer: Principal, work: str) -> None:
    with scope.enter(officer.scope):
        assert read_whole(lambda: queries_results.waiting(officer, work)) == []


def test_a_case_by_its_code(officer: Principal) -> None:
    _, code = some_case()
    with scope.enter(officer.scope):
        assert queries.case_by_code(code) is not None
        assert read_whole(lambda: queries.case_by_code(code)) == []


@pytest.mark.parametrize("text", ["0912000", "uoc12 nguyen", "Nguyễn Văn", "H41"])
def test_a_search_by_beginnings_of_words(officer: Principal, text: str) -> None:
    with scope.enter(officer.scope):
        assert read_whole(lambda: queries.find(text)) == []


def test_a_common_name_is_looked_up_in_the_officer_s_agency_alone(officer: Principal) -> None:
    with scope.enter(officer.scope):
        found = [n for p in plans(lambda: dossiers.register(officer, q="Nguyễn Văn")) for n in nodes(p)]
    read = [node["Index Cond"] for node in found if node.get("Relation Name") == "casework_casetoken"]
    assert len(read) == 4, (
        "how rare each word is, whether it is a beginning, the rarer one's cases, and the other for each of them"
    )
    assert all("agency_id" in condition for condition in read)


def test_of_two_common_words_no_more_is_read_than_is_found(officer: Principal) -> None:
    bearers = one("SELECT count(*) FROM casework_casetoken WHERE token = 'van' AND agency_id = %s", [officer.agency_id])
    assert bearers > 300
    with scope.enter(officer.scope):
        read, how = words_read(lambda: queries.find("Nguyễn Văn", 50, agencies=officer.scope.agencies))
    assert read <= 2 * (queries.NEAREST + 50), (
        "the newest of each to choose the rarer, then fifty of one, each with its other"
    )
    assert how == {"Index Only Scan case_token_in_index"}


def test_of_beginnings_no_more_is_read_than_is_looked_at(officer: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    with scope.enter(officer.scope):
        whole, _ = words_read(lambda: queries.find("09 uo", 50, agencies=officer.scope.agencies))
        monkeypatch.setattr(queries, "CANDIDATES", 20)
        read, how = words_read(lambda: queries.find("09 uo", 50, agencies=officer.scope.agencies))
    assert whole > 600, "all numbers and all names of the agency"
    assert read <= 2 + 2 * 20, "whether each is a beginning, then twenty of each"
    assert how == {"Index Only Scan case_token_in_index"}


def test_a_name_that_the_whole_province_bears_is_left_after_a_page(crowded: str) -> None:
    with scope.enter(principal_of("theodoi.nghean").scope):
        read, how = words_read(lambda: queries.find("Nguyễn Văn Ước", 50))
    assert read <= queries.NEAREST + 50
    assert how == {"Index Only Scan case_whole_name_in_order"}


@pytest.mark.parametrize("text", ["Nguyễn Văn", "Nguyễn Văn Ước"])
def test_a_whole_name_is_looked_up_among_whole_names_in_the_province(crowded: str, text: str) -> None:
    with scope.enter(principal_of("theodoi.nghean").scope):
        found = [n for p in plans(lambda: queries.find(text)) for n in nodes(p)]
    read = {node.get("Index Name") for node in found if node.get("Relation Name") == "casework_casetoken"}
    assert read == {"case_whole_name_in_order"}, "those who bear it are found, and no word is looked up by itself"


def test_the_journal_of_a_case(officer: Principal) -> None:
    case_id, _ = some_case()
    with scope.enter(officer.scope):
        assert len(queries.journal_of(case_id)) == 3
        assert read_whole(lambda: queries.journal_of(case_id)) == []
        assert read_whole(lambda: queries.state_at(case_id, 2)) == []


def test_the_files_of_a_case(officer: Principal) -> None:
    case_id, code = some_case()
    for found in (officer.scope, scope.tracking(code)):
        with scope.enter(found):
            assert len(files_of(case_id).standing) == 1
            assert read_whole(lambda: files_of(case_id)) == []


def test_a_citizen_s_look_at_a_dossier(crowded: str) -> None:
    case_id, code = some_case()
    with scope.enter(scope.tracking(code)):
        assert read_whole(lambda: (queries.case_by_code(code), queries.journal_of(case_id))) == []


def test_the_sealer_s_read(crowded: str) -> None:
    with scope.enter(scope.worker()):
        head = sealing.last_head(PROVINCE)
        values = {"province": PROVINCE, "from": head.horizon, "to": head.horizon + 10, "limit": sealing.BATCH}
        assert read_whole(lambda: sql(sealing.UNSEALED, values, using="default")) == []
        assert read_whole(lambda: sealing.last_head(PROVINCE)) == []
        assert read_whole(lambda: list(sealing.follow(PROVINCE, 100, 10))) == []


@pytest.mark.parametrize(
    ("login", "ask"),
    [
        ("tiepnhan.quynhson", queries_homes.counter),
        ("tuphap.quynhson", queries_homes.desk),
        ("truongphong.quynhson", queries_homes.division),
        ("chutich.quynhson", queries_homes.signing),
        ("giamdoc.quynhson", queries_homes.rooms),
        ("theodoi.nghean", queries_homes.province),
        ("tiepnhan.quynhson", handing_over.waiting),
        ("vanthu.quynhson", handing_over.to_confirm),
    ],
    ids=["counter", "desk", "division", "signing", "rooms", "province", "to hand over", "sheets"],
)
def test_the_homes_and_the_hand_over(crowded: str, login: str, ask: Callable[[Principal], Any]) -> None:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        assert read_whole(lambda: ask(principal)) == []
