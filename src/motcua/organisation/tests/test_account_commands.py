"""`motcua account`: what the operator sees and may do; a password never stands on the command line."""

from __future__ import annotations

import argparse
import io
import sys
from typing import Any

import pytest

from motcua import cli
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import one_time_codes, services_account
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.models import Account, SecondFactor
from motcua.worktime import clock

LOGIN = "tiepnhan.quynhson"
SECRET = b"12345678901234567890"


def run(*arguments: str) -> int:
    """The command as `motcua` runs it, over the test's database."""
    options: argparse.Namespace = cli.parser().parse_args(["account", *arguments])
    return int(options.run(options))


def enrol() -> None:
    services_account.enrol(
        principal_of(LOGIN), SECRET, one_time_codes.code_at(SECRET, one_time_codes.step_of(clock.now()))
    )


def test_the_list_says_who_has_a_second_factor(api: Api, capsys: Any) -> None:
    enrol()
    assert run("list") == 0
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in capsys.readouterr().out.splitlines()}
    assert lines[LOGIN] == ["mở", "hai lớp, còn 10 mã dự phòng", "chưa đăng nhập"]
    assert lines["vanthu.quynhson"][1] == "một lớp"


def test_a_password_comes_from_standard_input(api: Api, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("mot cau de nho 2026\n"))
    assert run("password", LOGIN) == 0
    assert Account.objects.get(login=LOGIN).check_password("mot cau de nho 2026")
    assert "mot cau" not in capsys.readouterr().out


def test_a_weak_password_is_refused_for_the_operator_too(api: Api, monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    with pytest.raises(RuleBroken, match="quá ngắn"):
        run("password", LOGIN)


def test_a_password_on_the_command_line_is_wrong_usage(api: Api) -> None:
    with pytest.raises(SystemExit) as refused:
        run("password", LOGIN, "mot cau de nho 2026")
    assert refused.value.code == 2


def test_the_operator_resets_a_factor(api: Api) -> None:
    enrol()
    assert run("reset-second-factor", LOGIN) == 0
    assert not SecondFactor.objects.exists()
    with pytest.raises(Conflict):
        run("reset-second-factor", LOGIN)


@pytest.mark.parametrize("command", ["password", "reset-second-factor"])
def test_an_unknown_login_is_one_line_and_status_two(api: Api, command: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as refused:
        run(command, "khong.co.ai")
    assert refused.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
