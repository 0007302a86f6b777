"""Walks every page of a running demo province as every role, in Chromium, and says what is wrong: status 1 when a page breaks, is wider than a phone,
is not accessible, has not one first heading, or writes to the console.

    .venv/bin/motcua serve --demo --port 8790 &
    .venv/bin/python tools/walk_pages.py --url http://127.0.0.1:8790 --out /tmp/pages

It reads the demo's database for what stands in the addresses, so it runs with the same `MOTCUA_HOME` or `DATABASE_URL` as the server, and with
`--furnish` puts dossiers in every state into a demo that has none. Pictures, `index.html` and `summary.json` are in the folder of `--out`.
`--role` (a role, a login, `stranger`, `citizen`, `organisation`) and `--only` (a part of the route's name) make the walk shorter; `--print` adds a picture
of each page as it would be printed.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "src"))

from motcua.config import browser  # noqa: E402

HEAVY = 100_000
"""Bytes of HTML beyond which a page is not for a phone in the hills (design §8)."""
NARROW = (375, 320)
PAPER = 794
"""A4 in CSS pixels."""
EXPECTED = {403, 404, 409, 422}
"""Statuses with a page of ours; each is looked at once for a visitor and a route, and judged as any other page."""


@dataclass
class Stop:
    """One address on the way of one visitor."""

    visitor: str
    route: str
    address: str
    before: str = ""
    label: str = ""


@dataclass
class Seen:
    visitor: str
    route: str
    address: str
    label: str
    status: int
    to: str = ""
    bytes: int = 0
    title: str = ""
    headings: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--role", action="append", default=[])
    parser.add_argument("--only", default="", help="a regular expression over names of routes")
    parser.add_argument("--width", action="append", type=int, default=[])
    parser.add_argument("--print", action="store_true", dest="on_paper")
    parser.add_argument("--add", action="store_true", help="keep what an earlier walk left in the folder")
    parser.add_argument("--furnish", action="store_true")
    asked = parser.parse_args()
    os.environ |= {"MOTCUA_DEMO": "1", "MOTCUA_LOG": "CRITICAL", "MOTCUA_ALLOWED_HOSTS": "testserver,localhost"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"
    from motcua.config import postgres

    with postgres.environment():
        import django

        django.setup()
        import walk_furnishing
        import walk_visitors
        from django.db import connections

        from motcua.demo.services import demo_password

        try:
            if asked.furnish:
                walk_furnishing.furnish()
            people = [v for v in walk_visitors.visitors() if v.called(asked.role)]
            stops, unvisited = plan(people, asked.only)
            password = demo_password()
        finally:
            connections.close_all()
    asked.out.mkdir(parents=True, exist_ok=True)
    kept = earlier(asked.out) if asked.add else []
    seen: list[Seen] = []
    with browser.started() as chromium:
        for visitor in people:
            walk = Walk(chromium, asked.url.rstrip("/"), asked.out, asked.width or [1280, 375], asked.on_paper)
            mine = [stop for stop in stops if stop.visitor == visitor.name]
            print(f"{visitor.name:<20} {len(mine)} pages", flush=True)
            seen += walk.walk(visitor, password, mine)
            again = {(one.visitor, one.address) for one in seen}
            store([one for one in kept if (one.visitor, one.address) not in again] + seen, unvisited, asked.out)
    tell(seen, unvisited, [v.name for v in people], asked.out)
    return 1 if any(one.faults for one in seen) or unvisited else 0


def plan(people: list[Any], only: str) -> tuple[list[Stop], list[str]]:
    """Where each visitor goes, and the pages that nobody could be sent to for want of an object."""
    import walk_routes
    import walk_samples
    import walk_world

    from motcua.demo.services import COMMUNES

    world = walk_world.World(next(iter(COMMUNES.values())))
    stops, empty = [], []
    for route in walk_routes.routes():
        if not route.page or route.name in walk_routes.UNWALKED or not re.search(only, route.name):
            continue
        found = []
        for visitor in people:
            for sample in walk_samples.samples(world, visitor, route):
                address = sample.address(route.name)
                found.append(Stop(visitor.name, route.name, address, sample.before, sample.label))
        stops += found
        if not found:
            empty.append(route.name)
    if re.search(only, "no such page"):
        stops += [Stop(visitor.name, "no such page", "/khong-co-trang-nay/") for visitor in people]
    return stops, empty


class Walk:
    """One visitor's browser."""

    judged: ClassVar[set[tuple[str, int]]] = set()
    """Where axe was asked at the narrower widths too: once for each route over all visitors, since nothing takes longer."""

    def __init__(self, chromium: Any, url: str, out: Path, widths: list[int], on_paper: bool) -> None:
        self.url, self.out, self.widths, self.on_paper = url, out, widths, on_paper
        self.context = chromium.new_context(**browser.OURS, viewport={"width": widths[0], "height": 900})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        self.page.on("console", self._heard)
        self.shown: set[tuple[str, int]] = set()
        self.errors_shown: Counter[int] = Counter()

    def _heard(self, line: Any) -> None:
        # Chromium says of an error page that it failed to load; the status is judged by itself.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.said.append(f"console: {line.text[:200]}")

    def walk(self, visitor: Any, password: str, stops: list[Stop]) -> list[Seen]:
        try:
            self.sign_in(visitor, password)
            return [self._visit(stop) for stop in stops]
        finally:
            self.context.close()

    def sign_in(self, visitor: Any, password: str) -> None:
        if visitor.login:
            self._officer(visitor.login, password)
        elif visitor.identity:
            self._citizen(visitor.identity)

    def _officer(self, login: str, password: str) -> None:
        self.page.goto(f"{self.url}/dang-nhap/")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.locator("main form button").first.click()
        self.page.wait_for_url("**/viec-can-lam/")

    def _citizen(self, number: str) -> None:
        self.page.goto(f"{self.url}/cong-dan/dang-nhap/")
        self.page.check(f"[name=who][value='{number}']")
        self.page.locator("main form button").first.click()
        self.page.wait_for_load_state("load")

    def _visit(self, stop: Stop) -> Seen:
        """Asks first without drawing: what redirects, and an error page of which enough were drawn, need no picture."""
        if stop.before:
            self.context.request.get(self.url + stop.before)
        answer = self.context.request.get(self.url + stop.address, max_redirects=0)
        body = answer.body()
        seen = Seen(stop.visitor, stop.route, stop.address, stop.label, answer.status, bytes=len(body))
        if 300 <= answer.status < 400:
            seen.to = answer.headers.get("location", "")
        elif "text/html" not in answer.headers.get("content-type", "") or b"<html" not in body:
            seen.faults.append("not a page: name it in UNWALKED")
        elif answer.status == 200 or self._worth_drawing(answer.status, stop.route):
            self._look(stop, seen)
        if answer.status >= 500 or (answer.status >= 400 and answer.status not in EXPECTED):
            seen.faults.append(f"status {answer.status}")
        if seen.bytes > HEAVY:
            seen.faults.append(f"{seen.bytes} bytes of HTML")
        for fault in seen.faults:
            print(f"  {stop.visitor} {stop.address}: {fault}", flush=True)
        return seen

    def _worth_drawing(self, status: int, route: str) -> bool:
        """404 and 403 look alike everywhere: two of each will do. What a rule refuses is drawn once for each route."""
        if (route, status) in self.shown or (status in (403, 404) and self.errors_shown[status] >= 2):
            return False
        self.shown.add((route, status))
        self.errors_shown[status] += 1
        return True

    def _look(self, stop: Stop, seen: Seen) -> None:
        self.said.clear()
        self.page.set_viewport_size({"width": self.widths[0], "height": 900})
        self.page.goto(self.url + stop.address, wait_until="load")
        seen.title = self.page.title()
        seen.headings = [" ".join(text.split()) for text in self.page.locator("h1").all_inner_texts()]
        if len(seen.headings) != 1:
            seen.faults.append(f"{len(seen.headings)} first headings")
        for width in self.widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            if width == self.widths[0] or (stop.route, width) not in self.judged:
                self.judged.add((stop.route, width))
                found = browser.violations(self.page)
                seen.faults += [f"axe {rule} at {width} px: {nodes[0][:160]}" for rule, nodes in found]
            self._picture(stop, seen, str(width))
        for width in NARROW:
            if over := browser.overflow(self.page, width):
                seen.faults.append(f"{over} px too wide at {width} px")
        if self.on_paper:
            self.page.emulate_media(media="print")
            self.page.set_viewport_size({"width": PAPER, "height": 1123})
            self._picture(stop, seen, "print")
            self.page.emulate_media(media="screen")
        seen.faults += dict.fromkeys(self.said)

    def _picture(self, stop: Stop, seen: Seen, width: str) -> None:
        words = re.sub(r"[^\w]+", "-", f"{stop.visitor}-{stop.route}-{stop.label or stop.address}").strip("-")
        name = f"{words[:120]}-{width}.png"
        self.page.screenshot(path=self.out / name, full_page=True)
        seen.pictures[width] = name


# --- what was found ------------------------------------------------------------------------------------------------------


def earlier(out: Path) -> list[Seen]:
    """What a walk before this one found."""
    summary = out / "summary.json"
    return [Seen(**one) for one in json.loads(summary.read_text())["pages"]] if summary.exists() else []


def store(seen: list[Seen], unvisited: list[str], out: Path) -> None:
    """`summary.json` and the contact sheet, after each visitor, so that a walk cut short leaves what it saw."""
    found = {"unvisited": unvisited, "pages": [asdict(one) for one in seen]}
    (out / "summary.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    (out / "index.html").write_text(sheet(seen, unvisited, list(dict.fromkeys(one.visitor for one in seen))))


def tell(seen: list[Seen], unvisited: list[str], people: list[str], out: Path) -> None:
    print(table(seen, people))
    for name in unvisited:
        print(f"not visited, the demo has no object for it: {name}")
    drawn = sum(1 for one in seen if one.pictures)
    faults = sum(len(one.faults) for one in seen)
    print(f"{len(seen)} addresses, {drawn} drawn, {faults} faults; {out / 'index.html'}")


def table(seen: list[Seen], people: list[str]) -> str:
    """Pages by visitors: in each cell how many addresses answered with which status, `!` where there is a fault."""
    routes = list(dict.fromkeys(one.route for one in seen))
    wide = max((len(route) for route in routes), default=0) + 1
    short = [name[:11] for name in people]
    lines = [" " * wide + " ".join(f"{name:<11}" for name in short)]
    for route in routes:
        cells = []
        for visitor in people:
            here = [one for one in seen if (one.route, one.visitor) == (route, visitor)]
            counts = Counter(one.status for one in here)
            text = " ".join(f"{status}x{count}" if count > 1 else str(status) for status, count in counts.items())
            cells.append(f"{text + '!' * any(one.faults for one in here):<11}")
        lines.append(f"{route:<{wide}}" + " ".join(cells))
    totals = Counter((one.visitor, bool(one.faults)) for one in seen)
    lines.append(f"{'addresses':<{wide}}" + " ".join(f"{totals[v, False] + totals[v, True]:<11}" for v in people))
    lines.append(f"{'with faults':<{wide}}" + " ".join(f"{totals[v, True]:<11}" for v in people))
    return "\n".join(lines)


STYLE = """body{font:15px/1.5 sans-serif;margin:2rem;background:#f6f5f1}h2{margin-top:3rem}
section{display:grid;grid-template-columns:repeat(auto-fill,minmax(26rem,1fr));gap:1rem}
article{background:#fff;border:1px solid #ccc;padding:.75rem}.bad{border-color:#b00;border-width:3px}
.shots{display:flex;gap:.5rem;height:20rem;overflow:hidden}.shots img{width:100%;border:1px solid #ddd}.shots a{flex:1}
p{margin:.25rem 0}ul{margin:.25rem 0;padding-left:1.2rem;color:#b00}"""


def sheet(seen: list[Seen], unvisited: list[str], people: list[str]) -> str:
    """The contact sheet: each visitor's pages with their pictures, faults first to the eye."""
    e: Callable[[Any], str] = lambda value: html.escape(str(value))  # noqa: E731
    parts = [f"<!doctype html><html lang=vi><meta charset=utf-8><title>motcua</title><style>{STYLE}</style>"]
    parts.append("<h1>motcua</h1><p>" + " · ".join(f'<a href="#{e(name)}">{e(name)}</a>' for name in people))
    if unvisited:
        parts.append("<ul>" + "".join(f"<li>{e(name)}" for name in unvisited) + "</ul>")
    for visitor in people:
        parts.append(f"<h2 id={e(visitor)}>{e(visitor)}</h2><section>")
        for one in seen:
            if one.visitor != visitor or not (one.pictures or one.faults):
                continue
            shots = "".join(
                f'<a href="{e(f)}"><img loading=lazy src="{e(f)}" alt="{e(w)}"></a>' for w, f in one.pictures.items()
            )
            faults = "".join(f"<li>{e(fault)}" for fault in one.faults)
            parts.append(
                f"<article{' class=bad' if one.faults else ''}><p><b>{e(one.status)} {e(one.route)}</b> {e(one.label)}"
                f"<p>{e(one.address)}<p>{e(' / '.join(one.headings))} · {one.bytes // 1000} kB<ul>{faults}</ul>"
                f"<div class=shots>{shots}</div></article>"
            )
        parts.append("</section>")
    return "".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
