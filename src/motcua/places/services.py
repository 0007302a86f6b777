"""The one write that places know: bring the database up to the fact files of this release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import models, transaction

from motcua.places import facts, queries
from motcua.places.models import (
    Commune,
    CommuneName,
    OldCommune,
    OldCommuneAlias,
    OldDistrict,
    OldDistrictAlias,
    OldProvince,
    Province,
    ProvinceName,
    Succession,
)
from motcua.places.text import fold, sort_key

BATCH = 2000  # rows of one statement, which has at most 65,535 parameters


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did to one table, in rows. `kept` stood there without a fact and stays: places are never deleted."""

    added: int
    changed: int
    unchanged: int
    kept: int


def load_facts(using: str = "owner") -> dict[str, Loaded]:
    """Insert the facts that are missing and correct those that differ, in one transaction; once more does nothing.

    `using` names the database alias, whose role must be allowed to write (the application's role may only read places).
    Returns table name -> counts.
    """
    province_rows, commune_rows = facts.read("provinces"), facts.read("communes")
    province_names = province_rows + facts.read("province_changes")
    commune_names = commune_rows + facts.read("commune_changes")
    latest_province, latest_commune = _latest(province_names), _latest(commune_names)
    with transaction.atomic(using=using):
        loaded = {
            "provinces": _upsert(using, [_province(row, latest_province[row["code"]]) for row in province_rows]),
            "province_names": _upsert(using, [_province_name(row) for row in province_names]),
            "communes": _upsert(using, [_commune(row, latest_commune[row["code"]]) for row in commune_rows]),
            "commune_names": _upsert(using, [_commune_name(row) for row in commune_names]),
            **_load_old_units(using, {row["code"]: row["instrument"] for row in commune_rows}),
        }
    queries.forget()
    return loaded


def _load_old_units(using: str, instruments: dict[str, str]) -> dict[str, Loaded]:
    """`instruments`: code of each commune -> the resolution of 2025 that formed it."""
    districts = [
        OldDistrict(code=row["code"], province_id=row["province"], type=row["type"], name=row["name"])
        for row in facts.read("old_districts")
    ]
    communes = [
        OldCommune(code=row["code"], district_id=row["district"], type=row["type"], name=row["name"])
        for row in facts.read("old_communes")
    ]
    commune_aliases = [
        OldCommuneAlias(id=":".join(row.values()), commune_id=row["code"], type=row["type"], key=row["key"])
        for row in facts.read("old_commune_aliases")
    ]
    district_aliases = [
        OldDistrictAlias(id=":".join(row.values()), district_id=row["code"], type=row["type"], key=row["key"])
        for row in facts.read("old_district_aliases")
    ]
    return {
        "old_provinces": _upsert(using, [OldProvince(**row) for row in facts.read("old_provinces")]),
        "old_districts": _upsert(using, districts),
        "old_communes": _upsert(using, communes),
        "old_commune_aliases": _upsert(using, commune_aliases),
        "old_district_aliases": _upsert(using, district_aliases),
        "successions": _upsert(using, [_succession(row, instruments) for row in facts.read("successions")]),
    }


def _succession(row: dict[str, str], instruments: dict[str, str]) -> Succession:
    is_district = len(row["old"]) == 3
    return Succession(
        id=f"{row['old']}:{row['commune']}",
        old_commune_id=None if is_district else row["old"],
        old_district_id=row["old"] if is_district else None,
        commune_id=row["commune"],
        kind=row["kind"],
        instrument=instruments[row["commune"]],
    )


def _province(row: dict[str, str], name: str) -> Province:
    return Province(
        code=row["code"],
        name=name,
        folded=fold(name),
        sort_key=sort_key(name),
        portal_code=row["portal_code"],
        portal_code_verified=row["portal_code_verified"] == "yes",
        valid_from=date.fromisoformat(row["valid_from"]),
    )


def _commune(row: dict[str, str], name: str) -> Commune:
    return Commune(
        code=row["code"],
        province_id=row["province"],
        name=name,
        folded=fold(name),
        sort_key=sort_key(name),
        latitude=_number(row["latitude"]),
        longitude=_number(row["longitude"]),
        area_km2=_number(row["area_km2"]),
        valid_from=date.fromisoformat(row["valid_from"]),
    )


def _province_name(row: dict[str, str]) -> ProvinceName:
    return ProvinceName(
        id=f"{row['code']}:{row['valid_from']}",
        province_id=row["code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        type=row["type"],
        name=row["name"],
        instrument=row["instrument"],
        issued_on=date.fromisoformat(row["issued_on"]),
    )


def _commune_name(row: dict[str, str]) -> CommuneName:
    return CommuneName(
        id=f"{row['code']}:{row['valid_from']}",
        commune_id=row["code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        type=row["type"],
        name=row["name"],
        instrument=row["instrument"],
        issued_on=date.fromisoformat(row["issued_on"]),
    )


def _latest(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    """Code -> the short name that comes last."""
    ordered = sorted(rows, key=lambda row: (row["code"], row["valid_from"]))
    return {code: list(group)[-1]["name"] for code, group in groupby(ordered, key=lambda row: row["code"])}


def _number(text: str) -> float | None:
    return float(text) if text else None


def _upsert(using: str, rows: Sequence[models.Model]) -> Loaded:
    """Write the rows that are new or differ. Compared here, so that an unchanged release writes nothing."""
    model = type(rows[0])
    columns = [field.attname for field in model._meta.concrete_fields]
    key = model._meta.pk.attname
    stored = {row[0]: row for row in model._default_manager.using(using).values_list(key, *columns)}
    new, differing = [], []
    for row in rows:
        known = stored.pop(row.pk, None)
        if known is None:
            new.append(row)
        elif known[1:] != tuple(getattr(row, column) for column in columns):
            differing.append(row)
    model._default_manager.using(using).bulk_create(
        new + differing,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[column for column in columns if column != key],
    )
    return Loaded(len(new), len(differing), len(rows) - len(new) - len(differing), len(stored))
