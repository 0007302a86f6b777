"""The end of a day: a till is counted, handed into the safe and closed. There is no way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation import registers
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.payments import ledger, rules
from motcua.payments.models import Closing, Till
from motcua.payments.services import lock_till
from motcua.worktime import clock


def close(principal: Principal, cashier_id: UUID, *, notes: Mapping[int, int], reason: str = "") -> Closing:
    """Closes a cashier's till for today: the cash counted against what the ledger says must be there, a difference explained.

    `notes`: how many of each denomination. What the cashier takes afterwards belongs to tomorrow. Raises Forbidden for who is not the
    director, NotFound for a till that was never used, Conflict when today is closed, RuleBroken for a difference without reason.
    """
    if not principal.has("centre_director"):
        raise Forbidden(_("Chốt ca là việc của Giám đốc Trung tâm."))
    if not Till.objects.filter(agency_id=principal.agency_id, cashier_id=cashier_id).exists():
        raise NotFound(_("Người này chưa thu khoản nào ở cơ quan của bạn."))
    counted = rules.counted(notes)
    today = clock.now().date()
    closed = lock_till(principal.province_id, principal.agency_id, cashier_id)
    if closed is not None and closed >= today:
        raise Conflict(_("Ca hôm nay của người này đã chốt. Khoản thu sau khi chốt được tính vào ngày mai."))
    expected = ledger.in_till(principal.agency_id, cashier_id, today)
    reason = " ".join(reason.replace("\0", "").split())[:500]
    if counted != expected and not reason:
        over = _("Thừa %(amount)s so với sổ. Đếm lại; nếu vẫn lệch, ghi lý do.")
        short = _("Thiếu %(amount)s so với sổ. Đếm lại; nếu vẫn lệch, ghi lý do.")
        sentence = over if counted > expected else short
        raise RuleBroken.of("reason", sentence % {"amount": rules.money(abs(counted - expected))})
    closing = Closing.objects.create(
        province_id=principal.province_id,
        agency_id=principal.agency_id,
        cashier_id=cashier_id,
        day=today,
        since=closed + timedelta(days=1) if closed else None,
        notes={str(note): number for note, number in notes.items() if number},
        counted=counted,
        expected=expected,
        reason=reason,
        closed_by_id=principal.officer_id,
        closed_at=clock.now(),
    )
    ledger.post(
        principal.province_id,
        principal.agency_id,
        "closing",
        closing.id,
        today,
        rules.handed_in(expected, counted, cashier_id),
    )
    Till.objects.filter(agency_id=principal.agency_id, cashier_id=cashier_id).update(closed_through=today)
    registers.record(
        principal.province_id,
        principal,
        "closing",
        closing.id,
        "close",
        {"day": today.isoformat(), "counted": counted, "expected": expected},
    )
    return closing
