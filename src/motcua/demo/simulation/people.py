"""Who files in the simulation: fictitious people and businesses, the same for the same seed.

Citizen numbers have the shape of real ones (04x: Nghệ An, sex and century, year) and a serial of 000001 to 008999, the range this demo keeps
for the fictitious (its identities have 009xxx); tax codes begin with 00000, which no tax office gives; telephones with 0900 00.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from motcua.demo.simulation.shape import facts, names

ADULT = 18
OLDEST = 88
BUSINESS = 0.03
BIRTHPLACE = "040"


def person(chance: random.Random, place: str, today: date) -> dict[str, Any]:
    sex = "mf"[int(chance.random() * 2)]
    known = names()
    born = today - timedelta(days=int(365.25 * (ADULT + (OLDEST - ADULT) * chance.betavariate(1.6, 2.2))))
    century = 0 if born.year < 2000 else 2
    serial = 1 + int(chance.random() * 8999)
    return {
        "kind": "person",
        "full_name": " ".join(
            (_one(chance, known["family"]), _one(chance, known["middle"][sex]), _one(chance, known["given"][sex]))
        ),
        "citizen_number": f"{BIRTHPLACE}{century + (sex == 'f')}{born.year % 100:02}{serial:06}",
        "birth_date": born.isoformat(),
        "phone": f"090000{int(chance.random() * 10000):04}",
        "address": f"Xóm {1 + int(chance.random() * 14)}, {place}, tỉnh Nghệ An",
    }


def business(chance: random.Random, place: str, today: date) -> dict[str, Any]:
    head = person(chance, place, today)
    known = facts()["businesses"]
    return {
        "kind": "organisation",
        "full_name": f"{_one(chance, known['forms'])} {_one(chance, known['names'])} {1 + int(chance.random() * 99)}",
        "tax_code": f"00000{int(chance.random() * 100000):05}",
        "representative": head["full_name"],
        "phone": head["phone"],
        "address": head["address"],
    }


def _one(chance: random.Random, of: list[str]) -> str:
    return of[int(chance.random() * len(of))]
