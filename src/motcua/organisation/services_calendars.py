"""Writes of calendars: a new edition, a calendar of one's own, which agency counts with which. One transaction each, inside the caller's scope."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation import queries, registers
from motcua.organisation import queries_calendars as calendars
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Agency, Calendar
from motcua.organisation.principal import Principal
from motcua.organisation.rules_calendars import (
    NATIONAL,
    Change,
    Content,
    Document,
    SetParent,
    may_publish,
    next_content,
    read,
)
from motcua.organisation.rules_calendars import check_document as check
from motcua.worktime import Calendar as WorkCalendar
from motcua.worktime import clock

# Calendars inherit from one another, so they are published one after the other; the lock ends with the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('motcua.calendars', 0))"
NOT_YOURS = gettext_noop("Lịch này không thuộc quyền sửa của bạn.")


def publish(principal: Principal, code: str, base: str, change: Change, document: Document) -> WorkCalendar:
    """Publishes the next edition of `code`, made from the edition `base`, and lets those that inherit from it follow.

    Raises Forbidden, NotFound, Conflict when `base` is no longer the newest, RuleBroken with every fault by its field.
    """
    if not may_publish(principal, code):
        raise Forbidden(_(NOT_YOURS))
    with transaction.atomic():
        _lock()
        standing = calendars.standing(code)
        if standing.edition != base:
            raise Conflict(
                _("Lịch đã có bản mới (%(edition)s). Xem lại bản đó rồi công bố.") % {"edition": standing.edition}
            )
        made = drafted(standing, change, document)
        _insert(made.to_dict(), made.parent)
        _record(principal, code, "publish", document, edition=made.edition, before=standing.edition)
        follow(code, principal)
    return made


def drafted(standing: WorkCalendar, change: Change, document: Document) -> WorkCalendar:
    """The edition after `standing` with the change in it, not yet published. Raises RuleBroken."""
    parent = standing.parent
    if isinstance(change, SetParent):
        if change.code not in common_codes(settings.MOTCUA_PROVINCE):
            raise RuleBroken.of("parent", _("Chọn lịch chung của cả nước hoặc của tỉnh"))
        parent = calendars.standing(change.code)
        return read(next_content(standing, change, document, clock.today(), parent), parent)
    return read(next_content(standing, change, document, clock.today()), parent)


def create(principal: Principal, owner: str, name: str, parent: str, document: Document) -> WorkCalendar:
    """A calendar of the agency `owner` (or of the province, `p40`), which says nothing of its own yet; the agency counts with it from now on."""
    code = owner
    if code != province_code(principal.province_id) and not Agency.objects.filter(code=code, valid_to=None).exists():
        raise RuleBroken.of("owner", _("Chọn một cơ quan của tỉnh"))
    if not may_publish(principal, code):
        raise Forbidden(_(NOT_YOURS))
    check(document, clock.today())
    if not name.strip():
        raise RuleBroken.of("name", _("Đặt tên cho lịch"))
    with transaction.atomic():
        _lock()
        newest = calendars.newest_editions()
        if code in newest:
            raise RuleBroken.of("owner", _("Cơ quan này đã có lịch riêng: sửa lịch đó"))
        if parent not in newest or parent not in common_codes(principal.province_id):
            raise RuleBroken.of("parent", _("Chọn lịch chung của cả nước hoặc của tỉnh"))
        content = {"code": code, "version": "1", "name": name.strip(), "parent": parent, "instrument": document.cited()}
        made = _insert(content, calendars.standing(parent))
        _record(principal, code, "create", document, edition=made.edition)
        if Agency.objects.filter(province_id=principal.province_id, code=code).exists():
            use(principal, code, code, document)
    return made


def use(principal: Principal, agency_code: str, code: str, document: Document) -> None:
    """From now on the agency counts with the calendar `code`. Its open dossiers keep their dates until a re-appointment is ordered.

    A director chooses for their own agency among its own calendar and those it could inherit from; administrators choose freely.
    """
    own = principal.has("centre_director") and principal.agency_code == agency_code
    if not (principal.has("administrator") or own):
        raise Forbidden(_("Bạn không được đổi lịch của cơ quan này."))
    check(document, clock.today())
    with transaction.atomic():
        _lock()
        agency = (
            Agency.objects.select_for_update(of=("self",))
            .filter(province_id=principal.province_id, code=agency_code)
            .first()
        )
        if agency is None:
            raise NotFound(_("Không tìm thấy cơ quan này."))
        open_to = {*common_codes(principal.province_id), agency_code}
        if code not in calendars.newest_editions() or not (principal.has("administrator") or code in open_to):
            raise RuleBroken.of("calendar", _("Chọn một lịch có trong danh sách"))
        if agency.calendar_code == code:
            return
        _record(principal, code, "use", document, agency=agency_code, before=agency.calendar_code)
        Agency.objects.filter(pk=agency.pk).update(calendar_code=code)
        _forget()


def use_instead(principal: Principal, before: str, code: str, document: Document) -> int:
    """Every agency that counts with `before` counts with `code` from now on (a province that has made its own calendar); returns how many."""
    if not principal.has("administrator"):
        raise Forbidden(_("Việc đổi lịch cho mọi cơ quan là của quản trị tỉnh."))
    with transaction.atomic():
        agencies = Agency.objects.filter(province_id=principal.province_id, calendar_code=before, valid_to=None)
        codes = list(agencies.order_by("code").values_list("code", flat=True))
        for agency in codes:
            use(principal, agency, code, document)
    return len(codes)


def follow(code: str, principal: Principal | None = None) -> int:
    """Puts every calendar that inherits from `code` on its newest edition, its own content untouched; returns how many new editions that makes.

    The edition's name says its parents' editions, so nothing is changed: a new edition stands beside the old one.
    """
    made = 0
    newest = calendars.newest_editions()
    for heir in calendars.heirs(code, newest):
        parent_code = newest[heir].parent_code
        parent = calendars.standing(parent_code)
        if newest[heir].parent_edition == parent.edition:
            continue
        own = queries.calendar(heir, newest[heir].edition)
        followed = _insert(own.to_dict(), parent)
        _record(principal, heir, "follow_parent", None, edition=followed.edition, before=own.edition)
        made += 1
    return made


def province_code(province_id: int) -> str:
    return f"p{province_id:02}"


def common_codes(province_id: int) -> tuple[str, str]:
    """The calendars from which any agency may inherit."""
    return province_code(province_id), NATIONAL


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _insert(content: Content, parent: WorkCalendar | None) -> WorkCalendar:
    made = read(content, parent)
    above = Calendar.objects.get(code=parent.code, edition=parent.edition) if parent else None
    Calendar.objects.create(code=made.code, edition=made.edition, parent=above, content=content)
    _forget()
    return made


def _forget() -> None:
    queries.forget()
    transaction.on_commit(queries.forget)  # what another thread remembered before the commit


def _record(principal: Principal | None, code: str, act: str, document: Document | None, **payload: str) -> None:
    """The subject of a calendar's history is its first edition."""
    said = {"calendar": code, **payload, **({"document": document.cited()} if document else {})}
    registers.record(settings.MOTCUA_PROVINCE, principal, "calendar", subject(code), act, said)


def subject(code: str) -> UUID:
    """The id under which the journal of registers tells of a calendar: that of its first edition."""
    found = Calendar.objects.filter(code=code).order_by("published_at", "id").values_list("id", flat=True).first()
    if found is None:
        raise NotFound(_("Không có lịch làm việc này."))
    return found
