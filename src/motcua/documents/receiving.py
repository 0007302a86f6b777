"""How the bytes of an upload come in: streamed to a nameless file beside the kept ones, hashed on the way, never whole in memory.

The one handler of `FILE_UPLOAD_HANDLERS`. It writes no more than a file may have: what comes after is counted and dropped, so that the
person gets a sentence instead of a broken connection. What was sent is judged by `services`, never here.
"""

from __future__ import annotations

import hashlib
import html
import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from motcua.documents import storage


class RawName(str):
    """A cleaned name that remembers what was sent."""

    raw: str = ""


class Parser(MultiPartParser):
    """Django's, which cuts paths and control characters out of a name and says nothing; this one keeps what was sent, to be refused in words."""

    def sanitize_file_name(self, file_name: str) -> str:
        kept = RawName(super().sanitize_file_name(file_name) or "?")
        kept.raw = html.unescape(file_name)
        return kept


class Received(UploadedFile):
    """One file as it came. `overrun`: longer than a file may be, its bytes not kept; `full`: the disk had no room."""

    def __init__(
        self, file: IO[bytes], name: str, raw_name: str, content_type: str, size: int, sha256: str, full: bool
    ) -> None:
        super().__init__(file, name, content_type, size)
        self.stream, self.length = file, size
        self.raw_name, self.sha256, self.full = raw_name, sha256, full

    @property
    def overrun(self) -> bool:
        return bool(self.length > settings.MOTCUA_FILE_BYTES)


class NoRoom(io.RawIOBase):
    """What stands for a file that the disk had no room for: whoever reads it is told so."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise storage.StorageFull(f"no room for an upload in {settings.MEDIA_ROOT}")


class _Sink(FileUploadHandler):
    """Takes one file after the other."""

    chunk_size = 1 << 16

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.sent_name = args[1]
        self.digest, self.written, self.full = hashlib.sha256(), 0, False
        self.sink = self._dare(storage.scratch)

    def _dare(self, act: Any, *args: Any) -> Any:
        try:
            return act(*args)
        except OSError as error:
            if error.errno not in storage.NO_ROOM:
                raise
            self.full = True
            return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.written + len(raw_data) > settings.MOTCUA_FILE_BYTES:
            self.written = settings.MOTCUA_FILE_BYTES + 1
        elif not self.full:
            self._dare(self.sink.write, raw_data)
            self.digest.update(raw_data)
            self.written += len(raw_data)

    def file_complete(self, file_size: int) -> Received:
        if not self.full:
            self._dare(self.sink.seek, 0)
        if self.full:
            self.sink = NoRoom()
        raw = getattr(self.sent_name, "raw", str(self.sent_name))
        return Received(
            self.sink, str(self.sent_name), raw, self.content_type or "", file_size, self.digest.hexdigest(), self.full
        )

    def upload_interrupted(self) -> None:
        if getattr(self, "sink", None) is not None:
            self.sink.close()


class Handler(FileUploadHandler):
    """Reads the whole request with our parser and our sink."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: str | bytes,
        encoding: str | None = None,
    ) -> Any:
        return Parser(META, input_data, [_Sink(self.request)], encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # never asked: the request was read above
        raise NotImplementedError

    def file_complete(self, file_size: int) -> None:
        raise NotImplementedError
