"""Writes of field feedback by citizens: sending it, rating what was done, one more picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.queries import part_of
from motcua.casepages.services import New
from motcua.casework import services as casework
from motcua.casework.rules import Applicant
from motcua.casework.secrets import secret_of
from motcua.documents import attaching
from motcua.documents.attaching import Place
from motcua.letters import law, queries_field, setting_apart
from motcua.letters import rules_field as rules
from motcua.letters.facts_field import IMAGES
from motcua.letters.models import FieldReport
from motcua.letters.queries_field import Followed
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.scope import Scope
from motcua.worktime import clock

MOST_PHOTOS = 5
TITLE = 120


@dataclass(frozen=True, slots=True)
class Sent:
    """Feedback as a citizen sends it. `latitude`, `longitude`: of their phone, with their consent, or None."""

    agency_code: str
    text: str
    place: str
    conduct: bool = False
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    full_name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    case_id: UUID
    code: str
    secret: str


def send(asked: Sent, photos: Sequence[UploadedFile] = (), key: UUID | None = None) -> Opened:
    """Opens the case in one transaction with its pictures; the same key again answers what was opened then. Raises RuleBroken."""
    faults = []
    if not asked.text.strip():
        faults.append(FieldError("text", _("Viết điều bạn muốn phản ánh.")))
    if not asked.place.strip():
        faults.append(FieldError("place", _("Viết địa điểm.")))
    if len(photos) > MOST_PHOTOS:
        faults.append(FieldError("photos", _("Gửi tối đa %(n)s ảnh.") % {"n": MOST_PHOTOS}))
    province = settings.MOTCUA_PROVINCE
    with scope.enter(Scope("directory", province, compartments=(rules.CONDUCT,))):
        agency = organisation.agency(province, code=asked.agency_code)
        if agency is None or agency.kind != "people_committee_commune" or not agency.stands(clock.now().date()):
            faults.append(FieldError("agency", _("Chọn xã, phường nơi xảy ra.")))
        if faults or agency is None:
            raise RuleBroken(faults)
        if key is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 43))", (str(key),))
            if known := _sent_before(key):
                return known
        now = clock.now()
        limit, _source = law.feedback_limit("classify")
        ceiling = clocks.by_limit(clocks.calendar_of(agency.calendar_code), now, limit)
        kind = rules.CONDUCT if asked.conduct else rules.KIND
        new = New(
            kind=kind,
            act="send",
            title=_(setting_apart.TITLE) if asked.conduct else asked.text.strip()[:TITLE],
            subject=rules.SUBJECT,
            state="received",
            holder=(agency.id, None, None),
            role="letters",
            lead=agency.id,
            origin=agency.id,
            agency_code=agency.code,
            dates=ceiling,
            words=() if asked.conduct else (asked.place,),
            findable=not asked.conduct,
        )

        def rows(case_id: UUID) -> None:
            FieldReport.objects.create(
                province_id=province,
                case_id=case_id,
                agency_id=agency.id,
                text=asked.text.strip(),
                place=asked.place.strip(),
                latitude=asked.latitude,
                longitude=asked.longitude,
                reporter={"full_name": asked.full_name.strip(), "phone": asked.phone},
                conduct=asked.conduct,
                classify_by=ceiling.due or now,
                sent_key=key,
            )

        done = cases.open_case(None, new, rows)
        for photo in photos:
            hand_in(kind, done.case_id, 1, photo)
        return Opened(done.case_id, done.state.code, secret_of(queries_field.SECRET, done.case_id))


def _sent_before(key: UUID) -> Opened | None:
    """What this form opened when it was sent before: only who holds its key asks."""
    with scope.enter(scope.worker()):
        row = FieldReport.objects.filter(sent_key=key).values_list("case_id", "case__code").first()
    return Opened(row[0], row[1], secret_of(queries_field.SECRET, row[0])) if row else None


def hand_in(kind: str, case_id: UUID, seq: int, photo: UploadedFile) -> None:
    """One picture of the citizen's beside an act. Raises RuleBroken for what is none."""
    place = Place(kind, case_id, part_of(seq))
    attaching.check_room(place, {place.part: 1}, "photos")
    row = attaching.hand_in(place, settings.MOTCUA_PROVINCE, photo)
    if row.file.media_type not in IMAGES:
        raise RuleBroken.of("photos", _("“%(name)s” không phải ảnh. Gửi ảnh JPEG hoặc PNG.") % {"name": row.name})


def rate(found: Followed, stars: int, words: str) -> None:
    """What the citizen says of the result, inside `following(code)`: up to two stars opens it again. Raises Conflict, RuleBroken."""
    act = "reopen" if stars <= law.reopening_stars() else "confirm"
    casework.perform(
        found.case.kind, found.code, act, Applicant(), version=None, params={"stars": str(stars)}, note=words.strip()
    )


def add_photos(found: Followed, photos: Sequence[UploadedFile]) -> None:
    """More pictures of what is not mended yet, inside `following(code)`. Raises Conflict, RuleBroken."""
    if not photos:
        raise RuleBroken.of("photos", _("Chọn ít nhất một ảnh."))
    if len(photos) > MOST_PHOTOS:
        raise RuleBroken.of("photos", _("Gửi tối đa %(n)s ảnh.") % {"n": MOST_PHOTOS})
    done = casework.perform(found.case.kind, found.code, "add_photo", Applicant(), version=None)
    for photo in photos:
        hand_in(found.case.kind, done.case_id, done.seq, photo)
