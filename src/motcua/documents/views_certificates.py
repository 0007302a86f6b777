"""Officers' own pages of signing: what my certificate says, binding it in two minutes, trying it out; and the list of who cannot sign."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from motcua.documents import presenting, queries, queries_signing, services, services_signing
from motcua.documents import queries_certificates as register
from motcua.documents import services_certificates as certificates
from motcua.documents.forms_certificates import BindForm, EndForm, TryForm
from motcua.documents.models import StoredFile
from motcua.documents.queries_certificates import Line
from motcua.documents.signing import rules, samples
from motcua.documents.signing.keys import KeyRefused
from motcua.documents.signing.pades import NotSigned
from motcua.documents.signing.rules import Kind
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal

LISTERS = ("administrator", "overseer", "signatory", "records_clerk", "centre_director")
PAGE = 100  # people on a page of the list: about 40 kB
KINDS: dict[str, Kind] = {"ca-nhan": "officer", "co-quan": "seal"}
SAMPLE_IN_SESSION = "signed_sample"
TONES = {
    "none": "late",
    "expired": "late",
    "mismatch": "late",
    "unusable": "late",
    "not_yet": "attention",
    "expiring": "attention",
    "fine": "done",
}


@never_cache
@require_safe
@officer_page
def mine(request: HttpRequest, principal: Principal) -> HttpResponse:
    """My certificate, and for a records clerk the agency's: what it says, what to mind, what to do."""
    papers = [_paper(principal, kind) for kind in _kinds(principal)]
    return render(request, "documents/my_certificate.html", {"papers": papers, "may_list": principal.has(*LISTERS)})


@sensitive_post_parameters("secret")
@sensitive_variables("form", "key", "secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def bind(request: HttpRequest, principal: Principal, which: str) -> HttpResponse:
    kind = _kind(principal, which)
    form = BindForm(request.POST, request.FILES) if request.method == "POST" else BindForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        content = given["content"] or b""
        try:
            key = certificates.open_new(
                principal,
                given["provider"],
                secret=given["secret"],
                content=content,
                key_name=given.get("key_name", ""),
            )
            try:
                certificates.bind(
                    principal,
                    kind,
                    key,
                    given["provider"],
                    content=content,
                    key_name=given.get("key_name", ""),
                    image=given["image"],
                )
            finally:
                key.close()
        except KeyRefused as refused:
            form.add_error("secret" if refused.wrong_secret else None, refused.sentence)
        except (RuleBroken, Conflict) as refused:
            form.add_error(None, refused.detail)
        else:
            messages.success(request, _("Đã gắn chứng thư. Hãy ký thử một trang để thấy kết quả."))
            return redirect("documents:my_certificate")
    return render(
        request,
        "documents/bind_certificate.html",
        {"form": form, "kind": kind, "which": which, "replaces": register.bound(principal, kind)},
        status=422 if form.errors else 200,
    )


@sensitive_post_parameters("secret")
@sensitive_variables("form", "key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def try_out(request: HttpRequest, principal: Principal, which: str) -> HttpResponse:
    """Signs a sample page as a result would be signed, and shows what anybody would read of it."""
    kind = _kind(principal, which)
    paper = register.held(principal, kind)
    if paper is None:
        return redirect("documents:my_certificate")
    form = TryForm(request.POST) if request.method == "POST" else TryForm()
    verdict = None
    if form.is_bound and form.is_valid():
        try:
            key = certificates.open_key(paper.row, form.cleaned_data["secret"])
            try:
                sample, place = samples.page(principal.agency_name, principal.position_title, principal.officer_name)
                signed = services_signing.try_out(principal, kind, key, sample, place)
            finally:
                key.close()
        except (KeyRefused, NotSigned) as refused:
            wrong = isinstance(refused, KeyRefused) and refused.wrong_secret
            form.add_error("secret" if wrong else None, refused.sentence)
        except RuleBroken as refused:
            form.add_error(None, refused.detail)
        else:
            kept = services.keep(principal.province_id, signed, services.PDF, StoredFile.State.CLEAN)
            request.session[SAMPLE_IN_SESSION] = str(kept.id)
            verdict = queries_signing.verify(signed)
    return render(
        request,
        "documents/try_certificate.html",
        {"form": form, "kind": kind, "which": which, "paper": paper, "verdict": presenting.verdict(verdict)},
        status=422 if form.errors else 200,
    )


@never_cache
@require_safe
@officer_page
def sample(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The page signed last in this session."""
    found = StoredFile.objects.filter(pk=request.session.get(SAMPLE_IN_SESSION) or UUID(int=0)).first()
    if found is None:
        raise NotFound(_("Chưa có trang ký thử nào trong phiên làm việc này."))
    return HttpResponse(
        queries.content(found),
        content_type=services.PDF,
        headers={"Content-Disposition": 'inline; filename="ky-thu.pdf"'},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def end(request: HttpRequest, principal: Principal, which: str) -> HttpResponse:
    kind = _kind(principal, which)
    paper = register.held(principal, kind)
    if paper is None:
        return redirect("documents:my_certificate")
    form = EndForm(request.POST) if request.method == "POST" else EndForm()
    if form.is_bound and form.is_valid():
        certificates.end(principal, paper.row.id, form.cleaned_data["reason"])
        messages.success(request, _("Đã kết thúc chứng thư và xóa tệp khóa. Những gì đã ký vẫn kiểm tra được."))
        return redirect("documents:my_certificate")
    return render(
        request,
        "documents/end_certificate.html",
        {"form": form, "kind": kind, "which": which, "paper": paper},
        status=422 if form.errors else 200,
    )


@never_cache
@require_safe
@officer_page
def everyone(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Who must sign and whether they can: the whole province for its administrators and overseers, one's agency for its leaders and clerk.

    `?tinh-trang=` shows one state, `?co-quan=` one agency by its code, `?trang=` another page of 100; `?dang=csv` gives all as a file.
    """
    if principal.has("administrator", "overseer"):
        agency = None
    elif principal.has(*LISTERS):
        agency = principal.agency_id
    else:
        raise Forbidden(_("Danh sách này dành cho quản trị, theo dõi tỉnh và lãnh đạo cơ quan."))
    lines = register.must_sign(principal.province_id, agency)
    if code := request.GET.get("co-quan", ""):
        lines = [line for line in lines if line.agency_code == code]
    chosen = request.GET.get("tinh-trang", "")
    shown = [line for line in lines if line.state == chosen] if chosen in rules.STATES else lines
    if request.GET.get("dang") == "csv":
        return _csv(shown)
    page = Paginator(shown, PAGE).get_page(request.GET.get("trang"))
    figures = [
        {
            "label": _(rules.STATES[state]),
            "value": count,
            "href": f"?{urlencode({'tinh-trang': state, **({'co-quan': code} if code else {})})}",
            "tone": _figure_tone(TONES[state], count),
        }
        for state, count in register.counts(lines).items()
        if count or state in ("none", "mismatch", "expired", "expiring", "fine")
    ]
    return render(
        request,
        "documents/certificates.html",
        {
            "lines": [(line, _(rules.STATES[line.state]), TONES[line.state]) for line in page],
            "figures": figures,
            "chosen": rules.STATES.get(chosen, ""),  # type: ignore[call-overload]
            "chosen_key": chosen if chosen in rules.STATES else "",
            "total": len(lines),
            "shown": len(shown),
            "next": str(page.next_page_number()) if page.has_next() else None,
            "previous": str(page.previous_page_number()) if page.has_previous() else None,
            "code": code,
        },
    )


def _figure_tone(tone: str, count: int) -> str:
    return {"late": "late", "attention": "soon", "done": "done"}[tone] if count else ""


def _csv(lines: list[Line]) -> HttpResponse:
    """UTF-8 with a mark, so that Excel reads Vietnamese; a cell that looks like a formula is made text (CWE-1236)."""
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="chung-thu.csv"'},
    )
    out = csv.writer(response)
    out.writerow(
        ["Mã cơ quan", "Cơ quan", "Họ và tên", "Chức danh", "Loại", "Tình trạng", "Hiệu lực đến", "Điều cần biết"]
    )
    for line in lines:
        row = [
            line.agency_code,
            line.agency,
            line.officer,
            line.title,
            "Con dấu" if line.kind == "seal" else "Cá nhân",
            _(rules.STATES[line.state]),
            f"{line.valid_to:%d/%m/%Y}" if line.valid_to else "",
            " ".join(line.sentences),
        ]
        out.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row])
    return response


def _kinds(principal: Principal) -> list[Kind]:
    return ["seal", "officer"] if principal.has("records_clerk") else ["officer"]


def _kind(principal: Principal, which: str) -> Kind:
    kind = KINDS[which]
    certificates.seat_of(principal, kind)  # refuses the seal to all but the records clerk
    return kind


def _paper(principal: Principal, kind: Kind) -> dict[str, Any]:
    held = register.held(principal, kind)
    needed = principal.has(rules.SIGNING_ROLES[kind])
    return {
        "kind": kind,
        "which": "co-quan" if kind == "seal" else "ca-nhan",
        "held": held,
        "rows": presenting.of_certificate(held) if held else [],
        "needed": needed,
        "state": _(rules.STATES[held.state if held else "none"]),
        "tone": TONES[held.state] if held else ("late" if needed else "quiet"),
    }
