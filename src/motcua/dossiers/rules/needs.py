"""What several acts ask of what was given with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from motcua.casework.rules import Situation
from motcua.organisation.errors import RuleBroken


def need_note(s: Situation, message: str) -> None:
    if not s.note.strip():
        raise RuleBroken.of("note", message)


def need_paid(s: Situation) -> None:
    if s.facts.unpaid:
        amount = f"{s.facts.unpaid:,}".replace(",", ".")
        raise RuleBroken.of(
            "act", _("Còn %(amount)s đ phí, lệ phí chưa nộp. Thu ở trang Thu phí rồi làm tiếp.") % {"amount": amount}
        )


def texts(value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return [text for item in value if (text := " ".join(str(item).split())[:500])][:50]
