"""Locking the desk."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.organisation import desk
from motcua.organisation.views import safe_target


@require_POST
@never_cache
def lock(request: HttpRequest) -> HttpResponse:
    """Ends the session and asks for the password. `next`: the page to come back to; `idle`: the page locked itself because nobody was there."""
    if request.user.is_authenticated:
        desk.lock(request, safe_target(request))
        if request.POST.get("idle"):
            minutes = desk.idle_seconds() // 60
            messages.info(request, _("Quầy tự khóa sau %(minutes)s phút không thao tác.") % {"minutes": minutes})
        else:
            messages.success(request, _("Quầy đã khóa."))
    return redirect(settings.LOGIN_URL)
