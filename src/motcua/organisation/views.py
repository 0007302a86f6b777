"""Signing in and out, and choosing the position in which one acts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.organisation import principal as principals
from motcua.organisation.authentication import POSITION_IN_SESSION, remote_address
from motcua.organisation.errors import Forbidden
from motcua.organisation.forms import SignInForm
from motcua.organisation.services import throttle

# A password of ten letters stands 60 guesses an hour; a whole office signs in from one address at half past seven.
LOGIN_LIMIT, LOGIN_WINDOW = 10, timedelta(minutes=10)
ADDRESS_LIMIT, ADDRESS_WINDOW = 120, timedelta(minutes=5)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A wrong password, an unknown login and a closed account are refused with the same sentence, at the same cost.

    The session gets a new key (`login` rotates it, and the CSRF secret). 422 when refused, 429 after too many attempts.
    """
    target = safe_target(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            if not why_idle(request.user.pk):
                return redirect(target)
            logout(request)  # a posting that ended: somebody else may sign in at this desk
        return page(request, SignInForm(), target)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return page(request, form, target, status=422)
    name = form.cleaned_data["login"]
    throttle("sign_in.address", remote_address(request), ADDRESS_LIMIT, ADDRESS_WINDOW)
    throttle("sign_in.login", name.casefold(), LOGIN_LIMIT, LOGIN_WINDOW)
    account = authenticate(request, username=name, password=form.cleaned_data["password"])
    if account is None:
        form.add_error(None, _("Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."))
        return page(request, form, target, status=422)
    if reason := why_idle(account.pk):
        form.add_error(None, reason)
        return page(request, form, target, status=422)
    login(request, account)
    return redirect(target)


def why_idle(account_id: UUID) -> str:
    """Why this account may do nothing now (no position); empty when it may act."""
    try:
        principals.by_account(account_id)
    except Forbidden as none:
        return none.detail
    return ""


def page(request: HttpRequest, form: SignInForm, target: str, status: int = 200) -> HttpResponse:
    return render(request, "organisation/sign_in.html", {"form": form, "next": target}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Bạn đã đăng xuất."))
    return redirect(settings.LOGIN_URL)


@require_POST
def switch_position(request: HttpRequest) -> HttpResponse:
    """From now on the officer acts in another of their positions. To the worklist: the page left behind belongs to the old position."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    try:
        wanted = str(UUID(request.POST.get("position", "")))
    except ValueError:
        raise Forbidden(_("Bạn không giữ vị trí việc làm được nêu trong yêu cầu.")) from None
    chosen = principals.by_account(request.user.pk, wanted)
    request.session[POSITION_IN_SESSION] = wanted
    messages.success(
        request,
        _("Bạn đang làm việc ở vị trí %(position)s, %(division)s.")
        % {"position": chosen.position_title, "division": chosen.division_name},
    )
    return redirect(settings.LOGIN_REDIRECT_URL)


def safe_target(request: HttpRequest) -> str:
    """Where `next` leads, when it is an address of this site; the worklist otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL
