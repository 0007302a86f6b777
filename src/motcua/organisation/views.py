"""Signing in, by password and then a code where the account has a second factor; signing out; choosing the position in which one acts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.organisation import desk, services_account
from motcua.organisation import principal as principals
from motcua.organisation.authentication import (
    POSITION_IN_SESSION,
    SECOND_FACTOR_IN_SESSION,
    must_enrol,
    remote_address,
)
from motcua.organisation.errors import Forbidden
from motcua.organisation.forms import CodeForm, SignInForm
from motcua.organisation.models import Account, SecondFactor
from motcua.organisation.services import throttle
from motcua.worktime import clock

# A password of ten letters stands 60 guesses an hour; a whole office signs in from one address at half past seven.
LOGIN_LIMIT, LOGIN_WINDOW = 10, timedelta(minutes=10)
ADDRESS_LIMIT, ADDRESS_WINDOW = 120, timedelta(minutes=5)
# Three of a million codes are right at a time. Who knows the password has 60 guesses a day: once in fifteen years.
CODE_LIMIT, CODE_WINDOW = 10, timedelta(minutes=10)
CODE_DAY_LIMIT, CODE_DAY = 60, timedelta(days=1)
# After the password and before the code: who, until when, and whither. It opens nothing.
HALF_WAY, HALF_WAY_LASTS = "half_way", timedelta(minutes=5)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A wrong password, an unknown login and a closed account are refused with the same sentence, at the same cost.

    `?ten=` fills in the login; who is signed in under another one stays so until somebody has signed in. An account with a second factor goes on
    to `sign_in_code`, not signed in yet. The session gets a new key (`login` rotates it, and the CSRF secret). 422 when refused, 429 after
    too many attempts.
    """
    target = safe_target(request)
    if request.method != "POST":
        named = request.GET.get("ten", "")
        if request.user.is_authenticated and named in ("", request.user.get_username()):
            if not why_idle(request.user.pk):
                return redirect(target)
            logout(request)  # a posting that ended: somebody else may sign in at this desk
        return page(request, SignInForm(initial={"login": named}), target)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return page(request, form, target, status=422)
    name = form.cleaned_data["login"]
    throttle("sign_in.address", remote_address(request), ADDRESS_LIMIT, ADDRESS_WINDOW)
    count_password(name)
    account = authenticate(request, username=name, password=form.cleaned_data["password"])
    if account is None:
        form.add_error(None, _("Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."))
        return page(request, form, target, status=422)
    if reason := why_idle(account.pk):
        form.add_error(None, reason)
        return page(request, form, target, status=422)
    target = desk.page_to_resume(request, account.pk) or target
    if SecondFactor.objects.filter(account_id=account.pk).exists():
        half_way(request, account, target)
        return redirect("organisation:sign_in_code")
    login(request, account)
    return redirect(target)


def half_way(request: HttpRequest, account: AbstractBaseUser, target: str) -> None:
    """In a session of its own, so that neither who was signed in here before nor a key planted in the browser has part in it."""
    request.session.flush()
    request.session[HALF_WAY] = {
        "account": str(account.pk),
        "hash": account.get_session_auth_hash(),
        "until": (clock.now() + HALF_WAY_LASTS).timestamp(),
        "next": target,
    }


def account_half_way(request: HttpRequest) -> Account | None:
    """Whose password was right at most five minutes ago, in this session, when nothing about the account has changed since."""
    state = request.session.get(HALF_WAY)
    if not state or state["until"] < clock.now().timestamp():
        return None
    account = Account.objects.filter(pk=state["account"], is_active=True).first()
    if account is None or not constant_time_compare(account.get_session_auth_hash(), state["hash"]):
        return None
    return account


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second half of signing in: a code of the phone or a recovery code. 422 when refused, 429 after too many attempts."""
    account = account_half_way(request)
    if account is None:
        if request.session.pop(HALF_WAY, None):
            messages.warning(request, _("Đã quá 5 phút kể từ khi nhập mật khẩu. Hãy đăng nhập lại từ đầu."))
        return redirect(settings.LOGIN_URL)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        count_code(request, account.pk)
        if services_account.use_code(account.pk, form.cleaned_data["code"]):
            target = request.session.pop(HALF_WAY)["next"]
            login(request, account)
            request.session[SECOND_FACTOR_IN_SESSION] = True
            return redirect(target)
        form.add_error("code", services_account.wrong_code())
    status = 422 if form.is_bound else 200
    return render(request, "organisation/sign_in_code.html", {"form": form, "login": account.login}, status=status)


def count_password(login: str) -> None:
    """One try of a password, here or on the pages of the account. Raises TooManyRequests."""
    throttle("sign_in.login", login.casefold(), LOGIN_LIMIT, LOGIN_WINDOW)


def count_code(request: HttpRequest, account_id: UUID) -> None:
    """One try of a code, here or on the pages of the account. Raises TooManyRequests."""
    throttle("second_factor.address", remote_address(request), ADDRESS_LIMIT, ADDRESS_WINDOW)
    throttle("second_factor.account", str(account_id), CODE_LIMIT, CODE_WINDOW)
    throttle("second_factor.day", str(account_id), CODE_DAY_LIMIT, CODE_DAY)


def why_idle(account_id: UUID) -> str:
    """Why this account may do nothing now (no position); empty when it may act."""
    try:
        principals.by_account(account_id)
    except Forbidden as none:
        return none.detail
    return ""


def page(request: HttpRequest, form: SignInForm, target: str, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": target, "idle_minutes": desk.idle_seconds() // 60}
    return render(request, "organisation/sign_in.html", context, status=status)


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
    if must_enrol(request):
        return redirect("organisation:second_factor")
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
