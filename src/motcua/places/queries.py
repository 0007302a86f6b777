"""Reads of places. Each process keeps all communes in memory, for facts change only with a release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from typing import TypeVar

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext

from motcua.places import facts
from motcua.places.addresses import Match, Source
from motcua.places.finder import Entry, Finder, Hit
from motcua.places.models import Commune, CommuneName, CommuneType, Province, ProvinceName, ProvinceType
from motcua.places.old_units import OldUnits
from motcua.places.words import Level

LONGEST_ADDRESS = 500  # letters

Named = TypeVar("Named", ProvinceName, CommuneName)


@dataclass(frozen=True, slots=True)
class ProvinceAsOf:
    """A province on a day: `name` "Nghệ An", `full_name` "Tỉnh Nghệ An", `type` "tinh" or "thanh-pho"."""

    code: str
    name: str
    full_name: str
    type: str
    portal_code: str
    portal_code_verified: bool


@dataclass(frozen=True, slots=True)
class CommuneAsOf:
    """A commune on a day: `name` "Quỳnh Sơn", `full_name` "Xã Quỳnh Sơn", `type` "xa", "phuong" or "dac-khu".

    `province_name` is the province's full name on that day. Coordinates are degrees (WGS 84); None: unknown.
    """

    code: str
    name: str
    full_name: str
    type: str
    province_code: str
    province_name: str
    latitude: float | None
    longitude: float | None
    area_km2: float | None


def provinces(on: date | None = None, using: str = "default") -> list[ProvinceAsOf]:
    """The provinces of that day in alphabetical order; `on` is today when left out, here and below."""
    register = _register(using)
    return [p for code in register.provinces if (p := register.province(code, on or timezone.localdate())) is not None]


def province(code: str, on: date | None = None, using: str = "default") -> ProvinceAsOf | None:
    """The province with this two-digit code ("40"), or None when there was none on that day."""
    return _register(using).province(code, on or timezone.localdate())


def commune(code: str, on: date | None = None, using: str = "default") -> CommuneAsOf | None:
    """The commune with this five-digit code ("17170"), or None when there was none on that day."""
    return _register(using).commune(code, on or timezone.localdate())


def communes_of(province_code: str, on: date | None = None, using: str = "default") -> list[CommuneAsOf]:
    """The communes of a province on that day, in alphabetical order of their short names."""
    register, day = _register(using), on or timezone.localdate()
    return [c for code in register.communes_of.get(province_code, ()) if (c := register.commune(code, day)) is not None]


@dataclass(frozen=True, slots=True)
class Found:
    """A commune that was looked for; `matched` says by which old name, and is empty when by today's."""

    commune: CommuneAsOf
    matched: str = ""


def find(
    text: str, province: str | None = None, limit: int = 10, on: date | None = None, using: str = "default"
) -> list[CommuneAsOf]:
    """Communes that `text` may mean, best first: marks, type and province may be missing, and a letter or two wrong.

    `province`: two-digit code to look in only. "xã Quỳnh Sơn, Nghệ An" looks in the province that it names. The names that
    stood until 30/06/2025 are found too, after those of today that match as well.
    """
    return [found.commune for found in find_by_any_name(text, province, limit, on, using)]


def find_by_any_name(
    text: str, province: str | None = None, limit: int = 10, on: date | None = None, using: str = "default"
) -> list[Found]:
    """As `find`, with the reason why: an old name is believed when it matches whole, or when no name of today comes near."""
    register, day = _register(using), on or timezone.localdate()
    today, old = register.finder.hits(text, province), register.old.finder.hits(text, province)
    nearest_today = min((hit for _, hit in today), default=Hit.TWO_SLIPS + 1)
    old = [(code, hit) for code, hit in old if hit <= Hit.WHOLE_BUT_SPACES or hit < nearest_today]
    best = min((hit for _, hit in (*today, *old)), default=Hit.WHOLE)
    # As in the finder: slips are believed only when nothing matches whole, two only when nothing comes nearer.
    worst = Hit.LATER_WORD if best <= Hit.WHOLE_BUT_SPACES else max(best, Hit.ONE_SLIP)
    found: dict[str, str] = {}
    for _, commune, matched in sorted(
        (
            *((hit > Hit.WHOLE_BUT_SPACES, code, "") for code, hit in today if hit <= worst),
            *(
                (hit > Hit.WHOLE_BUT_SPACES, commune, code)
                for code, hit in old
                if hit <= worst
                for commune in register.old.successors(code)
            ),
        ),
        key=lambda found: found[0],
    ):
        if province is None or register.communes[commune].province_id == province:
            found.setdefault(commune, matched)
    named = ((register.commune(code, day), old) for code, old in found.items())
    return [Found(c, _formerly(register, old)) for c, old in named if c is not None][: max(limit, 0)]


def _formerly(register: _Register, old: str) -> str:
    return gettext("tên cũ: %(name)s") % {"name": register.old.full_name(old)} if old else ""


class How(StrEnum):
    """As what a part of an address was understood."""

    TODAY = "today"  # a commune of today
    OLD = "old"  # a commune of 30/06/2025
    GIVEN_UP = "given_up"  # one that had been merged into such a commune or renamed before
    DISTRICT = "district"  # an old district, of which the commune is not said


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing that an address may mean, and the codes of the communes that it lies in today.

    `code` has five digits, three when `how` is DISTRICT. `split`: the old commune was divided among `communes`.
    """

    how: How
    code: str
    full_name: str
    communes: tuple[str, ...]

    @property
    def split(self) -> bool:
        return self.how in (How.OLD, How.GIVEN_UP) and len(self.communes) > 1


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an address means today. No candidate: it was not understood; several: somebody who knows the place chooses.

    `split` says that an old commune which the address names was divided, so that no address can tell where it lies.
    `also` holds what a whole address of today would mean if it were an old one with its district left out.
    """

    split: bool
    candidates: tuple[CommuneAsOf, ...]
    understood: tuple[Understood, ...]
    also: tuple[CommuneAsOf, ...] = ()


def convert(address: str, on: date | None = None, using: str = "default") -> Conversion:
    """The communes that an old or new address lies in today (or `on`), from the facts here alone: nothing is called.

    "Xã Liên Hà, huyện Đan Phượng, Hà Nội", with house and hamlet in front; marks, kinds and levels may be missing.
    """
    register, day = _register(using), on or timezone.localdate()
    understanding = register.old.gazetteer.understand(address)
    understood = tuple(dict.fromkeys(_understood(register, match, day) for match in understanding.meant))
    candidates = _distinct(register, understood, day)
    also = _distinct(register, (_understood(register, match, day) for match in understanding.also), day)
    return Conversion(
        any(u.split for u in understood), candidates, understood, tuple(c for c in also if c not in candidates)
    )


def _understood(register: _Register, match: Match, day: date) -> Understood:
    name = match.name
    if name.level == Level.DISTRICT:
        return Understood(
            How.DISTRICT, name.code, register.old.full_name(name.code), register.old.successors(name.code)
        )
    if name.source == Source.TODAY:
        commune = register.commune(name.code, day)
        full_name = f"{commune.full_name}, {commune.province_name}" if commune else name.text
        return Understood(How.TODAY, name.code, full_name, (name.code,))
    how = How.OLD if name.source == Source.OLD else How.GIVEN_UP
    return Understood(how, name.code, register.old.full_name(name.code), register.old.successors(name.code))


def _distinct(register: _Register, understood: Iterable[Understood], day: date) -> tuple[CommuneAsOf, ...]:
    codes = dict.fromkeys(code for u in understood for code in u.communes)
    return tuple(c for code in codes if (c := register.commune(code, day)) is not None)


@cache
def _citizen_number_provinces() -> dict[str, str]:
    return {row["code"]: row["province"] for row in facts.read("citizen_number_codes")}


def citizen_number_province(first_three_digits: str) -> str | None:
    """The province, one of the 63 before July 2025, whose code a citizen number begins with, or None.

    Circular 59/2021/TT-BCA. None is no error: people whose birth was registered abroad bear a country's code.
    """
    return _citizen_number_provinces().get(first_three_digits)


def forget() -> None:
    """Read the database again next time; called when facts were loaded."""
    _registers.clear()


class _Register:
    """All places of one database with their history."""

    def __init__(self, using: str) -> None:
        self._using = using
        self.provinces = {p.code: p for p in Province.objects.using(using).order_by("sort_key")}
        self.communes = {c.code: c for c in Commune.objects.using(using).order_by("sort_key", "code")}
        self.communes_of: dict[str, list[str]] = {code: [] for code in self.provinces}
        for commune in self.communes.values():
            self.communes_of[commune.province_id].append(commune.code)
        self._province_names = _history(
            (n.province_id, n) for n in ProvinceName.objects.using(using).order_by("valid_from")
        )
        self._commune_names = _history(
            (n.commune_id, n) for n in CommuneName.objects.using(using).order_by("valid_from")
        )
        self.finder = Finder(
            (
                Entry(c.code, c.province_id, tuple(n.name for n in reversed(names)), names[-1].type)
                for c in self.communes.values()
                if (names := self._commune_names.get(c.code)) and c.valid_until is None
            ),
            ((p.code, p.name) for p in self.provinces.values()),
        )

    @cached_property
    def old(self) -> OldUnits:
        """Read when somebody first asks for an old name: most processes never do."""
        return OldUnits(self._using)

    def province(self, code: str, day: date) -> ProvinceAsOf | None:
        row = self.provinces.get(code)
        if row is None or not _stands(row, day):
            return None
        name = _as_of(self._province_names.get(code, ()), day)
        if name is None:
            return None
        full_name = f"{ProvinceType(name.type).label} {name.name}"
        return ProvinceAsOf(code, name.name, full_name, name.type, row.portal_code, row.portal_code_verified)

    def commune(self, code: str, day: date) -> CommuneAsOf | None:
        row = self.communes.get(code)
        if row is None or not _stands(row, day):
            return None
        name, province = _as_of(self._commune_names.get(code, ()), day), self.province(row.province_id, day)
        if name is None or province is None:
            return None
        return CommuneAsOf(
            code,
            name.name,
            f"{CommuneType(name.type).label} {name.name}",
            name.type,
            province.code,
            province.full_name,
            row.latitude,
            row.longitude,
            row.area_km2,
        )


_registers: dict[tuple[str, str], _Register] = {}


def _register(using: str) -> _Register:
    settings = connections[using].settings_dict
    database = (str(settings["HOST"]), str(settings["NAME"]))
    register = _registers.get(database)
    if register is None:
        register = _Register(using)
        if register.communes:  # an empty database is about to be filled, perhaps by another process
            _registers[database] = register
    return register


def _history(pairs: Iterable[tuple[str, Named]]) -> dict[str, list[Named]]:
    history: dict[str, list[Named]] = {}
    for code, name in pairs:
        history.setdefault(code, []).append(name)
    return history


def _as_of(names: Iterable[Named], day: date) -> Named | None:
    """The last of the names, in order of time, that had begun by that day."""
    begun = [name for name in names if name.valid_from <= day]
    return begun[-1] if begun else None


def _stands(unit: Province | Commune, day: date) -> bool:
    return unit.valid_from <= day and (unit.valid_until is None or day <= unit.valid_until)
