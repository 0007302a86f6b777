"""Keyset cursors: the (moment, id) of the last row seen, as opaque text. A cursor somebody made up is a fault of input, not of ours."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation.errors import RuleBroken


def encode(at: datetime, id: UUID) -> str:
    return urlsafe_b64encode(f"{at.isoformat()}|{id}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, UUID]:
    """Raises RuleBroken on `cursor`."""
    try:
        at, id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment, UUID(id)
    except (ValueError, UnicodeError, OverflowError):
        raise RuleBroken.of("cursor", _("Con trỏ trang không đúng. Bắt đầu lại từ trang đầu.")) from None
