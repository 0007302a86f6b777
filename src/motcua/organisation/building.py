"""`motcua organisation build`: makes what a province lacks of the usual frame, and changes nothing that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from motcua.organisation import registers, structure
from motcua.organisation.models import Agency, Division, Position
from motcua.organisation.structure import BodyFacts
from motcua.places import queries as places


@dataclass
class Built:
    """How many of each were added; `kept` what stood already."""

    agencies: int = 0
    divisions: int = 0
    positions: int = 0
    kept: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    """Agency code of each commune's People's Committee by the commune's code."""


def frame(province_code: str, on: date, communes: Sequence[str] | None = None) -> list[BodyFacts]:
    """The bodies of a province and of its communes standing on the day (`communes`: of these only), those above first."""
    province = places.province(province_code, on)
    if province is None:
        raise LookupError(f"no province {province_code!r}")
    prefix = structure.prefix(province_code)
    standing = places.communes_of(province_code, on)
    codes = structure.commune_codes(prefix, [c.code for c in standing])
    bodies = list(structure.of_province(prefix, inside_a_sentence(province.full_name)))
    for commune in standing:
        if communes is None or commune.code in communes:
            unit = inside_a_sentence(commune.full_name)
            bodies += structure.of_commune(codes[commune.code], commune.code, commune.type, unit, prefix)
    return bodies


def build(province_id: int, since: date, communes: Sequence[str] | None = None) -> Built:
    """Adds the agencies, divisions and positions of the frame that are not there, from the day `since`, in the caller's transaction and
    worker scope. One entry in the journal tells of it."""
    bodies = frame(f"{province_id:02d}", since, communes)
    report = Built()
    standing = list(Agency.objects.filter(province_id=province_id))
    agencies = {a.code: a for a in standing}
    # A body that stands under its official code already is not made again under ours.
    by_place = {(a.kind, a.commune_id): a for a in standing if a.commune_id or a.kind == "people_committee_province"}
    new_agencies = []
    for body in bodies:
        if found := agencies.get(body.code) or by_place.get((body.kind, body.commune)):
            agencies[body.code] = found
            report.kept += 1
            continue
        agencies[body.code] = Agency(
            province_id=province_id,
            code=body.code,
            kind=body.kind,
            name=body.name,
            parent=agencies[body.parent] if body.parent else None,
            commune_id=body.commune,
            valid_from=since,
        )
        new_agencies.append(agencies[body.code])
    Agency.objects.bulk_create(new_agencies, batch_size=1000)
    report.codes = {
        b.commune: agencies[b.code].code for b in bodies if b.commune and b.kind == "people_committee_commune"
    }

    divisions = {(d.agency_id, d.name): d for d in Division.objects.filter(province_id=province_id)}
    new_divisions = []
    for body in bodies:
        for room in body.rooms:
            key = (agencies[body.code].id, room.name)
            if key in divisions:
                report.kept += 1
                continue
            divisions[key] = Division(
                province_id=province_id, agency=agencies[body.code], kind=room.kind, name=room.name
            )
            new_divisions.append(divisions[key])
    Division.objects.bulk_create(new_divisions, batch_size=1000)

    known: set[tuple[UUID, str]] = set(
        Position.objects.filter(province_id=province_id).values_list("division_id", "title")
    )
    new_positions = []
    for body in bodies:
        for room in body.rooms:
            division = divisions[(agencies[body.code].id, room.name)]
            for post in room.posts:
                if (division.id, post.title) in known:
                    report.kept += 1
                    continue
                new_positions.append(
                    Position(
                        province_id=province_id,
                        agency=agencies[body.code],
                        division=division,
                        title=post.title,
                        roles=list(post.roles),
                        authorised=post.authorised,
                        specialism=post.specialism,
                    )
                )
    Position.objects.bulk_create(new_positions, batch_size=1000)
    report.agencies, report.divisions, report.positions = len(new_agencies), len(new_divisions), len(new_positions)
    if report.agencies or report.divisions or report.positions:
        root = agencies[bodies[0].code]
        registers.record(
            province_id,
            None,
            "agency",
            root.id,
            "build",
            {"agencies": report.agencies, "divisions": report.divisions, "positions": report.positions},
        )
    return report


def inside_a_sentence(name: str) -> str:
    """ "Xã Quỳnh Sơn" -> "xã Quỳnh Sơn"."""
    return name[:1].lower() + name[1:]
