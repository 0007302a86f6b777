"""What was backed up comes back: rows, files, rights, and the key that printed secrets derive from."""

import shutil
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from motcua.config import backup, grants
from motcua.documents.storage import FILES_LOCK
from motcua.organisation.models import Account


@pytest.fixture
def house(fresh_database):
    """A database with one account, and one file beside it."""
    Account.objects.create(login="lan")
    files = Path(settings.MEDIA_ROOT)
    (files / "ab").mkdir(parents=True, exist_ok=True)
    (files / "ab" / "giấy.pdf").write_text("bản gốc")
    return files


@pytest.fixture
def saved(house, tmp_path) -> Path:
    backup.write(tmp_path / "sao lưu.tar")
    return tmp_path / "sao lưu.tar"


def test_rows_files_rights_and_key_come_back(house, saved, alone, monkeypatch):
    Account.objects.create(login="sau")
    (house / "ab" / "giấy.pdf").write_text("đã sửa")
    monkeypatch.delenv("MOTCUA_SECRET_KEY")
    alone()

    backup.read(saved, force=True)

    assert list(Account.objects.values_list("login", flat=True)) == ["lan"]
    assert (house / "ab" / "giấy.pdf").read_text() == "bản gốc"
    assert grants.differences() == []
    assert (Path(settings.MOTCUA_HOME) / "secret").read_text() == settings.SECRET_KEY


@pytest.fixture
def believed(settings, tmp_path) -> Path:
    """A folder of trust with one anchor and one revocation list."""
    settings.MOTCUA_HOME = tmp_path / "home"
    folder = settings.MOTCUA_HOME / "trust"
    folder.mkdir(parents=True)
    (folder / "gốc.pem").write_text("cơ quan cấp chứng thư")
    (folder / "thu hồi.crl").write_text("bản hôm nay")
    return folder


def test_whom_the_installation_believes_comes_back_to_a_machine_that_believes_nobody(
    believed, saved, alone, monkeypatch
):
    monkeypatch.setenv("MOTCUA_SECRET_KEY", "x")
    shutil.rmtree(believed)
    alone()

    backup.read(saved, force=True)

    assert {path.name: path.read_text() for path in believed.iterdir()} == {
        "gốc.pem": "cơ quan cấp chứng thư",
        "thu hồi.crl": "bản hôm nay",
    }


def test_an_authority_that_is_believed_no_longer_does_not_return_with_a_backup(believed, saved, alone, monkeypatch):
    monkeypatch.setenv("MOTCUA_SECRET_KEY", "x")
    (believed / "gốc.pem").unlink()
    (believed / "thu hồi.crl").write_text("bản ngày mai")
    alone()

    backup.read(saved, force=True)

    assert [(path.name, path.read_text()) for path in believed.iterdir()] == [("thu hồi.crl", "bản ngày mai")]


def test_a_database_with_tables_is_not_overwritten_unasked(saved, alone):
    alone()
    with pytest.raises(ValueError, match="--force"):
        backup.read(saved)
    assert Account.objects.filter(login="lan").exists()


def test_a_database_in_use_is_not_overwritten(saved):
    connections.close_all()
    given = connections.settings["default"]
    with (
        psycopg.connect(host=given["HOST"], user=given["USER"], dbname=given["NAME"]),
        pytest.raises(ValueError, match="đang có người dùng"),
    ):
        backup.read(saved, force=True)
    assert Account.objects.filter(login="lan").exists()


def test_a_backup_is_readable_by_its_maker_only(saved):
    assert saved.stat().st_mode & 0o777 == 0o600


def test_some_other_file_is_refused_before_anything_is_touched(house, tmp_path):
    (tmp_path / "x.tar").write_text("không phải")
    with pytest.raises(ValueError, match="không phải là tệp sao lưu"):
        backup.read(tmp_path / "x.tar", force=True)
    assert Account.objects.filter(login="lan").exists()


def test_files_are_not_cleaned_up_while_a_backup_runs(house):
    with backup.without_clean_up(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [FILES_LOCK])
        assert cursor.fetchone() == (False,)
    assert connection.in_atomic_block is False
