"""What the intake page asks while a dossier is typed, and the label for the folder."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from motcua.casework import services as casework
from motcua.dossiers import labels, looking, queries
from motcua.dossiers.views_intake import private, receiver_page
from motcua.organisation.authentication import officer_page
from motcua.organisation.principal import Principal


@require_POST
@sensitive_post_parameters()
@receiver_page
def card(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A scanned card as the values of the boxes and what to say about them. By POST: personal data stays out of addresses and logs."""
    read = looking.read_card(request.POST.get("card", ""), request.POST.get("box", "citizen_number"), looking.today())
    said = render_to_string("dossiers/intake_card.html", {"card": read}, request)
    return JsonResponse({"values": read.values, "said": said, "taken": bool(read.taken)})


@require_POST
@sensitive_post_parameters()
@receiver_page
def former(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The earlier dossiers of the number or telephone typed."""
    found = looking.former(principal, request.POST.get("citizen_number", ""), request.POST.get("phone", ""))
    return render(request, "dossiers/intake_former.html", {"former": found})


@require_safe
@private
@officer_page
def label(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """The folder's label as PDF: A7, or 70 x 37 mm for sheets of labels (`?kho=nho`). The reading is logged."""
    view = queries.view(principal, code)
    content = labels.label(view, request.build_absolute_uri("/"), small=request.GET.get("kho") == "nho")
    casework.log_read(principal, view.id, "label")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{view.code}-nhan.pdf"'
    return response
