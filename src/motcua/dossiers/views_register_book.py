"""Form 07, the register of dossiers, printed for what the list of dossiers is narrowed to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from motcua.casework import services as casework
from motcua.catalogue import queries as catalogue
from motcua.dossiers import queries_register
from motcua.dossiers.books_pdf import MOST_LINES, register_pages
from motcua.dossiers.views import private, register_form
from motcua.organisation.authentication import officer_page
from motcua.organisation.principal import Principal
from motcua.worktime import clock


@require_safe
@private
@officer_page
def register_book(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The newest dossiers of the filters, in the order in which they came in. Each is written into the read log."""
    listed = catalogue.procedures(clock.now().date(), principal.province_id)
    form = register_form(request, principal)
    if not form.is_valid():
        return redirect(f"{reverse('dossiers:list')}?{request.GET.urlencode()}")  # which says what is wrong
    rows = queries_register.register(principal, **form.asked(), limit=MOST_LINES)[::-1]
    content = register_pages(principal.agency_name, rows, {p.code: (p.short_name, p.field) for p in listed})
    for row in rows:
        casework.log_read(principal, row.id, "form 07")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="so-theo-doi-ho-so.pdf"'
    return response
