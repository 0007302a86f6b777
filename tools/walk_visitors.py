"""Who visits: a stranger, a citizen and an organisation of the demo, and an officer for each combination of roles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """`roles` of an officer with `login`; `identity`: the number of the demo's citizen; neither: a stranger."""

    name: str
    roles: tuple[str, ...] = ()
    login: str = ""
    identity: str = ""

    def called(self, wanted: list[str]) -> bool:
        return not wanted or bool({self.name, self.login, *self.roles} & set(wanted))


def visitors() -> list[Visitor]:
    """A stranger, a citizen and an organisation of the demo, and one officer for each combination of roles: of several, who holds most dossiers."""
    from django.db.models import Count

    from motcua.casework.models import Case
    from motcua.demo import services as demo
    from motcua.identity import demo as identities
    from motcua.organisation import scope

    suffix = next(iter(demo.SUFFIX.values()))
    officers = [(f"{post.login}.{suffix}", post.roles) for post in demo.POSTS]
    officers += [(login, roles) for login, _title, roles, _name in (*demo.PROVINCIAL, *demo.LEADERS)]
    department = next(iter(demo.DEPARTMENTS.values()))[0]
    officers += [(f"{login}.{department}", roles) for login, _kind, _room, _title, roles in demo.DEPARTMENT_POSTS]
    with scope.enter(scope.worker()):
        busy = Case.objects.filter(closed_at=None, officer__account__login__in=[login for login, _ in officers])
        held = dict(busy.values_list("officer__account__login").annotate(Count("id")))
    best: dict[tuple[str, ...], str] = {}
    for login, roles in sorted(officers, key=lambda one: -held.get(one[0], 0)):
        best.setdefault(roles, login)
    people = identities.people()
    citizens = [Visitor("stranger"), Visitor("citizen", identity=people[0].number)]
    citizens += [Visitor("organisation", identity=p.number) for p in people if p.kind == "organisation"][:1]
    ordered = [login for login, _roles in officers if login in best.values()]
    named = {login: roles for roles, login in best.items()}
    return citizens + [Visitor(named[login][0], named[login], login) for login in ordered]
