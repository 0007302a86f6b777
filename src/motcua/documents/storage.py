"""Where bytes lie: `files/<aa>/<sha256>` in the state folder, named by what they hold.

A file is complete under its name or not there at all, after a crash too; it is never changed. The same bytes are kept
once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from django.conf import settings

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# Advisory lock: shared by a backup and by whoever is about to name a file, taken exclusively (or not at all) by whoever deletes files.
FILES_LOCK = 0x66696C65
SMALL = 1 << 16  # bytes


class StorageFull(Exception):
    """No room is left for a file. Nothing was stored."""


class Damaged(Exception):
    """The bytes on disk are not those that were stored, or are gone: restore them from the backup."""


def path(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def put(content: bytes) -> str:
    """Keeps `content`, on disk when this returns; gives its SHA-256 in hexadecimal. Raises StorageFull."""
    sha256 = hashlib.sha256(content).hexdigest()
    _put(sha256, len(content), lambda file: file.write(content))
    return sha256


def put_file(source: IO[bytes], sha256: str, size: int) -> None:
    """Keeps what `source` holds from its beginning, whose hash the caller has computed, without reading it into memory. Raises StorageFull."""
    source.seek(0)
    _put(sha256, size, lambda file: shutil.copyfileobj(source, file, 1 << 16))


def _put(sha256: str, size: int, write: Callable[[IO[bytes]], object]) -> None:
    place = path(sha256)
    if place.exists():
        return
    draft = place.with_name(f".{sha256[:8]}.{secrets.token_hex(8)}")
    try:
        _make_folder(place.parent)
        with draft.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(place)
        _sync_folder(place.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise StorageFull(f"no room for {size} bytes in {settings.MEDIA_ROOT}: {error.strerror}") from error
        raise


def scratch() -> IO[bytes]:
    """A nameless file beside the kept ones: on the disk, not in memory as /tmp may be, and gone with the process that opened it. What is
    small (a signer's key among it) stays in memory."""
    folder = Path(settings.MEDIA_ROOT)
    _make_folder(folder)
    return cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=SMALL, mode="w+b", dir=str(folder)))


def remove(sha256: str) -> None:
    """Deletes the bytes. Only for the clean-up, which holds FILES_LOCK alone and knows that no row names them."""
    path(sha256).unlink(missing_ok=True)


def get(sha256: str) -> bytes:
    """The bytes of that hash, checked against it. Damaged when they are gone or differ."""
    try:
        content = path(sha256).read_bytes()
    except FileNotFoundError:
        raise Damaged(f"file {sha256} is gone") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Damaged(f"file {sha256} holds other bytes")
    return content


def _make_folder(folder: Path) -> None:
    """The folder and those above it, each on disk in the folder that holds it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
