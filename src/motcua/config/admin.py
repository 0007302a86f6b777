"""Django's admin as a window for administrators: behind `MOTCUA_ADMIN`, read-only, inside the reader's scope. Changes are made on the pages that
check rights and tell the journal."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from motcua.organisation import scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden
from motcua.organisation.models import Account, Token
from motcua.organisation.principal import Principal
from motcua.organisation.scope import Scope

SECRETS = {"password", "digest", "secret", "encrypted"}
"""Columns that nobody needs to look at."""


class Window(admin.AdminSite):
    site_header = site_title = "motcua: xem dữ liệu"
    index_title = "Các bảng của tỉnh"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        principal = getattr(request, "principal", None)
        return principal is not None and principal.has("administrator")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the window is an officer's page, read in the whole province's scope by its administrators."""

        @officer_page
        def inside(request: HttpRequest, principal: Principal, *args: Any, **kwargs: Any) -> HttpResponse:
            if not principal.has("administrator"):
                raise Forbidden(_("Trang này dành cho quản trị hệ thống của tỉnh."))
            with scope.enter(Scope("province", principal.province_id)):
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                return response

        return inside

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect_to_login(request.get_full_path())


class ReadOnly(admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [f.name for f in self.model._meta.fields if f.name in SECRETS or isinstance(f, models.BinaryField)]


site = Window(name="window")


def register_all() -> None:
    """Every table of ours but accounts' secrets; called once when the flag is set."""
    for model in apps.get_models():
        if model.__module__.startswith("motcua.") and model is not Token and not site.is_registered(model):
            shown = [
                f.name for f in model._meta.fields if f.name not in SECRETS and not isinstance(f, models.BinaryField)
            ]
            columns = ["login", "is_active", "created_at"] if model is Account else shown[:6]
            site.register(model, type(f"{model.__name__}Window", (ReadOnly,), {"list_display": columns}))
