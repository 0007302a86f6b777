"""The units of 30/06/2025 of one database, what became of them, and the names by which people still call them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from motcua.places.addresses import Gazetteer, Name, Source
from motcua.places.finder import Entry, Finder
from motcua.places.models import (
    Commune,
    CommuneName,
    OldCommune,
    OldCommuneAlias,
    OldCommuneType,
    OldDistrict,
    OldDistrictAlias,
    OldDistrictType,
    OldProvince,
    Province,
    ProvinceName,
    ProvinceType,
    Succession,
)
from motcua.places.words import Level

# What people write for a province, in the names of 30/06/2025. Thừa Thiên Huế became Huế on 01/01/2025, Hà Tây part of
# Hà Nội on 01/08/2008.
PROVINCE_ALIASES = {
    "hn": "Hà Nội",
    "tphn": "Hà Nội",
    "hà tây": "Hà Nội",
    "hcm": "Hồ Chí Minh",
    "tphcm": "Hồ Chí Minh",
    "hcmc": "Hồ Chí Minh",
    "sài gòn": "Hồ Chí Minh",
    "thừa thiên huế": "Huế",
    "tt huế": "Huế",
    "brvt": "Bà Rịa - Vũng Tàu",
    "bà rịa": "Bà Rịa - Vũng Tàu",
    "vũng tàu": "Bà Rịa - Vũng Tàu",
    "đắc lắc": "Đắk Lắk",
    "đắc nông": "Đắk Nông",
    "bắc cạn": "Bắc Kạn",
    "hp": "Hải Phòng",
}


class Unit(NamedTuple):
    """`above`: code of the district of a commune, of the province of a district."""

    above: str
    type: str
    name: str


class OldUnits:
    """Read once and kept, like the register of today's communes."""

    def __init__(self, using: str) -> None:
        self._using = using
        self.provinces = {
            code: Unit("", *rest)
            for code, *rest in OldProvince.objects.using(using).values_list("code", "type", "name")
        }
        self.districts = {
            code: Unit(*rest)
            for code, *rest in OldDistrict.objects.using(using).values_list("code", "province", "type", "name")
        }
        self.communes = {
            code: Unit(*rest)
            for code, *rest in OldCommune.objects.using(using).values_list("code", "district", "type", "name")
        }
        self._commune_aliases = list(OldCommuneAlias.objects.using(using).values_list("commune", "type", "key"))
        self._district_aliases = list(OldDistrictAlias.objects.using(using).values_list("district", "type", "key"))
        self._province_of = dict(Commune.objects.using(using).filter(valid_until=None).values_list("code", "province"))
        self._successors: dict[str, list[str]] = defaultdict(list)
        self._predecessors: dict[str, list[str]] = defaultdict(list)
        for old_commune, old_district, commune in (
            Succession.objects.using(using).order_by("id").values_list("old_commune", "old_district", "commune")
        ):
            self._successors[old_commune or old_district].append(commune)
            self._predecessors[commune].append(old_commune or old_district)
        self._of_district: dict[str, list[str]] = defaultdict(list)
        for code, old in self.communes.items():
            self._of_district[old.above].append(code)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Every name of then and now, to understand whole addresses."""
        return Gazetteer((*self._provinces_named(), *self._old_named(), *self._today_named()))

    def successors(self, code: str) -> tuple[str, ...]:
        """Codes of the communes that have land of an old commune (five digits) or of an old district (three)."""
        if code in self.districts:
            within = {commune for old in self._of_district[code] for commune in self._successors[old]}
            return tuple(sorted(within.union(self._successors[code])))
        return tuple(self._successors[code])

    def full_name(self, code: str) -> str:
        """ "Xã Liên Hà, Huyện Đan Phượng, Thành phố Hà Nội" for 09802; of a district without the first part."""
        if (commune := self.communes.get(code)) is not None:
            return f"{OldCommuneType(commune.type).label} {commune.name}, {self.full_name(commune.above)}"
        district = self.districts[code]
        province = self.provinces[district.above]
        return f"{OldDistrictType(district.type).label} {district.name}, {ProvinceType(province.type).label} {province.name}"

    def _provinces_named(self) -> Iterator[Name]:
        for code, old in self.provinces.items():
            yield Name(Level.PROVINCE, Source.OLD, code, old.type, old.name)
        today = list(Province.objects.using(self._using).filter(valid_until=None))
        # Each type that it has had: "tỉnh Đồng Nai" is not wrong because Đồng Nai is a city since 30/04/2026.
        for code, kind, name in ProvinceName.objects.using(self._using).values_list("province", "type", "name"):
            yield Name(Level.PROVINCE, Source.TODAY, f"-{code}", kind, name)
        then, now = {p.name: code for code, p in self.provinces.items()}, {p.name: f"-{p.code}" for p in today}
        for alias, name in PROVINCE_ALIASES.items():
            for code in filter(None, (then.get(name), now.get(name))):
                yield Name(Level.PROVINCE, Source.GIVEN_UP, code, "", alias)

    def _old_named(self) -> Iterator[Name]:
        around = {code: self._around(code) for code in self.districts}
        for code, district in self.districts.items():
            yield Name(Level.DISTRICT, Source.OLD, code, district.type, district.name, *around[code])
        for code, kind, key in self._district_aliases:
            yield Name(Level.DISTRICT, Source.GIVEN_UP, code, kind, key)
        for code, commune in self.communes.items():
            yield Name(Level.COMMUNE, Source.OLD, code, commune.type, commune.name, *around[commune.above])
        for code, kind, key in self._commune_aliases:
            yield Name(Level.COMMUNE, Source.GIVEN_UP, code, kind, key, *around[self.communes[code].above])

    def _around(self, district: str) -> tuple[frozenset[str], frozenset[str]]:
        """The district itself; its province then and those of today that its communes lie in."""
        now = {f"-{self._province_of[code]}" for code in self.successors(district) if code in self._province_of}
        return frozenset({district}), frozenset({self.districts[district].above, *now})

    def _today_named(self) -> Iterator[Name]:
        for commune, kind, name in (
            CommuneName.objects.using(self._using).order_by("valid_from").values_list("commune", "type", "name")
        ):
            if commune in self._province_of:
                olds = self._predecessors[commune]
                districts = {self.communes[old].above if old in self.communes else old for old in olds}
                then = {self.districts[district].above for district in districts}
                yield Name(
                    Level.COMMUNE,
                    Source.TODAY,
                    commune,
                    kind,
                    name,
                    frozenset(districts),
                    frozenset({*then, f"-{self._province_of[commune]}"}),
                )

    @cached_property
    def finder(self) -> Finder:
        """Finds old communes; each stands in the province of today that it lies in, under every name it had."""
        names: dict[str, list[str]] = {code: [commune.name] for code, commune in self.communes.items()}
        for code, _, key in self._commune_aliases:
            names[code].append(key)
        today = dict(Province.objects.using(self._using).values_list("name", "code"))
        return Finder(
            (
                Entry(code, self._province_of[self._successors[code][0]], tuple(names[code]), commune.type)
                for code, commune in self.communes.items()
                if self._province_of.keys() >= set(self._successors[code][:1])
            ),
            [(code, name) for name, code in (*self._old_province_names(), *today.items())],
        )

    def _old_province_names(self) -> Iterable[tuple[str, str]]:
        """Name of an old province -> code of the province of today that most of it lies in."""
        for province, old in self.provinces.items():
            inside = (
                self._province_of[code]
                for district_code, district in self.districts.items()
                if district.above == province
                for code in self.successors(district_code)[:1]
                if code in self._province_of
            )
            if (code := next(inside, None)) is not None:
                yield old.name, code
