"""Every route, asked by every role for what is not theirs (design §4, Access): not there, not told, not changed.

Every day a third of the questions, another one of each visitor's; `pytest -s -m long tests/test_foreign_objects.py` asks them all and prints how
many were asked and refused. Who asks for what stands in `tools/foreign_tables.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import foreign_inside as inside
import foreign_tables as tables
import pytest
from foreign_asking import Answer, Asker, Ledger, haunted, leaks
from foreign_doors import Door, doors
from foreign_objects import THEIRS, Foreign, build
from walk_visitors import Visitor

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


SHARES = pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])


class Walk:
    """Asks, compares with the same question about nothing at all, and keeps what is wrong. `every`: of so many questions one is asked."""

    def __init__(self, found: Foreign, every: int = 1) -> None:
        self.found, self.every, self.ledger = found, every, Ledger()
        self.faults: list[str] = []
        self.count: Counter[str] = Counter()
        self.ghosts: dict[Any, Answer] = {}

    def read(self, asker: Asker, door: Door, values: dict[str, Any], query: dict[str, Any], *, named: bool) -> None:
        if self._its_turn():
            self._judge(asker, door, "GET", values, query, asker.get(door, values, query), named=named)

    def write(self, asker: Asker, door: Door, values: dict[str, Any], body: dict[str, Any], *, named: bool) -> None:
        if self._its_turn():
            self._judge(asker, door, "POST", values, body, asker.post(door, values, body), named=named)

    def _its_turn(self) -> bool:
        self.count["turns"] += 1
        return self.count["turns"] % self.every == 0

    def _judge(
        self, asker: Asker, door: Door, how: str, values: Any, sent: Any, answer: Answer, *, named: bool
    ) -> None:
        """`named`: the address is an object's, so the answer must be that there is none."""
        self.count["questions"] += 1
        before = len(self.faults)
        sees = how == "POST" and self.sees(asker.visitor, door)
        said = f"{asker.visitor.login or asker.visitor.name} {how} {door.name} {values} {sent if not named or how == 'GET' else ''}: {answer.status}"
        changed = self.ledger.changed()
        noted = {"casework_readlog", tables.JOURNALLED.get(door.name)}
        if ((how == "GET" and not named) or sees) and set(changed) <= noted:
            changed = []  # what is read of one's own, or by whoever sees the province, is noted
        if changed:
            self.faults.append(f"{said}, and wrote {changed}")
        if not sees and (told := leaks(self.found, answer, (values, sent))):
            self.faults.append(f"{said}, and told {told}")
        if answer.status >= 500:
            self.faults.append(f"{said}")
        refusals = (403, 404, 409, 422) if sees else (403, 404)
        if named and not (answer.at_the_door or answer.status in refusals):
            self.faults.append(said)
        elif not self.visible(asker.visitor, door) and (values or set(sent) - {"q"}):
            ghost = self._ghost(asker, door, how, values, sent)
            if ghost.status != answer.status:
                self.faults.append(f"{said}, but {ghost.status} when there is no such thing")
        if len(self.faults) == before:
            self.count["refused" if named else "silent"] += 1

    def sees(self, visitor: Visitor, door: Door) -> bool:
        """Whether they see the object there, so that a refusal may show it and say that it cannot be done now."""
        return bool(visitor.login and tables.within(visitor, door, writing=False))

    def visible(self, visitor: Visitor, door: Door) -> bool:
        return tables.visible(visitor, door)

    def _ghost(self, asker: Asker, door: Door, how: str, values: Any, sent: Any) -> Answer:
        values, sent = (haunted(self.found, one) for one in (values, sent))
        key = (asker.visitor, door.name, how, repr(values), "" if values and how == "POST" else repr(sent))
        if key not in self.ghosts:
            self.ghosts[key] = (asker.get if how == "GET" else asker.post)(door, values, sent)
            self.ledger.changed()
        return self.ghosts[key]


@pytest.mark.slow
@SHARES
def test_what_is_not_theirs_is_not_there_for_anybody_on_any_route(fresh_demo: Api, settings, every: int) -> None:
    settings.MOTCUA_DEMO = True
    found = build(fresh_demo)
    ways = [door for door in doors() if door.name not in tables.OUTSIDE]
    walk = Walk(found, every)
    for number, visitor in enumerate(tables.visitors()):
        asker, walk.count["turns"] = Asker(visitor, fresh_demo), number
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


class Inside(Walk):
    """As a walk among what nobody who walks may know of, whatever else they see."""

    def sees(self, visitor: Visitor, door: Door) -> bool:
        return False

    def visible(self, visitor: Visitor, door: Door) -> bool:
        return False

    def ask(self, asker: Asker, door: Door) -> None:
        for values in inside.places(self.found, door):
            if door.reads:
                for query in inside.queries(self.found, door):
                    self.read(asker, door, values, query, named=False)
            if door.writes:
                for body in inside.bodies(self.found, door):
                    self.write(asker, door, values, body, named=False)


@pytest.mark.slow
@SHARES
def test_what_lies_in_a_compartment_is_not_there_for_anybody_outside_on_any_route(
    fresh_demo: Api, settings, every: int
) -> None:
    settings.MOTCUA_DEMO = True
    found = inside.build(fresh_demo)
    ways = [door for door in doors() if door.name not in tables.OUTSIDE]
    walk = Inside(found, every)
    for number, visitor in enumerate(inside.visitors()):
        asker, walk.count["turns"] = Asker(visitor, fresh_demo), number
        for door in ways:
            sql("DELETE FROM organisation_throttle")
            walk.ledger.changed()
            walk.ask(asker, door)
    print(
        f"a denunciation and feedback on conduct: {len(ways)} routes, {len(inside.visitors())} visitors outside:"
        f" {walk.count['questions']} questions, {walk.count['silent']} answered as if it were not there"
    )
    control = Inside(found)
    asker, missed = Asker(inside.owner(), fresh_demo), set()
    for door in ways:
        if door.name in inside.FINDS:
            before = len(control.faults)
            control.ask(asker, door)
            missed |= {door.name} if len(control.faults) == before else set()
    assert not walk.faults, f"{len(walk.faults)} faults:\n" + "\n".join(walk.faults)
    assert not missed, f"{missed}: the compartment's own officer is told, and the walk did not notice"


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
    """The walk made by those to whom it all belongs: of the routes by which they find it, those where the walk saw nothing wrong."""
    missed = set()
    for role, finds in (("receiver", tables.FINDS), ("letters", tables.CLERK_FINDS)):
        asker = Asker(next(one for one in tables.visitors(THEIRS) if role in one.roles), api)
        for door in doors:
            if door.name in finds:
                walk = Walk(found)
                ask(walk, asker, door)
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
