"""The demo's objects that stand in addresses (`World`), and an address of a route with them (`Sample`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from walk_visitors import Visitor


@dataclass(frozen=True)
class Sample:
    """One address of a route: `values` of its parameters, a `query`, and what must be opened `before` (a look-up by code and secret)."""

    values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    before: str = ""
    label: str = ""

    def address(self, route: str) -> str:
        found = reverse(route, kwargs=self.values)
        return f"{found}?{urlencode(self.query)}" if self.query else found


class World:
    """The demo's objects, each list newest first. `mine(visitor)` is what an officer may see, as their own pages see it."""

    def __init__(self, commune: str) -> None:
        from motcua.organisation import scope

        self.commune = commune
        self._scope = scope

    def ids(self, model: str, most: int = 2, **where: Any) -> list[Any]:
        from django.apps import apps

        with self._scope.enter(self._scope.worker()):
            return list(
                apps.get_model(model).objects.filter(**where).order_by("-pk").values_list("pk", flat=True)[:most]
            )

    @cached_property
    def dossiers(self) -> list[dict[str, Any]]:
        """One dossier for each (state, whose turn, late or not, procedure) that the commune works or worked."""
        from django.db.models import Q

        from motcua.dossiers.models import Dossier
        from motcua.worktime import clock

        with self._scope.enter(self._scope.worker()):
            rows = Dossier.objects.select_related("case").filter(
                Q(case__agency__code=self.commune) | Q(case__lead_agency__code=self.commune)
            )
            found: dict[tuple[Any, ...], dict[str, Any]] = {}
            for row in rows.order_by("-case__code"):
                case = row.case
                late = case.closed_at is None and case.promised_at is not None and case.promised_at < clock.now()
                kind = (case.state, case.role, late, row.rounds)
                found.setdefault(
                    kind,
                    {
                        "code": case.code,
                        "state": case.state,
                        "role": case.role,
                        "late": late,
                        "id": case.pk,
                        "secret": row.secret_version,
                    },
                )
            return list(found.values())

    @cached_property
    def cases(self) -> list[dict[str, Any]]:
        """One case for each (kind, state, whose turn) but dossiers, the newest, the commune's before others."""
        from motcua.casework.models import Case

        with self._scope.enter(self._scope.worker()):
            rows = Case.objects.exclude(kind="dossier").order_by("-code").values("kind", "state", "role", "code")
            found: dict[tuple[str, ...], dict[str, Any]] = {}
            for row in sorted(rows, key=lambda one: not one["code"].startswith(self.commune)):
                found.setdefault((row["kind"], row["state"], row["role"]), row)
            return list(found.values())

    @cached_property
    def citizens(self) -> list[Sample]:
        """A look-up opened for one dossier of each state."""
        from motcua.casework.secrets import secret_of

        one_each = {one["state"]: one for one in self.dossiers}
        return [
            Sample(
                before=reverse("dossiers:track")
                + "?"
                + urlencode({"code": one["code"], "secret": secret_of("dossier", one["id"], one["secret"])}),
                label=state,
            )
            for state, one in one_each.items()
        ]

    def acts(self, visitor: Visitor) -> list[Sample]:
        """The acts open to the officer, each on the first dossier that has it; and one that is not theirs, and one that is too late."""
        from motcua.demo.fixtures import principal_of
        from motcua.dossiers import queries, rules
        from motcua.organisation.errors import DomainError

        if not visitor.login:
            return [Sample({"code": self.dossiers[0]["code"], "act": "correct"})] if self.dossiers else []
        principal = principal_of(visitor.login)
        found: dict[str, Sample] = {}
        for one in self.dossiers:
            try:
                with self._scope.enter(principal.scope):
                    view = queries.view(principal, one["code"])
            except DomainError:
                continue
            for transition in view.acts:
                found.setdefault(
                    transition.act, Sample({"code": one["code"], "act": transition.act}, label=transition.act)
                )
            for act in rules.TRANSITIONS:
                if act not in {t.act for t in view.acts} and principal.has(*rules.TRANSITIONS[act].roles):
                    found.setdefault("too late", Sample({"code": one["code"], "act": act}, label="too late"))
        mine = [s for label, s in found.items()]
        return [
            *mine,
            *(Sample({"code": one["code"], "act": "sign_off"}, label="not mine") for one in self.dossiers[:1]),
        ]


NOWHERE = {"q": "khong-co-gi-o-day"}
"""What no search finds."""


def each(model: str, parameter: str, most: int = 2, **where: Any) -> Callable[[World, Visitor], list[Sample]]:
    """Samples of a route whose one parameter is the key of a model."""
    return lambda world, visitor: [Sample({parameter: key}) for key in world.ids(model, most, **where)]


def searches(*queries: dict[str, str]) -> Callable[[World, Visitor], list[Sample]]:
    """A list as it opens, and with each query: what narrows it, what finds nothing, what is no answer."""
    return lambda world, visitor: [
        Sample(),
        *(Sample(query=query, label="-".join(query.values())) for query in queries),
    ]
