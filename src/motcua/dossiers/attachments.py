"""The files of a dossier: what is attached to which paper, what an act brings, and what a person's earlier dossiers already hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casework import queries as casework
from motcua.casework.models import Case
from motcua.catalogue import queries as catalogue
from motcua.catalogue.rules import ComponentFacts, VersionFacts
from motcua.documents import attaching
from motcua.documents import queries as documents
from motcua.documents.attaching import Place
from motcua.documents.models import Attachment, StoredFile
from motcua.dossiers.intake import ComponentGiven
from motcua.dossiers.models import Component, Dossier
from motcua.dossiers.rules import FilesGiven
from motcua.organisation.errors import FieldError, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.places.text import fold

KIND = "dossier"
RESULT = "result"
BRINGING = ("digitise", "supplement", "sign_off")
Digitisation = Attachment.Digitisation
MOST_BROUGHT = 100  # files an applicant may send for one dossier, those taken back included
EARLIER = 50  # dossiers of one person that are looked through for papers to use again


def part_of_component(code: str) -> str:
    return f"component.{code}"


def part_of_item(round_number: int, index: int | None = None) -> str:
    """Of an answer to a supplement request: to one of its items, or as an officer took it at the counter."""
    return f"supplement.{round_number}" + ("" if index is None else f".{index}")


# --- reading ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Files:
    """All files of one dossier: `by_part` those that stand, `taken_away` those that were replaced, the newest first."""

    by_part: Mapping[str, list[Attachment]]
    taken_away: Mapping[str, list[Attachment]]

    @property
    def standing(self) -> list[Attachment]:
        return [row for rows in self.by_part.values() for row in rows]

    @property
    def rejected(self) -> list[Attachment]:
        return [row for row in self.standing if row.file.state == StoredFile.State.REJECTED]

    def digitisation(self, code: str, declared: bool) -> int:
        """Circular 04/2025/TT-VPCP: 0 none, 1 scanned, 2 used again, 3 used again from another dossier's result. `declared`: an integration
        said it has the scan, without handing it over."""
        rows = self.by_part.get(part_of_component(code), ())
        return max((row.digitisation for row in rows), default=int(declared))


def files_of(case_id: UUID) -> Files:
    """Inside the caller's scope."""
    standing: dict[str, list[Attachment]] = {}
    gone: dict[str, list[Attachment]] = {}
    for row in documents.attachments(KIND, case_id):
        (gone if row.removed_at else standing).setdefault(row.part, []).append(row)
    return Files(standing, {part: rows[::-1] for part, rows in gone.items()})


def find(principal: Principal, file_id: UUID) -> Attachment:
    """The attachment, when its dossier lies in the scope or it is the officer's own draft. Raises NotFound otherwise."""
    row = Attachment.objects.select_related("file").filter(id=file_id, province_id=principal.province_id).first()
    if (
        row is None
        or row.subject_kind not in ("", KIND)
        or (row.subject_id is None and row.account_id != principal.account_id)
    ):
        raise NotFound(_("Không tìm thấy tệp này trong phạm vi của bạn."))
    return row


def drafts_named(principal: Principal, ids: Iterable[UUID]) -> dict[UUID, Attachment]:
    """The officer's drafts among these ids, for showing a form again."""
    rows = Attachment.objects.select_related("file").filter(
        id__in=list(ids), province_id=principal.province_id, account_id=principal.account_id, subject_id=None
    )
    return {row.id: row for row in rows}


# --- used again -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper the person handed in before, which one tick uses again."""

    attachment: Attachment
    code: str
    case_id: UUID
    received_at: datetime
    digitisation: Digitisation


def reusable(number: str, version: VersionFacts) -> dict[str, list[Offer]]:
    """By component of `version`: files of earlier dossiers of the person or organisation with that number, in the caller's scope, of the
    same component by name or database, or whose result is what the component asks for. Newest dossier first, one content once."""
    if not number:
        return {}
    rows = Dossier.objects.select_related("case").filter(case_id__in=casework.find(number, limit=EARLIER))
    earlier = {row.case_id: row for row in rows if number in (_number(row.applicant), row.applicant.get("tax_code"))}
    files = (
        Attachment.objects.select_related("file")
        .filter(subject_kind=KIND, subject_id__in=list(earlier), removed_at=None)
        .exclude(file__state=StoredFile.State.REJECTED)
        .order_by("-subject_id", "position", "id")
    )
    found: dict[str, list[Offer]] = {}
    seen: set[tuple[str, UUID]] = set()
    for attachment in files:
        row = earlier[attachment.subject_id]  # type: ignore[index]
        source = catalogue.version(row.version_id, row.procedure_case or None)
        for component in version.components:
            how = serves(attachment.part, source, component)
            if how and (component.code, attachment.file_id) not in seen:
                seen.add((component.code, attachment.file_id))
                offer = Offer(attachment, row.case.code, row.case_id, row.case.received_at, how)
                found.setdefault(component.code, []).append(offer)
    return found


def number_of(applicant: Mapping[str, Any]) -> str:
    """By what a person's or an organisation's earlier dossiers are found."""
    return _number(applicant) or str(applicant.get("tax_code") or "")


def _number(applicant: Mapping[str, Any]) -> str:
    return str(applicant.get("citizen_number") or "")


def serves(part: str, source: VersionFacts, wanted: ComponentFacts) -> Digitisation | None:
    if part == RESULT:
        asked = fold(wanted.name)
        return Digitisation.REUSED_RESULT if any(fold(name) in asked for name in source.results if name) else None
    given = next((c for c in source.components if part == part_of_component(c.code)), None)
    if given is None:
        return None
    same = fold(given.name) == fold(wanted.name) or (wanted.database and given.database == wanted.database)
    return Digitisation.REUSED if same else None


# --- at intake ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IntakeFiles:
    """What an intake brings, looked up and locked before anything is written: drafts and offers by component."""

    drafts: Mapping[str, Sequence[Attachment]]
    offers: Mapping[str, Sequence[Offer]]

    def payload(self) -> dict[str, Any]:
        """For the journal: which content stands for which component."""
        hashes = {
            code: [row.file.sha256 for row in self.drafts[code]] + [o.attachment.file.sha256 for o in self.offers[code]]
            for code in self.drafts
        }
        named = {code: found for code, found in hashes.items() if found}
        return {"files": named} if named else {}

    def attach(self, case_id: UUID, account_id: UUID) -> None:
        for code, rows in self.drafts.items():
            place = Place(KIND, case_id, part_of_component(code))
            attaching.attach(place, rows)
            for offer in self.offers[code]:
                attaching.reuse(place, offer.attachment, offer.digitisation, account_id)


NONE = IntakeFiles({}, {})


def for_intake(
    principal: Principal, components: Sequence[ComponentGiven], applicant: Mapping[str, Any], version: VersionFacts
) -> IntakeFiles:
    """The files that the components name: drafts of the officer, or papers of the applicant's earlier dossiers. Raises RuleBroken with every
    fault at "components.N.file_ids"."""
    if not any(c.file_ids for c in components):
        return NONE
    known = reusable(number_of(applicant), version)
    offers: dict[str, list[Offer]] = {}
    wanted: dict[str, list[UUID]] = {}
    for given in components:
        by_id = {offer.attachment.id: offer for offer in known.get(given.code, ())}
        ids = list(dict.fromkeys(given.file_ids))
        offers[given.code] = [by_id[i] for i in ids if i in by_id]
        wanted[given.code] = [i for i in ids if i not in by_id]
    drafts: dict[str, list[Attachment]] = {}
    faults: list[FieldError] = []
    locked: dict[UUID, Attachment] = {}
    for index, given in enumerate(components):
        field = f"components.{index}.file_ids"
        try:
            fresh = [i for i in wanted[given.code] if i not in locked]
            locked |= attaching.drafts(principal, fresh, field)
            drafts[given.code] = [locked[i] for i in wanted[given.code]]
            attaching.check_room(None, {given.code: len(given.file_ids)}, field)
        except RuleBroken as broken:
            faults += broken.errors
    if faults:
        raise RuleBroken(faults, detail=faults[0].message)
    attaching.check_room(None, {c.code: len(c.file_ids) for c in components}, "components")
    return IntakeFiles(drafts, offers)


# --- by an act ------------------------------------------------------------------------------------------------------------


def for_act(
    actor: Any, act: str, case_id: UUID, rounds: int, params: Mapping[str, Any], components: Sequence[ComponentFacts]
) -> FilesGiven | RuleBroken | None:
    """What an act's `file_ids` mean: of `digitise` scans of `component` (in the place of `replaces`), of `supplement` the papers that answer
    the round, of `sign_off` the result. A fault is answered, not raised: the right to act is checked first."""
    ids = params.get("file_ids")
    if not isinstance(actor, Principal) or (not ids and act != "digitise"):
        return None
    try:
        return _for_act(actor, act, case_id, rounds, params, components)
    except RuleBroken as broken:
        return broken


def _for_act(
    principal: Principal,
    act: str,
    case_id: UUID,
    rounds: int,
    params: Mapping[str, Any],
    components: Sequence[ComponentFacts],
) -> FilesGiven:
    code = str(params.get("component") or "")
    if act == "digitise" and code not in {c.code for c in components}:
        raise RuleBroken.of("component", _("Chọn giấy tờ mà bản quét thuộc về."))
    part = {"digitise": part_of_component(code), "supplement": part_of_item(rounds), "sign_off": RESULT}[act]
    place = Place(KIND, case_id, part)
    ids = [UUID(str(i)) for i in params.get("file_ids") or ()]
    if not ids:
        raise RuleBroken.of("file_ids", _("Chọn ít nhất một tệp."))
    rows = attaching.drafts(principal, ids, "file_ids")
    replaced = None
    if wanted := params.get("replaces"):
        replaced = Attachment.objects.filter(
            id=wanted, subject_kind=KIND, subject_id=case_id, part=part, removed_at=None
        ).first()
        if replaced is None:
            raise RuleBroken.of("replaces", _("Tệp cần thay không còn ở giấy tờ này. Mở lại trang để xem."))
    attaching.check_room(place, {part: len(rows) - (replaced is not None)}, "file_ids")
    ordered = [rows[i] for i in dict.fromkeys(ids)]
    return FilesGiven(part, tuple(row.file.sha256 for row in ordered), (place, ordered, replaced))


def write(case_id: UUID, given: FilesGiven, why: str) -> None:
    """After the act was decided: attaches, takes away what was replaced, marks the component digitised."""
    place, rows, replaced = given.handle
    attached = attaching.attach(place, rows)
    if replaced is not None:
        attaching.take_away(replaced, why, attached[0])
    kind, _dot, code = given.part.partition(".")
    if kind == "component":
        done, _created = Component.objects.get_or_create(
            province_id=rows[0].province_id, case_id=case_id, code=code, defaults={"provided": True}
        )
        if not done.digitised or not done.provided:
            done.digitised = done.provided = True
            done.save(update_fields=["digitised", "provided"])


# --- by the applicant --------------------------------------------------------------------------------------------------------


def answer(case_id: UUID, province_id: int, round_number: int, index: int, sent: Any) -> Attachment:
    """The applicant's file for one item of the open round, inside the tracking scope. Raises as `attaching.judge`."""
    Case.objects.select_for_update().get(id=case_id)
    place = Place(KIND, case_id, part_of_item(round_number, index))
    attaching.check_room(place, {place.part: 1}, "file")
    # What was taken back is kept too, so it counts: a stranger's phone must not fill the disk.
    if Attachment.objects.filter(subject_id=case_id, subject_kind=KIND, account=None).count() >= MOST_BROUGHT:
        raise RuleBroken.of(
            "file", _("Hồ sơ này đã nhận quá nhiều tệp gửi qua mạng. Nộp tiếp tại Trung tâm nơi nộp hồ sơ.")
        )
    return attaching.hand_in(place, province_id, sent)


def own(case_id: UUID, file_id: UUID) -> Attachment:
    """A file that the applicant handed in by this page and has not taken back. Raises NotFound."""
    row = (
        Attachment.objects.select_related("file")
        .filter(id=file_id, subject_kind=KIND, subject_id=case_id, account=None, removed_at=None)
        .first()
    )
    if row is None:
        raise NotFound(_("Không tìm thấy tệp này."))
    return row
