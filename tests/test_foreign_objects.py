"""Every route, asked by every role for what is not theirs (design §4, Access): not there, not told, not changed.

`pytest -s tests/test_foreign_objects.py` prints how many questions were asked and refused. Who asks for what stands in `tools/foreign_tables.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import foreign_tables as tables
import pytest
from foreign_asking import Answer, Asker, Ledger, haunted, leaks
from foreign_doors import Door, doors
from foreign_objects import THEIRS, Foreign, build

from motcua.casework.tests.world import sql
from motcua.demo.fixtures import Api


@pytest.mark.parametrize("door", doors(), ids=lambda door: door.name)
def test_no_route_with_an_object_a_query_or_a_form_is_forgotten(door: Door) -> None:
    assert tables.forgotten(door) == ""


def test_nothing_is_explained_that_is_not_there() -> None:
    names = {door.name for door in doors()}
    for table in (
        tables.OBJECTS,
        tables.NOBODYS,
        tables.SEARCHES,
        tables.BODIES,
        tables.OWN,
        tables.OUTSIDE,
        tables.READABLE,
    ):
        assert set(table) <= names


def test_a_route_nobody_fills_is_named() -> None:
    new = Door("dossiers:new", frozenset({"code"}), frozenset({"GET"}))
    assert "OBJECTS" in tables.forgotten(new)
    assert "BODIES" in tables.forgotten(Door("dossiers:new", frozenset(), frozenset({"POST"})))


class Walk:
    """Asks, compares with the same question about nothing at all, and keeps what is wrong."""

    def __init__(self, found: Foreign) -> None:
        self.found, self.ledger = found, Ledger()
        self.faults: list[str] = []
        self.count: Counter[str] = Counter()
        self.ghosts: dict[Any, Answer] = {}

    def read(self, asker: Asker, door: Door, values: dict[str, Any], query: dict[str, Any], *, named: bool) -> None:
        self._judge(asker, door, "GET", values, query, asker.get(door, values, query), named=named)

    def write(self, asker: Asker, door: Door, values: dict[str, Any], body: dict[str, Any], *, named: bool) -> None:
        self._judge(asker, door, "POST", values, body, asker.post(door, values, body), named=named)

    def _judge(
        self, asker: Asker, door: Door, how: str, values: Any, sent: Any, answer: Answer, *, named: bool
    ) -> None:
        """`named`: the address is an object's, so the answer must be that there is none."""
        self.count["questions"] += 1
        before = len(self.faults)
        said = f"{asker.visitor.name} {how} {door.name} {values} {sent if not named or how == 'GET' else ''}: {answer.status}"
        changed = self.ledger.changed()
        noted = {"casework_readlog", tables.JOURNALLED.get(door.name)}
        if how == "GET" and not named and set(changed) <= noted:
            changed = []  # what is read of one's own is noted
        if changed:
            self.faults.append(f"{said}, and wrote {changed}")
        if told := leaks(self.found, answer, (values, sent)):
            self.faults.append(f"{said}, and told {told}")
        if answer.status >= 500:
            self.faults.append(f"{said}")
        if named and not (answer.at_the_door or answer.status in (403, 404)):
            self.faults.append(said)
        elif not tables.visible(asker.visitor, door) and (values or set(sent) - {"q"}):
            ghost = self._ghost(asker, door, how, values, sent)
            if ghost.status != answer.status:
                self.faults.append(f"{said}, but {ghost.status} when there is no such thing")
        if len(self.faults) == before:
            self.count["refused" if named else "silent"] += 1

    def _ghost(self, asker: Asker, door: Door, how: str, values: Any, sent: Any) -> Answer:
        values, sent = (haunted(self.found, one) for one in (values, sent))
        key = (asker.visitor, door.name, how, repr(values), "" if values else repr(sent))
        if key not in self.ghosts:
            self.ghosts[key] = (asker.get if how == "GET" else asker.post)(door, values, sent)
            self.ledger.changed()
        return self.ghosts[key]


@pytest.mark.slow
def test_what_is_not_theirs_is_not_there_for_anybody_on_any_route(fresh_demo: Api, settings) -> None:
    settings.MOTCUA_DEMO = True
    found = build(fresh_demo)
    ways = [door for door in doors() if door.name not in tables.OUTSIDE]
    walk = Walk(found)
    for visitor in tables.visitors():
        asker = Asker(visitor, fresh_demo)
        walk.ledger.changed()
        for door in ways:
            sql("DELETE FROM organisation_throttle")  # who asks for everything is soon told to wait
            walk.ledger.changed()
            ask(walk, asker, door)
    unseen = unwitnessed(found, ways, fresh_demo)
    missed = told_to_a_neighbour(found, ways, fresh_demo)  # last: this one writes
    print(
        f"{len(ways)} routes, {len(tables.visitors())} visitors: {walk.count['questions']} questions,"
        f" {walk.count['refused']} refused, {walk.count['silent']} answered with nothing foreign in it"
    )
    assert not walk.faults, f"{len(walk.faults)} faults:\n" + "\n".join(walk.faults)
    assert not missed, f"{missed}: the other commune's own receiver is told, and the walk did not notice"
    assert not unseen, "nobody sees these either, so they prove nothing:\n" + "\n".join(unseen)


def ask(walk: Walk, asker: Asker, door: Door) -> None:
    found = walk.found
    objects = tables.OBJECTS.get(door.name)
    lists = tables.LISTS.get(door.name, lambda found: [] if door.parameters else [{}])
    places = objects(found) if objects else lists(found)
    named = objects is not None
    if door.reads and not tables.within(asker.visitor, door, writing=False):
        queries = [{}, *tables.SEARCHES[door.name](found)] if door.name in tables.SEARCHES else [{}]
        for values in places:
            for query in queries:
                walk.read(asker, door, values, query, named=named)
    if door.writes and not tables.within(asker.visitor, door, writing=True):
        bodies = tables.JSON_BODIES.get(door.name, [tables.GENERIC]) if named else []
        if door.name in tables.BODIES:
            bodies = tables.BODIES[door.name](found)
        for values in places if len(places) > 5 else places[:1] + places[1:][-1:]:
            for body in bodies:
                walk.write(asker, door, values, body, named=named)


def told_to_a_neighbour(found: Foreign, doors: list[Door], api: Api) -> set[str]:
    """The walk made by one to whom it all belongs: of the routes by which they find it, those where the walk saw nothing wrong."""
    receiver = next(one for one in tables.visitors(THEIRS) if "receiver" in one.roles)
    missed = set()
    for door in doors:
        if door.name in tables.FINDS:
            walk = Walk(found)
            ask(walk, Asker(receiver, api), door)
            missed |= set() if walk.faults else {door.name}
    return missed


def unwitnessed(found: Foreign, doors: list[Door], api: Api) -> list[str]:
    """Pages with an object that nobody of the other commune opens either: that they answer 404 here would say nothing."""
    left = {door: tables.OBJECTS[door.name](found) for door in doors if door.reads and door.name in tables.OBJECTS}
    for visitor in tables.visitors(THEIRS):
        asker = Asker(visitor, api)
        for door in list(left):
            if any(asker.get(door, values).status == 200 for values in left[door]):
                del left[door]
    return [door.name for door in left if door.name not in tables.UNWITNESSED]
