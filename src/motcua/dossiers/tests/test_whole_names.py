"""In a province of a million dossiers each word of a name is too common: a full name finds those who bear it."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection, connections

from motcua.casework import queries as casework
from motcua.casework.rules import whole_name
from motcua.demo.fixtures import Api, principal_of
from motcua.dossiers import queries_register
from motcua.organisation import scope

BEARER, OTHER = "Đặng Ngọc Ước", "Ngọc Thị Đặng"
OVERSEER = "theodoi.nghean"


def taken_in(api: Api, name: str, **more: str) -> str:
    applicant = {
        "kind": "person",
        "full_name": name,
        "citizen_number": "040090001234",
        "birth_date": "1990-11-24",
        "phone": "0912345678",
        "address": "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An",
    }
    return str(api.receive(applicant=applicant, **more)["code"])


def found(text: str, login: str = OVERSEER) -> set[str]:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        return {row.code for row in queries_register.register(principal, q=text)}


def test_a_name_of_several_words_is_one_word_that_nobody_types() -> None:
    assert whole_name("Đặng  Ngọc ƯỚC") == "=dangngocuoc"
    assert whole_name("Ước") == whole_name("") == ""
    assert len(whole_name("Nguyễn " * 40)) == 64


def test_in_the_whole_province_a_full_name_or_its_beginning_finds_those_who_bear_it(api: Api) -> None:
    bearer, other = taken_in(api, BEARER), taken_in(api, OTHER, subject="Ước gì")
    assert found("dang ngoc uoc") == found("đặng ngọc") == {bearer}
    assert found("uoc dang") == {bearer, other}, "nobody is called that: then every case with the words"


def test_in_one_commune_every_case_with_the_words_is_found(api: Api) -> None:
    bearer, other = taken_in(api, BEARER), taken_in(api, OTHER, subject="Ước gì")
    assert found("dang ngoc uoc", "tiepnhan.quynhson") == {bearer, other}
    assert found("dang ngoc uoc", "tiepnhan.tanmai") == set()


def test_a_code_finds_its_dossier_and_nothing_else(api: Api) -> None:
    code = taken_in(api, BEARER)
    taken_in(api, OTHER, subject=f"Như hồ sơ {code}")
    assert found(code) == found(code.lower()) == {code}


def test_a_corrected_name_is_found_whole_and_the_old_one_no_longer(api: Api) -> None:
    code = taken_in(api, BEARER)
    status, dossier = api.get("tiepnhan.quynhson", f"/dossiers/{code}")
    assert status == 200
    applicant = {
        "kind": "person",
        "full_name": "Võ Sỹ Đô",
        "citizen_number": "040090001234",
        "birth_date": "1990-11-24",
    }
    applicant |= {"phone": "0912345678", "address": "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An"}
    status, body = api.act(
        "tiepnhan.quynhson", dossier, "correct", note="Nhập nhầm", corrected={"applicant": applicant}
    )
    assert status == 200, body
    with scope.enter(scope.worker()):
        assert len(casework.find("vo sy do")) == 1
        assert casework.find("dang ngoc uoc") == []


def test_dossiers_taken_in_before_are_found_by_whole_names_too(fresh_demo: Api) -> None:
    taken_in(fresh_demo, BEARER)
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM casework_casetoken WHERE token LIKE '=%'")
    migration = import_module("motcua.dossiers.migrations.0035_found_by_whole_names")
    for _ in range(2):
        migration.remember(apps, SimpleNamespace(connection=connections["owner"]))
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SELECT token FROM casework_casetoken WHERE token LIKE '=%'")
        assert cursor.fetchall() == [("=dangngocuoc",)]
