"""A whole installation under load, and what its clients were promised."""

from __future__ import annotations

import http.client
import itertools
import json
import shutil
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from motcua.config.testing import Installation

CLERK, SPECIALIST = "tiepnhan.quynhson", "tuphap.quynhson"
# What may never stand in a log. All of it is made up, and none of it occurs anywhere else.
NAME, CITIZEN, PHONE, ADDRESS = "Ỷ Lan Khuê Bảo Vỹ", "040190765432", "0987650123", "Ngõ Hoa Sữa 97"


def intake(mark: str) -> dict[str, Any]:
    """A birth registration whose subject carries `mark`, by which the row is found again."""
    return {
        "procedure_code": "1.001193",
        "agency_code": "H41.170",
        "channel": "counter",
        "applicant": {
            "kind": "person",
            "full_name": NAME,
            "citizen_number": CITIZEN,
            "birth_date": "1990-11-24",
            "phone": PHONE,
            "address": ADDRESS,
        },
        "subject": mark,
        "components": [{"code": code} for code in ("01", "02", "03")],
        "return_method": "counter",
    }


@dataclass
class Answer:
    status: int
    media_type: str
    body: Any

    @property
    def refused(self) -> bool:
        """Not done, said properly, and worth another try."""
        return self.status in (503, 507) and self.media_type == "application/problem+json"


class Client:
    """One connection to the API, made anew when it breaks. `token` belongs to one officer."""

    def __init__(self, installation: Installation, token: str) -> None:
        self.installation, self.token = installation, token
        self.connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> Answer | None:
        """None when the connection was refused, cut or silent for 15 seconds."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.installation.port, timeout=15)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            self.connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
            response = self.connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None
        media_type = response.headers.get_content_type()
        return Answer(response.status, media_type, json.loads(content) if "json" in media_type else content)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclass
class Load:
    """Clerks who take dossiers in and act on them, and send the same request with the same key until it is acknowledged.

    `dossiers`: mark -> answer of the intake; `acts`: (code, version after it) -> act; `said`: how often each kind of answer came.
    """

    installation: Installation
    token: str
    clerks: int = 3
    prefix: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    dossiers: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: dict[tuple[str, int], str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)
    improper: list[Answer] = field(default_factory=list)
    retried: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._threads = [threading.Thread(target=self._clerk) for _ in range(self.clerks)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Each clerk first gets the answer they are waiting for."""
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self._threads), f"no answer in 120 s: {self.said}"

    def until(self, more: int, seconds: float = 120) -> None:
        """Wait until so many more dossiers, and at least one act, have been acknowledged from now on."""
        dossiers, acts, end = len(self.dossiers), len(self.acts), time.monotonic() + seconds
        while len(self.dossiers) < dossiers + more or len(self.acts) == acts:
            assert time.monotonic() < end, f"only {len(self.dossiers) - dossiers} dossiers in {seconds} s: {self.said}"
            time.sleep(0.05)

    def _clerk(self) -> None:
        client = Client(self.installation, self.token)
        for number in itertools.count():
            if self._stop.is_set():
                break
            mark = f"{self.prefix}-{uuid.uuid4().hex}"
            self.sent.add(mark)
            dossier = self._acknowledged(client, "/dossiers", intake(mark), mark)
            if dossier is None:
                break
            self.dossiers[mark] = dossier
            if number % 2 and not self._act(client, dossier, "hand_over"):
                break
            time.sleep(0.01)
        client.close()

    def _act(self, client: Client, dossier: dict[str, Any], act: str) -> bool:
        body = {"act": act, "version": dossier["version"], "note": f"Đã kiểm tra đủ giấy tờ của {NAME}"}
        done = self._acknowledged(client, f"/dossiers/{dossier['code']}/acts", body, f"a{uuid.uuid4().hex}")
        if done is None:
            return False
        self.acts[dossier["code"], done["version"]] = act
        return True

    def _acknowledged(self, client: Client, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """The answer 200 or 201; None when another answer than those promised came, which `improper` keeps."""
        for attempt in itertools.count():
            answer = client.call("POST", path, body, key)
            self.said[str(answer.status) if answer else "no connection"] += 1
            if answer and answer.status in (200, 201):
                self.retried += attempt > 0
                return dict(answer.body)
            if answer and not answer.refused:
                self.improper.append(answer)
                return None
            time.sleep(0.1)
        raise AssertionError

    def assert_kept(self) -> None:
        """Every acknowledged dossier and act is there exactly once, nothing is there that nobody asked for."""
        assert not self.improper, self.improper[:3]
        ask = self.installation.ask
        rows = ask(
            "SELECT d.content, c.code, c.version FROM casework_case c JOIN dossiers_dossier d ON d.case_id = c.id"
            " WHERE d.content LIKE %s",
            f"{self.prefix}%",
        )
        marks = Counter(str(mark) for mark, _, _ in rows)
        assert [mark for mark, times in marks.items() if times > 1] == [], "a key made two dossiers"
        assert set(marks) - self.sent == set()
        kept = {str(mark): str(code) for mark, code, _ in rows}
        lost = {mark: found["code"] for mark, found in self.dossiers.items() if kept.get(mark) != found["code"]}
        assert lost == {}, "an acknowledged dossier is gone or bears another number"
        codes = Counter(code for _, code, _ in rows)
        assert max(codes.values()) == 1, "a number was given twice"
        entries = Counter(
            (str(code), int(seq), str(act))
            for code, seq, act in ask(
                "SELECT c.code, e.seq, e.act FROM casework_entry e JOIN casework_case c ON c.id = e.case_id"
            )
        )
        assert max(entries.values()) == 1
        assert {(code, seq, act) for (code, seq), act in self.acts.items()} - set(entries) == set(), "an act is gone"
        notes = Counter(ask("SELECT case_id, seq FROM casework_note"))
        assert max(notes.values()) == 1


def wait_for(what: Callable[[], Any], seconds: float = 120) -> Any:
    """The first true value of `what`; an exception in it counts as not yet."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            if found := what():
                return found
        except Exception as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {last!r}")


def assert_sound(installation: Installation) -> None:
    """The sealer has caught up, the journal agrees with its seals and with every case, the figures with the journal."""
    unsealed = (
        "SELECT count(*) FROM casework_entry e WHERE NOT EXISTS (SELECT FROM casework_leaf l WHERE l.entry_id = e.id)"
    )
    wait_for(lambda: installation.ask(unsealed) == [(0,)])
    verified = installation.run("verify", "--json")
    assert verified.returncode == 0, verified.stdout[-2000:] + verified.stderr[-2000:]
    report = json.loads(verified.stdout)
    assert report["broken"] == []
    assert report["sealed"] == report["entries"] > 0
    recounted = installation.run("recount", "--json")
    assert (recounted.returncode, json.loads(recounted.stdout)) == (0, []), recounted.stderr[-2000:]
    assert_jobs_are_done(installation)


def assert_jobs_are_done(installation: Installation) -> None:
    """A job put into the queue now is done, hence gone from it, soon: not only the sealer lives on."""
    (number,) = installation.ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " VALUES ('default', 'casework.purge_idempotency_keys', '{\"timestamp\": 0}') RETURNING id"
    )[0]
    wait_for(lambda: installation.ask("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", number) == [(0,)])


def assert_discreet(*logs: Path, more: tuple[str, ...] = ()) -> None:
    """No name, number, telephone, address, and nothing of `more` (secrets, tokens), in any of these logs."""
    for log in logs:
        text = log.read_text(errors="replace")
        assert text, f"{log} says nothing at all"
        found = [word for word in (NAME, "Khuê", "Vỹ", CITIZEN, PHONE, ADDRESS, *more) if word in text]
        assert found == [], f"{log.name} holds personal data: {found}"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A short path of our own: a socket's address holds 107 bytes."""
    found = Path(tempfile.mkdtemp(prefix="motcua-faults-"))
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture(scope="module")
def installation(folder: Path) -> Iterator[Installation]:
    """A running demo installation with a log that tells every request; one for all tests of a file, each of which must leave it well.

    Its logs are looked through at the end.
    """
    found = Installation(folder / "home", environ={"MOTCUA_LOG": "INFO"})
    try:
        found.start()
        yield found
    finally:
        found.stop()
    assert_discreet(found.log, *found.home.glob("pg/*.log"))
    assert found.postmaster() == 0, "the database was left running"


def token(installation: Installation, login: str = CLERK) -> str:
    made = installation.run("token", "create", "--officer", login)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture
def load(installation: Installation) -> Load:
    return Load(installation, token(installation))
