"""docs/api.md is true: its shell blocks run, in order, in one bash, against a real server, and print what the page says. docs/api.en.md has the
same blocks, and the same addresses stand in the description."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from motcua.casepages.kind import all_paged
from motcua.dossiers import rules
from motcua.oversight.tests import world
from motcua.worktime import clock
from tests.api.conftest import Served

DOCS = Path(__file__).parents[2] / "docs"
PAGE, ENGLISH = DOCS / "api.md", DOCS / "api.en.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)
END = "--- end of block"
OFFICERS = {
    **{login.upper(): f"{login}.quynhson" for login in ("truongphong", "xaydung", "chutich", "vanthu", "tonghop")},
    "TANMAI": "tiepnhan.tanmai",
    "DIEUPHOI": "dieuphoi.nghean",
    "SONNMT": "vanphong.snnmt",
}


def blocks(page: Path = PAGE) -> list[tuple[str, str]]:
    """(shell, what it must print) pairs of the page; empty where it promises nothing."""
    pairs: list[tuple[str, str]] = []
    for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "sh":
            pairs.append((body, ""))
        else:
            pairs[-1] = (pairs[-1][0], body)
    return pairs


def as_pattern(promised: str) -> str:
    """The promised text, in which … stands for what changes from run to run."""
    return ".+".join(re.escape(part) for part in promised.split("…"))


def test_the_whole_life_of_a_dossier_by_curl_is_as_the_page_tells(served_demo: Served, tmp_path: Path) -> None:
    days = [clock.today() + timedelta(days=n) for n in (-7, 60)]
    team = world.team(since=days[0], valid_to=days[1])
    script = "set -euo pipefail\n" + "".join(f"{shell}\necho '{END}'\n" for shell, _ in blocks())
    environ = {
        **os.environ,
        "API": served_demo.base,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": database_url(),
        # $TIEPNHAN is left to the page's own `motcua token create`.
        **{name: served_demo.api.token(login) for name, login in OFFICERS.items()},
        "TO": str(team.id),
        "DECUONG": str(world.outline()),
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    printed = done.stdout.split(f"{END}\n")
    for (shell, promised), output in zip(blocks(), printed, strict=False):
        if promised:
            assert re.fullmatch(as_pattern(promised), output), f"{shell}\nprinted:\n{output}\npromised:\n{promised}"


def database_url() -> str:
    """The database the server serves, as an operator would name it."""
    from django.db import connection

    settings = connection.settings_dict
    user, name = settings["USER"], settings["NAME"]
    secret, host, port = settings["PASSWORD"], settings["HOST"], settings["PORT"]
    if host.startswith("/"):
        return f"postgresql://{user}:{secret}@/{name}?host={host}&port={port}"
    return f"postgresql://{user}:{secret}@{host}:{port}/{name}"


def test_the_english_page_runs_the_same_and_promises_the_same() -> None:
    assert blocks(ENGLISH) == blocks()


@pytest.mark.parametrize("page", [PAGE, ENGLISH], ids=lambda page: page.name)
def test_every_address_of_the_page_is_described_with_its_method(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1")))
        for path, methods in json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))["paths"].items()
        for method in methods
    }
    said = {
        (method, re.sub(r"\{[^}]+\}", "{}", path)) for method, path in re.findall(r"`(GET|POST) (/[^`?]+)[`?]", text)
    }
    assert len(said) > 9
    assert sorted(said - described) == []


@pytest.mark.parametrize("page", [PAGE, ENGLISH], ids=lambda page: page.name)
def test_the_page_names_every_kind_that_cases_lists(page: Path) -> None:
    line = next(
        line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("- `GET /cases?kind=…`")
    )
    named = re.findall(r"`(\w+)`", line.partition("`side`")[0])
    assert sorted(named) == sorted(kind.code for kind in all_paged())


@pytest.mark.parametrize("page", [PAGE, ENGLISH], ids=lambda page: page.name)
@pytest.mark.parametrize("act", rules.TRANSITIONS)
def test_each_act_stands_in_the_table_with_the_states_it_starts_from(act: str, page: Path) -> None:
    row = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{act}` |"))
    told = {int(number) for number in row.split("|")[4].split(",")}
    assert told == {rules.NATIONAL_STATUS[state] for state in rules.TRANSITIONS[act].sources}
