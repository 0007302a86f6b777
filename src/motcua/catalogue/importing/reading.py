"""Reading the crawl's file one record at a time: a JSON array of objects, plain or gzipped."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TextIO

CHUNK = 1 << 20
LONGEST_RECORD = 8 << 20
"""Characters. The longest real record has some 200,000; a longer one means that the file is not what it says."""

_GZIP = b"\x1f\x8b"
_SPACE = " \t\r\n"


class NotReadable(ValueError):
    """The file is not a JSON array; the message is a Vietnamese sentence."""


def records(path: Path) -> Iterator[Any]:
    """The elements of the array in their order, holding one of them at a time. Numbers with a point come as Decimal.

    Raises NotReadable, also in the middle of the file, and OSError.
    """
    with _opened(path) as stream:
        try:
            yield from _elements(stream)
        except UnicodeDecodeError as error:
            raise NotReadable(f"{path.name}: không phải văn bản UTF-8.") from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise NotReadable(f"{path.name}: tệp nén bị hỏng hoặc bị cắt cụt.") from error
        except NotReadable as error:
            raise NotReadable(f"{path.name}: {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        with io.TextIOWrapper(gzip.GzipFile(fileobj=raw) if packed else raw, encoding="utf-8-sig") as stream:
            yield stream


def _elements(stream: TextIO) -> Iterator[Any]:
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)
    buffer, ended, count = "", False, 0

    def more() -> None:
        nonlocal buffer, ended
        chunk = stream.read(CHUNK)
        buffer, ended = buffer + chunk, not chunk

    def next_sign() -> str:
        nonlocal buffer
        buffer = buffer.lstrip(_SPACE)
        while not buffer and not ended:
            more()
            buffer = buffer.lstrip(_SPACE)
        return buffer[:1]

    if next_sign() != "[":
        raise NotReadable("phải là một mảng JSON các thủ tục.")
    buffer = buffer[1:]
    while (sign := next_sign()) != "]":
        if count:
            if sign != ",":
                raise NotReadable(f"JSON hỏng sau bản ghi thứ {count}.")
            buffer = buffer[1:]
            next_sign()
        while True:
            try:
                value, end = decoder.raw_decode(buffer)
            except json.JSONDecodeError as error:
                if ended or len(buffer) > LONGEST_RECORD:
                    raise NotReadable(f"JSON hỏng ở bản ghi thứ {count + 1}.") from error
            except NotReadable:
                raise
            except (ValueError, RecursionError) as error:
                raise NotReadable(f"số quá dài hoặc lồng quá sâu ở bản ghi thứ {count + 1}.") from error
            else:
                # A number may go on in the next chunk.
                if end < len(buffer) or ended:
                    break
            more()
        buffer, count = buffer[end:], count + 1
        yield value
    buffer = buffer[1:]
    if next_sign():
        raise NotReadable("có nội dung thừa sau mảng JSON.")


def _no_number(name: str) -> NoReturn:
    raise NotReadable(f"“{name}” không phải là số của JSON.")
