"""Writes of what people hand in: an upload is judged and kept as a draft, then attached to a case, then perhaps replaced. Nothing attached is
deleted. Which case, and who may, is for the kinds of case to say; the caller has entered the scope."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from motcua.documents import inspection, refusals, storage
from motcua.documents.inspection import Finding
from motcua.documents.models import Attachment, StoredFile
from motcua.documents.receiving import Received
from motcua.documents.services import hold_files
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

PROGRAM = Path(inspection.__file__)
PATIENCE = 20.0  # seconds a file's inspection may take by the wall


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file goes: a case by its kind and id, and the part of it ("component.01")."""

    kind: str
    case_id: UUID
    part: str


# --- an upload ----------------------------------------------------------------------------------------------------------


def judge(upload: UploadedFile) -> tuple[str, Finding]:
    """(the name as shown, what the file is), with nothing written. Raises TooLarge, WrongType or RuleBroken with one sentence, StorageFull."""
    assert isinstance(upload, Received)  # noqa: S101 - the one upload handler makes them
    name = refusals.shown(upload.name or "")
    if fault := refusals.name_fault(upload.raw_name):
        raise refusals.refusal(fault, name)
    if upload.overrun:
        raise refusals.refusal("too_large", name)
    if upload.full:
        raise storage.StorageFull(f"no room for an upload in {settings.MEDIA_ROOT}")
    if not upload.size:
        raise refusals.refusal("empty", name)
    upload.seek(0)
    start = upload.read(1024)
    finding = Finding(*inspection.kind_of(start))
    if not finding.fault and (fault := refusals.extension_fault(name, finding.media_type)):
        raise refusals.refusal(fault, name, finding.media_type)
    if not finding.fault:
        finding = _inspected(upload)
    if finding.fault:
        raise refusals.refusal(finding.fault, name)
    return name, finding


def _inspected(upload: Received) -> Finding:
    """What the child process found; one that died or took too long met a file that is not to be trusted."""
    try:
        number = upload.stream.fileno()  # to the disk, if it was small enough for memory
        upload.stream.flush()
    except OSError as error:
        if error.errno in storage.NO_ROOM:
            raise storage.StorageFull(f"no room for an upload in {settings.MEDIA_ROOT}") from error
        raise
    command = [sys.executable, "-I", str(PROGRAM), f"/dev/fd/{number}", str(settings.MOTCUA_IMAGE_PIXELS)]
    try:
        done = subprocess.run(
            command, pass_fds=[number], capture_output=True, timeout=PATIENCE, check=True, cwd=tempfile.gettempdir()
        )
        return Finding(**json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, TypeError):
        return Finding(fault="too_complex")


def upload(principal: Principal, sent: UploadedFile, key: str = "") -> Attachment:
    """Judges and keeps a file; the answer is a draft of the officer's, theirs for a day. The same content again, or the same key, answers
    the draft that stands. Raises as `judge`, and Conflict for a key that was used for another file."""
    assert isinstance(sent, Received)  # noqa: S101
    if key and (known := _under(principal, key, sent)):
        return known
    name, finding = judge(sent)
    file = _kept(principal.province_id, sent, finding)
    row = Attachment(
        province_id=principal.province_id,
        file=file,
        name=name,
        account_id=principal.account_id,
        agency_id=principal.agency_id,
        key=key,
        created_at=clock.now(),
    )
    Attachment.objects.bulk_create([row], ignore_conflicts=True)
    if key:
        return _under(principal, key, sent) or row
    return Attachment.objects.select_related("file").get(
        province_id=principal.province_id, account_id=principal.account_id, file=file, subject_id=None, key=""
    )


def _under(principal: Principal, key: str, sent: Received) -> Attachment | None:
    known = (
        Attachment.objects.select_related("file")
        .filter(province_id=principal.province_id, account_id=principal.account_id, key=key)
        .first()
    )
    if known and known.file.sha256 != sent.sha256:
        raise Conflict(_("Khóa Idempotency-Key này đã dùng cho một tệp khác. Dùng khóa mới cho tệp mới."))
    return known


def _kept(province_id: int, sent: Received, finding: Finding) -> StoredFile:
    hold_files()
    storage.put_file(sent.stream, sent.sha256, sent.length)
    preview = storage.put(base64.b64decode(finding.preview)) if finding.preview else ""
    row = StoredFile(
        province_id=province_id,
        sha256=sent.sha256,
        media_type=finding.media_type,
        size=sent.length,
        pages=min(finding.pages, 2**15 - 1),
        preview=preview,
    )
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    found = StoredFile.objects.get(province_id=province_id, sha256=sent.sha256)
    if found.state == StoredFile.State.REJECTED:
        raise RuleBroken.of("file", refusals.rejected_sentence(refusals.shown(sent.name or "")))
    return found


# --- attaching ----------------------------------------------------------------------------------------------------------


def drafts(principal: Principal, ids: Iterable[UUID], field: str) -> dict[UUID, Attachment]:
    """The officer's own drafts with these ids, locked. Raises RuleBroken naming how many are not there (any more)."""
    wanted = list(dict.fromkeys(ids))
    rows = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(id__in=wanted, province_id=principal.province_id, account_id=principal.account_id, subject_id=None)
    )
    found = {row.id: row for row in rows.order_by("id")}
    if missing := len(wanted) - len(found):
        raise RuleBroken.of(
            field,
            _("%(count)s tệp không còn chờ gắn vào hồ sơ (đã gắn, quá 24 giờ, hoặc của người khác). Tải lên lại.")
            % {"count": missing},
        )
    for row in found.values():
        if row.file.state == StoredFile.State.REJECTED:
            raise RuleBroken.of(field, refusals.rejected_sentence(row.name))
    return found


def check_room(place: Place | None, counts: Mapping[str, int], field: str) -> None:
    """Raises RuleBroken when `counts` more files by part were too many for a part or for the case (`place`, None for a case to be)."""
    standing: dict[str, int] = {}
    if place is not None:
        live = Attachment.objects.filter(subject_id=place.case_id, subject_kind=place.kind, removed_at=None)
        standing = dict(live.values_list("part").annotate(Count("id")))
    for part, more in counts.items():
        if more and standing.get(part, 0) + more > settings.MOTCUA_FILES_PER_PART:
            raise RuleBroken.of(
                field,
                _("Mỗi giấy tờ nhận tối đa %(most)s tệp. Gộp các trang vào một tệp PDF.")
                % {"most": settings.MOTCUA_FILES_PER_PART},
            )
    if sum(standing.values()) + sum(counts.values()) > settings.MOTCUA_FILES_PER_CASE:
        raise RuleBroken.of(
            field,
            _("Mỗi hồ sơ nhận tối đa %(most)s tệp. Gộp các trang vào một tệp PDF.")
            % {"most": settings.MOTCUA_FILES_PER_CASE},
        )


def attach(place: Place, rows: Sequence[Attachment]) -> list[Attachment]:
    """Moves locked drafts to their place, after what is there; one that was moved before in this transaction is copied, so that one scan
    may serve two papers. The caller has checked rights and room."""
    now, position = clock.now(), _next(place)
    attached = []
    for number, row in enumerate(rows, position):
        if row.subject_id is not None:
            attached.append(
                reuse(place, row, Attachment.Digitisation(row.digitisation), row.account_id, position=number)
            )
            continue
        row.subject_kind, row.subject_id, row.part = place.kind, place.case_id, place.part
        row.position, row.attached_at = number, now
        row.save(update_fields=["subject_kind", "subject_id", "part", "position", "attached_at"])
        attached.append(row)
    return attached


def reuse(
    place: Place,
    source: Attachment,
    digitisation: Attachment.Digitisation,
    account_id: UUID | None,
    position: int | None = None,
) -> Attachment:
    """The file of another attachment, once more, at `place`."""
    return _new(place, source.file, source.name, digitisation, account_id, source, position)


def add(place: Place, file: StoredFile, name: str, account_id: UUID) -> Attachment:
    """A file that the program itself made for the case (a signed result), where people's own files of that part stand."""
    return _new(place, file, name, Attachment.Digitisation.SCANNED, account_id, None, None)


def hand_in(place: Place, province_id: int, sent: UploadedFile) -> Attachment:
    """The applicant's own upload, which needs no draft: it belongs to the case at once. Raises as `judge`. The same content again at the
    same place answers what stands."""
    assert isinstance(sent, Received)  # noqa: S101
    name, finding = judge(sent)
    file = _kept(province_id, sent, finding)
    standing = Attachment.objects.filter(
        subject_id=place.case_id, subject_kind=place.kind, part=place.part, file=file, removed_at=None, account=None
    ).first()
    return standing or _new(place, file, name, Attachment.Digitisation.SCANNED, None, None, None, province_id)


def _new(
    place: Place,
    file: StoredFile,
    name: str,
    digitisation: Attachment.Digitisation,
    account_id: UUID | None,
    source: Attachment | None,
    position: int | None,
    province_id: int | None = None,
) -> Attachment:
    now = clock.now()
    return Attachment.objects.create(
        id=uuid7(),
        province_id=province_id or file.province_id,
        file=file,
        name=name,
        subject_kind=place.kind,
        subject_id=place.case_id,
        part=place.part,
        position=_next(place) if position is None else position,
        digitisation=digitisation,
        account_id=account_id,
        source=source,
        created_at=now,
        attached_at=now,
    )


def _next(place: Place) -> int:
    last = Attachment.objects.filter(subject_id=place.case_id, part=place.part).aggregate(Max("position"))
    return (last["position__max"] or 0) + 1


def take_away(row: Attachment, why: str, by: Attachment | None = None, at: datetime | None = None) -> None:
    """The row stays with the reason, and with what took its place. The caller has locked the case."""
    row.removed_at, row.removed_why, row.replaced_by = at or clock.now(), why[:500], by
    row.save(update_fields=["removed_at", "removed_why", "replaced_by"])
