"""Bulk import of dossiers with their past against a raw COPY of the very same rows into the very same tables."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import IO

import psycopg

from motcua.bench import past
from motcua.bench.result import Result, own_peak_mb, workers_peak_mb
from motcua.bench.world import clone, world
from motcua.dossiers import bulk, writers

# In the order of their foreign keys.
TABLES = (
    "casework_idempotencykey",
    "casework_counter",
    "casework_tally",
    "casework_case",
    "casework_entry",
    "casework_note",
    "casework_casetoken",
    "dossiers_dossier",
    "dossiers_component",
    "dossiers_supplement",
)
CHUNK = 1 << 20


def run(dossiers: int = 20_000, communes: int = 40) -> Result:
    """`dossiers` with up to six journal entries each, over 60 working days."""
    with world(communes) as there, clone(there) as empty, tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        began = time.perf_counter()
        done = bulk.load(past.dossiers(there.communes, dossiers))
        took = time.perf_counter() - began
        memory = own_peak_mb() + writers.WRITERS * workers_peak_mb()
        if done.dossiers != dossiers or done.refused:
            raise RuntimeError(f"imported {done.dossiers} of {dossiers}: {done.refused[:3]}")
        rows = _copy_out(there.owner_url, Path(folder))
        raw = _copy_in(empty, Path(folder))
    return Result(
        "import",
        dossiers / took,
        "dossiers/s",
        dossiers / raw,
        "COPY of the same rows into the same tables by their owner, indexes and foreign keys on, one transaction",
        memory,
        "the peaks of the importing process and of its writers, what they share counted in each",
        details={
            "dossiers": dossiers,
            "entries": done.entries,
            "rows": rows,
            **there.durability,
            "server": there.server,
        },
    )


def _copy_out(url: str, folder: Path) -> int:
    """Every table's rows into a file of its own; how many rows in all."""
    rows = 0
    with psycopg.connect(url) as source, source.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as stream:
                for block in stream:
                    file.write(block)
            rows += max(0, cursor.rowcount)
    return rows


def _copy_in(url: str, folder: Path) -> float:
    """Seconds from the first row to the commit."""
    with psycopg.connect(url) as target, target.cursor() as cursor:
        began = time.perf_counter()
        for table in TABLES:
            with (folder / table).open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as sink:
                _pour(file, sink)
        target.commit()
        return time.perf_counter() - began


def _pour(file: IO[bytes], sink: psycopg.Copy) -> None:
    while block := file.read(CHUNK):
        sink.write(block)
