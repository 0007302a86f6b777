"""A throw-away province to measure in: a migrated database of its own, communes with officers and tokens; dropped at the end.

Names of communes are real, officers are fiction, codes of agencies are made up (`H41.9NN`).
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from motcua.catalogue import queries as catalogue
from motcua.catalogue import services as catalogue_services
from motcua.config import guard, schema
from motcua.demo.services import SINCE
from motcua.organisation import principal as principals
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.models import Account, Agency, Division, Officer, Position, Posting
from motcua.organisation.principal import Principal
from motcua.organisation.services import create_token
from motcua.places.models import Commune
from motcua.places.text import sort_key

DIVISIONS = {
    "leadership": "Lãnh đạo Ủy ban nhân dân",
    "office": "Văn phòng HĐND và UBND",
    "economy": "Phòng Kinh tế",
    "culture_society": "Phòng Văn hóa - Xã hội",
    "service_centre": "Trung tâm Phục vụ hành chính công",
}
POSTS = {
    "receiver": ("service_centre", "Viên chức tiếp nhận", "vien_chuc"),
    "specialist": ("office", "Chuyên viên tư pháp - hộ tịch", "cong_chuc"),
    "records_clerk": ("office", "Văn thư", "cong_chuc"),
    "signatory": ("leadership", "Chủ tịch Ủy ban nhân dân", "can_bo"),
}


@dataclass(frozen=True, slots=True)
class StaffedCommune:
    """A commune to measure with: its code, and by role its officers' principals; the receiver's and the specialist's API tokens."""

    code: str
    officers: dict[str, Principal]
    tokens: dict[str, str]


@dataclass(frozen=True, slots=True)
class World:
    database: str
    app_url: str
    owner_url: str
    communes: list[StaffedCommune]
    durability: dict[str, str]
    server: str
    version: int
    neighbours: float
    """The machine's load before the measuring: above 1 other programs take part, and ratios fall."""


@contextlib.contextmanager
def world(communes: int = 40) -> Iterator[World]:
    """The province, with Django's connections pointing to it. Refuses a server that may lose acknowledged writes."""
    if "owner" not in connections.settings:
        raise schema.NoOwner
    neighbours = os.getloadavg()[0]
    before = {alias: connections.settings[alias]["NAME"] for alias in connections.settings}
    name = f"motcua_bench_{uuid.uuid4().hex[:12]}"
    with _maintenance(before["owner"]) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        _point(dict.fromkeys(before, name))
        schema.prepare()
        durability, server, version = durable()
        made = _communes(communes)
        settle()
        yield World(name, _url("default"), _url("owner"), made, durability, server, version, neighbours)
    finally:
        _point(before)
        _drop(name, before["owner"])


@contextlib.contextmanager
def clone(there: World) -> Iterator[str]:
    """The owner's address of a copy of the province as it is now; dropped at the end."""
    name = f"{there.database}_copy"
    connections.close_all()
    with _maintenance("postgres") as owner:
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(there.database))
        )
    try:
        yield _url("owner", name)
    finally:
        _drop(name, "postgres")


def durable() -> tuple[dict[str, str], str, int]:
    """(the three settings that keep acknowledged writes, the server's version in words and as a number); ValueError unless all of them are on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')"
        )
        found = dict(cursor.fetchall())
        cursor.execute("SELECT current_setting('server_version'), current_setting('server_version_num')::int")
        version, number = cursor.fetchone()
    if set(found.values()) != {"on"} or guard.faults():
        raise ValueError(" ".join(guard.faults()) or f"Máy chủ PostgreSQL phải bật fsync: {found}")
    return found, f"PostgreSQL {version}", number


def principal_of(login: str) -> Principal:
    return principals.by_account(Account.objects.get(login=login).pk)


def body(agency_code: str, name: str = "Nguyễn Văn Ước") -> bytes:
    """The JSON of a certified copy (2.000815) taken in at the agency's counter, fictitious person."""
    return json.dumps(
        {
            "procedure_code": "2.000815",
            "agency_code": agency_code,
            "channel": "counter",
            "applicant": {
                "kind": "person",
                "full_name": name,
                "citizen_number": "040090001234",
                "birth_date": "1990-11-24",
                "phone": "0912345678",
                "email": "uoc.nguyen@example.vn",
                "address": "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An",
            },
            "subject": "Chứng thực bản sao bằng tốt nghiệp trung học phổ thông",
            "components": [{"code": "01", "provided": True, "digitised": True}],
            "data": {"documents": 1, "copies": 3},
            "return_method": "counter",
        },
        ensure_ascii=False,
    ).encode()


@contextlib.contextmanager
def _maintenance(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(_url("owner", database), autocommit=True) as found:
        yield found


def _url(alias: str, database: str | None = None) -> str:
    """The address of one of Django's databases in libpq's words."""
    given = connections.settings[alias]
    words = {
        "dbname": database or given["NAME"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "host": given["HOST"],
        "port": given["PORT"],
        **{k: v for k, v in given["OPTIONS"].items() if k not in ("server_side_binding", "prepare_threshold")},
    }
    return psycopg.conninfo.make_conninfo("", **{k: v for k, v in words.items() if v})


def _drop(name: str, beside: str, patience: float = 15) -> None:
    """Drops a database once its last users have gone: the owner may not end sessions of the application's role."""
    end = time.monotonic() + patience
    with _maintenance(beside) as owner:
        while True:
            try:
                owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                return
            except psycopg.errors.ObjectInUse:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


def _point(names: dict[str, str]) -> None:
    connections.close_all()
    for alias, name in names.items():
        connections.settings[alias]["NAME"] = name
    principals.forget()
    organisation.forget()
    catalogue.forget()


def _communes(count: int) -> list[StaffedCommune]:
    province = settings.MOTCUA_PROVINCE
    with scope.enter(scope.worker()):
        catalogue_services.load_processes(province, using="default")
        places = list(Commune.objects.order_by("code")[:count])
        logins = [_commune(province, number, place) for number, place in enumerate(places)]
        return [
            StaffedCommune(
                code,
                {role: principal_of(login) for role, login in by_role.items()},
                {role: create_token(Account.objects.get(login=by_role[role])) for role in ("receiver", "specialist")},
            )
            for code, by_role in logins
        ]


def _commune(province: int, number: int, place: Commune) -> tuple[str, dict[str, str]]:
    agency = Agency.objects.create(
        province_id=province,
        code=f"H41.9{number:02}",
        kind="people_committee_commune",
        name=f"Ủy ban nhân dân {place.name}",
        commune=place,
        valid_from=SINCE,
    )
    divisions = {
        kind: Division.objects.create(province_id=province, agency=agency, kind=kind, name=name)
        for kind, name in DIVISIONS.items()
    }
    logins = {}
    for role, (division, title, category) in POSTS.items():
        login = logins[role] = f"{role}.bench{number}"
        full_name = f"{title} {number}"
        account = Account.objects.create(login=login, password="!")  # noqa: S106 no password opens it
        officer = Officer.objects.create(
            province_id=province,
            account=account,
            full_name=full_name,
            sort_key=sort_key(full_name),
            category=category,
            valid_from=SINCE,
        )
        position = Position.objects.create(
            province_id=province, agency=agency, division=divisions[division], title=title, roles=[role]
        )
        Posting.objects.create(province_id=province, officer=officer, position=position, valid_from=SINCE)
    return agency.code, logins


def settle() -> None:
    """Statistics as a settled installation has them, and a disk with nothing left to write: what was just made is not measured along.
    On a server whose owner may not ask for a checkpoint (docs/benchmarks.md) the server's own may still run."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_has_role('pg_checkpoint', 'USAGE')")
        if cursor.fetchone()[0]:
            cursor.execute("CHECKPOINT")
