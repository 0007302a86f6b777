"""The worklist: what must I do next, over every kind of case, worst risk first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from motcua.casework import heads, kinds, queries
from motcua.casework.cursors import decode, encode
from motcua.casework.kinds import Waiting
from motcua.casework.queries import WorkItem
from motcua.organisation.authentication import officer_page
from motcua.organisation.principal import Principal
from motcua.worktime import clock

PAGE = 30


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A row of the page. `why`: the reason for its place, `when`: the moment that reason speaks of."""

    item: WorkItem
    address: str
    what: str
    why: str
    when: datetime
    taken: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    late: bool
    lines: list[WorkLine]


@require_safe
@never_cache
@officer_page
def worklist(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Three groups by the moment at which work must begin so that the promise can be kept; pages by cursor."""
    cursor = request.GET.get("cursor", "")
    found = queries.worklist(principal, after=decode(cursor) if cursor else queries.FIRST, limit=PAGE + 1)
    items, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    now = clock.now()
    return render(
        request,
        "casework/worklist.html",
        {
            "head": heads.Head() if cursor else heads.head(request, principal),
            "groups": grouped(lines_of(items), now),
            "now": now,
            "next": encode(last.must_start_by, last.id) if last else "",
            "further": bool(cursor),
            "searches": list(dict.fromkeys(kind.search() for kind in kinds.kinds())),
            "doors": [door for kind in kinds.kinds() for door in kind.doors(principal)],
            "notices": [] if cursor else [notice for kind in kinds.kinds() for notice in kind.notices(principal)],
        },
    )


def lines_of(items: Iterable[WorkItem]) -> list[WorkLine]:
    """The items in their order, each with what its kind says of it; one question per kind."""
    listed = list(items)
    waiting: dict[UUID, Waiting] = {}
    for code in {item.kind for item in listed}:
        waiting |= kinds.kind(code).waiting([item.id for item in listed if item.kind == code])
    return [line(item, waiting) for item in listed]


def line(item: WorkItem, waiting: Mapping[UUID, Waiting]) -> WorkLine:
    kind = kinds.kind(item.kind)
    found = waiting.get(item.id) or Waiting(kind.states[item.state])
    missed = item.promised_at is not None and item.promised_at < clock.now()
    why = found.why or (
        _("Đã lỡ hẹn trả: làm ngay. Lẽ ra bắt đầu trước") if missed else _("Để kịp hẹn trả, phải bắt đầu trước")
    )
    taken = _("Đang ở tay bạn") if item.mine else _("Chưa ai nhận")
    return WorkLine(
        item, kind.address(item.code), found.what, why, item.must_start_by.astimezone(clock.TZ), taken, found.paused
    )


def grouped(lines: Iterable[WorkLine], now: datetime) -> list[Group]:
    """Groups in the order of the lines: what should have begun, what must begin today, the rest."""
    today = now.astimezone(clock.TZ).date()

    def place(line: WorkLine) -> str:
        if line.when < now:
            return "late"
        return "today" if line.when.date() == today else "later"

    titles = {"late": _("Quá hạn bắt đầu"), "today": _("Hôm nay"), "later": _("Sắp tới")}
    return [Group(titles[key], key == "late", list(members)) for key, members in groupby(lines, place)]
