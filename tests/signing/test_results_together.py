"""Many results at once: numbers without a gap, one winner of two who sign one dossier, a batch in which one fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from motcua.casework.verification import verify
from motcua.demo.authority import Authority
from motcua.demo.fixtures import Api, principal_of
from motcua.documents import queries_signing, services_certificates
from motcua.documents.models import Certificate
from motcua.documents.signing.keys import KeyRefused
from motcua.documents.tests.world import CHAIR, CLERK, PASSPHRASE, World
from motcua.dossiers import queries, queries_results, results, services_results
from motcua.dossiers.models import SigningRun
from motcua.dossiers.services_results import Pick
from motcua.dossiers.tests import results_world as way
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, DomainError, Forbidden
from tests.signing.test_together import DEPUTY, second_signatory


@pytest.fixture
def world(fresh_demo: Api, settings: Any, tmp_path: Any, authority: Authority) -> World:
    settings.MOTCUA_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    found = World(tmp_path, authority)
    found.trust()
    found.bind(CHAIR)
    found.bind(CLERK, "seal")
    return found


def together(*works: Callable[[], Any]) -> list[Any]:
    """The answers, or the exceptions, of works that begin at one moment."""
    start, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        try:
            start.wait(30)
            answers[at] = works[at]()
        except Exception as fault:
            answers[at] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def test_numbers_have_no_gap_when_four_sign_at_once(world: World, fresh_demo: Api) -> None:
    dossiers = [way.drafted(fresh_demo) for _ in range(8)]

    def signs(mine: list[dict[str, Any]]) -> Callable[[], int]:
        def work() -> int:
            for dossier in mine:
                way.sign(world, dossier)
            return len(mine)

        return work

    assert together(*(signs(dossiers[at::4]) for at in range(4))) == [2, 2, 2, 2]
    numbers = sorted(way.row_of(dossier["code"]).result["number"] for dossier in dossiers)
    assert numbers == [f"{n:02d}/GPXD-UBND" for n in range(1, 9)]


def test_of_two_leaders_who_sign_one_result_at_once_one_wins_and_no_number_is_lost(
    world: World, fresh_demo: Api
) -> None:
    second_signatory()
    world.bind(DEPUTY)
    dossier = way.drafted(fresh_demo)

    def signs(login: str) -> Callable[[], Any]:
        return lambda: way.sign(world, dict(dossier), login)

    answers = together(signs(CHAIR), signs(DEPUTY))
    lost = [one for one in answers if isinstance(one, Exception)]
    assert len(lost) == 1
    assert isinstance(lost[0], Conflict | Forbidden)
    other = way.drafted(fresh_demo)
    way.sign(world, other)
    numbers = {way.row_of(one["code"]).result["number"] for one in (dossier, other)}
    assert numbers == {"01/GPXD-UBND", "02/GPXD-UBND"}


def test_a_deputy_signs_for_the_chair(world: World, fresh_demo: Api) -> None:
    second_signatory()
    world.bind(DEPUTY)
    dossier = way.drafted(fresh_demo)
    way.sign(world, dossier, DEPUTY)
    deputy = principal_of(DEPUTY)
    with scope.enter(deputy.scope):
        content = queries_results.content(queries.view(deputy, dossier["code"]))
    (signed,) = queries_signing.verify(content).signatures
    assert signed.report.reason == "TM. Ủy ban nhân dân – KT. Chủ tịch – Phó Chủ tịch"
    assert signed.authority == "held"


def test_a_batch_of_twenty_signs_nineteen_and_says_why_one_is_left(world: World, fresh_demo: Api) -> None:
    dossiers = [way.drafted(fresh_demo) for _ in range(19)]
    gap = way.drafted(fresh_demo)
    code = gap["code"]
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        text = [results.BLANK]
        cursor.execute(
            "UPDATE dossiers_resultdraft SET paragraphs = to_jsonb(%s::text[]) WHERE case_id ="
            " (SELECT id FROM casework_case WHERE code = %s)",
            (text, code),
        )
    chair = principal_of(CHAIR)
    picks = [Pick(one["code"], one["version"], "Hồ sơ") for one in (*dossiers[:7], gap, *dossiers[7:])]
    with scope.enter(chair.scope):
        run = services_results.start_run(chair, "sign", picks, PASSPHRASE, key="lượt 1", base_url=way.BASE)
        again = services_results.start_run(chair, "sign", picks, PASSPHRASE, key="lượt 1", base_url=way.BASE)
    assert again.id == run.id
    for thread in threading.enumerate():
        if thread.name == "signing-run":
            thread.join(180)
    with scope.enter(scope.worker()):
        run = SigningRun.objects.get()
        written = [str(row) for row in SigningRun.objects.values()]
    assert (run.done, run.signed, run.ended_at is not None) == (20, 19, True)
    assert [(one["code"], one["why"][:32]) for one in run.failures] == [(code, "Dự thảo còn 1 chỗ trống “……”. Ch")]
    assert PASSPHRASE not in str(written)
    numbers = sorted(way.row_of(one["code"]).result["number"] for one in dossiers)
    assert numbers == [f"{n:02d}/GPXD-UBND" for n in range(1, 20)]
    with scope.enter(scope.worker()):
        assert verify(40).broken == []


def test_a_batch_goes_on_after_a_dossier_that_somebody_else_took(world: World, fresh_demo: Api) -> None:
    mine, taken = way.drafted(fresh_demo), way.drafted(fresh_demo)
    pick = [Pick(one["code"], one["version"], "") for one in (taken, mine)]
    assert fresh_demo.act(CHAIR, taken, "send_back", note="Xem lại")[0] == 200
    chair = principal_of(CHAIR)
    with scope.enter(chair.scope):
        run = services_results.start_run(chair, "sign", pick, PASSPHRASE, key="lượt 2", base_url=way.BASE)
    for thread in threading.enumerate():
        if thread.name == "signing-run":
            thread.join(60)
    with scope.enter(scope.worker()):
        run.refresh_from_db()
    assert (run.signed, [one["code"] for one in run.failures]) == (1, [taken["code"]])


def test_more_than_a_hundred_are_refused_before_anything_is_opened(world: World) -> None:
    chair = principal_of(CHAIR)
    with scope.enter(chair.scope), pytest.raises(DomainError, match="tối đa 100"):
        picks = [Pick(f"H41.170-261128-{n:04d}", 1, "") for n in range(101)]
        services_results.start_run(chair, "sign", picks, PASSPHRASE, key="lượt 3", base_url=way.BASE)


def test_the_key_opened_for_a_batch_is_closed_at_its_end(world: World, fresh_demo: Api) -> None:
    dossier = way.drafted(fresh_demo)
    chair = principal_of(CHAIR)
    with scope.enter(chair.scope):
        held = Certificate.objects.get(kind="officer", ended_at=None)
        opened = services_certificates.open_key(held, PASSPHRASE)
        run = SigningRun.objects.create(
            province_id=40,
            account_id=chair.account_id,
            position_id=chair.position_id,
            agency_id=chair.agency_id,
            work="sign",
            key="lượt 4",
            items=[{"code": dossier["code"], "version": dossier["version"], "title": ""}],
            started_at=held.bound_at,
            beat_at=held.bound_at,
        )
    services_results.carry_on(chair, run.id, opened, way.BASE)
    other = way.drafted(fresh_demo)
    with scope.enter(chair.scope), pytest.raises(KeyRefused):
        services_results.sign(chair, other["code"], opened, version=other["version"], base_url=way.BASE)
