"""What a catalogue manager does from a page beside drafts (`services_drafts`): what befalls a procedure, what the province decides
about it, and the words of the finder.

Each is one transaction inside the manager's scope, journalled in it. Nothing published is changed: see `services`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.catalogue import drafting, queries_managing, rules, services
from motcua.catalogue.errors import UnknownProcedure
from motcua.catalogue.models import (
    Procedure,
    ProcedureVersion,
    ProvincialFee,
    ProvincialProcedure,
    QuestionLog,
    Supersession,
    Synonym,
    SystemOfRecord,
)
from motcua.organisation import registers
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

ROLE = "catalogue_manager"
QUESTIONS = UUID("6b1f0a44-4f0e-5c39-9a57-6d9f3f1f2b6e")
"""Names of questions in the journal: uuid5 of this and the question, so that its words need not stand there."""


def need_manager(principal: Principal) -> None:
    """Raises Forbidden (403) unless the principal looks after the catalogue of the province."""
    if not principal.has(ROLE):
        raise Forbidden(_("Chỉ người giữ vai trò Quản lý danh mục thủ tục mới sửa và công bố được danh mục."))


def abolish(
    principal: Principal, code: str, valid_from: date, decision: str, source: str, successor: str = ""
) -> ProcedureVersion:
    """Abolishes the procedure from a day on by a decision: a version with status `abolished`; with `successor`, the
    code that takes its place from that day. Raises UnknownProcedure, RuleBroken."""
    need_manager(principal)
    with transaction.atomic():
        services.queue(f"procedure/{code}", "default")
        last = (
            ProcedureVersion.objects.select_related("procedure").filter(procedure_id=code).order_by("-number").first()
        )
        if last is None:
            raise UnknownProcedure(code)
        if last.status == "abolished":
            raise RuleBroken.of("valid_from", _("Thủ tục này đã được công bố bãi bỏ."))
        _after(last, valid_from)
        facts = queries_managing.facts_of(last) | {
            **{key: [] for key in ("channels", "cases", "components", "fees", "results", "doubts")},
            "policies": {},
            "mode": None,
            "cut_off": None,
            "published_on": None,
            "verified": False,
            "number": last.number + 1,
            "status": "abolished",
            "valid_from": valid_from.isoformat(),
            "publication_decision": decision,
            "source": source,
            "checked_on": clock.today().isoformat(),
        }
        version = services.publish(code, last.procedure.ministry, facts, using="default")
        if version is None:
            raise Conflict(_("Phiên bản này đã được công bố."))
        record(
            principal,
            "procedure_version",
            version.id,
            "abolish",
            procedure=code,
            number=version.number,
            valid_from=valid_from,
            instrument=decision,
        )
        if successor:
            supersede(principal, code, successor, valid_from, decision)
    return version


def _after(last: ProcedureVersion, valid_from: date) -> None:
    if valid_from <= last.valid_from:
        sentence = _("Phiên bản %(number)d có hiệu lực từ %(day)s; ngày này phải sau ngày đó.")
        raise RuleBroken.of("valid_from", sentence % {"number": last.number, "day": drafting.day_text(last.valid_from)})


def supersede(principal: Principal, old: str, new: str, valid_from: date, instrument: str) -> Supersession:
    """From the day on, `new` takes the place of `old`; both stand in the catalogue. Raises RuleBroken."""
    need_manager(principal)
    known = set(Procedure.objects.filter(code__in=[old, new]).values_list("code", flat=True))
    if new == old:
        raise RuleBroken.of("new", _("Một mã không thể thay thế chính nó."))
    if old not in known or new not in known:
        missing = old if old not in known else new
        raise RuleBroken.of(
            "new", _("Danh mục chưa có thủ tục %(code)s; công bố thủ tục đó trước.") % {"code": missing}
        )
    if Supersession.objects.filter(old_id=new, new_id=old).exists():
        raise RuleBroken.of("new", _("Thủ tục %(old)s đã thay thế %(new)s.") % {"old": old, "new": new})
    with transaction.atomic():
        services.queue(f"procedure/{old}", "default")
        if Supersession.objects.filter(old_id=old, new_id=new).exists():
            raise RuleBroken.of("new", _("Việc %(new)s thay thế %(old)s đã được ghi.") % {"old": old, "new": new})
        row = Supersession.objects.create(old_id=old, new_id=new, valid_from=valid_from, instrument=instrument)
        record(
            principal, "supersession", row.id, "publish", old=old, new=new, valid_from=valid_from, instrument=instrument
        )
    return row


def change_system(
    principal: Principal, code: str, system: str, valid_from: date, instrument: str, verified: bool = False
) -> SystemOfRecord:
    """From the day on, dossiers of the procedure lie in another system, while its version stands. Raises RuleBroken."""
    need_manager(principal)
    if system not in rules.SYSTEMS:
        raise RuleBroken.of("system", _("Chọn hệ thống trong danh sách."))
    first = ProcedureVersion.objects.filter(procedure_id=code).order_by("number").first()
    if first is None:
        raise UnknownProcedure(code)
    with transaction.atomic():
        services.queue(f"procedure/{code}", "default")
        last = SystemOfRecord.objects.filter(procedure_id=code).order_by("-valid_from").first()
        begun = last.valid_from if last else first.valid_from
        if valid_from <= begun:
            sentence = _("Hệ thống trước được ghi từ %(day)s; ngày này phải sau ngày đó.")
            raise RuleBroken.of("valid_from", sentence % {"day": drafting.day_text(begun)})
        row = SystemOfRecord.objects.create(
            procedure_id=code, system=system, valid_from=valid_from, instrument=instrument, verified=verified
        )
        record(
            principal,
            "system_of_record",
            row.id,
            "publish",
            procedure=code,
            system=system,
            valid_from=valid_from,
            instrument=instrument,
        )
    return row


# --- what the province decides --------------------------------------------------------------------


def set_provincial(
    principal: Principal,
    code: str,
    seen: str,
    *,
    local_code: str,
    published: bool,
    common: bool,
    synonyms: Sequence[str],
) -> ProvincialProcedure:
    """How the province carries the procedure. `seen`: the row's `updated_at` in ISO form when it was looked at, "" when
    there was none. Raises RuleBroken, UnknownProcedure, Conflict."""
    need_manager(principal)
    if local_code and (not rules.LOCAL_CODE.fullmatch(local_code) or rules.national_code(local_code) != code):
        sentence = _("Mã địa phương bắt đầu bằng mã quốc gia và kết thúc bằng mã tỉnh, như %(code)s.H41.")
        raise RuleBroken.of("local_code", sentence % {"code": code})
    if not Procedure.objects.filter(code=code).exists():
        raise UnknownProcedure(code)
    given = {"local_code": local_code, "published": published, "common": common, "synonyms": list(synonyms)}
    try:
        with transaction.atomic():
            row = (
                ProvincialProcedure.objects.select_for_update()
                .filter(province_id=principal.province_id, procedure_id=code)
                .first()
            )
            if (row.updated_at.isoformat() if row else "") != seen:
                raise Conflict(_("Người khác vừa sửa mục này. Xem lại giá trị hiện tại rồi lưu lần nữa."))
            if row is None:
                row = ProvincialProcedure(province_id=principal.province_id, procedure_id=code)
            before = {key: getattr(row, key) for key in given}
            for key, value in given.items():
                setattr(row, key, value)
            row.save()
            changed = {key: value for key, value in given.items() if value != before[key]}
            record(principal, "provincial_procedure", row.id, "change", procedure=code, **changed)
    except IntegrityError as taken:
        raise Conflict(_("Người khác vừa sửa mục này. Xem lại giá trị hiện tại rồi lưu lần nữa.")) from taken
    return row


def set_fee(
    principal: Principal,
    code: str,
    line: tuple[str, str, int],
    amount: int,
    valid_from: date,
    instrument: str,
) -> ProvincialFee:
    """The amount in đồng that a resolution of the province's People's Council sets for an open `line` (name, condition,
    first page) of the version in force. Raises RuleBroken."""
    need_manager(principal)
    version = queries_managing.standing(code, max(clock.today(), valid_from))
    if version is None:
        raise UnknownProcedure(code)
    if line not in queries_managing.open_fees(version):
        raise RuleBroken.of("line", _("Chọn khoản thu mà văn bản để Hội đồng nhân dân tỉnh quy định."))
    name, condition, from_page = line
    with transaction.atomic():
        services.queue(f"fee/{principal.province_id}/{code}", "default")
        known = ProvincialFee.objects.filter(
            province_id=principal.province_id, procedure_id=code, name=name, condition=condition, from_page=from_page
        )
        last = known.order_by("-valid_from").first()
        if last and last.valid_from >= valid_from:
            sentence = _("Mức hiện ghi áp dụng từ %(day)s; mức mới phải bắt đầu sau ngày đó.")
            raise RuleBroken.of("valid_from", sentence % {"day": drafting.day_text(last.valid_from)})
        row = ProvincialFee.objects.create(
            province_id=principal.province_id,
            procedure_id=code,
            name=name,
            condition=condition,
            from_page=from_page,
            amount=amount,
            valid_from=valid_from,
            instrument=instrument,
        )
        record(
            principal,
            "provincial_fee",
            row.id,
            "publish",
            procedure=code,
            name=name,
            amount=amount,
            valid_from=valid_from,
            instrument=instrument,
        )
    return row


# --- words ----------------------------------------------------------------------------------------


def add_synonym(principal: Principal, said: str, meant: str) -> Synonym:
    """What people say and what the catalogue calls it; one that is there and off is switched on. Raises RuleBroken."""
    need_manager(principal)
    faults = [
        FieldError(key, sentence)
        for key, text, longest, sentence in (
            ("said", said, 100, _("Viết lời người dân nói, không quá 100 ký tự.")),
            ("meant", meant, 200, _("Viết chữ trong danh mục, không quá 200 ký tự.")),
        )
        if not text or len(text) > longest
    ]
    if faults:
        raise RuleBroken(faults)
    with transaction.atomic():
        row, made = Synonym.objects.get_or_create(
            province_id=principal.province_id, said=said, meant=meant, defaults={"active": True}
        )
        if not made and row.active:
            raise RuleBroken.of("said", _("Từ đồng nghĩa này đã có."))
        if made:
            record(principal, "synonym", row.id, "create", said=said, meant=meant)
        else:
            switch_synonym(principal, row.id, True)
    return row


def switch_synonym(principal: Principal, synonym_id: UUID, active: bool) -> Synonym:
    """Takes a synonym out of use, or back into it; twice is once. Raises NotFound."""
    need_manager(principal)
    with transaction.atomic():
        row = Synonym.objects.select_for_update().filter(id=synonym_id, province_id=principal.province_id).first()
        if row is None:
            raise NotFound(_("Không có từ đồng nghĩa này."))
        if row.active != active:
            row.active = active
            row.save(update_fields=["active", "updated_at"])
            record(principal, "synonym", row.id, "start" if active else "end", said=row.said, meant=row.meant)
    return row


def deal_with_question(principal: Principal, question: str) -> int:
    """Takes every asking of the question so far off the list of those that led nowhere; answers how many those were.
    Asked again, it is there again."""
    need_manager(principal)
    with transaction.atomic():
        count = QuestionLog.objects.filter(
            province_id=principal.province_id, question=question, clicked=None, dealt=False
        ).update(dealt=True)
        if count:
            record(principal, "question", uuid5(QUESTIONS, question), "end", count=count)
    return count


def record(principal: Principal, kind: str, subject: UUID, act: str, **payload: Any) -> None:
    """One entry of the journal of registers, in the transaction of what it tells; days may be given as dates."""
    registers.record(principal.province_id, principal, kind, subject, act, _json(payload))


def _json(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in payload.items()}
