"""Certified copies as electronic documents (ADR 0032): drafted at the counter from the papers and their scans, signed, sealed and returned
online by the same way as every result."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from motcua.demo import papers
from motcua.demo.fixtures import BIRTH, COPY, PASSWORD, Api, principal_of
from motcua.documents import queries_signing
from motcua.documents.tests.conftest import authority, world  # noqa: F401
from motcua.documents.tests.test_uploads import send
from motcua.documents.tests.world import CHAIR, CLERK, World
from motcua.dossiers import certification, queries_results
from motcua.dossiers.models import ResultDraft
from motcua.dossiers.tests import results_world as way
from motcua.dossiers.tests.results_world import COUNTER
from motcua.dossiers.tests.walking import journalled
from motcua.organisation import scope

pytestmark = pytest.mark.django_db
PAPERS = [{"name": "Bằng tốt nghiệp", "pages": 2, "copies": 1}]


def scanned(api: Api) -> dict[str, Any]:
    """A certification of copies whose original was scanned at the counter."""
    dossier = api.receive(procedure=COPY)
    file = send(api, papers.photo(), "bang.jpg")[1]["file_id"]
    status, body = api.act(COUNTER, dossier, "digitise", component="01", file_ids=[file])
    assert status == 200, body
    return dossier


def electronic(api: Api, dossier: dict[str, Any], **more: Any) -> tuple[int, Any]:
    return api.act(COUNTER, dossier, "complete_now", papers=PAPERS, electronic=True, **more)


def draft_of(dossier: dict[str, Any]) -> ResultDraft | None:
    with scope.enter(scope.worker()):
        return ResultDraft.objects.filter(case__code=dossier["code"]).first()


def test_it_is_drafted_signed_sealed_and_returned_online(api: Api, world: World, settings: Any) -> None:  # noqa: F811
    world.time_stamps(settings)
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    dossier = scanned(api)
    status, body = electronic(api, dossier)
    assert (status, body["state"]) == (200, "in_progress")
    chair = principal_of(CHAIR)
    with scope.enter(chair.scope):
        assert [line.code for line in queries_results.waiting(chair, "sign")] == [dossier["code"]]
    way.sign(world, dossier)
    assert way.seal(world, dossier).case.state == "finished"
    api.pay(COUNTER, dossier)
    assert api.act(COUNTER, dossier, "return_result", how="online")[0] == 200
    status, file = api.get(None, f"/track/{dossier['code']}/result?secret={dossier['secret']}")
    verdict = queries_signing.verify(file)
    assert (status, verdict.tone, [one.kind for one in verdict.signatures]) == (200, "done", ["officer", "seal"])


def test_the_draft_names_the_papers_and_is_bound_to_their_scans(api: Api) -> None:
    dossier = scanned(api)
    assert electronic(api, dossier)[0] == 200
    draft = draft_of(dossier)
    assert draft is not None
    (scan,) = api.get(COUNTER, f"/dossiers/{dossier['code']}")[1]["files"]
    said = " ".join(draft.paragraphs)
    assert "Bằng tốt nghiệp (2 trang)" in said
    assert f"SHA-256 {scan['sha256']}" in said
    payload = journalled(dossier["code"])
    assert (payload["draft"], payload["electronic"]) == (draft.sha256, 1)
    assert "Bằng tốt nghiệp" not in str(payload)


def test_no_number_of_the_book_of_paper_copies_is_taken(api: Api) -> None:
    dossier = scanned(api)
    assert electronic(api, dossier)[0] == 200
    who = principal_of(COUNTER)
    with scope.enter(who.scope):
        assert certification.books(who.agency_id) == []


def test_pages_that_came_out_otherwise_are_charged_anew(api: Api) -> None:
    dossier = scanned(api)
    assert electronic(api, dossier)[0] == 200
    assert api.pay(COUNTER, dossier)["amount"] == 4000


def test_without_a_scan_there_is_nothing_to_certify(api: Api) -> None:
    dossier = api.receive(procedure=COPY)
    status, body = electronic(api, dossier)
    assert (status, body["errors"][0]["field"]) == (422, "electronic")
    assert draft_of(dossier) is None


def test_what_is_refused_leaves_no_draft(api: Api) -> None:
    dossier = scanned(api)
    assert electronic(api, {**dossier, "version": dossier["version"] - 1})[0] == 409
    assert electronic(api, api.receive(procedure=BIRTH))[0] == 409
    status, body = api.act(COUNTER, dossier, "complete_now", papers=[{"name": " "}], electronic=True)
    assert (status, body["errors"][0]["field"]) in {(422, "papers.0.name"), (422, "papers")}
    assert api.act(CHAIR, dossier, "complete_now", papers=PAPERS, electronic=True)[0] == 403
    assert draft_of(dossier) is None


def test_the_page_offers_it_where_the_book_has_an_instrument_for_it(api: Api) -> None:
    dossier = scanned(api)
    clerk = Client()
    assert clerk.login(username=COUNTER, password=PASSWORD)
    address = f"/ho-so/{dossier['code']}/complete_now/"
    assert "Cấp bản sao điện tử" in clerk.get(address).content.decode()
    signer = principal_of(CHAIR).officer_id
    answers = {"version": dossier["version"], "name_0": "Bằng tốt nghiệp", "pages_0": "2", "signer": str(signer)}
    answers |= {"electronic": "on", "idempotency_key": "0190d2f1-0000-7000-8000-000000000032"}
    for _twice in range(2):
        response = clerk.post(address, answers)
        assert (response.status_code, response["Location"]) == (302, f"/ho-so/{dossier['code']}/")
    assert "Đã chuyển người ký số" in clerk.get(f"/ho-so/{dossier['code']}/").content.decode()
