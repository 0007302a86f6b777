"""docs/api.md is true: its shell blocks run, in order, in one bash, against a real server, and print what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.dossiers import rules
from tests.api.conftest import Served

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)
END = "--- end of block"
OFFICERS = ("TRUONGPHONG", "XAYDUNG", "CHUTICH", "VANTHU")


def blocks() -> list[tuple[str, str]]:
    """(shell, what it must print) pairs of the page; empty where it promises nothing."""
    pairs: list[tuple[str, str]] = []
    for kind, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            pairs.append((body, ""))
        else:
            pairs[-1] = (pairs[-1][0], body)
    return pairs


def as_pattern(promised: str) -> str:
    """The promised text, in which … stands for what changes from run to run."""
    return ".+".join(re.escape(part) for part in promised.split("…"))


def test_the_whole_life_of_a_dossier_by_curl_is_as_the_page_tells(served_demo: Served, tmp_path: Path) -> None:
    script = "set -euo pipefail\n" + "".join(f"{shell}\necho '{END}'\n" for shell, _ in blocks())
    environ = {
        **os.environ,
        "API": served_demo.base,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": database_url(),
        "TANMAI": served_demo.api.token("tiepnhan.tanmai"),
        # $TIEPNHAN is left to the page's own `motcua token create`.
        **{name: served_demo.api.token(f"{name.lower()}.quynhson") for name in OFFICERS},
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


@pytest.mark.parametrize("act", rules.TRANSITIONS)
def test_each_act_stands_in_the_table_with_the_states_it_starts_from(act: str) -> None:
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{act}` |"))
    told = {int(number) for number in row.split("|")[4].split(",")}
    assert told == {rules.NATIONAL_STATUS[state] for state in rules.TRANSITIONS[act].sources}
