"""A dossier on its way to a signed result, for tests: drafted as the specialist drafts it, signed and sealed with real keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from motcua.demo.fixtures import PERMIT, Api, principal_of
from motcua.documents.signing.keys import Key
from motcua.documents.tests.world import CHAIR, CLERK, World
from motcua.dossiers import queries, queries_results, results, services_results
from motcua.dossiers.models import Dossier, ResultDraft
from motcua.dossiers.results import Written
from motcua.dossiers.services import Summary
from motcua.dossiers.tests.walking import WAY, permit, walk
from motcua.organisation import scope
from motcua.organisation.principal import Principal

SPECIALIST, HEAD, COUNTER = "xaydung.quynhson", "truongphong.quynhson", "tiepnhan.quynhson"
BASE = "https://motcua.example/"


def filled(code: str, login: str = SPECIALIST, key: str = "giay-phep-xay-dung") -> Written:
    who = principal_of(login)
    with scope.enter(who.scope):
        view = queries.view(who, code)
        template = next(one for one in queries_results.choices(view) if one.key == key)
        return results.write(template, queries_results.values(view))


def draft(code: str, login: str = SPECIALIST, written: Written | None = None, seen: int = 0) -> ResultDraft:
    """The specialist writes the result from the template of the building permit."""
    who, text = principal_of(login), written or filled(code, login)
    with scope.enter(who.scope):
        return services_results.save_draft(who, queries.view(who, code), text, "giay-phep-xay-dung@0", seen=seen)


def drafted(api: Api, *, until: str = "sign_off", written: Written | None = None, **changes: Any) -> dict[str, Any]:
    """A building permit with a draft that waits for the act `until`."""
    dossier = permit(api, until="advance", **changes)
    draft(dossier["code"], written=written)
    begun = [act for _post, act, _params in WAY].index("advance")
    for post, act, params in WAY[begun:]:
        if act == until:
            break
        status, body = api.act(f"{post}.quynhson", dossier, act, **params)
        assert status == 200, body
    return dossier


@contextmanager
def opened(world: World, login: str = CHAIR, kind: Any = "officer") -> Iterator[Key]:
    with world.key(login, kind) as key:
        yield key


def sign(world: World, dossier: dict[str, Any], login: str = CHAIR, who: Principal | None = None) -> Summary:
    with opened(world, login) as key:
        who = who or principal_of(login)
        with scope.enter(who.scope):
            done = services_results.sign(who, dossier["code"], key, version=dossier["version"], base_url=BASE)
    dossier["version"] = done.version
    return done


def seal(world: World, dossier: dict[str, Any], login: str = CLERK) -> Summary:
    with opened(world, login, "seal") as key:
        who = principal_of(login)
        with scope.enter(who.scope):
            done = services_results.seal(who, dossier["code"], key, version=dossier["version"])
    dossier["version"] = done.version
    return done


def row_of(code: str) -> Dossier:
    with scope.enter(scope.worker()):
        return Dossier.objects.select_related("case").get(case__code=code)


__all__ = ["BASE", "PERMIT", "draft", "drafted", "filled", "opened", "row_of", "seal", "sign", "walk"]
