"""The people of the demo province: fictitious officers on most posts of every commune, and the gaps that communes report (land, IT,
veterinary, forestry...). The same seed gives the same people."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.contrib.auth.hashers import make_password

from motcua.organisation.models import Account, Agency, Officer, Position, Posting
from motcua.organisation.structure import facts
from motcua.places.text import sort_key

SEED = "nghe-an-2025"
# The shortages are those that communes report, in rough order.
NAMES = json.loads((Path(__file__).parent / "people.json").read_text(encoding="utf-8"))
USUAL = 0.08
SECONDED = 0.05


def settle(province_id: int, since: date) -> int:
    """Puts people on the posts that nobody holds yet; returns how many. Does nothing where the demo's people are already there."""
    chance = random.Random(SEED)
    categories = _categories()
    held = Counter(Posting.objects.filter(province_id=province_id, valid_to=None).values_list("position_id", flat=True))
    positions = list(
        Position.objects.select_related("agency")
        .filter(province_id=province_id)
        .order_by("agency__code", "division__name", "title")
    )
    senders: list[Agency] = list(
        Agency.objects.filter(province_id=province_id, kind="people_committee_commune").order_by("code")
    )
    if Officer.objects.filter(province_id=province_id, account=None).exists():
        return 0  # the members of Party committees and others who work no dossiers have no account
    accounts: list[Account] = []
    officers, postings = [], []
    locked = make_password(None)
    for position in positions:
        empty = NAMES["empty"].get(position.specialism, USUAL) if position.agency.commune_id else USUAL
        if position.specialism == "" or "signatory" in position.roles:
            empty = 0.02
        for _seat in range(held[position.id], position.authorised):
            if chance.random() < empty:
                continue
            officer = _officer(chance, province_id, since, categories.get(position.title, "cong_chuc"))
            if position.roles:
                # An account that nobody was invited to yet: the post is staffed, and no password exists.
                officer.account = Account(login=f"canbo{len(accounts) + 1:05d}.demo", password=locked)
                accounts.append(officer.account)
            lent = bool(position.specialism) and chance.random() < SECONDED
            started = since + timedelta(days=chance.choice((0, 0, 0, 31, 92, 184, 276)))
            officers.append(officer)
            postings.append(
                Posting(
                    province_id=province_id,
                    officer=officer,
                    position=position,
                    kind="seconded" if lent else "appointed",
                    seconded_from=chance.choice(senders) if lent and senders else None,
                    valid_from=started,
                    instrument=f"{chance.randint(1, 980)}/QĐ-UBND (DEMO)",
                )
            )
    Account.objects.bulk_create(accounts, batch_size=1000)
    Officer.objects.bulk_create(officers, batch_size=1000)
    Posting.objects.bulk_create(postings, batch_size=1000)
    return len(officers)


def _officer(chance: random.Random, province_id: int, since: date, category: str) -> Officer:
    sex = chance.choice("mf")
    name = (
        f"{chance.choice(NAMES['family'])} {chance.choice(NAMES['middle'][sex])} {chance.choice(NAMES['given'][sex])}"
    )
    return Officer(
        id=_uuid(chance),
        province_id=province_id,
        full_name=name,
        sort_key=sort_key(name),
        category=category,
        valid_from=since,
    )


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _categories() -> dict[str, str]:
    """The usual category of a post's holder, by title, as the frame has it."""
    frame = facts()
    bodies = [
        frame["commune"]["people_committee"],
        frame["province"]["people_committee"],
        *frame["province"]["agencies"],
    ]
    rooms = [room for body in bodies for room in body["divisions"]] + frame["commune"]["beside"]
    return {post["title"]: post["category"] for room in rooms for post in room["positions"]}
