import hashlib
import resource
import subprocess

import pytest

from motcua.documents import storage


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def everything(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_lies_under_its_hash_and_comes_back(home):
    sha256 = storage.put("Giấy khai sinh".encode())
    assert sha256 == hashlib.sha256("Giấy khai sinh".encode()).hexdigest()
    assert everything(home) == [home / sha256[:2] / sha256]
    assert storage.get(sha256) == "Giấy khai sinh".encode()


def test_the_same_bytes_are_kept_once(home):
    storage.put(b"one")
    before = everything(home)[0].stat()
    storage.put(b"one")
    (path,) = everything(home)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_only_the_owner_reads_a_file(home):
    storage.put(b"private")
    assert everything(home)[0].stat().st_mode & 0o777 == 0o600


def test_altered_bytes_are_not_given_out(home):
    sha256 = storage.put(b"true")
    storage.path(sha256).write_bytes(b"fake")
    with pytest.raises(storage.Damaged, match="other bytes"):
        storage.get(sha256)


def test_a_lost_file_is_named(home):
    with pytest.raises(storage.Damaged, match="gone"):
        storage.get("0" * 64)


def test_no_room_is_said_and_leaves_nothing_behind(home):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(storage.StorageFull, match="no room for 2097152 bytes"):
            storage.put(bytes(2 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert everything(home) == []


def test_a_full_disk_is_said_and_leaves_nothing_behind(home):
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", home]
    mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    try:
        kept = storage.put(b"small")
        with pytest.raises(storage.StorageFull, match="No space left"):
            storage.put(bytes(1 << 20))
        assert everything(home) == [storage.path(kept)]
    finally:
        subprocess.run(["umount", home], check=True)
