"""Writes of the organisation: tokens, throttling, calendars."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

import motcua.worktime
from motcua.organisation import services_calendars
from motcua.organisation.errors import TooManyRequests
from motcua.organisation.models import Account, Calendar, Token
from motcua.worktime import Calendar as WorkCalendar
from motcua.worktime import clock

SHIPPED_CALENDARS = Path(motcua.worktime.__file__).parent / "calendars"


def create_token(account: Account, label: str = "", days: int | None = 365) -> str:
    """A new API token of the account, for ever when `days` is None; the secret is returned once and only its SHA-256 is kept."""
    secret = secrets.token_urlsafe(32)
    expires = clock.now() + timedelta(days=days) if days is not None else None
    Token.objects.create(
        account=account, digest=hashlib.sha256(secret.encode()).digest(), label=label, expires_at=expires
    )
    return secret


def throttle(bucket: str, key: str, limit: int, window: timedelta) -> None:
    """Counts one attempt of `key` in `bucket`; raises TooManyRequests (429) above `limit` in the current window.

    One atomic upsert, committed at once and on its own, so that parallel and refused attempts count too.
    """
    now = clock.now()
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=clock.TZ)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO organisation_throttle (id, bucket, key, "window", count) VALUES (%s, %s, %s, %s, 1)'
            ' ON CONFLICT (bucket, key, "window") DO UPDATE SET count = organisation_throttle.count + 1 RETURNING count',
            (uuid7(), bucket, hashlib.sha256(key.encode()).digest(), start),
        )
        (count,) = cursor.fetchone()
    if count > limit:
        left = seconds - int(now.timestamp()) % seconds
        raise TooManyRequests(
            _("Bạn đã thử quá nhiều lần. Hãy đợi %(minutes)s phút rồi thử lại.") % {"minutes": max(1, left // 60)},
            retry_after=left,
        )


def load_calendars() -> int:
    """Publishes the calendars that ship with the program; an edition already there is left as it is. Returns how many are new.

    Local calendars follow: each gets an edition that inherits from the new one. No date moves by that; a re-appointment is ordered.
    """
    new = 0
    known: dict[str, tuple[WorkCalendar, Calendar]] = {}
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in SHIPPED_CALENDARS.glob("*.json")]
    for content in sorted(contents, key=lambda c: (c.get("parent") is not None, c["code"])):
        parent = known.get(content.get("parent") or "")
        calendar = WorkCalendar.from_dict(content, parent[0] if parent else None)
        row, created = Calendar.objects.get_or_create(
            code=calendar.code,
            edition=calendar.edition,
            defaults={"content": content, "parent": parent[1] if parent else None},
        )
        known[calendar.code] = (calendar, row)
        new += created
        if created:
            services_calendars.follow(calendar.code)
    return new
