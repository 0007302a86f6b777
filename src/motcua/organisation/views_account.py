"""One's own account: password, second factor, recovery codes, signing out everywhere."""

from __future__ import annotations

from collections.abc import Mapping

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.organisation import encryption, one_time_codes, queries, services_account
from motcua.organisation.authentication import (
    SECOND_FACTOR_IN_SESSION,
    account_page,
    enrolment_page,
    must_enrol,
)
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.forms import EnrolForm, PasswordForm, ProofForm, ReplaceForm
from motcua.organisation.models import Account
from motcua.organisation.principal import Principal
from motcua.organisation.views import count_code, count_password, safe_target
from motcua.places import queries as places

# The secret shown on the page, encrypted, until a code confirms it: in the session, so that nobody else signed in to the account has seen it.
OFFERED = "offered_factor"


@require_safe
@never_cache
@account_page
def account(request: HttpRequest, principal: Principal) -> HttpResponse:
    return render(
        request,
        "organisation/account.html",
        {
            "login": _account(request).login,
            "positions": [
                f"{principal.position_title}, {principal.division_name}, {principal.agency_name}",
                *(label for _id, label in principal.others),
            ],
            "factor": queries.second_factor(principal.account_id),
            "required": settings.MOTCUA_SECOND_FACTOR == "all",
        },
    )


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def change_password(request: HttpRequest, principal: Principal) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        count_password(_account(request).login)
        try:
            services_account.change_password(principal, form.cleaned_data["current"], form.cleaned_data["new"])
        except RuleBroken as refused:
            _explain(form, refused)
        else:
            _keep_session(request)
            messages.success(request, _("Đã đổi mật khẩu. Các thiết bị khác đang đăng nhập đã bị đăng xuất."))
            return redirect("organisation:account")
    return _page(request, "organisation/change_password.html", form)


@require_POST
@account_page
def end_sessions(request: HttpRequest, principal: Principal) -> HttpResponse:
    services_account.end_sessions(principal)
    logout(request)
    messages.success(request, _("Tài khoản của bạn đã được đăng xuất khỏi mọi thiết bị."))
    return redirect(settings.LOGIN_URL)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@enrolment_page
def second_factor(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Sets a phone up: the first one, or another in place of the one that is there."""
    present = queries.second_factor(principal.account_id)
    if present and not request.session.get(SECOND_FACTOR_IN_SESSION):
        logout(request)  # a session that gave no code is no session of an account that has one
        return redirect(settings.LOGIN_URL)
    secret = _offered(request)
    given = request.POST if request.method == "POST" else None
    form: forms.Form = ReplaceForm(given) if present else EnrolForm(given)
    target = safe_target(request) if request.GET.get("next") or request.POST.get("next") else ""
    if form.is_valid():
        answers = form.cleaned_data
        count_code(request, principal.account_id)
        try:
            if present:
                count_password(_account(request).login)
                codes = services_account.replace(
                    principal, secret, answers["code"], answers["password"], answers["old_code"]
                )
            else:
                codes = services_account.enrol(principal, secret, answers["code"])
        except RuleBroken as refused:
            _explain(form, refused)
        else:
            _keep_session(request)
            request.session.pop(OFFERED)
            request.session[SECOND_FACTOR_IN_SESSION] = True
            request.principal = principal  # type: ignore[attr-defined]
            return _codes(request, codes, target)
    login = _account(request).login
    uri = one_time_codes.provisioning_uri(secret, login, _issuer())
    more = {
        "login": login,
        "issuer": _issuer(),
        "picture": _picture(uri),
        "written": one_time_codes.written_secret(secret),
        "present": present,
        "forced": must_enrol(request),
        "next": target,
    }
    return _page(request, "organisation/second_factor.html", form, more)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def remove_second_factor(request: HttpRequest, principal: Principal) -> HttpResponse:
    if settings.MOTCUA_SECOND_FACTOR == "all":
        raise Forbidden(_("Đơn vị yêu cầu mọi cán bộ dùng xác thực hai lớp: chỉ đổi được sang điện thoại khác."))
    if queries.second_factor(principal.account_id) is None:
        return redirect("organisation:account")
    form = ProofForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _count_both(request)
        try:
            services_account.remove(principal, form.cleaned_data["password"], form.cleaned_data["code"])
        except RuleBroken as refused:
            _explain(form, refused)
        else:
            _keep_session(request)
            request.session.pop(SECOND_FACTOR_IN_SESSION, None)
            messages.success(request, _("Đã gỡ bỏ xác thực hai lớp. Từ nay chỉ cần mật khẩu để đăng nhập."))
            return redirect("organisation:account")
    return _page(request, "organisation/remove_second_factor.html", form)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def renew_recovery_codes(request: HttpRequest, principal: Principal) -> HttpResponse:
    if queries.second_factor(principal.account_id) is None:
        return redirect("organisation:account")
    form = ProofForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _count_both(request)
        try:
            codes = services_account.renew_recovery_codes(
                principal, form.cleaned_data["password"], form.cleaned_data["code"]
            )
        except RuleBroken as refused:
            _explain(form, refused)
        else:
            return _codes(request, codes)
    return _page(request, "organisation/renew_recovery_codes.html", form)


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)  # noqa: S101 (account_page let nobody else in)
    return request.user


def _page(
    request: HttpRequest, template: str, form: forms.Form, more: Mapping[str, object] | None = None
) -> HttpResponse:
    """200 for an empty form, 422 for one that comes back with its errors."""
    return render(request, template, {"form": form, **(more or {})}, status=422 if form.is_bound else 200)


def _codes(request: HttpRequest, codes: list[str], target: str = "") -> HttpResponse:
    """The only page that ever shows the recovery codes: the answer to the form itself, so that they are kept nowhere for it."""
    context = {
        "codes": [one_time_codes.grouped(code) for code in codes],
        "target": target or reverse("organisation:account"),
        "login": _account(request).login,
    }
    return render(request, "organisation/recovery_codes.html", context)


def _keep_session(request: HttpRequest) -> None:
    """All sessions of the account have ended but this one, under a new key."""
    account = Account.objects.get(pk=_account(request).pk)
    update_session_auth_hash(request, account)
    request.user = account


def _count_both(request: HttpRequest) -> None:
    count_password(_account(request).login)
    count_code(request, _account(request).pk)


def _explain(form: forms.Form, refused: RuleBroken) -> None:
    for error in refused.errors:
        form.add_error(error.field, error.message)


def _offered(request: HttpRequest) -> bytes:
    """The secret this session was shown; a reload shows the same, so that a phone that has scanned it already is not left behind."""
    if sealed := request.session.get(OFFERED):
        try:
            return encryption.decrypt(sealed.encode())
        except encryption.Unreadable:
            pass  # the key was changed meanwhile: another secret
    secret = one_time_codes.new_secret()
    request.session[OFFERED] = encryption.encrypt(secret).decode()
    return secret


def _issuer() -> str:
    """What the app calls the entry: "Một cửa Nghệ An"."""
    found = places.province(f"{settings.MOTCUA_PROVINCE:02d}")
    return f"Một cửa {found.name}" if found else "Một cửa"


def _picture(uri: str) -> SafeString:
    """An SVG in the page itself: no file that others could ask for, no attribute that the content policy forbids. A screen is neither
    torn nor dirty, so the least redundancy gives the largest squares."""
    svg = segno.make(uri, error="l", micro=False).svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308 (made by segno from digits and a path)
