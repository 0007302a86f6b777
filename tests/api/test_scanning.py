"""The scanner: asked by clamd's own protocol, retried when it fails; what it rejects is never handed out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.demo import papers
from motcua.demo.fixtures import Api, intake
from motcua.documents import scanning
from motcua.documents.models import StoredFile
from motcua.documents.tests.test_uploads import CLERK, send
from motcua.organisation import scope
from tests.peers.clamd import Clamd, clamd


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Iterator[Clamd]:
    with clamd(tmp_path) as (address, peer):
        settings.MOTCUA_SCANNER = address
        yield peer


def infected() -> bytes:
    """A picture that opens, with EICAR behind it."""
    return papers.photo() + papers.EICAR


def states() -> list[tuple[str, str]]:
    with scope.enter(scope.worker()):
        return list(StoredFile.objects.order_by("created_at").values_list("state", "finding"))


def test_without_a_scanner_a_file_stays_not_scanned_and_is_served_so_marked(api: Api) -> None:
    _status, body = send(api, papers.pdf())
    assert scanning.scan_waiting() == 0
    response = get(api, body["file_id"])
    assert (response.status_code, response["Motcua-File-State"]) == (200, "not_scanned")


def test_a_clean_file_is_called_clean_once(api: Api, scanner: Clamd) -> None:
    _status, body = send(api, papers.pdf())
    assert (scanning.scan_waiting(), scanning.scan_waiting(), scanner.asked) == (1, 0, 1)
    assert states() == [("clean", "")]
    assert get(api, body["file_id"])["Motcua-File-State"] == "clean"


def test_what_the_scanner_rejects_is_not_served_attached_or_taken_again(api: Api, scanner: Clamd) -> None:
    _status, body = send(api, infected(), "anh.jpg")
    assert scanning.scan_waiting() == 1
    assert states() == [("rejected", "Eicar-Test-Signature")]
    response = get(api, body["file_id"])
    assert (response.status_code, papers.EICAR in response.content) == (410, False)
    assert "bị phần mềm quét mã độc từ chối" in response.json()["detail"]
    status, problem = send(api, infected(), "anh.jpg")
    assert (status, "mã độc" in problem["detail"]) == (422, True)
    components = [{"code": "01", "file_ids": [body["file_id"]]}, {"code": "02"}, {"code": "03"}]
    status, problem = api.post(CLERK, "/dossiers", {**intake(), "components": components})
    assert (status, "mã độc" in problem["errors"][0]["message"]) == (422, True)


def test_a_scanner_that_breaks_off_is_asked_again(api: Api, scanner: Clamd) -> None:
    send(api, papers.pdf())
    scanner.stumble = True
    assert (scanning.scan_waiting(), states()) == (0, [("not_scanned", "")])
    scanner.stumble = False
    assert (scanning.scan_waiting(), states()) == (1, [("clean", "")])


def test_a_scanner_that_is_not_there_stops_nothing(api: Api, settings: Any, tmp_path: Path) -> None:
    settings.MOTCUA_SCANNER = f"unix:{tmp_path}/nobody"
    assert (send(api, papers.pdf())[0], scanning.scan_waiting(), states()) == (201, 0, [("not_scanned", "")])


@pytest.mark.parametrize("wrong", ["tcp:10.0.0.9:3310", "http://127.0.0.1", "unix:relative", "tcp:127.0.0.1:x"])
def test_the_scanner_is_on_this_machine_or_refused(settings: Any, wrong: str) -> None:
    settings.MOTCUA_SCANNER = wrong
    with pytest.raises(ValueError, match="MOTCUA_SCANNER"):
        scanning.address()


def get(api: Api, file_id: str) -> Any:
    return api.client.get(f"/api/v1/files/{file_id}", headers={"Authorization": f"Bearer {api.token(CLERK)}"})
