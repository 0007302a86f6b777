"""The demo commune's way of a building permit, step by step, for tests that begin somewhere on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.models import Sum

from motcua.casework.models import Entry, Tally
from motcua.casework.recount import drift
from motcua.demo.fixtures import PERMIT, Api
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.worktime import clock
from motcua.worktime.clock import FrozenClock

WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("tiepnhan", "hand_over", {}),
    ("truongphong", "assign", {"officer": "xaydung.{suffix}"}),
    ("xaydung", "advance", {}),
    ("truongphong", "approve", {}),
    ("chutich", "sign_off", {"outcome": "granted"}),
    ("vanthu", "advance", {}),
    ("tiepnhan", "return_result", {"how": "counter"}),
)


def walk(
    api: Api, dossier: dict[str, Any], *, until: str, suffix: str = "quynhson", centre: str = ""
) -> dict[str, Any]:
    """Performs the acts of the way that precede the act `until`; `suffix` of the resolving commune, `centre` where it came in."""
    for post, act, params in WAY:
        if act == until:
            break
        where = centre if centre and post == "tiepnhan" else suffix
        given = {k: v.format(suffix=suffix) for k, v in params.items()}
        status, body = api.act(f"{post}.{where}", dossier, act, **given)
        assert status == 200, (act, body)
        if until == "records" and act == "sign_off":
            break
    return dossier


def permit(api: Api, *, until: str = "hand_over", **changes: Any) -> dict[str, Any]:
    """A building permit that waits for the act `until`."""
    return walk(api, api.receive(procedure=PERMIT, **changes), until=until)


@contextmanager
def at(api: Api, moment: str) -> Iterator[FrozenClock]:
    """The clock stands at a local moment. Tokens are made before, since PostgreSQL compares their end with its own clock."""
    for login in Account.objects.values_list("login", flat=True):
        api.token(login)
    with clock.freeze(moment) as frozen:
        yield frozen


def problem(status_and_body: tuple[int, Any]) -> tuple[int, set[str]]:
    """(status, fields named) of a refusal."""
    status, body = status_and_body
    return status, {e["field"] for e in body.get("errors", [])}


def tallies(agency: str) -> dict[str, int]:
    """The commune's figures over all days, those that are not 0."""
    names = (
        *("received", "received_online", "finished_early", "finished_on_time", "finished_late"),
        *("ended_otherwise", "cancelled"),
    )
    with scope.enter(scope.worker()):
        sums = Tally.objects.filter(agency__code=agency).aggregate(**{n: Sum(n) for n in names})
        assert drift(settings.MOTCUA_PROVINCE) == [], "the figures differ from the journal"
    return {name: n for name, n in sums.items() if n}


def journalled(code: str) -> dict[str, Any]:
    """The payload of the dossier's last journal line."""
    with scope.enter(scope.worker()):
        line = Entry.objects.filter(case__code=code).order_by("seq").last()
        assert line is not None
        return dict(line.payload)
