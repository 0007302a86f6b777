"""What came of a team's visits: how many recommendations and tasks, each number with the list it opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.casepages import lists
from motcua.casepages.lists import Asked, Row
from motcua.organisation.principal import Principal
from motcua.oversight import (
    forms_recommendations,
    forms_tasks,
    rules_recommendations,
    rules_tasks,
    views_recommendations,
    views_tasks,
)

Tile = dict[str, Any]


def asked(principal: Principal, kind: str, team: UUID, **more: Any) -> tuple[dict[str, Any], Asked]:
    """(what the list's form is given, the narrowing it makes of it) for what came of a team; a reader of one agency sees what concerns it."""
    of = {rules_recommendations.KIND: forms_recommendations.ListForm, rules_tasks.KIND: forms_tasks.ListForm}[kind]
    narrow = {rules_recommendations.KIND: views_recommendations.asked_of, rules_tasks.KIND: views_tasks.asked_of}[kind]
    given = {"side": "all" if principal.scope.wide else "mine", "team": str(team), **more}
    return given, narrow({**dict.fromkeys(of.base_fields, ""), **given}, principal, "")


def rows(principal: Principal, kind: str, team: UUID, most: int) -> list[Row]:
    return lists.rows(principal, kind, asked(principal, kind, team)[1], most)


def recommendations(principal: Principal, team: UUID) -> list[Tile]:
    return [
        _tile(principal, rules_recommendations.KIND, team, label, tone, **more)
        for label, tone, more in (
            (_("đã nêu"), "", {}),
            (_("đã phân công"), "", {"stage": "assigned"}),
            (_("đã trả lời"), "", {"stage": "answered"}),
            (_("đã báo cáo cấp trên"), "", {"stage": "referred"}),
            (_("quá hạn trả lời"), "late", {"late": True}),
            (_("đã xong"), "done", {"stage": "ended"}),
        )
    ]


def tasks(principal: Principal, team: UUID) -> list[Tile]:
    return [
        _tile(principal, rules_tasks.KIND, team, label, tone, **more)
        for label, tone, more in (
            (_("đã giao"), "", {}),
            (_("chưa xong"), "", {"open": True}),
            (_("quá hạn"), "late", {"late": True}),
            (_("hoàn thành"), "done", {"state": "done"}),
        )
    ]


def _tile(principal: Principal, kind: str, team: UUID, label: str, tone: str, **more: Any) -> Tile:
    given, narrowed = asked(principal, kind, team, **more)
    number = lists.count(principal, kind, narrowed)
    address = {rules_recommendations.KIND: "oversight:recommendations", rules_tasks.KIND: "oversight:tasks"}[kind]
    return {
        "label": label,
        "value": number,
        "tone": tone if number else "",
        "href": f"{reverse(address)}?{_query(given)}",
    }


def _query(given: Mapping[str, Any]) -> str:
    return urlencode({name: "on" if value is True else value for name, value in given.items()})
