"""Pages of the templates of results: the list, an edition's text with its fields, and the page it makes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.catalogue import queries as catalogue
from motcua.dossiers import queries_results, results, results_pdf, rules
from motcua.dossiers import services_results as services
from motcua.dossiers.forms_results import TemplateForm, template_initial
from motcua.dossiers.results import TemplateFacts
from motcua.dossiers.views import private
from motcua.dossiers.views_results import pdf
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, FieldError, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.places.text import fold
from motcua.worktime import clock

TEXTS = ("title", "about", "paragraphs", "recipients")


@require_safe
@private
@officer_page
def listed(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The templates in force for the reader's agency."""
    services.owner_of(principal)
    today = clock.now().date()
    names = dict(_procedures(principal))
    rows = [
        {
            "template": one,
            "procedure": names.get(one.procedure_code, one.procedure_code),
            "outcome": _(rules.OUTCOMES[one.outcome]),
            "owner": _("Của xã") if one.agency else (_("Của tỉnh") if one.edition else _("Mẫu khởi đầu")),
        }
        for one in queries_results.templates(principal.agency_id, today)
    ]
    return render(request, "dossiers/result_templates.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A template of one's own; its key is made of its name."""
    services.owner_of(principal)
    return _edit(request, principal, "", None, [])


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def edit(request: HttpRequest, principal: Principal, key: str) -> HttpResponse:
    """The newest edition of one's own; where there is none yet, what applies now, to begin from. `?ban=` shows an earlier one."""
    owner = services.owner_of(principal)
    own = queries_results.editions(key, owner)
    applies = next(
        (one for one in queries_results.templates(principal.agency_id, clock.now().date()) if one.key == key), None
    )
    chosen = next((one for one in own if str(one.edition) == request.GET.get("ban")), None)
    base = chosen or (own[0] if own else applies)
    if base is None:
        raise NotFound(_("Không có mẫu này."))
    return _edit(request, principal, key, base, own)


def _edit(
    request: HttpRequest, principal: Principal, key: str, base: TemplateFacts | None, own: list[TemplateFacts]
) -> HttpResponse:
    procedures = _procedures(principal)
    newest = own[0].edition if own else 0
    status = 200
    if request.method == "POST":
        form = TemplateForm(procedures, request.POST)
        status = 422
        if form.is_valid():
            facts = form.facts(key or slugify(fold(form.cleaned_data["name"]))[:60])
            try:
                if request.POST.get("act") == "preview":
                    return pdf(results_pdf.sample(_filled(facts), _agency(principal)), "xem-thu.pdf")
                if not key and queries_results.editions(facts.key, services.owner_of(principal)):
                    raise RuleBroken.of("name", _("Đã có mẫu mang tên này. Đặt tên khác hoặc mở mẫu ấy để sửa."))
                with scope.enter(principal.scope):
                    row = services.publish_template(
                        principal, facts, seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"].strip()
                    )
                messages.success(
                    request,
                    _("Đã ban hành bản %(edition)s của mẫu, áp dụng từ %(day)s.")
                    % {"edition": row.edition, "day": f"{row.valid_from:%d/%m/%Y}"},
                )
                return redirect("dossiers:result_templates")
            except RuleBroken as broken:
                form.refuse(broken.errors)
            except Conflict as stale:
                status = 409
                form = TemplateForm(procedures, {**request.POST.dict(), "seen": newest})
                form.is_valid()
                form.add_error(None, stale.detail)
    else:
        initial = template_initial(base)
        form = TemplateForm(procedures, initial={**initial, "seen": newest})
    return render(
        request,
        "dossiers/result_template.html",
        {
            "form": form,
            "template": base,
            "editions": own,
            "fields": results.shown_fields(),
            "whole_province": principal.has("catalogue_manager"),
        },
        status=status,
    )


def _filled(template: TemplateFacts) -> TemplateFacts:
    """The template, its fields known. RuleBroken with a sentence for each that is not."""
    texts = {name: getattr(template, name) for name in TEXTS}
    faults = [
        FieldError(name, said)
        for name, text in texts.items()
        for said in results.faults_of((text,) if isinstance(text, str) else text)
    ]
    if faults:
        raise RuleBroken(faults)
    return template


def _agency(principal: Principal) -> str:
    return _("Ủy ban nhân dân xã Mẫu") if principal.has("catalogue_manager") else principal.agency_name


def _procedures(principal: Principal) -> list[tuple[str, str]]:
    found = catalogue.procedures(clock.now().date(), principal.province_id)
    return [(p.code, f"{p.code} – {p.short_name}") for p in found]
