"""What a kind of case brings besides its rules, so that its page, its acts, its files and its API are drawn here. All kinds but the dossier,
whose counter has pages of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework import kinds
from motcua.casework.kinds import Door, Notice, Waiting
from motcua.casework.models import Case
from motcua.casework.rules import Actor, CaseState, Change, Numbering, Transition
from motcua.organisation.errors import NotFound
from motcua.organisation.principal import Principal

if TYPE_CHECKING:
    from motcua.casepages.forms import ActForm
    from motcua.casepages.queries import CaseView, Line


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of one case says: `rows` (label, value) of a summary list; `template` draws the rest with `context`; `links` (label,
    address) beside the acts; `notice` above all when something must be known first."""

    rows: Sequence[Any]
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    links: Sequence[tuple[str, str]] = ()
    notice: str = ""


class CaseKind:
    """A kind of case as `casework.kinds.Kind` wants it, with what most share. Subclasses set the data and override what their law adds."""

    code: str
    noun: str
    plural: str
    """As a heading over a list ("Kiến nghị")."""
    applicant = gettext_noop("Người dân")
    numbering: Numbering
    transitions: Mapping[str, Transition]
    openings: Mapping[str, str] = {}
    """Names of the acts that open a case and of those that no transition is: the journal tells them too."""
    states: Mapping[str, str]
    tones: Mapping[str, str] = {}
    """Tone of the tag of a state: "", quiet, attention, done, late."""
    waits: Mapping[str, str] = {}
    """What an open case in a state waits for; the state's name where nothing is said."""
    forms: Mapping[str, type[ActForm]] = {}
    """The form of an act that asks for more than a note."""
    leading: Sequence[str] = ()
    """Acts that take the case on, in the order in which the page offers one of them whole."""
    endings: frozenset[str] = frozenset()
    """Acts offered apart, after which it is over."""
    due_label = "Hạn"
    promise_label = ""
    """What the date is called in the states of `promising`."""
    promising: frozenset[str] = frozenset()
    """States in which the date is no longer that of the answer but of what the answer promised; `promise_kept` names the one after it."""
    promise_kept = "-"

    def load(self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor) -> Any:
        """The facts a decision needs, read under the lock."""
        raise NotImplementedError

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        """Writes `change.kind` into the kind's own tables."""
        raise NotImplementedError

    def met_at(self, state: str, finished_at: datetime | None, closed_at: datetime | None) -> datetime | None:
        """When the date that the case stands by was met, None while it is not: an answer meets its own date, never what it promised."""
        if state in self.promising:
            return None
        return closed_at if state == self.promise_kept else finished_at

    def promises(self, state: str) -> bool:
        """Whether the date is the one that was promised."""
        return state in self.promising or state == self.promise_kept

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        """What its page says."""
        raise NotImplementedError

    def as_json(self, view: CaseView) -> dict[str, Any]:
        """Its own facts for the API, plain JSON values."""
        return {}

    def told(self, line: Line) -> list[str]:
        """What an entry of the journal changed that the act's name does not say, in words."""
        return []

    def followers(self, view: CaseView) -> Collection[UUID]:
        """Those of the agencies taking part that only see what becomes of it; the others coordinate."""
        return ()

    def papers_to_draft(self, view: CaseView, act: str) -> Sequence[tuple[str, str]]:
        """(title, address) of the papers that go with an act, to be drafted before it."""
        return []

    def may_open_files(self, view: CaseView, principal: Principal) -> bool:
        """Whether the reader of the case may open what is attached to it."""
        return True

    def address(self, code: str) -> str:
        return reverse("casepages:case", args=[code])

    def list_address(self) -> str:
        """The list of this kind."""
        return reverse("casepages:find")

    def listed(self, principal: Principal) -> bool:
        """Whether the officer is told at all that there are cases of this kind."""
        return True

    def waiting(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        rows = Case.objects.filter(id__in=case_ids).values_list("id", "state", "promised_at")
        return {
            id: Waiting(_(self.waits.get(state) or self.states[state]), "" if promised else _("Không đặt hạn, nhận từ"))
            for id, state, promised in rows
        }

    def search(self) -> Door:
        hint = _("Mã hoặc vài từ trong nội dung")
        return Door(_("Tìm kiến nghị, nhiệm vụ, đơn thư"), reverse("casepages:find"), "", hint)

    def doors(self, principal: Principal) -> Sequence[Door]:
        return []

    def notices(self, principal: Principal) -> Sequence[Notice]:
        return []

    def marks(self, case_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """What stands beside these cases' dates in every list."""
        return {}


def paged(code: str) -> CaseKind:
    """The kind drawn here. Raises NotFound for the dossier and for what is no kind."""
    found = next((kind for kind in kinds.kinds() if kind.code == code), None)
    if not isinstance(found, CaseKind):
        raise NotFound(_("Không tìm thấy trong phạm vi của bạn."))
    return found


def all_paged() -> list[CaseKind]:
    return [kind for kind in kinds.kinds() if isinstance(kind, CaseKind)]
