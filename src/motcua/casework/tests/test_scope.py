"""Outside a scope nothing exists: row-level security asked with bare SQL in the application's role, for every owned table PostgreSQL knows."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg.types.json import Jsonb

from motcua.casework.tests.world import PROVINCE, Town, done, one, sql, walk
from motcua.demo.fixtures import PERMIT, PHUONG, XA
from motcua.organisation import scope
from motcua.organisation.scope import Scope

# What the application may only read is a fact of every province and holds no rows of ours.
OWNED = (
    "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attname = 'province_id' AND NOT a.attisdropped"
    " AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege('motcua_app', c.oid, 'INSERT') ORDER BY 1"
)
# Rows that are seen as the row is which they belong to: (its table and key, the column that names it).
BY_ANOTHER = {
    "documents_signature": ("documents_signeddocument", "id", "document_id"),
    "documents_signingkey": ("documents_certificate", "id", "certificate_id"),
    "oversight_visitrecord": ("oversight_visit", "case_id", "visit_id"),
}
# What of a table belongs to the ward alone: nothing that came in at, is led by, is shared with or lies with the commune that looks.
FOREIGN_CASE = (
    "SELECT id FROM casework_case WHERE {ward} = ANY (ARRAY[agency_id, lead_agency_id, origin_agency_id] || participants)"
    " AND NOT {xa} = ANY (ARRAY[agency_id, lead_agency_id, origin_agency_id] || participants)"
)
# Kinds of case that lie in a compartment of their agency, and how a row of a table says that it tells of one.
CONFIDENTIAL = ("denunciation", "conduct_report")
OF_COMPARTMENT = ("kind", "scheme", "subject_kind", "compartment")
BY_CASE = {
    "casework_entry",
    "casework_note",
    "casework_readlog",
    "dossiers_certification",
    "dossiers_component",
    "dossiers_correction",
    "dossiers_dossier",
    "dossiers_filing",
    "dossiers_rating",
    "dossiers_ratingremark",
    "dossiers_handoverline",
    "dossiers_resultdraft",
    "dossiers_supplement",
    "documents_attachment",
    "letters_clock",
    "letters_denunciation",
    "letters_fieldreport",
    "letters_letter",
    "letters_paper",
    "oversight_answer",
    "oversight_backlog",
    "oversight_flashpoint",
    "oversight_recommendation",
    "oversight_reminder",
    "oversight_report",
    "oversight_task",
    "oversight_taskprogress",
    "oversight_visit",
    "oversight_visittask",
}
# Money is seen by the agency that takes it. The account for transfers stands in every QR code, so it is public.
BY_AGENCY = {
    "dossiers_book",
    "dossiers_handoversheet",
    "documents_signeddocument",
    "dossiers_resultnumber",
    "dossiers_signingrun",
    "letters_export",
    "letters_forwarding",
    "letters_reception",
    "oversight_taskseries",
    "payments_cancelledreceipt",
    "payments_charge",
    "payments_closing",
    "payments_ledgerline",
    "payments_payment",
    "payments_receipt",
    "payments_receiptbook",
    "payments_refund",
    "payments_till",
    "payments_transfer",
}


# The columns that name the case or the agency, where they are called otherwise.
COLUMN = {
    "documents_attachment": "subject_id",
    "documents_issuedform": "subject_id",
    "oversight_taskseries": "owner_agency_id",
    "oversight_visittask": "visit_id",
}


def owned() -> list[str]:
    return [row[0] for row in sql(OWNED)]


def columns(table: str) -> set[str]:
    found = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
    return {row[0] for row in sql(found, (table,))}


def key_of(table: str) -> str:
    """Of a kind's own row the case is the key."""
    return "id" if "id" in columns(table) else "case_id"


def agency(code: str) -> str:
    return str(one("SELECT id FROM organisation_agency WHERE code = %s", (code,)))


NARROWER = ("motcua.agencies", "casework_case", "documents_signeddocument", "oversight_visit ")


def guarded_by_province_only(table: str) -> bool:
    # A policy for INSERT alone has no `qual`: it shows no row. Restrictive ones keep a compartment's rows back (letters/tests/test_compartment.py).
    seen = "SELECT qual FROM pg_policies WHERE tablename = %s AND qual IS NOT NULL AND permissive = 'PERMISSIVE'"
    conditions = [row[0] for row in sql(seen, (table,))]
    return not any(any(word in condition for word in NARROWER) for condition in conditions)


def foreign(table: str) -> str:
    """The condition under which a row of a scoped table belongs to the ward alone, for use by the owner."""
    cases = FOREIGN_CASE.format(ward=f"'{agency(PHUONG)}'", xa=f"'{agency(XA)}'")
    if table == "casework_case":
        return f"id IN ({cases})"
    if table in BY_ANOTHER:
        parent, key, column = BY_ANOTHER[table]
        return f"{column} IN (SELECT {key} FROM {parent} WHERE agency_id = '{agency(PHUONG)}')"
    if table in BY_AGENCY or table == "casework_casetoken":
        return f"{COLUMN.get(table, 'agency_id')} = '{agency(PHUONG)}'"
    return f"{COLUMN.get(table, 'case_id')} IN ({cases})"


def kept_apart(table: str) -> str:
    """The condition under which a row tells of a case in a compartment, for use by the owner."""
    names, kinds = columns(table), ", ".join(f"'{kind}'" for kind in CONFIDENTIAL)
    found = [f"{name} IN ({kinds})" for name in OF_COMPARTMENT if name in names]
    found += [
        f"{name} IN (SELECT id FROM casework_case WHERE kind IN ({kinds}))"
        for name in ("case_id", "subject_id")
        if name in names
    ]
    return f"coalesce({' OR '.join(found) or 'false'}, false)"


def of_commune(code: str, compartments: tuple[str, ...] = ()) -> Scope:
    return Scope("agencies", PROVINCE, agencies=(UUID(agency(code)),), compartments=compartments)


def count(table: str, condition: str = "true") -> int:
    return one(f"SELECT count(*) FROM {table} WHERE {condition}", using="default")


def test_the_tables_asked_are_all_owned_tables_and_these_are_the_scoped_ones(two: Town) -> None:
    assert {
        "casework_case",
        "casework_entry",
        "casework_counter",
        "organisation_officer",
        "documents_issuedform",
    } < set(owned())
    assert {t for t in owned() if not guarded_by_province_only(t)} == BY_CASE | {
        "casework_case",
        "casework_casetoken",
        "documents_issuedform",
    } | BY_AGENCY | set(BY_ANOTHER)


def test_an_officer_of_one_commune_sees_no_row_of_another_in_any_scoped_table(two: Town) -> None:
    """With the commune's compartments open it is no different; the rows of the ward's are seen in the ward with them open alone."""
    for table in owned():
        if guarded_by_province_only(table):
            continue
        theirs, key = foreign(table), key_of(table)
        ids = [row[0] for row in sql(f"SELECT {key} FROM {table} WHERE {theirs}")]
        inside = one(f"SELECT count(*) FROM {table} WHERE {theirs} AND {kept_apart(table)}")
        assert ids, f"nothing of the ward lies in {table}: the test would prove nothing"
        look = f"SELECT count(*) FROM {table} WHERE {key} = ANY (%s)"
        for compartments in ((), CONFIDENTIAL):
            with scope.enter(of_commune(XA, compartments)):
                if compartments:
                    assert count(table) > 0, f"the commune sees its own rows of {table}"
                assert one(look, (ids,), using="default") == 0, table
            with scope.enter(of_commune(PHUONG, compartments)):
                seen = len(ids) if compartments else len(ids) - inside
                assert one(look, (ids,), using="default") == seen, (table, compartments)


def test_of_a_compartment_something_lies_in_every_table_that_can_tell_of_one(two: Town) -> None:
    tables = {t for t in owned() if one(f"SELECT count(*) FROM {t} WHERE {kept_apart(t)}")}
    assert tables >= {
        *(
            "casework_case",
            "casework_entry",
            "casework_note",
            "casework_readlog",
            "casework_tally",
            "casework_standing",
        ),
        *("casework_counter", "documents_attachment", "letters_denunciation", "letters_clock", "letters_paper"),
        *("letters_fieldreport", "letters_export"),
    }


def test_an_officer_of_one_commune_updates_and_deletes_no_row_of_another(two: Town) -> None:
    tried = 0
    for table in owned():
        if guarded_by_province_only(table):
            continue
        key = key_of(table)
        ids = [row[0] for row in sql(f"SELECT {key} FROM {table} WHERE {foreign(table)}")]
        for right, deed in (
            ("UPDATE", f"UPDATE {table} SET province_id = province_id"),
            ("DELETE", f"DELETE FROM {table}"),
        ):
            if not one("SELECT has_table_privilege('motcua_app', %s, %s)", (table, right)):
                continue
            tried += 1
            with scope.enter(of_commune(XA, CONFIDENTIAL)), connection.cursor() as cursor:
                cursor.execute(f"{deed} WHERE {key} = ANY (%s)", (ids,))
                assert cursor.rowcount == 0, (table, right)
    assert tried >= 5


def test_an_officer_of_one_commune_opens_no_case_for_another(two: Town) -> None:
    columns = ", ".join(
        row[0]
        for row in sql(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'casework_case'::regclass AND attnum > 0 AND attname NOT IN ('id', 'code')"
        )
    )
    copy = "SELECT * FROM casework_case WHERE " + foreign("casework_case") + " LIMIT 1"
    names = columns.split(", ")
    (row,) = sql(f"SELECT {columns} FROM ({copy}) c")
    values = [Jsonb(v) if n == "clock" else v for n, v in zip(names, row, strict=True)]
    insert = f"INSERT INTO casework_case (id, code, {columns}) VALUES (gen_random_uuid(), 'X-1'{', %s' * len(names)})"
    with pytest.raises(ProgrammingError, match="row-level security"), scope.enter(of_commune(XA)):
        sql(insert, values, using="default")
    with scope.enter(of_commune(PHUONG)):
        sql(insert, values, using="default")
        transaction.set_rollback(True)


def test_a_case_is_not_pushed_into_another_commune_by_bare_sql(two: Town) -> None:
    """Only the kernel widens the scope of its transaction, by the act `transfer`. The origin keeps sight of what it took in."""
    led_here = "SELECT id FROM casework_case WHERE origin_agency_id = lead_agency_id LIMIT 1"
    with pytest.raises(ProgrammingError, match="row-level security"), scope.enter(of_commune(XA)):
        sql(
            f"UPDATE casework_case SET agency_id = '{agency(PHUONG)}', lead_agency_id = '{agency(PHUONG)}', origin_agency_id = '{agency(PHUONG)}'"
            f" WHERE id = ({led_here})",
            using="default",
        )


def scopes() -> dict[str, Scope]:
    return {
        "officer": of_commune(XA),
        "overseer": Scope("province", PROVINCE),
        "worker": Scope("worker", PROVINCE),
        "directory": Scope("directory", PROVINCE),
    }


def test_every_row_of_another_province_is_invisible_in_every_owned_table_and_scope(two: Town) -> None:
    """The same rows, looked at from the next province."""
    for name, own in scopes().items():
        elsewhere = Scope(own.kind, 38, agencies=own.agencies)
        with scope.enter(elsewhere):
            assert {t: n for t in owned() if (n := count(t))} == {}, name


def test_no_row_is_written_for_another_province(two: Town) -> None:
    """A row moved to province 38 while working in 40 is refused wherever the application may update at all."""
    tried = []
    for table in owned():
        if not one("SELECT has_table_privilege('motcua_app', %s, 'UPDATE')", (table,)) or not one(
            f"SELECT count(*) FROM {table}"
        ):
            continue
        tried.append(table)
        with pytest.raises(ProgrammingError, match="row-level security"), scope.enter(scope.worker()):
            sql(f"UPDATE {table} SET province_id = 38", using="default")
    assert {"casework_case", "casework_counter", "casework_tally", "dossiers_dossier", "organisation_posting"} <= set(
        tried
    )


def test_every_policy_checks_the_province_of_what_is_written(two: Town) -> None:
    """Also where the application only inserts, and where a table is still empty."""
    policies = sql(
        "SELECT tablename, coalesce(with_check, qual) FROM pg_policies WHERE schemaname = 'public' AND permissive = 'PERMISSIVE'"
    )
    assert {table for table, _ in policies} == set(owned())
    assert [table for table, check in policies if "province_id = " not in check] == []


def test_without_a_scope_no_owned_row_is_visible_at_all(two: Town) -> None:
    assert {t for t in owned() if one(f"SELECT count(*) FROM {t}")} >= BY_CASE | {
        "casework_case",
        "casework_leaf",
        "organisation_agency",
    }
    assert {t: n for t in owned() if (n := count(t))} == {}


def test_a_scope_ends_with_its_transaction(two: Town) -> None:
    with scope.enter(scope.worker()):
        assert count("casework_case") > 0
    assert count("casework_case") == 0
    with pytest.raises(ZeroDivisionError), scope.enter(scope.worker()):
        raise ZeroDivisionError
    assert count("casework_case") == 0


def test_a_scope_inside_another_gives_way_to_it_again(two: Town) -> None:
    with scope.enter(of_commune(XA)):
        mine = count("casework_case")
        with scope.enter(scope.worker()):
            assert count("casework_case") > mine
        assert count("casework_case") == mine
        with pytest.raises(ZeroDivisionError), scope.enter(scope.worker()):
            raise ZeroDivisionError
        assert count("casework_case") == mine


WITHIN_THE_COMMUNE = "dossiers_ratingremark"
"""Words beside a rating."""


def test_the_worker_sees_everything_of_the_province(two: Town) -> None:
    with scope.enter(scopes()["worker"]):
        for table in owned():
            seen = 0 if table == WITHIN_THE_COMMUNE else one(f"SELECT count(*) FROM {table}")
            assert count(table) == seen, table


def test_the_overseer_sees_everything_of_the_province_but_what_lies_in_compartments(two: Town) -> None:
    with scope.enter(scopes()["overseer"]):
        for table in owned():
            open_to_all = one(f"SELECT count(*) FROM {table} WHERE NOT {kept_apart(table)}")
            assert count(table) == (0 if table == WITHIN_THE_COMMUNE else open_to_all), table
            assert count(table, kept_apart(table)) == 0, table


def test_before_anybody_is_known_no_case_is_visible(two: Town) -> None:
    with scope.enter(scope.directory()):
        assert {t: n for t in owned() if not guarded_by_province_only(t) and (n := count(t))} == {}
        assert count("organisation_agency") == 7


def test_a_citizen_s_scope_holds_exactly_one_dossier_and_its_children(two: Town) -> None:
    code = two.code("waiting")
    (case,) = sql("SELECT id FROM casework_case WHERE code = %s", (code,))
    with scope.enter(scope.tracking(code)):
        assert sql("SELECT id FROM casework_case", using="default") == [case]
        for table in BY_CASE:
            column = COLUMN.get(table, "case_id")
            assert count(table) == one(f"SELECT count(*) FROM {table} WHERE {column} = %s", case), table
        assert count("dossiers_dossier") == count("dossiers_supplement") == 1
        assert count("casework_casetoken") == 0
    with scope.enter(scope.tracking("H41.170-000000-0000")):
        assert count("casework_case") == count("casework_entry") == 0


def test_an_empty_code_tracks_nothing(two: Town) -> None:
    with scope.enter(scope.tracking("")):
        assert count("casework_case") == 0


def test_a_dossier_received_for_another_commune_is_seen_by_both(two: Town) -> None:
    code = two.code("for next door")
    for commune in (XA, PHUONG):
        with scope.enter(of_commune(commune)):
            assert one("SELECT count(*) FROM casework_case WHERE code = %s", (code,), using="default") == 1


def transferred(two: Town) -> dict[str, Any]:
    """Received by the ward for the commune, then transferred by the commune to the ward: the commune has no part in it any more."""
    dossier = two.api.receive("tiepnhan.tanmai", procedure=PERMIT, agency_code=XA, receiving_agency_code=PHUONG)
    done(two.api, "tiepnhan.tanmai", dossier, "hand_over")
    assert two.api.get("truongphong.quynhson", f"/dossiers/{dossier['code']}")[0] == 200
    return done(two.api, "truongphong.quynhson", dossier, "transfer", agency=PHUONG, note="Thuộc địa bàn phường")


def test_a_case_transferred_to_another_commune_leaves_the_giver_s_scope(two: Town) -> None:
    dossier = transferred(two)
    assert dossier["agency_code"] == PHUONG
    assert two.api.get("truongphong.quynhson", f"/dossiers/{dossier['code']}")[0] == 404
    assert two.api.act("truongphong.quynhson", dossier, "transfer", agency=PHUONG, note="Lần nữa")[0] == 404
    assert two.api.get("truongphong.tanmai", f"/dossiers/{dossier['code']}")[0] == 200
    with scope.enter(of_commune(XA)):
        assert one("SELECT count(*) FROM casework_case WHERE code = %s", (dossier["code"],), using="default") == 0


@pytest.mark.parametrize(("login", "found"), [("truongphong.tanmai", 1), ("truongphong.quynhson", 0)])
def test_a_transferred_case_is_found_by_its_words_where_it_went_and_nowhere_it_left(
    two: Town, login: str, found: int
) -> None:
    dossier = two.api.receive(
        procedure=PERMIT,
        login="tiepnhan.tanmai",
        agency_code=XA,
        receiving_agency_code=PHUONG,
        subject="Nhà thờ họ Phạm Đình Khuếch",
    )
    done(two.api, "tiepnhan.tanmai", dossier, "hand_over")
    done(two.api, "truongphong.quynhson", dossier, "transfer", agency=PHUONG, note="Thuộc địa bàn phường")
    status, body = two.api.get(login, "/dossiers?q=khuech")
    assert (status, len(body["items"])) == (200, found)


def test_a_case_that_came_in_here_and_went_elsewhere_is_found_at_its_new_lead(two: Town) -> None:
    dossier = two.api.receive(procedure=PERMIT, subject="Nhà thờ họ Phạm Đình Khuếch")
    walk(two.api, dossier, 1)
    done(two.api, "truongphong.quynhson", dossier, "transfer", agency=PHUONG, note="Thuộc địa bàn phường")
    for login in ("truongphong.tanmai", "tiepnhan.quynhson"):
        assert len(two.api.get(login, "/dossiers?q=khuech")[1]["items"]) == 1, login


def test_the_receiving_officer_s_widened_scope_dies_with_the_act(two: Town) -> None:
    transferred(two)
    with scope.enter(of_commune(XA)):
        assert one("SELECT current_setting('motcua.agencies')", using="default") == "{" + agency(XA) + "}"
    assert not one("SELECT nullif(current_setting('motcua.agencies', true), '')", using="default")


def test_a_read_is_logged_with_who_and_what(two: Town) -> None:
    before = one("SELECT count(*) FROM casework_readlog")
    two.api.get("tuphap.quynhson", f"/dossiers/{two.code('received')}")
    assert one("SELECT count(*) FROM casework_readlog") == before + 1
    ((login, code, what),) = sql(
        "SELECT a.login, c.code, r.what FROM casework_readlog r JOIN organisation_account a ON a.id = r.account_id"
        " JOIN casework_case c ON c.id = r.case_id ORDER BY r.at DESC LIMIT 1"
    )
    assert (login, code, what) == ("tuphap.quynhson", two.code("received"), "view")
