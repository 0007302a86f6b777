"""How satisfied people were: for the director of a centre, the leaders of an agency, and those who watch the whole province."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.dossiers import ratings
from motcua.indicators import queries_ratings as queries
from motcua.indicators.forms import RatedForm
from motcua.indicators.rules_ratings import KINDS, Answers, least_satisfied_first, together
from motcua.indicators.views import asked_by, per_cent, period_of, private
from motcua.organisation import queries as organisation
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts

SATISFIED = "hai-long"
"""In an address: the levels that count as satisfied."""
READERS = ("centre_director", "signatory", "overseer")


@require_safe
@private
@officer_page
def satisfaction(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The agencies that were rated, the least satisfied first. Whoever answers for one agency only is shown that one."""
    allowed(principal)
    if not principal.scope.wide:
        return redirect("indicators:satisfaction_of", principal.agency_code)
    form = RatedForm(request.GET)
    period = period_of(form)
    offices = least_satisfied_first(queries.offices(principal.province_id, period)) if period else []
    return render(
        request,
        "indicators/satisfaction.html",
        {
            "form": form,
            "period": period,
            "totals": [(_(KINDS[kind]), Shown.of(answers)) for kind, answers in together(offices).items()],
            "rows": [
                (office, [(kind, _(KINDS[kind]), Shown.of(office.of(kind))) for kind in KINDS], Shown.of(office.total))
                for office in offices
            ],
            "asked": asked_by(request),
            "source": ratings.scale_source(),
        },
        status=200 if period else 422,
    )


@require_safe
@private
@officer_page
def satisfaction_of(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One agency: each level by kind of applicant, and the dossiers behind a figure (`?doi-tuong=`, `?muc=`), with the remarks beside them
    for those who may read these; their reading is logged."""
    agency = agency_of(principal, code)
    form = RatedForm(request.GET)
    period = period_of(form)
    if period is None:
        return render(
            request, "indicators/satisfaction_of.html", {"form": form, "agency": agency, "levels": []}, status=422
        )
    names = ratings.levels()
    (office,) = queries.offices(principal.province_id, period, agency.id)
    kind = request.GET.get("doi-tuong", "")
    kind = kind if kind in KINDS else ""
    level = request.GET.get("muc", "")
    level = level if level in {**names, SATISFIED: ""} else ""
    wanted = sorted(ratings.satisfied()) if level == SATISFIED else [level]
    rows = queries.listed(
        principal,
        agency.id,
        period,
        kind=kind or None,
        levels=wanted if level else None,
        before=decode(request.GET["cursor"]) if request.GET.get("cursor") else None,
        limit=queries.SHOWN + 1,
    )
    shown = rows[: queries.SHOWN]
    for row in shown:
        if row.remark:
            casework.log_read(principal, row.case_id, "rating remark")
    totals = [(key, _(name), office.of(key)) for key, name in KINDS.items()]
    return render(
        request,
        "indicators/satisfaction_of.html",
        {
            "form": form,
            "agency": agency,
            "wide": principal.scope.wide,
            "period": period,
            "totals": [(key, name, Shown.of(answers)) for key, name, answers in totals],
            "total": Shown.of(office.total),
            "levels": [
                (key, name, [(k, kind_name, a.levels[key]) for k, kind_name, a in totals], office.total.levels[key])
                for key, name in names.items()
            ],
            "kind": kind,
            "level": level,
            "chosen": ", ".join(
                word
                for word in (_(KINDS[kind]) if kind else "", {**names, SATISFIED: _("hài lòng")}.get(level, ""))
                if word
            ),
            "lines": [(row, names.get(row.level, row.level), _(KINDS.get(row.kind, row.kind))) for row in shown],
            "next": encode(shown[-1].rated_at, shown[-1].id) if len(rows) > queries.SHOWN else None,
            "asked": asked_by(request),
            "source": ratings.scale_source(),
        },
    )


class Shown:
    """Answers as a page shows them: the number, how many were satisfied, and their share."""

    def __init__(self, number: int, satisfied: int) -> None:
        self.number, self.satisfied = number, satisfied
        self.share = per_cent(satisfied, number)

    @classmethod
    def of(cls, answers: Answers) -> Shown:
        return cls(answers.number, answers.satisfied)


def allowed(principal: Principal) -> None:
    if not principal.has(*READERS):
        raise Forbidden(_("Mức độ hài lòng dành cho giám đốc trung tâm, lãnh đạo cơ quan và người theo dõi toàn tỉnh."))


def agency_of(principal: Principal, code: str) -> AgencyFacts:
    """The agency, when its figures are the reader's: another's do not exist for who answers for one."""
    allowed(principal)
    found = organisation.agency(principal.province_id, code=code)
    if found is None or not (principal.scope.wide or found.id == principal.agency_id):
        raise NotFound(_("Không có cơ quan nào mang mã này."))
    return found
