"""The demo's identities: fictitious, offered only where `MOTCUA_DEMO` is on and no provider is set."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings

from motcua.identity import services
from motcua.identity.rules import Identity


def offered() -> bool:
    return bool(settings.MOTCUA_DEMO) and not services.configured()


@cache
def people() -> tuple[Identity, ...]:
    rows = json.loads(Path(__file__).with_name("demo_people.json").read_text(encoding="utf-8"))
    return tuple(Identity(**row, demo=True) for row in rows)
