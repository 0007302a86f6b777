"""Processes that work and write side by side, each with a connection of its own, in the same database and as the same role as this one.

Threads would hold Python's one lock in turns, and half of what an import does is Python.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from django.db import connection, connections

WRITERS = 2
PR_SET_PDEATHSIG = 1

Given = TypeVar("Given")
Made = TypeVar("Made")

_work: Callable[[Any], Any]
_parents_connections: list[Any] = []


@contextmanager
def writers(
    begin: Callable[[], Callable[[Given], Made]],
) -> Iterator[tuple[Callable[[Given], Future[Made]], int]]:
    """(what takes work, how much of it may lie unfinished). `begin` is called once in every process that works, and says what it does.

    Inside a caller's transaction, on one core and elsewhere than on Linux this process does it itself, at once. What is given and what comes
    back is pickled. A process that dies ends the block with BrokenProcessPool. When the block ends, what is being done is finished first.
    """
    if connection.in_atomic_block or not _worth_it():
        yield _at_once(begin()), 0
        return
    pool = ProcessPoolExecutor(WRITERS, get_context("fork"), _born, (begin, os.getpid()))
    try:
        yield lambda given: pool.submit(_do, given), WRITERS + 1
    finally:
        pool.shutdown(cancel_futures=True)


def _worth_it() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _at_once(work: Callable[[Given], Made]) -> Callable[[Given], Future[Made]]:
    def take(given: Given) -> Future[Made]:
        made: Future[Made] = Future()
        made.set_result(work(given))
        return made

    return take


def _born(begin: Callable[[], Callable[[Any], Any]], parent: int) -> None:
    """In the new process: leaves alone what is its parent's, and does not outlive it."""
    global _work  # noqa: PLW0603 a process of the pool does one kind of work all its life
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends in order
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
    # Neither used nor closed: both would speak on the parent's socket. The next use of an alias opens this process's own.
    for inherited in connections.all(initialized_only=True):
        _parents_connections.append(inherited)
        del connections[inherited.alias]
    # Looking for cycles while a batch is made costs a sixth of the time and finds none; `_do` looks when it is gone.
    gc.freeze()
    gc.disable()
    _work = begin()


def _do(given: Any) -> Any:
    gc.collect()
    return _work(given)
