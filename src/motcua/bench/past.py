"""Dossiers of the past to measure with: plausible, fictitious, all of them passing the rules."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from motcua.bench.world import StaffedCommune, body
from motcua.dossiers.bulk import PastAct, PastDossier
from motcua.dossiers.schemas import DossierIn
from motcua.organisation import queries as organisation
from motcua.worktime import clock, is_working_day

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hồ", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Cao", "Thái", "Đậu", "Võ")
MIDDLE = ("Văn", "Thị", "Đình", "Xuân", "Sỹ", "Ngọc", "Quốc", "Cảnh", "Thu", "Trọng")
GIVEN = ("Ước", "Ánh", "Mai", "Ý", "Đạt", "Uyên", "Lương", "Ấn", "Ơn", "Đô", "Ái", "Ích", "Hằng", "Toàn", "Oanh")
# The way of a certified copy (2.000815): who does what, minutes after the one before.
WAY = (
    ("receiver", "hand_over", 6),
    ("specialist", "advance", 40),
    ("signatory", "sign_off", 25),
    ("records_clerk", "advance", 8),
)
RETURNED = ("receiver", "return_result", 30)


def working_days(count: int, before: datetime) -> list[datetime]:
    """The starts of the last `count` working days before a moment, oldest first."""
    calendar = organisation.newest_calendar("vn")
    days: list[datetime] = []
    day = before
    while len(days) < count:
        day -= timedelta(days=1)
        if is_working_day(calendar, day.date()):
            days.append(day.replace(hour=7, minute=30, second=0, microsecond=0))
    return days[::-1]


def dossiers(
    communes: Sequence[StaffedCommune],
    count: int,
    *,
    days: int = 60,
    acts: int | None = None,
    seed: int = 20261122,
    name: str = "",
) -> Iterator[PastDossier]:
    """`count` dossiers over the communes in turn and the last working days in order. `acts`: how many each has gone through (None: mostly
    all five, a tenth still open). `name`: what all applicants are called, else each by chance."""
    chance = random.Random(seed)
    starts = working_days(days, clock.now())
    templates = {c.code: DossierIn.model_validate_json(body(c.code)).request() for c in communes}
    for number in range(count):
        commune = communes[number % len(communes)]
        at = starts[number * len(starts) // count] + timedelta(
            minutes=chance.randrange(240), seconds=chance.randrange(60)
        )
        template = templates[commune.code]
        by_chance = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
        person = {
            **template.applicant,
            "full_name": name or by_chance,
            "birth_date": "",
            "citizen_number": f"040{chance.randrange(2)}{chance.randrange(50, 100)}{number:06}",
        }
        request = replace(template, applicant=person, received_at=at)
        wanted = acts if acts is not None else (5 if chance.random() < 0.9 else chance.randrange(5))
        yield PastDossier(
            f"bench-{seed}-{number}", request, commune.officers["receiver"], tuple(_acts(commune, at, wanted))
        )


def _acts(commune: StaffedCommune, at: datetime, count: int) -> Iterator[PastAct]:
    for role, act, minutes in (*WAY, RETURNED)[:count]:
        at += timedelta(minutes=minutes)
        yield PastAct(act, commune.officers[role], at, {"outcome": "granted"} if act == "sign_off" else {})
