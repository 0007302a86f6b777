"""Two people sign one document at the same moment: one chain of signatures, none lost."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connections

from motcua.demo.authority import Authority
from motcua.demo.fixtures import Api
from motcua.documents import queries_signing, storage
from motcua.documents.models import Signature
from motcua.documents.tests.world import CHAIR, World
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.models import Account, Officer, Position, Posting
from motcua.organisation.queries import agency
from motcua.places.text import sort_key

DEPUTY = "phochutich.quynhson"


def second_signatory() -> None:
    with scope.enter(scope.worker()):
        home = agency(40, code="H41.170")
        account = Account.objects.create(login=DEPUTY, password="!")
        officer = Officer.objects.create(
            province_id=40,
            account=account,
            full_name="Đặng Thị Ước",
            sort_key=sort_key("Đặng Thị Ước"),
            category="can_bo",
            valid_from=date(2025, 7, 1),
        )
        position = Position.objects.create(
            province_id=40,
            agency_id=home.id,
            division_id=home.divisions["leadership"],
            title="Phó Chủ tịch Ủy ban nhân dân",
            roles=["signatory"],
        )
        Posting.objects.create(province_id=40, officer=officer, position=position, valid_from=date(2025, 7, 1))
    principals.forget()


@pytest.mark.usefixtures("fresh_demo")
def test_two_who_sign_at_once_both_stand_one_upon_the_other(
    settings, tmp_path, authority: Authority, fresh_demo: Api
) -> None:
    settings.MOTCUA_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    second_signatory()
    world = World(tmp_path, authority)
    world.trust()
    for login in (CHAIR, DEPUTY):
        world.bind(login)
    document = world.prepare()
    start, failed = threading.Barrier(2), []

    def sign(login: str) -> None:
        try:
            start.wait(20)
            world.sign(document.id, login)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=(login,)) for login in (CHAIR, DEPUTY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    found = queries_signing.verify(world.content(document.id))
    assert {one.who for one in found.signatures} == {"Hồ Sỹ Ái", "Đặng Thị Ước"}
    assert all(one.report.intact and not one.report.added for one in found.signatures)
    with scope.enter(scope.worker()):
        first, second = Signature.objects.select_related("before", "after").order_by("seq")
        assert first.after_id == second.before_id
        assert storage.get(second.after.sha256).startswith(storage.get(first.after.sha256))
