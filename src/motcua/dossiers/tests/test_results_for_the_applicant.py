"""The applicant fetches the signed result: signed in from their own list, or by code and secret; never before it was returned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from motcua.casework.models import ReadLog
from motcua.demo.fixtures import PERMIT, Api
from motcua.documents import queries_signing
from motcua.documents.tests.conftest import authority, world  # noqa: F401
from motcua.documents.tests.world import CHAIR, CLERK, World
from motcua.dossiers import results
from motcua.dossiers.tests import results_world as way
from motcua.dossiers.tests.results_world import COUNTER
from motcua.dossiers.tests.test_filing import THU, citizen, filed, signed_in  # noqa: F401
from motcua.dossiers.tests.walking import WAY
from motcua.organisation import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(api: Api, citizen: Client, world: World, settings: Any) -> dict[str, Any]:  # noqa: F811
    """A building permit that HOA filed online, its result signed and sealed and not yet returned."""
    world.time_stamps(settings)
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    dossier = api.get(COUNTER, f"/dossiers/{filed(citizen, PERMIT)}")[1]
    assert api.act(COUNTER, dossier, "accept")[0] == 200
    for post, act, params in WAY:
        if act == "advance":
            written = way.filled(dossier["code"])
            whole = tuple(p.replace(results.BLANK, "xã Quỳnh Sơn") for p in written.paragraphs)
            way.draft(dossier["code"], written=replace(written, paragraphs=whole))
        if act == "sign_off":
            break
        given = {k: v.format(suffix="quynhson") for k, v in params.items()}
        assert api.act(f"{post}.quynhson", dossier, act, **given)[0] == 200
    way.sign(world, dossier)
    way.seal(world, dossier)
    return dossier


def address(dossier: dict[str, Any]) -> str:
    return f"/ho-so-cua-toi/{dossier['code']}/ket-qua.pdf"


def reads() -> list[tuple[str, Any]]:
    with scope.enter(scope.worker()):
        return list(ReadLog.objects.filter(what__startswith="result by").order_by("at").values_list("what", "account"))


def test_ones_own_list_offers_the_result_once_it_was_returned(api, citizen, sealed):  # noqa: F811
    assert address(sealed) not in citizen.get("/ho-so-cua-toi/").content.decode()
    assert citizen.get(address(sealed)).status_code == 404
    assert api.act(COUNTER, sealed, "return_result", how="online")[0] == 200
    assert address(sealed) in citizen.get("/ho-so-cua-toi/").content.decode()
    response = citizen.get(address(sealed))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    verdict = queries_signing.verify(response.content)
    assert verdict.tone == "done" and [one.kind for one in verdict.signatures] == ["officer", "seal"]


def test_the_tracking_page_gives_the_same_file(api, citizen, sealed):  # noqa: F811
    citizen.post("/ho-so-cua-toi/mo/", {"code": sealed["code"]})
    assert citizen.get("/tra-cuu/ho-so/ket-qua.pdf").status_code == 404
    assert "ket-qua.pdf" not in citizen.get("/tra-cuu/ho-so/").content.decode()
    assert api.act(COUNTER, sealed, "return_result", how="online")[0] == 200
    assert "/tra-cuu/ho-so/ket-qua.pdf" in citizen.get("/tra-cuu/ho-so/").content.decode()
    assert citizen.get("/tra-cuu/ho-so/ket-qua.pdf").content == citizen.get(address(sealed)).content


def test_no_cache_keeps_it_and_no_other_site_learns_its_address(api, citizen, sealed):  # noqa: F811
    api.act(COUNTER, sealed, "return_result", how="online")
    citizen.post("/ho-so-cua-toi/mo/", {"code": sealed["code"]})
    for path in (address(sealed), "/tra-cuu/ho-so/ket-qua.pdf"):
        response = citizen.get(path)
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Content-Disposition"] == f'attachment; filename="{sealed["code"]}-ket-qua.pdf"'


def test_anothers_result_does_not_exist(api, citizen, sealed):  # noqa: F811
    api.act(COUNTER, sealed, "return_result", how="online")
    assert signed_in(THU.number).get(address(sealed)).status_code == 404
    assert Client().get(address(sealed))["Location"].startswith("/cong-dan/dang-nhap/?tiep=")
    assert reads() == []


def test_each_fetching_is_in_the_read_log_and_a_refused_one_is_not(api, citizen, sealed):  # noqa: F811
    citizen.get(address(sealed))
    assert reads() == []
    api.act(COUNTER, sealed, "return_result", how="online")
    citizen.get(address(sealed))
    citizen.post("/ho-so-cua-toi/mo/", {"code": sealed["code"]})
    citizen.get("/tra-cuu/ho-so/ket-qua.pdf")
    assert reads() == [("result by identity", None), ("result by secret", None)]
