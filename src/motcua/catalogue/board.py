"""What is published: the lines of the public board (niêm yết công khai), and how a province has configured them.

Decree 63/2010/NĐ-CP art. 8 and 24 and Decree 118/2025/NĐ-CP ask that the procedures an office takes in be posted where
people come and on its page: name, what to bring, limit, fee, where to hand in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from motcua.catalogue import rules
from motcua.catalogue.models import UNITS, Fee, ProcedureVersion, ProvincialFee, ProvincialProcedure, Supersession
from motcua.places.text import sort_key
from motcua.worktime import Limit, clock

CHANNEL_WORDS = {"counter": "Trực tiếp", "online": "Trực tuyến", "post": "Bưu chính"}
MANY_AMOUNTS = 3
# Whose office decides where the ministry's own system says so (domain: residence is kept by the commune's police,
# insurance by the insurance office). Everything else is decided by the body of the procedure's level.
DECIDED_ELSEWHERE = {
    "ministry:residence": "Công an cấp xã",
    "ministry:social-insurance": "Cơ quan bảo hiểm xã hội",
}
LEVEL_WORDS = {"commune": "Ủy ban nhân dân cấp xã", "province": "Cơ quan cấp tỉnh"}


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure as a board of a level shows it. `limits`: (case, its limit in words), the default case first, the
    name empty when there is only one case. `channels`: (channel, condition)."""

    code: str
    local_code: str
    name: str
    short_name: str
    field: str
    levels: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]
    fee: str
    channels: tuple[tuple[str, str], ...]
    system_of_record: str
    decision: str
    published_on: date | None
    common: bool

    @property
    def resolver(self) -> str:
        """Who decides, in words."""
        if self.system_of_record in DECIDED_ELSEWHERE:
            return DECIDED_ELSEWHERE[self.system_of_record]
        return _(" hoặc ").join(LEVEL_WORDS[level] for level in ("commune", "province") if level in self.levels)

    @property
    def elsewhere(self) -> bool:
        """Whether its dossiers are worked in a ministry's system and only mirrored here."""
        return self.system_of_record != "province"


def lines(on: date, province_id: int, level: str) -> list[Line]:
    """The procedures that offices of `level` (commune, province) take in and the province has published, in force on
    the day, by Vietnamese order of fields and names. Call inside a scope of the province."""
    own = {row.procedure_id: row for row in ProvincialProcedure.objects.filter(province_id=province_id, published=True)}
    newest = (
        ProcedureVersion.objects.filter(procedure_id__in=list(own), valid_from__lte=on)
        .order_by("procedure_id", "-valid_from")
        .distinct("procedure_id")
    )
    versions = [v for v in newest if v.status == "published" and level in v.levels]
    fees = _fees([v.id for v in versions], on, province_id)
    found = [
        Line(
            code=v.procedure_id,
            local_code=own[v.procedure_id].local_code,
            name=v.name,
            short_name=v.short_name,
            field=v.field,
            levels=tuple(v.levels),
            limits=limits(v.cases, v.cut_off),
            fee=fee_words(fees.get(v.id, ())),
            channels=tuple((c["channel"], c.get("condition") or "") for c in v.channels),
            system_of_record=v.system_of_record,
            decision=v.publication_decision,
            published_on=v.published_on,
            common=own[v.procedure_id].common,
        )
        for v in versions
    ]
    return sorted(found, key=lambda p: (sort_key(p.field), sort_key(p.short_name), p.code))


def limits(cases: Sequence[Mapping[str, Any]], cut_off: Any) -> tuple[tuple[str, str], ...]:
    """(case, limit in words) of each case, the default first; cases of one limit are told once, without their names."""
    ordered = sorted(cases, key=lambda c: not c.get("default"))
    said = [(c["name"], limit_words(c.get("limit"), cut_off)) for c in ordered]
    if len({words for _name, words in said}) == 1:
        return (("", said[0][1]),)
    return tuple(said)


def limit_words(limit: str | None, cut_off: Any = None) -> str:
    """ "3 ngày làm việc"; "không nêu" where the law states none: then nobody may read a limit out of it."""
    if not limit:
        return _("không nêu")
    parsed = Limit.parse(limit)
    if parsed.unit == "same_day" and cut_off:
        parsed = Limit("same_day", cutoff=cut_off)
    return parsed.vi()


def _fees(version_ids: Sequence[Any], on: date, province_id: int) -> dict[Any, list[rules.FeeFacts]]:
    """The lines of each version's fee, with what the province's People's Council had set by the day."""
    set_by_province = {
        (f.procedure_id, f.name, f.condition, f.from_page): f.amount
        for f in ProvincialFee.objects.filter(province_id=province_id, valid_from__lte=on).order_by("valid_from")
    }
    found: dict[Any, list[rules.FeeFacts]] = {}
    rows = Fee.objects.filter(version_id__in=version_ids).select_related("version").order_by("version_id", "number")
    for f in rows:
        amount = f.amount
        if amount is None:
            amount = set_by_province.get((f.version.procedure_id, f.name, f.condition, f.from_page))
        found.setdefault(f.version_id, []).append(
            rules.FeeFacts(f.name, amount, f.unit, f.from_page, f.maximum, f.condition, f.exemption, f.instrument)
        )
    return found


def fee_words(fees: Sequence[rules.FeeFacts]) -> str:
    """A fee in as few words as a board has room for; the page of the procedure tells all of it."""
    if not fees:
        return _("Không thu")
    parts: list[str] = []
    amounts = {f.amount for f in fees if f.amount is not None}
    if len(fees) > MANY_AMOUNTS and len(amounts) > 1:
        parts.append(
            _("%(least)s đến %(most)s, tùy trường hợp")
            % {"least": rules.money(min(amounts)), "most": rules.money(max(amounts))}
        )
    else:
        parts += [_fee_line(f) for f in fees if f.amount is not None]
    if any(f.amount is None for f in fees):
        parts.append(_("Theo nghị quyết của HĐND tỉnh"))
    ceiling = next((f.maximum for f in fees if f.maximum is not None), None)
    if ceiling is not None:
        parts.append(_("tối đa %(ceiling)s/bản") % {"ceiling": rules.money(ceiling)})
    words = "; ".join(dict.fromkeys(parts))
    return words[:1].upper() + words[1:]


def _fee_line(fee: rules.FeeFacts) -> str:
    amount = fee.amount or Decimal(0)
    words = _("không thu") if not amount else f"{rules.money(amount)}/{_(UNITS[fee.unit])}"
    if fee.from_page > 1:
        words = _("từ trang %(page)d: %(words)s") % {"page": fee.from_page, "words": words}
    return f"{words} ({fee.condition})" if fee.condition else words


def channel_words(channels: Sequence[tuple[str, str]]) -> list[str]:
    """The ways to hand in; one that is open only under a condition says so."""
    return [CHANNEL_WORDS[channel] + (_(" (có điều kiện)") if condition else "") for channel, condition in channels]


# Whatever changes a board changes one of these: rows are added, and those that may be edited carry their time.
STATE = """
SELECT (SELECT (count(*), max(recorded_at), max(valid_from))::text FROM catalogue_procedureversion WHERE valid_from <= %(on)s::date),
       (SELECT (count(*), max(updated_at))::text FROM catalogue_provincialprocedure WHERE province_id = %(province)s::smallint),
       (SELECT (count(*), max(valid_from))::text FROM catalogue_provincialfee
         WHERE province_id = %(province)s::smallint AND valid_from <= %(on)s::date)
"""
CHANGED = """
SELECT greatest((SELECT max(greatest(recorded_at, valid_from::timestamp AT TIME ZONE %(zone)s)) FROM catalogue_procedureversion
                  WHERE valid_from <= %(on)s::date),
                (SELECT max(updated_at) FROM catalogue_provincialprocedure WHERE province_id = %(province)s::smallint),
                (SELECT max(greatest(recorded_at, valid_from::timestamp AT TIME ZONE %(zone)s)) FROM catalogue_provincialfee
                  WHERE province_id = %(province)s::smallint AND valid_from <= %(on)s::date))
"""


def state(on: date, province_id: int) -> str:
    """Another text whenever a board of the day may read differently."""
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"on": on, "province": province_id})
        return "|".join(map(str, cursor.fetchone() or ()))


def changed_on(on: date, province_id: int) -> date:
    """The last day, up to `on`, on which something of the catalogue began to hold or was entered; `on` for an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"on": on, "province": province_id, "zone": str(clock.TZ)})
        (moment,) = cursor.fetchone() or (None,)
    return min(on, moment.astimezone(clock.TZ).date()) if isinstance(moment, datetime) else on


# --- configured -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setup:
    """What stands behind a published procedure: the limit of its default case, and of the province's process for that
    case its limit and who must be there, as (role, kind of division). `limit` or `process_limit` None: there is none."""

    limit: str | None
    process_limit: str | None
    needs: frozenset[tuple[str, str]]

    @property
    def outdated(self) -> bool:
        """The process gives itself more time than the law now does: an intake refuses it."""
        return bool(self.limit and self.process_limit and rules.longer(self.process_limit, self.limit))


# The process of the default case goes before the general one, as in queries.IN_FORCE.
SETUPS = """
WITH v AS (
  SELECT DISTINCT ON (procedure_code) procedure_code, cases FROM catalogue_procedureversion
   WHERE valid_from <= %(on)s::date AND procedure_code = ANY (%(codes)s::text[]) ORDER BY procedure_code, valid_from DESC
), d AS (
  SELECT v.procedure_code, c ->> 'case' AS name, c ->> 'limit' AS "limit"
    FROM v, jsonb_array_elements(v.cases) c WHERE coalesce((c ->> 'default')::boolean, false)
)
SELECT d.procedure_code, d."limit", p."limit",
       coalesce((SELECT array_agg(DISTINCT s.role || '/' || s.division_kind) FROM catalogue_processstep s
                  WHERE s.province_id = %(province)s::smallint AND s.process_id = p.id), '{}')
  FROM d LEFT JOIN LATERAL (
    SELECT p.id, p."limit" FROM catalogue_process p
     WHERE p.province_id = %(province)s::smallint AND p.procedure_code = d.procedure_code AND p.agency_kind = %(level)s::text
       AND p."case" IN ('', d.name) AND p.valid_from <= %(on)s::date
     ORDER BY p."case" = '', p.valid_from DESC LIMIT 1) p ON true
"""


def setups(codes: Sequence[str], on: date, province_id: int, level: str) -> dict[str, Setup]:
    """By procedure, what an intake of its default case would find at an agency of the level."""
    with connection.cursor() as cursor:
        cursor.execute(SETUPS, {"codes": list(codes), "on": on, "province": province_id, "level": level})
        rows = cursor.fetchall()
    return {
        code: Setup(limit or None, process or None, frozenset(_need(need) for need in needs))
        for code, limit, process, needs in rows
    }


def _need(text: str) -> tuple[str, str]:
    role, _slash, division = text.partition("/")
    return role, division


def predecessors(on: date) -> dict[str, tuple[str, ...]]:
    """By code, the older codes whose place it had taken by the day, near and far: dossiers under them count for it."""
    direct: dict[str, list[str]] = {}
    for old, new in Supersession.objects.filter(valid_from__lte=on).order_by("old_id").values_list("old_id", "new_id"):
        direct.setdefault(new, []).append(old)
    found: dict[str, tuple[str, ...]] = {}
    for code in direct:
        older: dict[str, None] = {}
        waiting = list(direct[code])
        while waiting:
            old = waiting.pop()
            if old != code and old not in older:
                older[old] = None
                waiting += direct.get(old, [])
        found[code] = tuple(sorted(older))
    return found
