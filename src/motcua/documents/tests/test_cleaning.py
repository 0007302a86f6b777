"""Drafts live a day, bytes as long as a row names them, and both stay while a backup runs."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connections, transaction

from motcua.config import backup
from motcua.demo import papers
from motcua.demo.fixtures import Api
from motcua.documents import cleaning, storage
from motcua.documents.models import Attachment, StoredFile
from motcua.documents.tests.test_uploads import CLERK, send
from motcua.organisation import scope
from motcua.worktime import clock


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def on_disk(home: Path) -> set[str]:
    return {path.name for path in home.rglob("*") if path.is_file()}


def clean() -> int:
    cleaning.forget_drafts()
    return cleaning.remove_unnamed()


def test_a_draft_goes_after_a_day_with_its_bytes_and_its_small_picture(api: Api, home: Path) -> None:
    now = clock.now()
    with clock.freeze(now):
        send(api, papers.pdf())
    assert len(on_disk(home)) == 2
    with clock.freeze(now + timedelta(hours=23)):
        assert clean() == 0
    with clock.freeze(now + timedelta(hours=25)):
        assert clean() == 1
    assert on_disk(home) == set()
    with scope.enter(scope.worker()):
        assert (Attachment.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_what_a_dossier_names_stays_though_another_draft_of_it_goes(api: Api, home: Path) -> None:
    now = clock.now()
    content = papers.pdf()
    with clock.freeze(now):
        _status, kept = send(api, content)
        components = [{"code": "01", "file_ids": [kept["file_id"]]}, {"code": "02"}, {"code": "03"}]
        api.receive(components=components)
        assert send(api, content)[1]["file_id"] != kept["file_id"]
    with clock.freeze(now + timedelta(hours=25)):
        assert clean() == 0
    assert storage.get(kept["sha256"]) == content
    with scope.enter(scope.worker()):
        assert Attachment.objects.count() == 1


def test_a_form_that_was_issued_stays(api: Api, home: Path) -> None:
    now = clock.now()
    dossier = api.receive()
    assert api.get(CLERK, f"/dossiers/{dossier['code']}/forms/01.pdf")[0] == 200
    before = on_disk(home)
    with clock.freeze(now + timedelta(hours=25)):
        assert clean() == 0
    assert on_disk(home) == before


def test_a_picture_that_another_file_shares_stays(api: Api, home: Path) -> None:
    now = clock.now()
    with clock.freeze(now):
        send(api, papers.pdf(mark="một"))
    with clock.freeze(now + timedelta(hours=20)):
        send(api, papers.pdf(mark="hai"))  # another content that looks the same
    with clock.freeze(now + timedelta(hours=25)):
        assert clean() == 1
    with scope.enter(scope.worker()):
        left = StoredFile.objects.get()
    assert on_disk(home) == {left.sha256, left.preview}


def test_nothing_goes_while_a_backup_runs(fresh_demo: Api, home: Path) -> None:
    now = clock.now()
    with clock.freeze(now):
        send(fresh_demo, papers.pdf())
    with clock.freeze(now + timedelta(hours=25)):
        cleaning.forget_drafts()
        removed: list[int] = []

        def elsewhere() -> None:
            removed.append(cleaning.remove_unnamed())
            connections.close_all()

        with backup.without_clean_up():
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
        assert (removed, len(on_disk(home))) == ([0], 2)
        assert cleaning.remove_unnamed() == 1


def test_the_application_cannot_delete_what_is_attached(api: Api) -> None:
    _status, kept = send(api, papers.pdf())
    api.receive(components=[{"code": "01", "file_ids": [kept["file_id"]]}, {"code": "02"}, {"code": "03"}])
    with scope.enter(scope.worker()):
        assert Attachment.objects.filter(id=kept["file_id"])._raw_delete("default") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Attachment.objects.filter(id=kept["file_id"]).update(name="khác")
