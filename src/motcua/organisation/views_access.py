"""How officers get in: the link by which one sets a password, and taking away a second factor whose phone is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from motcua.organisation import queries_people as people
from motcua.organisation import rules, services_account, services_people
from motcua.organisation.authentication import officer_page, remote_address
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.organisation.forms_people import InviteForm, PasswordForm
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.models import Officer
from motcua.organisation.principal import Principal
from motcua.organisation.queries_people import OfficerView
from motcua.organisation.services import throttle
from motcua.organisation.views_structure import menu, private
from motcua.organisation.writing import FormPage, write
from motcua.worktime import clock

GUESSES, GUESS_WINDOW = 20, timedelta(minutes=10)


def view_of(principal: Principal, id: UUID) -> OfficerView:
    """The officer as their page shows them. Raises NotFound outside the scope."""
    view = people.officer_view(principal, id, clock.now().date())
    if view is None:
        raise NotFound(_("Không tìm thấy cán bộ này trong phạm vi của bạn."))
    return view


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def invite(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """A new link; the ones before stop working."""
    rules.need_administrator(principal)
    found = view_of(principal, id).officer

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        secret = services_people.invite(principal, id, answers.get("login", ""))
        return invited(request, principal, id, secret)

    page = FormPage(
        _("Đường dẫn đặt mật khẩu"),
        _("Tạo đường dẫn mới"),
        reverse("organisation:officer", args=[id]),
        found.full_name,
        more={
            "warning": _(
                "Các đường dẫn đã cấp trước đây sẽ thôi dùng được. Mật khẩu cũ vẫn dùng đến khi đặt mật khẩu mới."
            )
        },
    )
    return write(request, principal, page, lambda data: InviteForm(found.account_id is not None, data), perform)


def invited(request: HttpRequest, principal: Principal, officer_id: UUID, secret: str) -> HttpResponse:
    """The link, shown this once. It stands in the page and nowhere else: no redirect, no message, nothing stored."""
    found = Officer.objects.select_related("account").get(province_id=principal.province_id, id=officer_id)
    context = {
        "officer": found,
        "link": request.build_absolute_uri(reverse("organisation:invitation", args=[secret])),
        "days": services_people.INVITATION_DAYS,
        "until": clock.now() + timedelta(days=services_people.INVITATION_DAYS),
        **menu(principal, "officers"),
    }
    return render(request, "organisation/invited.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def reset_second_factor(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """For an officer who lost phone and recovery codes; 404 for one without an account."""
    rules.need_administrator(principal)
    found = view_of(principal, id).officer
    account = found.account
    if account is None:
        raise NotFound(_("Cán bộ này chưa có tài khoản."))

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_account.reset_second_factor(principal, account)
        messages.success(request, _("Đã đặt lại xác thực hai lớp; mọi phiên đăng nhập của người này đã kết thúc."))
        return redirect("organisation:officer", id)

    page = FormPage(
        _("Đặt lại xác thực hai lớp"),
        _("Đặt lại"),
        reverse("organisation:officer", args=[id]),
        found.full_name,
        danger=True,
        more={
            "warning": _(
                "Gặp trực tiếp để chắc đúng người: gọi điện nhờ đặt lại là cách kẻ gian hay dùng."
                " Sau khi đặt lại, người này đăng nhập một lần chỉ bằng mật khẩu."
            )
        },
    )
    return write(request, principal, page, WriteForm, perform)


@sensitive_post_parameters("password", "again")
@sensitive_variables("secret", "form")
@never_cache
@private
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The owner of the link sets their password, once; then they sign in. 404 for a link used, replaced, too old or never given."""
    throttle("invitation.address", remote_address(request), GUESSES, GUESS_WINDOW)
    account = services_people.invited(secret)
    if account is None:
        return _no_referrer(render(request, "organisation/invitation.html", {"form": None}, status=404))
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services_people.accept_invitation(secret, form.cleaned_data["password"])
            except RuleBroken as weak:
                form.refuse(weak.errors)
            except NotFound:
                return _no_referrer(render(request, "organisation/invitation.html", {"form": None}, status=404))
            else:
                messages.success(request, _("Đã đặt mật khẩu. Đăng nhập bằng mật khẩu mới."))
                return _no_referrer(redirect("organisation:sign_in"))
    context = {"form": form, "login": account.login}
    return _no_referrer(render(request, "organisation/invitation.html", context, status=status))


def _no_referrer(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: no page opened from here is told of it."""
    response["Referrer-Policy"] = "no-referrer"
    return response
