"""The signed result for the applicant: from the dossier they have opened, or from the list of those they filed signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from motcua.casework import services as casework
from motcua.dossiers import queries_filing, queries_results
from motcua.dossiers.queries import Tracking
from motcua.dossiers.views_tracking import SHOW_LIMIT, SHOW_WINDOW, opened, unlinked
from motcua.identity.authentication import citizen_page
from motcua.identity.rules import Identity
from motcua.organisation import scope
from motcua.organisation.authentication import remote_address
from motcua.organisation.services import throttle


@require_safe
@opened
def result(request: HttpRequest, found: Tracking) -> HttpResponse:
    """404 before it was returned, or when the result is a paper."""
    content = queries_results.for_applicant(found.id, found.state)
    casework.log_read(None, found.id, "result by secret")
    return _file(content, found.code)


@require_safe
@unlinked
@citizen_page
def result_of_mine(request: HttpRequest, identity: Identity, code: str) -> HttpResponse:
    """The same for who is signed in and filed it: no secret is asked for. 404 for another's dossier as for none."""
    throttle("track.show", remote_address(request), SHOW_LIMIT, SHOW_WINDOW)
    case_id = queries_filing.own_case(identity, code)
    with scope.enter(scope.tracking(code)):
        content = queries_results.for_applicant(case_id, queries_filing.state_of(code))
        casework.log_read(None, case_id, "result by identity")
    return _file(content, code)


def _file(content: bytes, code: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{code}-ket-qua.pdf"'
    return response
