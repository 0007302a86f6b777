"""docs/developers.md is true: its procedure is published and a dossier walks through it, its kind of case runs, and every name in it exists; and
every name in ARCHITECTURE.md."""

from __future__ import annotations

import ast
import importlib
import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from motcua.casework import kinds, queries, recount
from motcua.casework import services as casework
from motcua.casework.models import Case
from motcua.casework.tests import world
from motcua.casework.views import lines_of
from motcua.catalogue import rules, services
from motcua.catalogue.models import ProcedureVersion
from motcua.demo.fixtures import COPY, Api, forget, intake, principal_of
from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.worktime import clock

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "src" / "motcua"
PAGE = (PROJECT / "docs" / "developers.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE, re.DOTALL))
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
CODE = "9.900001"
PROVINCE = 40


# --- a procedure -------------------------------------------------------------------------------------------------------


@pytest.fixture
def shipped(fresh_demo: Api, tmp_path: Path) -> Api:
    """The demo province with the page's two fact files loaded as `motcua migrate` and `motcua procedures start` load them."""
    for name in (f"procedures/{CODE}.json", f"provinces/{PROVINCE}.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BLOCKS[name], encoding="utf-8")
    published = services.load_facts(folder=tmp_path / "procedures")
    begun = services.load_processes(PROVINCE, folder=tmp_path / "provinces")
    assert not published.refused and not begun.refused
    forget()
    return fresh_demo


def test_the_procedure_of_the_page_is_taken_in_worked_and_returned(shipped: Api) -> None:
    body = {**intake(COPY), "procedure_code": CODE, "components": [{"code": "01"}]}
    with clock.freeze("2026-11-24T08:00"):
        for login in ("tiepnhan", "tuphap", "chutich", "vanthu"):
            shipped.token(f"{login}.quynhson")
        status, dossier = shipped.post("tiepnhan.quynhson", "/dossiers", body)
        assert status == 201, dossier
        assert dossier["promised_at"] == "2026-11-27T17:00:00+07:00"
        for login, act, given in (
            ("tiepnhan", "hand_over", {}),
            ("tuphap", "advance", {}),
            ("chutich", "sign_off", {"outcome": "granted"}),
            ("vanthu", "advance", {}),
            ("tiepnhan", "return_result", {"how": "counter"}),
        ):
            status, answer = shipped.act(f"{login}.quynhson", dossier, act, **given)
            assert status == 200, (act, answer)
    assert dossier["state"] == "returned"


def test_what_the_page_publishes_is_not_published_twice_nor_changed(shipped: Api, tmp_path: Path) -> None:
    again = services.load_facts(folder=tmp_path / "procedures")
    assert not again.added and again.unchanged
    facts = json.loads(BLOCKS[f"procedures/{CODE}.json"])
    with pytest.raises(RuleBroken):
        services.publish_version(CODE, facts["ministry"], {**facts["versions"][0], "name": "Tên khác"})
    assert ProcedureVersion.objects.filter(procedure_id=CODE).count() == 1


def test_hours_beyond_the_limit_are_refused() -> None:
    process = json.loads(BLOCKS[f"provinces/{PROVINCE}.json"])["processes"][0]
    steps = [
        rules.StepFacts(
            **{name: value for name, value in step.items() if name != "allowance"}, hours=Decimal(step["allowance"])
        )
        for step in process["steps"]
    ]
    assert rules.process_faults(steps, process["limit"]) == []
    assert rules.process_faults(steps, "2 working days") != []


# --- a kind of case ----------------------------------------------------------------------------------------------------


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The page's code as a module; the registry of kinds is as before when the test is over."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    module = ModuleType("task")
    exec(compile(BLOCKS["task.py"], "docs/developers.md", "exec"), module.__dict__)  # noqa: S102
    return module


def due() -> datetime:
    return clock.now() + timedelta(days=2)


def test_the_kind_of_the_page_is_opened_seen_done_sealed_and_counted(fresh_demo: Api, task: Any) -> None:
    director, head, outsider = (
        principal_of(f"{login}") for login in ("giamdoc.quynhson", "truongphong.quynhson", "tiepnhan.tanmai")
    )
    code = task.give(director, "Rà soát hồ sơ đất đai quá hẹn", head.division_id, due(), key="một")
    assert code.startswith("H41.170-NV-") and task.give(director, "x", head.division_id, due(), key="một") == code
    with scope.enter(head.scope):
        (line,) = [line for line in lines_of(queries.worklist(head)) if line.item.code == code]
        assert (line.address, line.what) == (f"/nhiem-vu/{code}/", "Làm và báo cáo kết quả")
        with pytest.raises(RuleBroken):
            casework.perform("chore", code, "complete", head, version=1)
        done = casework.perform("chore", code, "complete", head, version=1, note="Đã rà 12 hồ sơ.")
        assert (done.state.state, done.seq) == ("done", 2)
        assert code not in [item.code for item in queries.worklist(head)]
    with scope.enter(outsider.scope):
        assert not Case.objects.filter(code=code).exists()
    assert world.seal() >= 2
    assert world.verified().broken == []
    with scope.enter(scope.worker()):
        assert recount.drift(PROVINCE) == []


def test_a_task_is_given_by_a_director_and_done_by_a_head(api: Api, task: Any) -> None:
    director, head, counter = (principal_of(f"{login}.quynhson") for login in ("giamdoc", "truongphong", "tiepnhan"))
    with pytest.raises(Forbidden):
        task.give(counter, "Nhiệm vụ", head.division_id, due())
    code = task.give(director, "Nhiệm vụ", head.division_id, due())
    with scope.enter(counter.scope), pytest.raises(Forbidden):
        casework.perform("chore", code, "complete", counter, version=1, note="Xong.")


# --- every path and name -----------------------------------------------------------------------------------------------

ARCHITECTURE = re.sub(r"```.*?```", "", (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8"), flags=re.DOTALL)
RECIPES_SPANS, SPANS = (set(re.findall(r"`([^`\n]+)`", text)) for text in (PROSE, PROSE + ARCHITECTURE))
PATHS = sorted(
    {
        span
        for span in SPANS
        if re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+/?", span) and not re.search(r"[A-Z]{3,}", span.replace("README", ""))
    }
    | {span for span in RECIPES_SPANS if re.fullmatch(r"\w+\.(py|toml|html)", span)}
)
NAMES = sorted(
    {span for span in SPANS if (parts := re.fullmatch(r"([a-z_]+)(\.\w+)+", span)) and (PACKAGE / parts[1]).is_dir()}
)


def test_the_pages_name_enough_to_be_worth_looking_up() -> None:
    assert len(PATHS) > 60 and len(NAMES) > 40


def test_every_app_stands_on_a_floor_of_the_architecture() -> None:
    floors = {
        word
        for line in re.findall(r"^ {4}\d  (.+?) {3,}|^ {7}(\w+) {3,}", ARCHITECTURE, re.MULTILINE)
        for word in " ".join(line).split()
    }
    apps = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert floors == apps | {"cli"}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_on_the_page_is_there(path: str) -> None:
    """A star stands for part of a name."""
    assert any(any(root.glob(path)) for root in (PACKAGE, PROJECT, PACKAGE / "web" / "templates")), path


@pytest.mark.parametrize("name", NAMES)
def test_a_name_on_the_page_is_there(name: str) -> None:
    """The longest beginning that is a module is imported; the rest are its attributes."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(("motcua", *parts[:cut])))
        except ModuleNotFoundError:
            continue
        for attribute in parts[cut:]:
            found = getattr(found, attribute)
        return
    pytest.fail(f"no module of ours in {name}")


def test_the_code_of_the_page_is_written_as_ours_is() -> None:
    """Public functions with what they raise; nothing imported that is not used."""
    tree = ast.parse(BLOCKS["task.py"])
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported <= used
