"""The public check of a result: who signed, as what, when, intact or not, and whether they had the office that day."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.documents import presenting, queries_signing, services
from motcua.documents.forms_certificates import CheckCodeForm, CheckFileForm
from motcua.documents.queries_signing import Verdict
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import NotFound
from motcua.organisation.services import throttle

# A check costs about a tenth of a second of one core; a guess at a secret costs the guesser all of 2^65.
CHECK_LIMIT, CHECK_WINDOW = 40, timedelta(minutes=5)
CODE_LIMIT, CODE_WINDOW = 20, timedelta(minutes=10)


def limit_checks(request: HttpRequest) -> None:
    """Counts one check of this address. TooManyRequests above the limit."""
    throttle("verify.address", remote_address(request), CHECK_LIMIT, CHECK_WINDOW)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """GET asks; POST answers for a file, or for code and secret. `act=download` with code and secret gives the file itself.

    An address with `?ma=…&khoa=…` (the QR code) only fills the form in: nothing is looked up before the reader asks.
    """
    by_file, by_code = (
        CheckFileForm(),
        CheckCodeForm(initial={"code": request.GET.get("ma", "")[:80], "secret": request.GET.get("khoa", "")[:40]}),
    )
    verdict: Verdict | None = None
    status = 200
    if request.method == "POST":
        limit_checks(request)
        if "code" in request.POST:
            by_code = CheckCodeForm(request.POST)
            content = _of_code(by_code) if by_code.is_valid() else None
            if content is not None and request.POST.get("act") == "download":
                return _download(content, by_code.cleaned_data["code"])
        else:
            by_file = CheckFileForm(request.POST, request.FILES)
            content = by_file.cleaned_data["file"] if by_file.is_valid() else None
        if content is None:
            status = 422
        else:
            verdict = queries_signing.verify(content)
    response = render(
        request,
        "documents/check.html",
        {
            "by_file": by_file,
            "by_code": by_code,
            "form": by_code if by_code.is_bound else by_file,
            "verdict": presenting.verdict(verdict),
            "asked_by_code": by_code.is_bound,
        },
        status=status,
    )
    response["Cache-Control"] = "no-store, private"
    return response


def _of_code(form: CheckCodeForm) -> bytes | None:
    """The file, or None with the fault told in the form."""
    code = form.cleaned_data["code"]
    throttle("verify.code", code, CODE_LIMIT, CODE_WINDOW)
    try:
        return queries_signing.by_code(code, form.cleaned_data["secret"])[1]
    except NotFound as none:
        form.add_error(None, none.detail)
        return None


def _download(content: bytes, code: str) -> HttpResponse:
    name = "".join(c if c.isalnum() and c.isascii() else "-" for c in code)
    return HttpResponse(
        content,
        content_type=services.PDF,
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store, private"},
    )
