"""Drafts at work: begun, kept, thrown away, published. Each act is one transaction inside the manager's scope, journalled in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue import drafting, drafting_process, queries_managing, rules, services
from motcua.catalogue.drafting import Content
from motcua.catalogue.errors import UnknownProcedure
from motcua.catalogue.models import Draft, ProcedureVersion, Process
from motcua.catalogue.services_managing import need_manager, record
from motcua.organisation.errors import Conflict, FieldError, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import Limit, clock


def start_version(principal: Principal, code: str) -> Draft:
    """The province's draft of a new version of the procedure, begun from the one in force; the one that is there when
    somebody began already. Raises UnknownProcedure."""
    need_manager(principal)
    version = queries_managing.standing(code, clock.today())
    if version is None:
        raise UnknownProcedure(code)
    facts = queries_managing.facts_of(version)
    facts |= {"valid_from": None, "published_on": None, "publication_decision": "", "checked_on": None}
    content = drafting.version_content({**facts, "verified": False}, version.procedure.ministry)
    return _draft(principal, code, "version", "", content)


def start_procedure(principal: Principal, code: str, ministry: str) -> Draft:
    """A draft of the first version of a procedure that the catalogue lacks. Raises RuleBroken."""
    need_manager(principal)
    if not rules.CODE.fullmatch(code):
        raise RuleBroken.of("code", _("Mã quốc gia gồm một chữ số, dấu chấm và sáu chữ số, như 1.013225."))
    if ProcedureVersion.objects.filter(procedure_id=code).exists():
        raise RuleBroken.of(
            "code", _("Thủ tục %(code)s đã có trong danh mục; soạn phiên bản mới của nó.") % {"code": code}
        )
    return _draft(principal, code, "version", "", drafting.empty_version(ministry))


def start_process(principal: Principal, code: str, case: str) -> Draft:
    """The province's draft of a new process for a case of the procedure (""—every case without one of its own), begun
    from the one that stands, else from the usual seven steps."""
    need_manager(principal)
    today = clock.today()
    found = queries_managing.standing(code, today)
    if found is None:
        raise UnknownProcedure(code)
    limit = queries_managing.limit_drawn_for(principal.province_id, found, case)
    standing = queries_managing.process_of(principal.province_id, code, case, today)
    steps = standing.steps if standing else drafting_process.usual_steps()
    content = drafting_process.process_content(steps, limit or (standing.limit if standing else None))
    return _draft(principal, code, "process", case[:40], content)


def _draft(principal: Principal, code: str, kind: str, case: str, content: Content) -> Draft:
    draft, _made = Draft.objects.get_or_create(
        province_id=principal.province_id,
        procedure_code=code,
        kind=kind,
        case=case,
        defaults={"content": content, "updated_by_id": principal.officer_id},
    )
    return draft


GONE = gettext_noop("Bản nháp này không còn: đã được công bố hoặc đã bỏ.")


def _locked(principal: Principal, draft_id: UUID, seen: int) -> Draft:
    """The draft as the principal last saw it. Raises Conflict when it went on or is gone."""
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("updated_by")
        .filter(id=draft_id, province_id=principal.province_id)
        .first()
    )
    if draft is None:
        raise Conflict(_(GONE), {"gone": True})
    if draft.version != seen:
        who, when = draft.updated_by.full_name, clock.aware(draft.updated_at)
        raise Conflict(
            _("%(who)s đã lưu bản nháp này lúc %(when)s, sau khi bạn mở.")
            % {"who": who, "when": f"{when:%H:%M %d/%m/%Y}"},
            {"version": draft.version},
        )
    return draft


def save(principal: Principal, draft_id: UUID, seen: int, content: Content) -> Draft:
    """Keeps what was typed, faulty or not. Raises Conflict when somebody saved it since `seen`."""
    need_manager(principal)
    with transaction.atomic():
        draft = _locked(principal, draft_id, seen)
        if draft.content != content:
            draft.content, draft.version, draft.updated_by_id = content, seen + 1, principal.officer_id
            draft.save(update_fields=["content", "version", "updated_by", "updated_at"])
    return draft


def discard(principal: Principal, draft_id: UUID, seen: int) -> Draft:
    """Throws the draft away. Raises Conflict when somebody saved it since `seen`."""
    need_manager(principal)
    with transaction.atomic():
        draft = _locked(principal, draft_id, seen)
        what = f"{draft.kind}/{draft.case}" if draft.case else draft.kind
        record(principal, "draft", draft.id, "discard", procedure=draft.procedure_code, of=what)
        Draft.objects.filter(id=draft.id).delete()
    return draft


# --- publishing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a draft: the version, if it was one, and the processes that went with it."""

    procedure_code: str
    version: ProcedureVersion | None
    processes: tuple[Process, ...]


def publish_draft(principal: Principal, draft_id: UUID, seen: int, along: Sequence[tuple[UUID, int]] = ()) -> Published:
    """Publishes the draft, and with a version the drafts of processes named in `along` as (id, version seen), all or
    none. Raises RuleBroken with every fault, Conflict when a draft went on or is gone."""
    need_manager(principal)
    try:
        with transaction.atomic():
            draft = _locked(principal, draft_id, seen)
            services.queue(f"procedure/{draft.procedure_code}", "default")
            version = _publish_version(principal, draft) if draft.kind == "version" else None
            others = [_locked(principal, other, counter) for other, counter in along if version]
            drawn = [*([] if version else [draft]), *(o for o in others if o.procedure_code == draft.procedure_code)]
            processes = tuple(_publish_process(principal, one) for one in drawn)
            Draft.objects.filter(id__in=[draft.id, *(one.id for one in drawn)]).delete()
    except IntegrityError as taken:
        raise Conflict(_("Người khác vừa công bố thủ tục này. Mở lại trang để xem.")) from taken
    return Published(draft.procedure_code, version, processes)


def _publish_version(principal: Principal, draft: Draft) -> ProcedureVersion:
    code = draft.procedure_code
    read = queries_managing.read_version(draft)
    if read.faults:
        raise _faulty(read.faults)
    ministry = draft.content["head"]["ministry"]
    version = services.publish(code, ministry, read.facts, using="default")
    if version is None:
        raise Conflict(_("Phiên bản này đã được công bố."))
    version.refresh_from_db(fields=["published_by_province", "recorded_at"])
    record(
        principal,
        "procedure_version",
        version.id,
        "publish",
        procedure=code,
        number=version.number,
        valid_from=version.valid_from,
        instrument=version.publication_decision,
        digest=bytes(version.digest).hex(),
    )
    return version


def _publish_process(principal: Principal, draft: Draft) -> Process:
    read = queries_managing.read_process(draft)
    if read.faults:
        raise _faulty(read.faults)
    code, case = draft.procedure_code, draft.case
    services.queue(f"process/{principal.province_id}/{code}", "default")
    standing = Process.objects.filter(
        province_id=principal.province_id, procedure_id=code, agency_kind="commune", case=case
    ).order_by("-number")
    last = standing.first()
    if last and last.valid_from >= date.fromisoformat(read.facts["valid_from"]):
        sentence = _("Quy trình số %(number)d áp dụng từ %(day)s; quy trình mới phải bắt đầu sau ngày đó.")
        raise _faulty(
            [("head.valid_from", sentence % {"number": last.number, "day": drafting.day_text(last.valid_from)})]
        )
    facts = {
        **read.facts,
        "procedure_code": code,
        "case": case,
        "number": last.number + 1 if last else 1,
        "demonstration": False,
    }
    if last and last.complete_now and Limit.parse(facts["limit"]).unit == "same_day":
        facts["complete_now"] = True  # what the counter may do whole stays so until the province says otherwise
    process = services.issue_process(principal.province_id, facts)
    if process is None:
        raise Conflict(_("Quy trình này đã được ban hành."))
    record(
        principal,
        "process",
        process.id,
        "publish",
        procedure=code,
        case=case,
        number=process.number,
        valid_from=process.valid_from,
        limit=process.limit,
        instrument=process.instrument,
        digest=bytes(process.digest).hex(),
    )
    return process


def _faulty(faults: Sequence[tuple[str, str]]) -> RuleBroken:
    return RuleBroken([FieldError(path, sentence) for path, sentence in faults], detail=" ".join(s for _p, s in faults))
