"""The result of a dossier as its page tells it: the draft, the signed document, and what the reader may do with them now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.dossiers import queries_results, rules, services_results
from motcua.dossiers.queries import DossierView
from motcua.organisation.principal import Principal


def card(view: DossierView, principal: Principal) -> dict[str, Any]:
    """`instead`: "sign" or "seal" when the reader's own step is done with a certificate, in place of the ordinary form."""
    acts = {t.act for t in view.acts}
    draft = queries_results.draft_of(view.id)
    signed = queries_results.signed_of(view.row, view.case, view.process)
    instead = ""
    if "sign_off" in acts and queries_results.must_sign(draft is not None, view.procedure, principal):
        instead = "sign"
    elif "advance" in acts and signed is not None and not signed.sealed and view.case.role == "records_clerk":
        instead = "seal"
    before = rules.unsigned_at(view.case, view.process) and view.case.state in ("in_progress", "received")
    return {
        "instead": instead,
        "draft": draft if signed is None else None,
        "blanks": queries_results.written(draft).blanks if draft else 0,
        "signed": signed,
        "may_write": services_results.may_write(principal, view),
        "wanted": before and draft is None and queries_results.wanted(view.procedure),
        "outside": "sign_off" in acts and not instead and settings.MOTCUA_SIGNED_RESULTS != "off",
        "address": reverse("dossiers:result_draft", args=[view.code]),
    }


def age(days: float | None) -> str:
    """How long something has waited, in working time."""
    if days is None:
        return ""
    if days < 1:
        hours = round(days * 8)
        return _("Chờ chưa đến 1 giờ làm việc") if hours < 1 else _("Chờ %(n)s giờ làm việc") % {"n": hours}
    whole = f"{days:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    return ngettext("Chờ %(n)s ngày làm việc", "Chờ %(n)s ngày làm việc", 2) % {"n": whole}
