"""Field feedback by citizens, without sign-in: sending it, following it with the two codes, saying whether it is mended; and what is shown to all.

Code and secret open it once; from then on a signed cookie, half an hour long, stands for them (as the look-up of dossiers does).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.casework.secrets import secret_of
from motcua.documents import queries as documents
from motcua.letters import law, queries_field, services_field
from motcua.letters import rules_field as rules
from motcua.letters.forms_field import FollowForm, RateForm, SendForm
from motcua.letters.queries_field import PAGE, Followed
from motcua.letters.services_field import Opened, Sent
from motcua.organisation import scope
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import Conflict, NotFound, RuleBroken
from motcua.organisation.services import throttle
from motcua.organisation.writing import key_of

COOKIE, SALT, LASTS, PATH = "motcua_field", "motcua.letters.field", timedelta(minutes=30), "/phan-anh/"
SEND_LIMIT, SEND_WINDOW = 20, timedelta(hours=1)
TRY_LIMIT, TRY_WINDOW = 10, timedelta(minutes=5)
SHOW_LIMIT, SHOW_WINDOW = 240, timedelta(minutes=5)
PLACE_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()"

View = Callable[..., HttpResponse]
P = ParamSpec("P")


def unlinked(view: View) -> View:
    """No copy of the answer is kept, and no other site learns the address it was left from."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return page


# --- sending -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@unlinked
def send(request: HttpRequest) -> HttpResponse:
    """The form; sent, on to its own page with both codes. A form sent twice is one report; what fills in the bait is thanked and forgotten."""
    if request.method == "POST":
        throttle("field.send", remote_address(request), SEND_LIMIT, SEND_WINDOW)
    with scope.enter(scope.directory()):
        agencies = queries_field.communes()
    wanted = request.GET.get("xa", "")[:35]
    form = SendForm(agencies, request.POST if request.method == "POST" else None, {"agency": wanted})
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return redirect("letters:field_public")
        try:
            return _opened(_send(request, form.cleaned_data))
        except RuleBroken as broken:
            for error in broken.errors:
                if error.field in form.fields:
                    form.add_error(error.field, error.message)
                else:
                    faults.append(error.message)
    fault = " ".join(faults)
    response = render(
        request,
        "letters/field_send.html",
        {
            "form": form,
            "most": services_field.MOST_PHOTOS,
            "file_fault": fault,
            "file_pairs": [("id_photos", fault)] if fault else [],
        },
        status=422 if form.errors or fault else 200,
    )
    response["Permissions-Policy"] = PLACE_POLICY
    return response


def _send(request: HttpRequest, given: dict[str, Any]) -> Opened:
    placed = given["latitude"] is not None and given["longitude"] is not None
    asked = Sent(
        agency_code=given["agency"],
        text=given["text"],
        place=given["place"],
        conduct=given["about"] == "conduct",
        latitude=given["latitude"] if placed else None,
        longitude=given["longitude"] if placed else None,
        full_name=given["full_name"],
        phone=given["phone"],
    )
    return services_field.send(asked, request.FILES.getlist("photos"), key_of(request))


def _opened(opened: Opened, *, fresh: bool = True) -> HttpResponse:
    """On to the page of the report, with the proof that its secret was shown; `fresh`: the page says the two codes once."""
    response = redirect("letters:field_followed", opened.code)
    proof = signing.dumps({"code": opened.code, "secret": opened.secret, "fresh": fresh}, salt=SALT)
    response.set_cookie(
        COOKIE,
        proof,
        max_age=int(LASTS.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


# --- following -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
@unlinked
def follow(request: HttpRequest) -> HttpResponse:
    """Asks for code and secret. A wrong code and a wrong secret get one answer, 404."""
    if request.method != "POST":
        return door(request, "")
    return _try(request, FollowForm(request.POST))


def door(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "letters/field_follow.html", {"form": FollowForm(initial={"code": code[:64]})})


@sensitive_variables("secret")
def _try(request: HttpRequest, form: FollowForm) -> HttpResponse:
    if not form.is_valid():
        return render(request, "letters/field_follow.html", {"form": form}, status=422)
    code, secret = form.cleaned_data["code"], form.cleaned_data["secret"]
    throttle("field.address", remote_address(request), TRY_LIMIT * 3, TRY_WINDOW)
    throttle("field.code", code, TRY_LIMIT, TRY_WINDOW)
    try:
        with scope.enter(queries_field.following(code)):
            found = queries_field.followed(code, secret)
    except NotFound:
        form.add_error(None, _("Không có phản ánh nào mang hai mã này. Kiểm tra lại từng chữ."))
        return render(request, "letters/field_follow.html", {"form": form}, status=404)
    return _opened(Opened(found.id, found.code, secret_of(queries_field.SECRET, found.id)), fresh=False)


def opened(view: Callable[Concatenate[HttpRequest, Followed, P], HttpResponse]) -> View:
    """A page of somebody who has shown the secret of this report; others get the door, which tells nothing. Inside its scope."""

    @wraps(view)
    def page(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            proof = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
            secret = str(proof["secret"]) if proof["code"] == code.upper() else ""
        except (signing.BadSignature, KeyError, TypeError):
            secret = ""
        if not secret:
            return door(request, code)
        throttle("field.show", remote_address(request), SHOW_LIMIT, SHOW_WINDOW)
        with scope.enter(queries_field.following(code.upper())):
            try:
                found = queries_field.followed(code.upper(), secret)
            except NotFound:
                return door(request, code)
            return view(request, found, *args, **kwargs)

    return unlinked(page)


@require_safe
@opened
def followed(request: HttpRequest, found: Followed) -> HttpResponse:
    """How it stands. One that goes on under another code leads there, and says both new codes."""
    if on := queries_field.moved(found):
        return _opened(Opened(*on, secret_of(queries_field.SECRET, on[0])))
    return followed_page(request, found)


def followed_page(
    request: HttpRequest, found: Followed, form: RateForm | None = None, fault: str = "", status: int = 200
) -> HttpResponse:
    proof = signing.loads(request.COOKIES[COOKIE], salt=SALT)
    casework.log_read(None, found.id, "view")
    return render(
        request,
        "letters/field_followed.html",
        {
            "found": found,
            "secret": proof["secret"] if proof.get("fresh") else "",
            "field": law.field_name(found.row.field) if found.row.field else "",
            "form": form or (RateForm() if found.facts.rateable else None),
            "may_add": found.case.state in rules.UNFINISHED,
            "fault": fault,
            "fault_pairs": [("id_photos", fault)] if fault else [],
            "most": services_field.MOST_PHOTOS,
        },
        status=status,
    )


@require_POST
@opened
def rate(request: HttpRequest, found: Followed) -> HttpResponse:
    """1-5 stars; up to two take it up again and need words. Sent twice, the page shows how it stands."""
    if not found.facts.rateable:
        return redirect("letters:field_followed", found.code)
    form = RateForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            with scope.enter(queries_field.following(found.code)):
                services_field.rate(found, int(given["stars"]), given["words"])
            messages.success(request, _("Đã ghi ý kiến của bạn. Cảm ơn bạn."))
            return redirect("letters:field_followed", found.code)
        except Conflict:
            return redirect("letters:field_followed", found.code)
        except RuleBroken as broken:
            for error in broken.errors:
                form.add_error("words" if error.field == "note" else "stars", error.message)
    return followed_page(request, found, form, status=422)


@require_POST
@opened
def add_photos(request: HttpRequest, found: Followed) -> HttpResponse:
    try:
        with scope.enter(queries_field.following(found.code)):
            services_field.add_photos(found, request.FILES.getlist("photos"))
    except Conflict:
        return redirect("letters:field_followed", found.code)
    except RuleBroken as broken:
        return followed_page(request, found, fault=" ".join(e.message for e in broken.errors), status=broken.status)
    messages.success(request, _("Đã nhận thêm ảnh."))
    return redirect("letters:field_followed", found.code)


@require_safe
@opened
def photo(request: HttpRequest, found: Followed, file_id: UUID) -> HttpResponse:
    """Their own pictures, and those that came with a result."""
    row = next((one for one in found.photos if one.id == file_id), None)
    if row is None:
        raise NotFound(_("Không có ảnh này."))
    response = documents.preview(row) if "nho" in request.GET else documents.served(row, inline=True)
    if response is None:
        raise NotFound(_("Ảnh này không có bản xem nhỏ."))
    casework.log_read(None, found.id, f"file {row.id.hex}")
    return response


@require_POST
@unlinked
def leave(request: HttpRequest) -> HttpResponse:
    """For a phone that others use: forgets the proof."""
    response = redirect("letters:field_send")
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


# --- for everybody -------------------------------------------------------------------------------------------------------


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What moderators show, newest first, of one commune or of all."""
    agency = request.GET.get("xa", "")[:35]
    cursor = request.GET.get("cursor", "")
    before = decode(cursor) if cursor else None
    with scope.enter(scope.directory()):
        agencies = queries_field.communes()
    found = queries_field.shown_to_all(agency or None, before)
    rows, more = found[:PAGE], len(found) > PAGE
    told = [
        {
            "row": row,
            "field": law.field_name(row.field) if row.field else "",
            "state": _(rules.STATES[row.state]),
            "tone": "done" if row.state == "closed" else "",
        }
        for row in rows
    ]
    return render(
        request,
        "letters/field_public.html",
        {
            "rows": told,
            "agencies": agencies,
            "agency": agency,
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


@require_safe
def public_photo(request: HttpRequest, code: str, file_id: UUID) -> HttpResponse:
    throttle("field.photo", remote_address(request), SHOW_LIMIT, SHOW_WINDOW)
    row = queries_field.public_photo(code, file_id)
    response = documents.preview(row) if "nho" in request.GET else documents.served(row, inline=True)
    if response is None:
        raise NotFound(_("Ảnh này không có bản xem nhỏ."))
    return response
