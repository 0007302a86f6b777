"""`motcua verify`: the journal against its seals, and every case against its journal. Reads in streams; memory does not grow with the province."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from motcua.casework.merkle import Frontier, leaf_hash
from motcua.casework.queries import SELECT_CASE, plain_json, read_case
from motcua.casework.rules import FIELDS, rebuild, to_json
from motcua.casework.sealing import ENTRY_COLUMNS, canonical
from motcua.organisation import scope
from motcua.organisation.scope import Scope

CHUNK = 2000
HEADS = (
    "SELECT epoch, size, root, horizon, next_xid, sealed_at, frontier FROM casework_treehead WHERE province_id = %s"
    " ORDER BY epoch, size, sealed_at"
)
# Two clocks of one machine: the moment an entry is written and the moment a batch is sealed may disagree by a step of the time service.
CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Fault:
    """`what`: altered | deleted | back_dated | unsealed_gap | seal_broken | case_differs | journal_gap | note_altered."""

    what: str
    entry: str | None
    case: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    entries: int
    cases: int
    sealed: int
    root: str
    broken: list[Fault]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def at_one_moment(province: int) -> Iterator[None]:
    """The worker's scope in one read-only snapshot: what officers and the sealer write meanwhile is neither half seen nor hindered."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with scope.enter(Scope("worker", province)):
            yield


def verify(province: int) -> Report:
    """Checks everything of a province inside the caller's worker scope; on a system at work, inside `at_one_moment`."""
    broken: list[Fault] = []
    sealed, root = _seals(province, broken)
    entries = _pending(province, broken) + sealed
    cases = _cases(province, broken)
    return Report(entries, cases, sealed, root, broken)


def _stream(name: str, sql: str, parameters: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Rows of a server-side cursor."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", parameters)
        while True:
            cursor.execute(f"FETCH {CHUNK} FROM {name}")
            rows = cursor.fetchall()
            if not rows:
                break
            yield from rows
        cursor.execute(f"CLOSE {name}")


def _seals(province: int, broken: list[Fault]) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(HEADS, (province,))
        heads = cursor.fetchall()
    columns = ", ".join(f"e.{c.strip()}" for c in ENTRY_COLUMNS.split(","))
    leaves = _stream(
        "leaves",
        f"SELECT l.position, l.hash, l.entry_id, c.code, {columns} FROM casework_leaf l LEFT JOIN casework_entry e ON e.id = l.entry_id"
        " LEFT JOIN casework_case c ON c.id = e.case_id WHERE l.province_id = %s ORDER BY l.position",
        (province,),
    )
    frontier, at = Frontier(), 0
    past = Past()
    for position, stored, entry_id, code, *entry in leaves:
        while at < len(heads) and heads[at][1] <= position:
            _check_head(heads[at], frontier, broken)
            past.add(heads[at])
            at += 1
        if position != frontier.size:
            broken.append(
                Fault("seal_broken", str(entry_id), code, f"vị trí {frontier.size} của nhật ký niêm phong bị mất")
            )
            return frontier.size, frontier.root().hex()
        frontier.append(bytes(stored))
        if entry[0] is None:
            broken.append(Fault("deleted", str(entry_id), None, f"mục nhật ký ở vị trí {position} đã bị xóa"))
            continue
        if leaf_hash(canonical(entry)) != bytes(stored):
            broken.append(
                Fault(
                    "altered",
                    str(entry_id),
                    code,
                    f"mục nhật ký số {entry[5]} ({entry[6]}) đã bị sửa sau khi niêm phong",
                )
            )
        elif at < len(heads) and heads[at][0] == past.epoch and past.belies(entry[13], entry[11]):
            broken.append(
                Fault(
                    "back_dated",
                    str(entry_id),
                    code,
                    f"mục nhật ký số {entry[5]} ({entry[6]}) được chèn với thời điểm lùi",
                )
            )
    while at < len(heads):
        _check_head(heads[at], frontier, broken)
        at += 1
    if heads and frontier.size > heads[-1][1]:
        broken.append(Fault("seal_broken", None, None, "có mục niêm phong sau đầu cây cuối cùng"))
    return frontier.size, frontier.root().hex()


def _check_head(head: Sequence[Any], frontier: Frontier, broken: list[Fault]) -> None:
    if (head[1], bytes(head[2]), [bytes(p) for p in head[6]]) != (frontier.size, frontier.root(), frontier.peaks):
        broken.append(
            Fault("seal_broken", None, None, f"đầu cây {head[1]} mục (đợt {head[0]}) không khớp với các mục niêm phong")
        )


@dataclass(slots=True)
class Past:
    """What the heads so far of the present epoch say about any entry sealed after them."""

    epoch: int = 0
    horizon: int = 0
    next_xids: list[int] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)

    def add(self, head: Sequence[Any]) -> None:
        """`head`: a row of HEADS, in order of sealing."""
        if head[0] != self.epoch:
            self.next_xids.clear()
            self.moments.clear()
        self.epoch, self.horizon = head[0], head[3]
        self.next_xids.append(head[4])
        self.moments.append(head[5])

    def belies(self, xid: int, recorded_at: datetime) -> bool:
        """Whether an entry's transaction was already closed by the last head, or began after a head's snapshot and yet claims to have been
        recorded before it."""
        known = bisect_right(self.next_xids, xid)
        return xid < self.horizon or (known > 0 and recorded_at < self.moments[known - 1] - CLOCK_SLACK)


def _pending(province: int, broken: list[Fault]) -> int:
    """Entries not yet sealed. One that the sealer has passed, or whose transaction the server has not yet begun, was put there by hand."""
    past = Past()
    with connection.cursor() as cursor:
        cursor.execute(HEADS, (province,))
        for head in cursor.fetchall():
            past.add(head)
        cursor.execute(
            "SELECT e.id, e.xid, e.recorded_at, e.seq, e.act, c.code, e.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            " FROM casework_entry e LEFT JOIN casework_case c ON c.id = e.case_id"
            " WHERE e.province_id = %s AND NOT EXISTS (SELECT 1 FROM casework_leaf l WHERE l.province_id = e.province_id AND l.entry_id = e.id)",
            (province,),
        )
        rows = cursor.fetchall()
    for entry_id, xid, recorded_at, seq, act, code, unborn in rows:
        if unborn:
            broken.append(
                Fault(
                    "unsealed_gap",
                    str(entry_id),
                    code,
                    f"mục nhật ký số {seq} ({act}) mang số giao dịch chưa có nên không niêm phong được",
                )
            )
        elif past.belies(xid, recorded_at):
            broken.append(
                Fault("back_dated", str(entry_id), code, f"mục nhật ký số {seq} ({act}) được chèn với thời điểm lùi")
            )
    return len(rows)


def _cases(province: int, broken: list[Fault]) -> int:
    """Every case rebuilt from its journal must equal its row; the journal of a case has no gap; notes match their hashes."""
    rows = _stream(
        "cases",
        # The province is named in each part: the indexes begin with it.
        f"SELECT c.*, (SELECT array_agg(e.seq ORDER BY e.seq) FROM casework_entry e WHERE e.province_id = %s AND e.case_id = c.id),"
        f" (SELECT jsonb_agg(e.payload ORDER BY e.seq) FROM casework_entry e WHERE e.province_id = %s AND e.case_id = c.id),"
        f" (SELECT jsonb_object_agg(n.seq, n.text) FROM casework_note n WHERE n.province_id = %s AND n.case_id = c.id)"
        f" FROM ({SELECT_CASE} WHERE province_id = %s) c",
        (province,) * 4,
    )
    count = 0
    for *row, seqs, journalled, written in rows:
        count += 1
        payloads, notes = plain_json(journalled), plain_json(written)
        _, version, case = read_case(row)
        if seqs != list(range(1, version + 1)):
            broken.append(
                Fault("journal_gap", None, case.code, f"nhật ký có các mục {seqs}, hồ sơ ở phiên bản {version}")
            )
            continue
        rebuilt = rebuild(payloads)
        if rebuilt != case:
            actual, expected = to_json(_fields(case)), to_json(_fields(rebuilt)) if rebuilt else {}
            names = [name for name in FIELDS if actual.get(name) != expected.get(name)]
            if names or rebuilt is None:
                broken.append(Fault("case_differs", None, case.code, f"khác với nhật ký ở: {', '.join(names)}"))
        for seq, payload in zip(seqs, payloads, strict=True):
            digest = payload.get("note_sha256")
            text = (notes or {}).get(str(seq))
            if (digest is None) != (text is None) or (
                text is not None and hashlib.sha256(text.encode()).hexdigest() != digest
            ):
                broken.append(
                    Fault("note_altered", None, case.code, f"ghi chú của mục số {seq} không khớp với nhật ký")
                )
    return count


def _fields(case: Any) -> dict[str, Any]:
    return {name: getattr(case, name) for name in FIELDS}
