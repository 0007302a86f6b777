"""The register as it says what it lists: which figure, whose, of which days, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from motcua.dossiers import figures, queries_register
from motcua.organisation import queries as organisation
from motcua.organisation.models import ROLES, Division, Officer
from motcua.organisation.principal import Principal


@dataclass(frozen=True, slots=True)
class Listed:
    """`words`: the figure's name; `count`: its dossiers on all pages; `whose`: agency, division, officer, role, as far as asked for."""

    words: Any
    count: int
    whose: str
    days: str


def listed(principal: Principal, asked: Mapping[str, Any]) -> Listed | None:
    """None when the register was not asked for a figure."""
    if not asked["figure"]:
        return None
    return Listed(
        figures.FIGURES[asked["figure"]].words,
        queries_register.count(principal, **asked),
        ", ".join(_whose(principal, asked)),
        _days(asked) if figures.FIGURES[asked["figure"]].period else "",
    )


def _whose(principal: Principal, asked: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    if asked["nobody"]:
        found.append(_("chưa giao cho ai"))
    if asked["officers"]:
        found += (
            Officer.objects.filter(id__in=asked["officers"]).order_by("sort_key").values_list("full_name", flat=True)
        )
    if asked["divisions"]:
        found += Division.objects.filter(id__in=asked["divisions"]).values_list("name", flat=True)
    if asked["role"]:
        found.append(_(ROLES[asked["role"]]))
    if asked["mine"] and principal.subjects:
        found.append(_("theo ủy quyền của bạn"))
    for name in ("holder", "agency"):
        if asked[name] and (agency := organisation.agency(principal.province_id, code=asked[name])):
            found.append(agency.name)
    if asked["origin"] and (agency := organisation.agency(principal.province_id, code=asked["origin"])):
        found.append(_("nhận tại %(agency)s") % {"agency": agency.name})
    return found


def _days(asked: Mapping[str, Any]) -> str:
    start, end = asked["counted_from"], asked["counted_to"]
    if start and end:
        if start == end:
            return _("ngày %(day)s") % {"day": f"{start:%d/%m/%Y}"}
        return _("từ %(start)s đến hết %(end)s") % {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
    if start:
        return _("từ %(start)s") % {"start": f"{start:%d/%m/%Y}"}
    return _("đến hết %(end)s") % {"end": f"{end:%d/%m/%Y}"} if end else ""
