"""Fields that the acts on letters and denunciations share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, named
from motcua.letters.models import FORWARDERS
from motcua.organisation import queries as organisation
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.worktime import clock

DAY = _("Ngày chưa đúng. Nhập dd/mm/yyyy.")


def day(label: Any, required: bool = False, help_text: Any = "", missing: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, error_messages={"invalid": DAY, "required": missing or DAY}
    )


class PaperForm(ActForm):
    """An act by a paper: number, day, signer; needed unless the form says otherwise."""

    paper_needed = True
    takes_files = True
    files_label = _("Văn bản đã ký")
    number = forms.CharField(label=_("Số, ký hiệu văn bản"), max_length=60, required=False)
    dated_on = day(_("Ngày văn bản"))
    signer = forms.CharField(label=_("Người ký"), max_length=120, required=False)

    def prepare(self) -> None:
        if self.paper_needed:
            for name, missing in (
                ("number", _("Nhập số, ký hiệu văn bản")),
                ("dated_on", _("Nhập ngày văn bản")),
                ("signer", _("Nhập người ký văn bản")),
            ):
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = missing


class FreePaperForm(PaperForm):
    """The paper may come with it or not."""

    paper_needed = False


class SilentForm(ActForm):
    """An act that takes no words of its own."""

    takes_note = False


class GiveForm(ActForm):
    """Whom it is given to: officers of the agency with one of `roles`."""

    roles: tuple[str, ...] = ()
    officer = forms.ChoiceField(
        label=_("Giao cho"), error_messages={"required": _("Chọn người được giao")}, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        able = organisation.officers_of(self.view.case.lead_agency, clock.now().date())
        self.offer(
            "officer",
            [
                (o.login, o.described)
                for o in able
                if o.login and o.id != self.view.case.officer and o.roles & set(self.roles)
            ],
        )


def agencies(province_id: int, but: Any) -> list[tuple[str, str]]:
    """Agencies of the system that may be given a letter: People's Committees and departments."""
    kinds = ("people_committee_province", "department", "people_committee_commune")
    rows = Agency.objects.filter(province_id=province_id, kind__in=kinds, valid_to=None)
    rows = rows.exclude(id=but) if but else rows
    return list(rows.order_by("kind", "name").values_list("code", "name"))


def forwarder_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Loại cơ quan chuyển đến"),
        choices=lambda: [("", gettext("Không có")), *named(FORWARDERS)],
        required=False,
        help_text=_("Mặt trận, báo chí và cơ quan chuyển đơn phải được báo kết quả."),
    )


def listed(principal: Principal) -> list[tuple[str, str]]:
    """Agencies by which a reader narrows a list: their own, those of the province for whoever sees it whole."""
    if principal.scope.wide:
        return agencies(principal.province_id, None)
    own = organisation.agency(principal.province_id, id=principal.agency_id)
    return [(own.code, own.name)] if own else []


def lead_of(principal: Principal, code: str) -> UUID | None:
    """The agency that a list was narrowed to."""
    found = organisation.agency(principal.province_id, code=code) if code else None
    return found.id if found else None
