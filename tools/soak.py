"""A working day in half an hour: mixed load on a real installation at a steady rate, with memory, errors and answer times watched.

    .venv/bin/python tools/soak.py --minutes 30 [--rate 15] [--dossiers 3000]

Starts `motcua serve --demo` with a home, a database and a port of its own, and sends what clerks, leaders and citizens send: intakes, acts,
worklists, the register, searches, dossiers, receipts, figures, uploads, tracking, the public board, sign-ins by page. Requests leave at fixed
moments whether or not the earlier ones are answered (open loop), so a server that slows down shows it in the answer times. A sample is taken
each minute. At the end `motcua verify`, `motcua recount` and `motcua indicators verify` must be clean.

Exit status 1 when an answer was 5xx or missing, when a check found something, or when memory rose faster in the second half than --bound MB an
hour (judged from ten minutes on; before that the caches are still filling).
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter

from motcua.config.testing import Installation, children, descendants
from motcua.demo import papers

PASSWORD = "Quynh-Son-2026"
COMMUNES = {"quynhson": "H41.170", "tanmai": "H41.128"}
CLIENTS = 16
JUDGED_FROM = 10.0  # minutes
BOUND = 40.0  # MB an hour
PARTS = ("supervisor", "web", "worker", "postgres")
WAY = (("tiepnhan", "hand_over"), ("tuphap", "advance"))
CHECKS = (("verify",), ("recount",), ("indicators", "verify"))
NAMES = ("Nguyễn Văn Ước", "Hồ Thị Mai", "Đậu Thị Ý", "Võ Sỹ Đô", "Phan Thị Ánh", "Cao Xuân Lương")


# --- memory -------------------------------------------------------------------------------------------------------------


def resident_mb(pids: Sequence[int]) -> float:
    """Sum of VmRSS."""
    return sum(_kb(pid, "status", "VmRSS:") for pid in pids) * 1024 / 1e6


def own_mb(pids: Sequence[int]) -> float:
    """Anonymous memory: PostgreSQL's processes share their buffers, which fill up to their setting and no further."""
    return sum(_kb(pid, "smaps_rollup", "Pss_Anon:") for pid in pids) * 1024 / 1e6


def _kb(pid: int, file: str, key: str) -> int:
    try:
        text = Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(key)), 0)


@dataclass(frozen=True, slots=True)
class Sample:
    """`minute` since the load began; memory in MB of 10^6 bytes by part (PostgreSQL's without shared buffers, which stand apart)."""

    minute: float
    memory: dict[str, float]
    shared_mb: float
    database_mb: float
    connections: int


def slope(samples: Sequence[Sample], part: str | None = None) -> float:
    """MB an hour over the second half by least squares, of one part or of all together; 0 when there are too few."""
    half = [s for s in samples if s.minute >= samples[-1].minute / 2] if samples else []
    if len(half) < 2:
        return 0.0
    xs = [s.minute / 60 for s in half]
    ys = [s.memory[part] if part else sum(s.memory.values()) for s in half]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


# --- load ---------------------------------------------------------------------------------------------------------------


@dataclass
class Answers:
    """What was answered: milliseconds by kind of request, and how often which status (0: no answer at all)."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, milliseconds: float) -> None:
        with self.lock:
            self.took[kind].append(milliseconds)
            self.statuses[kind, status] += 1

    @property
    def failures(self) -> int:
        return sum(n for (_, status), n in self.statuses.items() if status >= 500 or status == 0)

    @property
    def all(self) -> int:
        return sum(self.statuses.values())


class From(HTTPAdapter):
    """Connections from an address of the loopback network of its own: many people do not sit behind one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> Any:
        return super().init_poolmanager(*arguments, source_address=(self.address, 0), **named)


class Load:
    """The people. Each request is one method; `step` draws one."""

    def __init__(self, installation: Installation, tokens: dict[str, str], seed: int) -> None:
        self.address, self.tokens = installation.address, tokens
        self.chance, self.lock = Random(seed), threading.Lock()
        self.answers = Answers()
        self.dossiers: deque[dict[str, Any]] = deque(maxlen=2000)
        self.open: deque[tuple[dict[str, Any], int]] = deque()
        self.desks: dict[str, requests.Session] = {}
        self.people = threading.local()
        self.late = 0
        self.mix: list[tuple[int, Callable[[], None]]] = [
            (14, self.intake),
            (16, self.act),
            (10, self.worklist),
            (8, self.worklist_page),
            (6, self.register),
            (8, self.search),
            (10, self.dossier),
            (5, self.dossier_page),
            (4, self.receipt),
            (6, self.track),
            (4, self.figures),
            (2, self.figures_page),
            (3, self.upload),
            (2, self.sign_in),
            (3, self.board),
            (3, self.procedures),
        ]

    def draw(self, some: Sequence[Any]) -> Any:
        with self.lock:
            return self.chance.choice(some)

    def step(self) -> None:
        with self.lock:
            ((_, action),) = self.chance.choices(self.mix, [weight for weight, _ in self.mix])
        action()

    # -- sending

    def send(self, kind: str, method: str, path: str, by: requests.Session | None = None, **more: Any) -> Any:
        """The answer, None without one; noted under `kind`."""
        session = by or self.somebody()
        began = time.perf_counter()
        try:
            found = session.request(method, self.address + path, timeout=30, **more)
        except requests.RequestException:
            self.answers.note(kind, 0, (time.perf_counter() - began) * 1000)
            return None
        self.answers.note(kind, found.status_code, (time.perf_counter() - began) * 1000)
        return found

    def somebody(self) -> requests.Session:
        """A citizen at an address of their own, a new one every twentieth time."""
        people = self.people
        if getattr(people, "left", 0) <= 0:
            with self.lock:
                address = ".".join(["127", *(str(self.chance.randrange(1, 255)) for _ in range(3))])
            people.session, people.left = self.session(address), 20
        people.left -= 1
        session: requests.Session = people.session
        session.cookies.clear()
        return session

    @staticmethod
    def session(address: str) -> requests.Session:
        made = requests.Session()
        made.mount("http://", From(address))
        return made

    def api(self, kind: str, method: str, login: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[login]}", **more.pop("headers", {})}
        return self.send(kind, method, f"/api/v1{path}", headers=headers, **more)

    def commune(self) -> str:
        return str(self.draw(list(COMMUNES)))

    # -- officers

    def intake(self) -> None:
        commune, name = self.commune(), self.draw(NAMES)
        body = {
            "procedure_code": "1.001193",
            "agency_code": COMMUNES[commune],
            "channel": "counter",
            "applicant": {
                "kind": "person",
                "full_name": name,
                "citizen_number": "040090001234",
                "birth_date": "1990-11-24",
                "phone": "0912345678",
                "address": "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An",
            },
            "components": [{"code": code} for code in ("01", "02", "03")],
            "return_method": "counter",
        }
        done = self.api(
            "intake", "POST", f"tiepnhan.{commune}", "/dossiers", json=body, headers={"Idempotency-Key": str(uuid4())}
        )
        if done is not None and done.status_code == 201:
            dossier = {**done.json(), "commune": commune}
            self.dossiers.append(dossier)
            self.open.append((dossier, 0))

    def act(self) -> None:
        try:
            dossier, at = self.open.popleft()
        except IndexError:
            return self.intake()
        post, act = WAY[at]
        done = self.api(
            "act",
            "POST",
            f"{post}.{dossier['commune']}",
            f"/dossiers/{dossier['code']}/acts",
            json={"act": act, "version": dossier["version"], "note": "Đã kiểm tra"},
            headers={"Idempotency-Key": str(uuid4())},
        )
        if done is not None and done.status_code == 200 and at + 1 < len(WAY):
            self.open.append(({**dossier, "version": done.json()["version"]}, at + 1))
        return None

    def worklist(self) -> None:
        self.api("worklist", "GET", f"tuphap.{self.commune()}", "/worklist")

    def register(self) -> None:
        self.api("register", "GET", self.draw(["theodoi.nghean", "tiepnhan.quynhson"]), "/dossiers?state=in_progress")

    def dossier(self) -> None:
        if one := self.known():
            self.api("dossier", "GET", f"tiepnhan.{one['commune']}", f"/dossiers/{one['code']}")

    def receipt(self) -> None:
        if one := self.known():
            self.api("form 01", "GET", f"tiepnhan.{one['commune']}", f"/dossiers/{one['code']}/forms/01.pdf")

    def figures(self) -> None:
        self.api("figures", "GET", self.draw(["theodoi.nghean", "giamdoc.quynhson"]), "/indicators/summary")

    def upload(self) -> None:
        login = f"tiepnhan.{self.commune()}"
        if self.draw((True, False)):
            file = ("don.pdf", papers.pdf(2, mark=str(uuid4())), "application/pdf")
        else:
            file = ("anh.jpg", papers.photo(colour=f"#{self.draw(range(2**24)):06x}"), "image/jpeg")
        self.api("upload", "POST", login, "/files", files={"file": file})

    # -- officers' pages

    def desk(self, login: str) -> requests.Session:
        """A signed-in browser; each officer keeps theirs."""
        with self.lock:
            known = self.desks.get(login)
        if known is None:
            known = self.enter(login)
            with self.lock:
                self.desks[login] = known
        return known

    def enter(self, login: str) -> requests.Session:
        with self.lock:
            made = self.session(f"127.7.{self.chance.randrange(1, 255)}.{self.chance.randrange(1, 255)}")
        page = self.send("sign-in page", "GET", "/dang-nhap/", made)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text if page is not None else "")
        body = {"csrfmiddlewaretoken": found[1] if found else "", "login": login, "password": PASSWORD}
        self.send("sign-in", "POST", "/dang-nhap/", made, data=body, allow_redirects=False)
        return made

    def sign_in(self) -> None:
        posts = ("tiepnhan", "giamdoc", "tuphap", "vanthu", "truongphong", "xaydung", "diachinh", "chutich")
        self.enter(f"{self.draw(posts)}.{self.commune()}").close()

    def worklist_page(self) -> None:
        self.send("worklist page", "GET", "/viec-can-lam/", self.desk(f"tuphap.{self.commune()}"))

    def search(self) -> None:
        self.send(
            "search page", "GET", "/ho-so/", self.desk(f"tiepnhan.{self.commune()}"), params={"q": self.draw(NAMES)}
        )

    def dossier_page(self) -> None:
        if one := self.known():
            self.send("dossier page", "GET", f"/ho-so/{one['code']}/", self.desk(f"tiepnhan.{one['commune']}"))

    def figures_page(self) -> None:
        self.send("figures page", "GET", "/so-lieu/", self.desk(self.draw(("theodoi.nghean", "giamdoc.quynhson"))))

    # -- citizens

    def track(self) -> None:
        if one := self.known():
            self.send("tracking", "GET", f"/api/v1/track/{one['code']}", params={"secret": one["secret"]})

    def board(self) -> None:
        self.send("board", "GET", f"/bang-cong-khai/{self.draw(list(COMMUNES.values()))}/")

    def procedures(self) -> None:
        self.send("procedures", "GET", "/thu-tuc/", params={"q": self.draw(("khai sinh", "làm nhà", "chứng thực"))})

    def known(self) -> Any:
        with self.lock:
            return self.chance.choice(self.dossiers) if self.dossiers else None


def drive(load: Load, rate: float, seconds: float, each: Callable[[float], None], every: float) -> None:
    """`rate` steps a second for `seconds`, at fixed moments; `each(seconds so far)` at the start, every so often and at the end."""
    began = time.monotonic()
    each(0)
    sampled, sent = 0.0, 0
    with ThreadPoolExecutor(CLIENTS) as pool:
        while (now := time.monotonic() - began) < seconds:
            if now - sampled >= every:
                sampled = now
                each(now)
            while sent < now * rate:
                sent += 1
                pool.submit(load.step)
            load.late = max(load.late, pool._work_queue.qsize())
            time.sleep(min(0.05, 1 / rate))
    each(time.monotonic() - began)


# --- the whole ----------------------------------------------------------------------------------------------------------


def sample(installation: Installation, minute: float) -> Sample:
    process = installation.process
    supervisor = [process.pid] if process else []
    web, worker = installation.web(), installation.worker()
    servers = [installation.postmaster(), *children(installation.postmaster())]
    ((size, connections),) = installation.ask(
        "SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
    )
    return Sample(
        minute,
        {
            "supervisor": resident_mb(supervisor),
            "web": resident_mb([web, *descendants(web)]),
            "worker": resident_mb([worker, *descendants(worker)]),
            "postgres": own_mb(servers),
        },
        sum(_kb(pid, "smaps_rollup", "Pss_Shmem:") for pid in servers) * 1024 / 1e6,
        int(str(size)) / 1e6,
        int(str(connections)) - 1,  # ours
    )


def report(load: Load, samples: Sequence[Sample]) -> str:
    """Tables of Markdown."""
    lines = [
        "| minute | supervisor | web | worker | PostgreSQL | its shared buffers | database MB | connections |",
        "|---" * 8 + "|",
    ]
    for s in samples:
        cells = [f"{s.minute:.1f}", *(f"{s.memory[part]:.0f}" for part in PARTS)]
        lines.append(
            "| " + " | ".join([*cells, f"{s.shared_mb:.0f}", f"{s.database_mb:.0f}", str(s.connections)]) + " |"
        )
    lines += ["", "| request | answers | p50 ms | p95 ms | p99 ms | by status |", "|---" * 6 + "|"]
    answers = load.answers
    for kind in [*sorted(answers.took), "**all**"]:
        took = answers.took[kind] if kind in answers.took else [ms for some in answers.took.values() for ms in some]
        by_status: Counter[int] = Counter()
        for (of, status), n in answers.statuses.items():
            by_status[status] += n if of == kind or kind not in answers.took else 0
        said = ", ".join(f"{status or 'no answer'}: {n}" for status, n in sorted(by_status.items()) if n)
        p = [f"{quantile(took, share):.0f}" for share in (0.5, 0.95, 0.99)]
        lines.append(f"| {kind} | {len(took)} | {' | '.join(p)} | {said} |")
    slopes = ", ".join(f"{part} {slope(samples, part):+.1f}" for part in PARTS)
    lines += [
        "",
        f"memory in the second half: {slope(samples):+.1f} MB an hour ({slopes}); longest queue of unsent requests {load.late}",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=15, help="requests a second")
    parser.add_argument("--dossiers", type=int, default=3000, help="of the simulated past")
    parser.add_argument(
        "--bound", type=float, default=BOUND, help="MB an hour by which memory may rise in the second half"
    )
    parser.add_argument("--seed", type=int, default=36)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="motcua-soak-"))
    installation = Installation(
        folder / "home", environ={"MOTCUA_DEMO_DOSSIERS": str(options.dossiers), "MOTCUA_DEMO_PASSWORD": PASSWORD}
    )
    try:
        installation.start(seconds=900)
        return soak(installation, options)
    finally:
        installation.stop()
        shutil.rmtree(folder, ignore_errors=True)


def soak(installation: Installation, options: argparse.Namespace) -> int:
    logins = ["theodoi.nghean", *(f"{post}.{c}" for post in ("tiepnhan", "tuphap", "giamdoc") for c in COMMUNES)]
    tokens = {}
    for login in logins:
        made = installation.run("token", "create", "--officer", login)
        if made.returncode:
            raise RuntimeError(made.stderr)
        tokens[login] = made.stdout.strip()
    load, samples = Load(installation, tokens, options.seed), []

    def each(seconds: float) -> None:
        samples.append(found := sample(installation, seconds / 60))
        told = ", ".join(f"{part} {found.memory[part]:.0f}" for part in PARTS)
        print(
            f"{found.minute:6.1f} min  {load.answers.all} answers, {load.answers.failures} failed, MB: {told}",
            file=sys.stderr,
        )

    every = min(60.0, options.minutes * 60 / 8)
    drive(load, options.rate, options.minutes * 60, each, every)
    print(report(load, samples))
    broken = 0
    time.sleep(5)  # the sealer
    for check in CHECKS:
        done = installation.run(*check)
        broken += done.returncode != 0
        print(f"\n$ motcua {' '.join(check)}\n{done.stdout}{done.stderr}".rstrip())
    too_steep = options.minutes >= JUDGED_FROM and slope(samples) > options.bound
    if options.minutes < JUDGED_FROM:
        print(f"\nshorter than {JUDGED_FROM:.0f} minutes: the rise of memory is told, not judged")
    for wrong, words in (
        (load.answers.failures, f"{load.answers.failures} answers were 5xx or missing"),
        (broken, f"{broken} checks found something"),
        (too_steep, f"memory rose faster than {options.bound:.0f} MB an hour"),
    ):
        if wrong:
            print(f"FAILED: {words}")
    return 1 if load.answers.failures or broken or too_steep else 0


if __name__ == "__main__":
    raise SystemExit(main())
