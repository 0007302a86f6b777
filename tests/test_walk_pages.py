"""The walk over all pages (`tools/walk_pages.py`) forgets none: a new route is visited, or somebody has said why it is not."""

from __future__ import annotations

import pytest
import walk_routes
import walk_samples
import walk_visitors
from walk_routes import UNWALKED, Route
from walk_visitors import Visitor
from walk_world import World

from motcua.dossiers.models import Dossier
from motcua.organisation import scope


@pytest.mark.parametrize("route", walk_routes.routes(), ids=lambda route: route.name)
def test_each_page_is_visited_or_the_reason_is_given(route: Route) -> None:
    assert not walk_samples.unknown(route), f"{route.name}: give it samples in SAMPLES, or its reason in UNWALKED"


def test_nothing_is_explained_that_is_not_there() -> None:
    names = {route.name for route in walk_routes.routes()}
    assert set(UNWALKED) <= names
    assert set(walk_samples.SAMPLES) <= names
    assert not set(UNWALKED) & set(walk_samples.SAMPLES)


def test_a_route_that_takes_a_parameter_nobody_fills_is_named() -> None:
    assert walk_samples.unknown(Route("board:new", frozenset({"code"}), frozenset()))
    assert not walk_samples.unknown(Route("board:new", frozenset(), frozenset({"GET", "HEAD"})))


def test_what_takes_only_posts_is_no_page() -> None:
    taken = {route.name for route in walk_routes.routes() if not route.page}
    assert {"organisation:sign_out", "dossiers:track_leave", "identity:demo"} <= taken
    assert "dossiers:act" not in taken


def test_a_page_with_no_object_in_the_demo_is_reported(demo) -> None:
    stranger, world = Visitor("stranger"), World("H41.170")
    (run,) = (route for route in walk_routes.routes() if route.name == "dossiers:signing_run")
    assert walk_samples.samples(world, stranger, run) == []


def test_every_role_of_the_demo_walks_once_and_an_act_is_tried_where_it_is_open(api) -> None:
    found = walk_visitors.visitors()
    officers = [visitor for visitor in found if visitor.login]
    assert [v.name for v in found[:3]] == ["stranger", "citizen", "organisation"]
    assert {role for v in officers for role in v.roles} == {role for _l, role in _posts()}
    assert len({v.roles for v in officers}) == len(officers)
    api.receive()
    (receiver,) = (v for v in officers if v.roles == ("receiver",))
    acts = {sample.label: sample.values["code"] for sample in World("H41.170").acts(receiver)}
    with scope.enter(scope.worker()):
        assert acts["hand_over"] == Dossier.objects.select_related("case").get().case.code
    assert {"correct", "too late", "not mine"} <= set(acts)


def _posts() -> list[tuple[str, str]]:
    from motcua.demo import services

    officers = [(post.login, post.roles) for post in services.POSTS]
    officers += [(login, roles) for login, _title, roles, _name in services.PROVINCIAL]
    return [(login, role) for login, roles in officers for role in roles]
