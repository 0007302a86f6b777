"""What the kernel's tests share: the owner's hand in the tables, threads that all start at once, and a town with dossiers in every state."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections

from motcua.casework import sealing
from motcua.casework.verification import Report, verify
from motcua.demo.fixtures import BIRTH, COPY, PERMIT, PHUONG, XA, Api
from motcua.organisation import scope

T = TypeVar("T")
OTHERS = """
SELECT min(l.transactionid::text::bigint) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND a.datname IS DISTINCT FROM current_database()
"""
PROVINCE = 40
PERMIT_WALK = (
    ("tiepnhan.quynhson", "hand_over", {}),
    ("truongphong.quynhson", "assign", {"officer": "xaydung.quynhson"}),
    ("xaydung.quynhson", "advance", {}),
    ("truongphong.quynhson", "approve", {}),
    ("chutich.quynhson", "sign_off", {"outcome": "granted"}),
    ("vanthu.quynhson", "advance", {}),
    ("tiepnhan.quynhson", "return_result", {"how": "counter"}),
)


def sql(statement: str, parameters: Any = (), *, using: str = "owner") -> list[tuple[Any, ...]]:
    """Runs one statement, by default as the owner, to whom row-level security and missing grants are no obstacle."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def one(statement: str, parameters: Any = (), *, using: str = "owner") -> Any:
    (row,) = sql(statement, parameters, using=using)
    return row[0]


@contextmanager
def trigger_off(table: str) -> Iterator[None]:
    """As the owner may: the guard of an append-only table switched off, a deed done, the guard switched on again."""
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def seal(limit: int = sealing.BATCH) -> int:
    others_done()
    with scope.enter(scope.worker()):
        return sealing.seal(PROVINCE, limit)


def others_done() -> None:
    """Waits until no transaction in another database of the test server is older than our newest entry: the horizon is the whole server's,
    and the tests of other workers have transactions of their own open."""
    newest = one(
        "SELECT coalesce(max(xid), 0) FROM casework_entry WHERE xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    )
    end = time.monotonic() + 600
    while (oldest := one(OTHERS)) is not None and oldest <= newest:
        if time.monotonic() > end:
            raise TimeoutError("a transaction of another database holds up the sealer")
        time.sleep(0.02)


def seal_all() -> int:
    total = 0
    while sealed := seal():
        total += sealed
    return total


def verified() -> Report:
    with scope.enter(scope.worker()):
        return verify(PROVINCE)


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """`work(0)` … `work(count - 1)`, each in a thread of its own, released together; their answers in order, the first error raised."""
    gate = threading.Barrier(count)

    def run(number: int) -> T:
        try:
            gate.wait(60)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [done.result() for done in [pool.submit(run, number) for number in range(count)]]


def client(api: Api, *logins: str) -> Callable[[], Api]:
    """A maker of clients for threads: the tokens are made here, once."""
    for login in logins:
        api.token(login)
    return lambda: Api(tokens=dict(api.tokens))


def walk(api: Api, dossier: dict[str, Any], steps: int) -> dict[str, Any]:
    """The first `steps` acts of a building permit's usual way."""
    for login, act, params in PERMIT_WALK[:steps]:
        status, body = api.act(login, dossier, act, **params)
        assert status == 200, body
    return dossier


def done(api: Api, login: str, dossier: dict[str, Any], act: str, **params: Any) -> dict[str, Any]:
    status, body = api.act(login, dossier, act, **params)
    assert status == 200, body
    return dossier


@dataclass(frozen=True)
class Town:
    """A demo province with dossiers, each known by the name of what became of it."""

    api: Api
    dossiers: dict[str, dict[str, Any]]

    def code(self, name: str) -> str:
        return str(self.dossiers[name]["code"])

    def entry(self, name: str, seq: int) -> str:
        return str(
            one(
                "SELECT e.id FROM casework_entry e JOIN casework_case c ON c.id = e.case_id WHERE c.code = %s AND e.seq = %s",
                (self.code(name), seq),
            )
        )


def town(api: Api) -> dict[str, dict[str, Any]]:
    """A dozen dossiers of two communes, one in each kind of state, by name."""
    counter = "tiepnhan.quynhson"
    found = {f"step {n}": walk(api, api.receive(procedure=PERMIT), n) for n in (1, 2, 4, 5, 7)}
    found["received"] = api.receive(procedure=COPY)
    found["filed"] = api.receive(procedure=BIRTH, channel="online")
    found["refused"] = done(api, counter, api.receive(), "refuse", note="Không thuộc thẩm quyền")
    found["withdrawn"] = done(api, counter, api.receive(), "withdraw", note="Công dân xin rút")
    found["cancelled"] = done(api, counter, api.receive(), "cancel_entry", note="Nhập nhầm")
    found["corrected"] = done(
        api, counter, api.receive(), "correct", note="Gõ sai số nhà", corrected={"content": "Khai sinh cho con thứ hai"}
    )
    found["waiting"] = done(
        api,
        "xaydung.quynhson",
        walk(api, api.receive(procedure=PERMIT), 2),
        "request_supplement",
        note="Thiếu bản vẽ",
        items=["Bản vẽ mặt bằng"],
    )
    found["next door"] = api.receive("tiepnhan.tanmai")
    found["for next door"] = api.receive(counter, agency_code=PHUONG, receiving_agency_code=XA)
    return found


assert settings.MOTCUA_PROVINCE == PROVINCE
