"""Shared desks: a session that nobody works in ends by itself, a desk is locked with one key, and who comes next sees nothing of the one before.

What was open is remembered for the same account only: they come back to their page, anybody else to their own home.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from motcua.worktime import clock

SEEN, LOCKED = "seen", "locked"
# The moment of the last request is written this often at most: a session is a row, and pages ask in bursts.
WRITTEN_EVERY = timedelta(seconds=30)
RESUMED_WITHIN = timedelta(hours=1)


def idle_seconds() -> int:
    """After how many seconds without a request a session ends; 0: never."""
    return int(settings.MOTCUA_IDLE_MINUTES * 60)


def attended(request: HttpRequest) -> bool:
    """Whether somebody has worked in this session within the limit; notes that somebody does now."""
    now = clock.now().timestamp()
    last = request.session.get(SEEN)
    if last is not None and idle_seconds() and now - last > idle_seconds():
        return False
    if last is None or now - last >= WRITTEN_EVERY.total_seconds():
        request.session[SEEN] = now
    return True


def lock(request: HttpRequest, page: str) -> None:
    """Ends the session; `page` is where its owner goes on, and nobody else."""
    account = str(request.user.pk)
    logout(request)
    request.session[LOCKED] = {"account": account, "page": page, "at": clock.now().timestamp()}


def page_to_resume(request: HttpRequest, account_id: Any) -> str | None:
    """Where the owner of a locked desk was, taken out of the session; None for anybody else, and after an hour."""
    locked = request.session.pop(LOCKED, None)
    if not locked or locked["account"] != str(account_id):
        return None
    if clock.now().timestamp() - locked["at"] > RESUMED_WITHIN.total_seconds():
        return None
    return str(locked["page"])


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """No copy of an officer's page stays in the browser, not even for its "back" button, unless the page says so itself."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response
