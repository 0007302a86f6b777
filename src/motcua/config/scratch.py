"""Where tests keep their database server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 4 << 30
"""Bytes that a run of the suite may take there."""


def folder(prefix: str) -> str:
    """A new folder, in memory where there is plenty. Making and dropping a thousand databases is what a disk with ext4 is slowest at: each new
    file is compared with all that were deleted in the last minutes, a quarter of the suite's time."""
    return tempfile.mkdtemp(prefix=prefix, dir=MEMORY if _plenty() else None)


def _plenty() -> bool:
    try:
        free = os.statvfs(MEMORY)
        available = next(
            int(line.split()[1]) << 10
            for line in Path("/proc/meminfo").read_text().splitlines()
            if line.startswith("MemAvailable:")
        )
    except (OSError, StopIteration):
        return False
    return os.access(MEMORY, os.W_OK) and min(free.f_bavail * free.f_frsize, available // 2) > ROOM


if __name__ == "__main__":
    print(folder("motcua-ci-"))
