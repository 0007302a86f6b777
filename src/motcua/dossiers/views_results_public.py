"""The signed result for the applicant who has opened their dossier."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from motcua.dossiers import queries_results
from motcua.dossiers.queries import Tracking
from motcua.dossiers.views_tracking import opened


@require_safe
@opened
def result(request: HttpRequest, found: Tracking) -> HttpResponse:
    """404 before it was returned, or when the result is a paper."""
    response = HttpResponse(queries_results.for_applicant(found.id, found.state), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-ket-qua.pdf"'
    return response
