"""Writes of results: templates by edition, the draft, and the two acts that put a signature and a seal on it, each in one transaction.

Number, document, signature and act stand or fall together: a certificate that refuses leaves the dossier, the counter and the journal as
they were. What unlocks a key is asked for once, lives in memory until the key is closed, and is part of nothing that is written.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_variables
from uuid_utils.compat import uuid7

from motcua.casework import services as casework
from motcua.documents import attaching
from motcua.documents import services_certificates as certificates
from motcua.documents import services_signing as signing
from motcua.documents.attaching import Place
from motcua.documents.models import SignedDocument
from motcua.documents.signing.keys import Key, KeyRefused
from motcua.documents.signing.pades import NotSigned
from motcua.dossiers import (
    attachments,
    queries,
    queries_results,
    results,
    results_pdf,
    rules_certification,
    services,
)
from motcua.dossiers.models import ResultDraft, ResultTemplate, SigningRun
from motcua.dossiers.queries import DossierView
from motcua.dossiers.results import TemplateFacts, Written
from motcua.dossiers.services import Summary
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, DomainError, FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

log = structlog.get_logger(__name__)
EDITORS = ("catalogue_manager", "division_head")
NEXT_NUMBER = """
INSERT INTO dossiers_resultnumber (id, province_id, agency_id, symbol, year, last) VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (province_id, agency_id, symbol, year) DO UPDATE SET last = dossiers_resultnumber.last + 1 RETURNING last
"""


# --- templates --------------------------------------------------------------------------------------------------------


def owner_of(principal: Principal) -> UUID | None:
    """Whose templates the principal edits: the province's (None) or their agency's. Forbidden for everybody else."""
    if not principal.has(*EDITORS):
        raise Forbidden(_("Mẫu kết quả do người quản lý danh mục và lãnh đạo phòng sửa."))
    return None if principal.has("catalogue_manager") else principal.agency_id


def publish_template(principal: Principal, template: TemplateFacts, *, seen: int, reason: str) -> ResultTemplate:
    """The next edition of a template, in force from its `valid_from`; what was published before stays as it was.

    `seen` is the edition the editor looked at (0: the starter, or none). Raises RuleBroken with every fault, Conflict when somebody
    published meanwhile, Forbidden.
    """
    agency_id = owner_of(principal)
    faults = _template_faults(template, reason)
    if faults:
        raise RuleBroken(faults)
    own = ResultTemplate.objects.filter(
        queries_results.of_owner(agency_id), province_id=principal.province_id, key=template.key
    )
    newest = own.order_by("-edition").values_list("edition", flat=True).first() or 0
    if newest != seen:
        raise Conflict(
            _("Mẫu này vừa có bản %(edition)s do người khác ban hành. Mở lại mẫu để xem rồi sửa tiếp.")
            % {"edition": newest}
        )
    try:
        with transaction.atomic():
            row = ResultTemplate.objects.create(
                province_id=principal.province_id,
                key=template.key,
                agency_id=agency_id,
                edition=newest + 1,
                procedure_code=template.procedure_code,
                procedure_case=template.procedure_case,
                name=template.name,
                valid_from=template.valid_from,
                in_use=template.in_use,
                reason=reason,
                edited_by_id=principal.account_id,
                **results.plain(_as_written(template)),
            )
            said = {
                "key": template.key,
                "edition": row.edition,
                "valid_from": template.valid_from.isoformat(),
                "in_use": template.in_use,
                "sha256": _as_written(template).sha256,
                "reason": reason,
            }
            registers.record(principal.province_id, principal, "result_template", row.id, "publish", said)
    except IntegrityError:
        raise Conflict(_("Mẫu này vừa có bản mới do người khác ban hành. Mở lại mẫu để xem rồi sửa tiếp.")) from None
    return row


def _as_written(template: TemplateFacts) -> Written:
    return Written(
        template.outcome, template.symbol, template.title, template.about, template.paragraphs, template.recipients
    )


def _template_faults(template: TemplateFacts, reason: str) -> list[FieldError]:
    faults = results.written_faults(_as_written(template))
    places: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("title", (template.title,)),
        ("about", (template.about,)),
        ("paragraphs", template.paragraphs),
        ("recipients", template.recipients),
    )
    for name, texts in places:
        faults += [FieldError(name, said) for said in results.faults_of(texts)]
    if not template.name:
        faults.append(FieldError("name", _("Nhập tên mẫu.")))
    if not reason:
        faults.append(FieldError("reason", _("Ghi lý do hoặc văn bản làm căn cứ sửa mẫu.")))
    if template.valid_from < clock.now().date():
        faults.append(FieldError("valid_from", _("Bản mới áp dụng từ hôm nay trở đi; chọn lại ngày.")))
    return faults


# --- the draft ----------------------------------------------------------------------------------------------------------


def may_write(principal: Principal, view: DossierView) -> bool:
    """Whoever holds the dossier at the specialist's step, or at the approval before the signature."""
    return any(t.act in ("advance", "approve") for t in view.acts) and view.case.role in ("specialist", "division_head")


def save_draft(principal: Principal, view: DossierView, written: Written, template: str, *, seen: int) -> ResultDraft:
    """Keeps the draft of the dossier; `seen` is the version the writer looked at (0: none yet). The journal gets its hash.

    Raises Forbidden for who does not hold the dossier, Conflict for a stale version, RuleBroken.
    """
    if not may_write(principal, view):
        raise Forbidden(_("Dự thảo do người đang thụ lý hoặc lãnh đạo phòng đang duyệt hồ sơ này viết."))
    return _keep_draft(principal, view.id, written, template, seen)


def _keep_draft(principal: Principal, case_id: UUID, written: Written, template: str, seen: int) -> ResultDraft:
    if faults := results.written_faults(written):
        raise RuleBroken(faults)
    stale = Conflict(_("Dự thảo vừa được người khác sửa. Mở lại để xem bản mới rồi sửa tiếp."))
    columns = {**results.plain(written), "sha256": written.sha256, "template": template[:80]}
    columns |= {"edited_by_id": principal.account_id, "position_id": principal.position_id, "edited_at": clock.now()}
    with transaction.atomic():
        row = ResultDraft.objects.select_for_update().filter(province_id=principal.province_id, case_id=case_id).first()
        if row is not None and (row.sha256, row.template) == (written.sha256, template[:80]):
            return row
        if (row.version if row else 0) != seen:
            raise stale
        if row is None:
            try:
                with transaction.atomic():
                    row = ResultDraft.objects.create(province_id=principal.province_id, case_id=case_id, **columns)
            except IntegrityError:
                raise stale from None
        else:
            for name, value in columns.items():
                setattr(row, name, value)
            row.version += 1
            row.save()
        said = {"sha256": row.sha256, "version": row.version, "template": row.template, "outcome": row.outcome}
        registers.record(principal.province_id, principal, "result_draft", row.id, "edit", said)
    return row


def copies_to_be_signed(
    principal: Principal,
    code: str,
    *,
    version: int | None,
    papers: Sequence[Any] | None,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
) -> Summary:
    """`complete_now` for an electronic copy: the certification is drafted from the papers and bound to their scans by SHA-256, and the
    dossier waits for its signatory, in one transaction. Raises as `services.act`, and RuleBroken (no scan, no template)."""
    params = {"papers": papers, "electronic": True}
    asked: dict[str, Any] = {"version": version, "params": params, "note": note, "key": key, "body_hash": body_hash}
    view = queries.view(principal, code)
    replayed = key and casework.replay(principal.account_id, key, body_hash)
    if replayed or not any(transition.act == "complete_now" for transition in view.acts):
        return services.act(principal, code, "complete_now", **asked)
    wanted = rules_certification.read_papers(papers)
    scans = [
        file
        for component in view.components
        for file in view.files.by_part.get(attachments.part_of_component(component.facts.code), ())
    ]
    if not scans:
        raise RuleBroken.of(
            "electronic", _("Chưa có bản quét để chứng thực. Bấm “Số hóa giấy tờ” quét bản chính trước.")
        )
    template = next((one for one in queries_results.choices(view) if one.outcome == "granted"), None)
    if template is None:
        raise RuleBroken.of("electronic", _("Thủ tục này chưa có mẫu kết quả để ký số. Báo người quản lý danh mục."))
    subject = "; ".join(f"{paper.name} ({paper.pages} trang)" for paper in wanted)
    written = results.write(template, {**queries_results.values(view), "subject": subject})
    bound = tuple(f"Bản quét kèm hồ sơ: {file.name}, SHA-256 {file.file.sha256}." for file in scans)
    written = replace(written, about=written.about[:300], paragraphs=(*written.paragraphs, *bound))
    with transaction.atomic():
        _keep_draft(principal, view.id, written, template.name_of_edition, 0)
        return services.act(principal, code, "complete_now", **asked)


# --- signing and sealing --------------------------------------------------------------------------------------------------


def sign(
    principal: Principal,
    code: str,
    opened: Key,
    *,
    version: int | None,
    base_url: str,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
) -> Summary:
    """`sign_off` with the signer's own certificate: number, page, signature and act in one transaction, or nothing.

    `opened` is the signer's key (`services_certificates.open_key`). The number is the next of the agency, the kind of document and the
    year; the counter's row stays locked until the signature is there, which is what keeps the row of numbers without gaps.
    Raises as `services.act`, and RuleBroken (no draft, gaps in it, a certificate that blocks), KeyRefused, NotSigned.
    """
    if key and casework.replay(principal.account_id, key, body_hash):
        return services.act(principal, code, "sign_off", version=version, key=key, body_hash=body_hash)
    view = queries.view(principal, code)
    draft = queries_results.draft_of(view.id)
    if draft is None:
        raise RuleBroken.of("draft", _("Hồ sơ chưa có dự thảo kết quả nên chưa ký số được. Chuyển trả để lập dự thảo."))
    written = queries_results.written(draft)
    if written.blanks:
        raise RuleBroken.of(
            "draft",
            _("Dự thảo còn %(blanks)s chỗ trống “%(mark)s”. Chuyển trả để điền đủ rồi ký.")
            % {"blanks": written.blanks, "mark": results.BLANK},
        )
    mine = signing.ready(principal, "officer")
    own_title = mine.row.position.title if mine.row.position else ""
    lines = results.authority_lines(
        principal.position_title, view.lead.name, lent=principal.delegation_id is not None, own_title=own_title
    )
    reason = note.strip() or (f"Theo dự thảo “{written.title}”" if written.outcome == "rejected" else "")
    with transaction.atomic():
        year = clock.now().astimezone(clock.TZ).year
        number, nth = _number(principal, view, written, year)
        document_id = uuid7()
        result = {
            "document": str(document_id),
            "number": number,
            "symbol": written.symbol,
            "year": year,
            "title": written.title,
            "draft": draft.sha256,
            "template": draft.template,
        }
        done = services.act(
            principal,
            code,
            "sign_off",
            version=version,
            params={"outcome": written.outcome, "result": result},
            note=reason,
            key=key,
            body_hash=body_hash,
        )
        document_code = results.document_code(code, nth)
        page, places, data = results_pdf.set_page(
            view,
            written,
            number=number,
            code=document_code,
            document_id=document_id,
            authority=lines,
            signer=principal.officer_name,
            base_url=base_url,
        )
        signing.prepare_result(
            principal,
            subject_kind=queries_results.SUBJECT,
            subject_id=view.id,
            code=document_code,
            title=data["title"],
            content=page,
            places=places,
            number=number,
            document_id=document_id,
        )
        signing.sign_result(principal, document_id, opened, authority=" – ".join(lines))
    return done


def seal(
    principal: Principal,
    code: str,
    opened: Key,
    *,
    version: int | None,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
) -> Summary:
    """The records clerk's `advance` with the agency's seal on the signed result, which from then on stands among the dossier's files for the
    person's next dossier to use again. Raises as `sign`."""
    if key and casework.replay(principal.account_id, key, body_hash):
        return services.act(principal, code, "advance", version=version, key=key, body_hash=body_hash)
    view = queries.view(principal, code)
    found = queries_results.signed_of(view.row, view.case, view.process)
    if found is None:
        raise RuleBroken.of("document", _("Hồ sơ này chưa có kết quả ký số để đóng dấu."))
    with transaction.atomic():
        done = services.act(
            principal,
            code,
            "advance",
            version=version,
            params={"sealing": str(found.document_id)},
            note=note,
            key=key,
            body_hash=body_hash,
        )
        if not found.sealed:
            signature = signing.seal_result(principal, found.document_id, opened)
            place = Place(queries_results.SUBJECT, view.id, attachments.RESULT)
            attaching.add(place, signature.after, f"{found.code}.pdf", principal.account_id)
    return done


def _number(principal: Principal, view: DossierView, written: Written, year: int) -> tuple[str, int]:
    """(number, which signing of this dossier it is). A result that was sent back and is signed again keeps the number it had, when kind and
    year are the same."""
    earlier = SignedDocument.objects.filter(
        province_id=principal.province_id, subject_kind=queries_results.SUBJECT, subject_id=view.id
    ).count()
    before = view.row.result or {}
    if (before.get("symbol"), before.get("year")) == (written.symbol, year):
        return str(before["number"]), earlier + 1
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, (uuid7(), principal.province_id, principal.agency_id, written.symbol, year))
        serial = int(cursor.fetchone()[0])
    return results.number_text(serial, written.symbol, view.lead.name), earlier + 1


# --- many at once --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pick:
    """A dossier ticked in the list, at the version it was seen."""

    code: str
    version: int
    title: str


@sensitive_variables("secret")
def start_run(
    principal: Principal, work: str, picks: Sequence[Pick], secret: str, *, key: str, base_url: str
) -> SigningRun:
    """Begins a batch: the key is opened here, so that a wrong PIN is said at once; the signing goes on in a thread of this process, whether
    the page stays open or not. The same `key` again is the same batch.

    Raises RuleBroken (nothing or too much chosen, a certificate that blocks), KeyRefused, Forbidden, 429 after too many attempts.
    """
    if not principal.has(queries_results.WORK[work]):
        raise Forbidden(_("Việc ký, đóng dấu này không thuộc vai trò của bạn."))
    begun = SigningRun.objects.filter(province_id=principal.province_id, account_id=principal.account_id, key=key)
    if found := begun.first():
        return found
    if not picks:
        raise RuleBroken.of("chosen", _("Chọn ít nhất một hồ sơ."))
    if len(picks) > signing.LARGEST_BATCH:
        raise RuleBroken.of(
            "chosen",
            _("Mỗi lượt tối đa %(most)s hồ sơ. Bỏ bớt rồi ký tiếp lượt sau.") % {"most": signing.LARGEST_BATCH},
        )
    mine = signing.ready(principal, "seal" if work == "seal" else "officer")
    opened = certificates.open_key(mine.row, secret)
    now = clock.now()
    try:
        with transaction.atomic():
            run = SigningRun.objects.create(
                province_id=principal.province_id,
                account_id=principal.account_id,
                position_id=principal.position_id,
                agency_id=principal.agency_id,
                work=work,
                key=key,
                items=[{"code": one.code, "version": one.version, "title": one.title} for one in picks],
                started_at=now,
                beat_at=now,
            )
    except IntegrityError:
        opened.close()
        return begun.get()
    said = {"work": work, "count": len(picks)}
    registers.record(principal.province_id, principal, "signing_run", run.id, "start", said)
    worker = threading.Thread(
        target=_in_thread, args=(principal, run.id, opened, base_url), name="signing-run", daemon=True
    )
    transaction.on_commit(worker.start)
    return run


def _in_thread(principal: Principal, run_id: UUID, opened: Key, base_url: str) -> None:
    try:
        carry_on(principal, run_id, opened, base_url)
    finally:
        connections.close_all()


def carry_on(principal: Principal, run_id: UUID, opened: Key, base_url: str) -> None:
    """Signs what the run names, one transaction each, and writes down how far it has come. Closes the key at the end."""
    try:
        with scope.enter(principal.scope):
            run = SigningRun.objects.get(pk=run_id)
        for item in run.items:
            problem = _one(principal, run.work, item, opened, base_url)
            run.done += 1
            if problem:
                run.failures.append({"code": item["code"], "title": item["title"], "why": problem})
            else:
                run.signed += 1
            run.beat_at = clock.now()
            if run.done == len(run.items):
                run.ended_at = run.beat_at
            with scope.enter(principal.scope):
                run.save(update_fields=["done", "signed", "failures", "beat_at", "ended_at"])
    finally:
        opened.close()


def _one(principal: Principal, work: str, item: dict[str, Any], opened: Key, base_url: str) -> str:
    """ "" when the dossier was signed (sealed), or the sentence that says why not."""
    try:
        with scope.enter(principal.scope):
            if work == "seal":
                seal(principal, item["code"], opened, version=item["version"])
            else:
                sign(principal, item["code"], opened, version=item["version"], base_url=base_url)
    except DomainError as refused:
        return refused.detail
    except (KeyRefused, NotSigned) as refused:
        return refused.sentence
    except Exception as fault:  # what is unforeseen in one must not keep the others from being signed
        log.error("signing_run", kind=type(fault).__name__, code=item["code"])
        return gettext_noop("Hệ thống gặp lỗi với hồ sơ này; nó chưa được ký. Thử ký riêng hoặc báo quản trị.")
    return ""


def picked(lines: Sequence[queries_results.WaitingLine], chosen: Sequence[str]) -> list[Pick]:
    """What was ticked ("code@version"). One that no longer waits stays in: the batch says what became of it."""
    titles = {line.code: line.title for line in lines}
    picks = []
    for one in dict.fromkeys(chosen):
        code, _at, version = one.partition("@")
        seen = int(version) if version.isdecimal() and len(version) < 10 else 0
        picks.append(Pick(code[:64], seen, titles.get(code, "")))
    return picks
