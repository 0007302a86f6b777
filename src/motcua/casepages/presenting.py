"""A case as its page tells it: who, when, what was done, what the reader may do now, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.casepages.forms import ActForm
from motcua.casepages.kind import CaseKind
from motcua.casepages.queries import CaseView
from motcua.casework import queries as casework
from motcua.casework.rules import Transition
from motcua.organisation.principal import Principal
from motcua.worktime import Deadline, clock

# What was entered within this time of happening was entered at once.
AT_ONCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act open to the reader now."""

    act: str
    label: str
    form: ActForm


@dataclass(frozen=True, slots=True)
class Offers:
    """`first`: the act that takes the case on, offered whole; `endings`: those after which it is over."""

    first: Offer | None
    others: list[Offer]
    endings: list[Offer]


def form_of(kind: CaseKind, act: str, view: CaseView, principal: Principal, data: Any = None) -> ActForm:
    return kind.forms.get(act, ActForm)(view, principal, data)


def offers(view: CaseView, principal: Principal) -> Offers:
    """What the reader may do now; acts without anybody to choose are left out."""
    kind = view.kind
    found = [Offer(t.act, label(t), form_of(kind, t.act, view, principal)) for t in view.acts]
    possible = {o.act: o for o in found if o.form.offered}
    first = next((possible[act] for act in kind.leading if act in possible), None)
    rest = [o for o in possible.values() if o is not first]
    endings = [o for o in rest if o.act in kind.endings]
    return Offers(first, [o for o in rest if o not in endings], endings)


def label(transition: Transition) -> str:
    return _(transition.label)


def act_name(kind: CaseKind, act: str) -> str:
    """The act in words, as buttons and the journal say it."""
    found = kind.transitions.get(act)
    return _(found.label) if found else _(kind.openings.get(act, act))


def about(view: CaseView) -> dict[str, Any]:
    """What every page about the case shows at its head."""
    return {
        "view": view,
        "state": view.state_name,
        "tone": view.kind.tones.get(view.case.state, ""),
        "list_label": _(view.kind.plural),
        "list_address": view.kind.list_address(),
        "address": view.kind.address(view.code),
        "closed": view.case.closed_at is not None,
    }


def holder(view: CaseView) -> str:
    return ", ".join(filter(None, (view.holder_officer, view.holder_division, view.holder_agency)))


def who(view: CaseView) -> list[tuple[str, str]]:
    """The agencies of the case, and where it lies now."""
    looking_on = view.kind.followers(view)
    beside = [agency for agency in view.participants if agency.id != view.lead.id]
    shared = "; ".join(agency.name for agency in beside if agency.id not in looking_on)
    follow = "; ".join(agency.name for agency in beside if agency.id in looking_on)
    return [
        (_("Nơi gửi, giao"), view.origin.name),
        (_("Chủ trì"), view.lead.name),
        *([(_("Phối hợp"), shared)] if shared else []),
        *([(_("Theo dõi"), follow)] if follow else []),
        *([(_("Đang ở"), holder(view))] if view.case.closed_at is None else []),
    ]


def journal(view: CaseView) -> list[dict[str, Any]]:
    """What was done, newest first, with the papers that came with it; when it was written down is told where that was later."""
    return [
        {
            "title": act_name(view.kind, line.act),
            "at": line.happened_at,
            "actor": f"{line.actor}, {line.position}" if line.position else _(line.actor),
            "text": line.note,
            "facts": [*view.kind.told(line), *moved(line.payload)],
            "files": view.files_of(line.seq),
            "recorded_at": line.recorded_at if line.recorded_at - line.happened_at > AT_ONCE else None,
        }
        for line in reversed(view.journal)
    ]


def moved(payload: Mapping[str, Any]) -> list[str]:
    """A date that an act moved."""
    old, new = payload.get("old_promised_at"), payload.get("after", {}).get("promised_at")
    return [_("Hạn chuyển từ %(old)s sang %(new)s") % {"old": moment(old), "new": moment(new)}] if old else []


def moment(iso: str | None) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(clock.TZ):%H:%M %d/%m/%Y}" if iso else _("không đặt hạn")


def explained(view: CaseView) -> list[DayTold]:
    """Why the date is that date, day by day; empty where a document set it."""
    found = casework.explanation(view.case)
    return days(found.promise) if found else []


WEEKDAYS = (
    gettext_lazy("Thứ hai"),
    gettext_lazy("Thứ ba"),
    gettext_lazy("Thứ tư"),
    gettext_lazy("Thứ năm"),
    gettext_lazy("Thứ sáu"),
    gettext_lazy("Thứ bảy"),
    gettext_lazy("Chủ nhật"),
)


@dataclass(frozen=True, slots=True)
class DayTold:
    weekday: str
    date: Any
    counted: str
    counts: bool
    reason: str
    source: str


def days(deadline: Deadline) -> list[DayTold]:
    return [
        DayTold(str(WEEKDAYS[s.date.weekday()]), s.date, _counted(s.counted), bool(s.counted), s.reason, s.source)
        for s in deadline.explanation
    ]


def _counted(value: bool | Decimal) -> str:
    if isinstance(value, bool):
        return _("Tính") if value else _("Không tính")
    return _("Tính %(part)s ngày") % {"part": f"{value.normalize():f}".replace(".", ",")}


def changes(kind: CaseKind, current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was done since the officer opened the page, as Conflict.current tells it."""
    return [
        {"title": act_name(kind, c["act"]), "at": datetime.fromisoformat(c["at"]), "actor": c["by"]}
        for c in current.get("changes", ())
    ]
