"""Who is looking: the scope of one transaction, told to PostgreSQL with SET LOCAL so that its policies agree with our queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

SET_SCOPE = (
    "SELECT set_config('motcua.province', %s, true), set_config('motcua.scope', %s, true),"
    " set_config('motcua.agencies', %s, true), set_config('motcua.track', %s, true),"
    " set_config('motcua.identity', %s, true), set_config('motcua.compartments', %s, true)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """`agencies`: an officer's agencies; `province`: an overseer; `worker`: background work; `tracking`: one dossier code of a citizen;
    `directory`: only what an agency shows to everybody (names, calendars), used before anybody is known.
    `identity`: beside any of these, the pseudonym of a signed-in citizen or organisation: their own drafts and filings.
    `compartments`: kinds of case kept in a compartment of their own that this scope may see among its agencies' (`rls.compartment`); a wide
    scope has none, only the worker sees all."""

    kind: Literal["agencies", "province", "worker", "tracking", "directory"]
    province_id: int
    agencies: tuple[UUID, ...] = ()
    track: str = ""
    identity: str = ""
    compartments: tuple[str, ...] = ()

    @property
    def wide(self) -> bool:
        return self.kind in ("province", "worker")

    def parameters(self) -> tuple[str, ...]:
        agencies = "{" + ",".join(map(str, self.agencies)) + "}"
        compartments = "{" + ",".join(self.compartments) + "}"
        return (str(self.province_id), self.kind, agencies, self.track, self.identity, compartments)


def worker() -> Scope:
    return Scope("worker", settings.MOTCUA_PROVINCE)


def tracking(code: str) -> Scope:
    return Scope("tracking", settings.MOTCUA_PROVINCE, track=code)


def directory() -> Scope:
    return Scope("directory", settings.MOTCUA_PROVINCE)


@contextmanager
def enter(scope: Scope) -> Iterator[Scope]:
    """One transaction in which only the scope's rows exist. Ends with the transaction; inside an outer one, the settings before are put back."""
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before: tuple[str, ...] = ()
        if nested:
            cursor.execute(
                "SELECT coalesce(current_setting('motcua.province', true), ''), coalesce(current_setting('motcua.scope', true), ''),"
                " coalesce(current_setting('motcua.agencies', true), ''), coalesce(current_setting('motcua.track', true), ''),"
                " coalesce(current_setting('motcua.identity', true), ''), coalesce(current_setting('motcua.compartments', true), '')"
            )
            before = cursor.fetchone() or ()
        cursor.execute(SET_SCOPE, scope.parameters())
        yield scope
        if nested:
            cursor.execute(SET_SCOPE, before)
