"""Makes the pictures of the guides (`docs/guide/pictures`) anew, from a demo province of its own with a small simulated past:

    .venv/bin/python tools/picture_guides.py

The past has a fixed seed, so the same people and papers come back; days and hours are those of the making. It takes some four minutes. `--only` (a
regular expression over names of pictures) makes some; `--url` takes them from a demo that runs already, with the same `MOTCUA_HOME` as its server.
The year of oversight and letters is told after the house opens: for `dieu-phoi`, `don-thu` and the homes use `--url` with a demo that has said so.
Each picture is named once in PICTURES, and `tests/test_guides.py` says which of them no guide shows. People on them are fictitious.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "tools")]

PLACE = PROJECT / "docs" / "guide" / "pictures"
PAST = 1_500
"""Dossiers of the simulated past: enough that every list has lines, loaded in seconds."""
DESK, TALL, PHONE, SMALL = (1280, 900), (1280, 1240), (390, 760), (375, 1080)
WIDEST = 960
"""Pixels across in the guide: enough to read, a fifth of the bytes."""
COLOURS, OWN = 64, 32
"""Of the palette, and how many of these are the page's own, the most frequent first."""
MOST_BYTES = 120_000

Do = Callable[[Any], None]


@dataclass(frozen=True)
class Picture:
    """`who`: a login, the number of a demo's citizen, or nothing for a stranger. `address` may name an object of the world in braces, `before` is
    opened first (a look-up by code and secret), `do` is what is typed and pressed before the picture, `after` what is pressed when it is taken."""

    name: str
    who: str
    address: str
    do: Do | None = None
    after: Do | None = None
    before: str = ""
    size: tuple[int, int] = field(default=DESK)


def typed(**answers: str) -> Do:
    """Types into boxes by their names, and leaves the last one so that the page answers."""

    def do(page: Any) -> None:
        for name, text in answers.items():
            page.locator(f"main [name={name}]").first.fill(text)
        page.keyboard.press("Tab")
        page.wait_for_timeout(600)
        page.evaluate("scrollTo(0, 0)")

    return do


def ticked(page: Any) -> None:
    for box in page.locator("main [name=chosen]").all()[:3]:
        box.check()
    page.evaluate("scrollTo(0, 0)")


def listed(page: Any) -> None:
    """Ticked, with the list at the head of a phone."""
    ticked(page)
    page.locator(".waiting").evaluate("it => it.scrollIntoView()")


def signed(page: Any) -> None:
    """Signs what is ticked with the passphrase of the demo's certificates, and waits until the run is done."""
    from motcua.demo.certificates import demo_passphrase

    page.locator("main [name=secret]").fill(demo_passphrase())
    page.get_by_role("button", name="Ký hồ sơ đã chọn").click()
    page.get_by_text("Về danh sách chờ").wait_for(timeout=60_000)


CITIZEN = "040192009001"
AT = "quynhson"
HOMES = {
    "tiep-nhan": f"tiepnhan.{AT}",
    "chuyen-vien": f"diachinh.{AT}",
    "lanh-dao-phong": f"truongphong.{AT}",
    "lanh-dao-ky": f"chutich.{AT}",
    "van-thu": f"vanthu.{AT}",
    "giam-doc": f"giamdoc.{AT}",
    "dieu-phoi": "dieuphoi.nghean",
    "don-thu": f"tonghop.{AT}",
    "tinh": "theodoi.nghean",
    "danh-muc": "danhmuc.nghean",
    "quan-tri": "quantri.nghean",
}
"""Whose first page is shown for each role, at a desk (`…-trang-dau`) and on a phone (`…-dien-thoai`); after the signing, so that a clerk has work."""
PICTURES = (
    Picture("cong-dan-thu-tuc", "", "/thu-tuc/?q=lam+giay+khai+sinh+cho+con", size=PHONE),
    Picture("cong-dan-nop-truc-tuyen", CITIZEN, "/nop-truc-tuyen/ho-so/{filing_draft}/", size=TALL),
    Picture("cong-dan-theo-doi", "", "/tra-cuu/ho-so/", before="{look_up}", size=PHONE),
    Picture(
        "tiep-nhan-nhap",
        f"tiepnhan.{AT}",
        "/tiep-nhan/?procedure=2.000815",
        do=typed(citizen_number="040192000417", full_name="Hoàng Thị Mẫu", birth_date="05/06/1992", phone="0900000417"),
        size=TALL,
    ),
    Picture("tiep-nhan-ban-giao", f"tiepnhan.{AT}", "/ban-giao/"),
    Picture("tiep-nhan-lam-ngay", f"tiepnhan.{AT}", "/ho-so/{copy}/complete_now/"),
    Picture("chuyen-vien-ho-so", f"xaydung.{AT}", "/ho-so/{specialist}/"),
    Picture("lanh-dao-cho-ky", f"chutich.{AT}", "/cho-ky/", do=listed, after=signed, size=PHONE),
    Picture("van-thu-dong-dau", f"vanthu.{AT}", "/cho-dong-dau/", do=ticked),
    Picture("dieu-phoi-kien-nghi", "dieuphoi.nghean", "/kien-nghi/"),
    Picture("don-thu-so", f"tonghop.{AT}", "/don-thu/"),
    Picture("tinh-so-lieu", "theodoi.nghean", "/so-lieu/", size=TALL),
    Picture("tinh-bien-che", "theodoi.nghean", "/to-chuc/bien-che/"),
    Picture("danh-muc-buoc", "danhmuc.nghean", "/danh-muc/ban-nhap/{process_draft}/", size=TALL),
    Picture("quan-tri-can-bo", "quantri.nghean", "/can-bo/{officer}/"),
    Picture("quan-tri-uy-quyen", "quantri.nghean", "/uy-quyen/"),
    *(Picture(f"{role}-trang-dau", who, "/viec-can-lam/", size=TALL) for role, who in HOMES.items()),
    *(Picture(f"{role}-dien-thoai", who, "/viec-can-lam/", size=SMALL) for role, who in HOMES.items()),
)


# --- a province of its own ---------------------------------------------------------------------------------------------


@contextmanager
def demo() -> Iterator[str]:
    """A demo province from nothing on a free port, gone afterwards; its address. The caller's environment names its home from here on."""
    with tempfile.TemporaryDirectory(prefix="motcua-guides-") as home:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        os.environ |= {"MOTCUA_HOME": home, "PYTHONPATH": str(PROJECT / "src")}
        for name in ("DATABASE_URL", "MOTCUA_OWNER_URL"):
            os.environ.pop(name, None)
        command = [sys.executable, "-m", "motcua.cli", "serve", "--demo", "--port", str(port), "--dossiers", str(PAST)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            await_ready(server, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def await_ready(server: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit(f"the demo ended at once, with status {server.returncode}")
        try:
            with urlopen(f"{url}/health/ready", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(1)
    raise SystemExit("the demo was not ready within ten minutes")


# --- what stands on the desks ------------------------------------------------------------------------------------------

NAMES = ("Phan Văn Thử", "Đậu Thị Ví Dụ", "Hồ Bá Mẫu", "Cao Thị Giả Định", "Vi Văn Hư Cấu", "Lô Thị Tưởng Tượng")


def furnish() -> None:
    """Work of today that the simulated past has not: papers at the counter, results that wait for signatures, drafts."""
    import walk_furnishing

    from motcua.demo.fixtures import BIRTH, COPY, PERMIT, Api
    from motcua.dossiers.models import ResultDraft
    from motcua.dossiers.tests.results_world import drafted
    from motcua.dossiers.tests.walking import permit
    from motcua.organisation import scope

    with scope.enter(scope.worker()):
        if ResultDraft.objects.filter(case__closed_at=None, case__role="signatory").exists():
            return
    api, people = Api(), [applicant(n) for n in range(len(NAMES))]
    for person in people[:4]:
        drafted(api, applicant=person)
    for person in people[4:]:
        permit(api, until="advance", applicant=person)
        permit(api, until="assign", applicant=person)
    for number, procedure in enumerate((BIRTH, COPY, PERMIT, BIRTH, COPY)):
        api.receive(procedure=procedure, applicant=people[number])
    walk_furnishing.furnish()


def applicant(n: int) -> dict[str, Any]:
    return {
        "kind": "person",
        "full_name": NAMES[n],
        "citizen_number": f"0400{80 + n}0004{n:02d}",
        "birth_date": f"19{80 + n}-02-{11 + n}",
        "phone": f"09000001{n:02d}",
        "address": f"Xóm {n + 1}, xã Quỳnh Sơn, tỉnh Nghệ An",
    }


def objects() -> dict[str, str]:
    """What the braces of addresses name."""
    import walk_samples
    import walk_visitors
    import walk_world
    from django.urls import reverse

    from motcua.casework.secrets import secret_of
    from motcua.demo.fixtures import COPY
    from motcua.demo.services import COMMUNES
    from motcua.dossiers.models import Dossier
    from motcua.organisation import scope

    world = walk_world.World(next(iter(COMMUNES.values())))
    with scope.enter(scope.worker()):
        cases = Dossier.objects.select_related("case").filter(case__agency__code=world.commune).order_by("-case__code")
        copy = cases.filter(case__state="received", case__kind="dossier", case__subject=COPY)[:1]
        held = cases.filter(case__state="in_progress", case__officer__account__login=f"xaydung.{AT}")[:1]
        found = {"copy": copy[0].case.code, "specialist": held[0].case.code}
        slip = {"code": held[0].case.code, "secret": secret_of("dossier", held[0].pk, held[0].secret_version)}
    citizen = next(v for v in walk_visitors.visitors() if v.identity == CITIZEN)
    return found | {
        "filing_draft": str(walk_samples.drafts_of(world, citizen)[0].values["draft_id"]),
        "look_up": f"{reverse('dossiers:track')}?{urlencode(slip)}",
        "process_draft": str(world.ids("catalogue.Draft", 1, kind="process")[0]),
        "officer": str(walk_samples.officers(world, citizen)[0].values["id"]),
    }


# --- the pictures ------------------------------------------------------------------------------------------------------


def take(chromium: Any, url: str, picture: Picture, named: dict[str, str], password: str) -> bytes:
    from walk_pages import Walk
    from walk_visitors import Visitor

    walk = Walk(chromium, url, PLACE, [picture.size[0]], on_paper=False)
    try:
        page = walk.page
        page.set_viewport_size({"width": picture.size[0], "height": picture.size[1]})
        walk.sign_in(
            Visitor(
                picture.name,
                login=picture.who if "." in picture.who else "",
                identity=picture.who if picture.who.isdigit() else "",
            ),
            password,
        )
        if picture.before:
            walk.context.request.get(url + picture.before.format(**named))
        answer = page.goto(url + picture.address.format(**named), wait_until="load")
        if answer.status != 200:
            raise SystemExit(f"{picture.name}: {answer.status} at {page.url}")
        if picture.do:
            picture.do(page)
        taken: bytes = page.screenshot()
        if picture.after:
            picture.after(page)
        return taken
    finally:
        walk.context.close()


def lighter(taken: bytes) -> bytes:
    """The same picture, at most WIDEST across, in so few colours that a page of the guide stays light. The page's own colours are kept as they
    are (a small green dot means something); what scaling made between them shares the rest of the palette."""
    from PIL import Image

    with Image.open(io.BytesIO(taken)) as whole:
        image = whole.convert("RGB")
    own = sorted(image.getcolors(image.width * image.height), reverse=True)[:OWN]
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    between = image.quantize(COLOURS - OWN, Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _count, colour in own for part in colour] + between)
    out = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def make(url: str, only: str) -> int:
    """Furnishes the demo at `url` and takes its pictures; 1 when one is too heavy for a guide."""
    os.environ |= {"MOTCUA_DEMO": "1", "MOTCUA_LOG": "CRITICAL", "MOTCUA_ALLOWED_HOSTS": "testserver,localhost"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"
    from motcua.config import browser, postgres

    with postgres.environment():
        import django

        django.setup()
        from django.db import connections

        from motcua.demo.services import demo_password

        try:
            furnish()
            named, password = objects(), demo_password()
        finally:
            connections.close_all()
    PLACE.mkdir(parents=True, exist_ok=True)
    heavy = 0
    with browser.started() as chromium:
        for picture in PICTURES:
            if not re.search(only, picture.name):
                continue
            made = lighter(take(chromium, url, picture, named, password))
            (PLACE / f"{picture.name}.png").write_bytes(made)
            heavy += len(made) > MOST_BYTES
            print(
                f"{picture.name:<28} {len(made) / 1000:6.1f} kB{'  too heavy' * (len(made) > MOST_BYTES)}", flush=True
            )
    return int(heavy > 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--url", default="", help="a demo that runs already")
    parser.add_argument("--only", default="", help="a regular expression over names of pictures")
    asked = parser.parse_args()
    if asked.url:
        return make(asked.url.rstrip("/"), asked.only)
    with demo() as url:
        return make(url, asked.only)


if __name__ == "__main__":
    raise SystemExit(main())
