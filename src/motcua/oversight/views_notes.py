"""Writing down at a visit: the page on a phone, which goes on without a network, and what it sends when there is one again.

The phone keeps in its cache one shell (`shell`) that holds no data of anybody, and in its own store the records, by account. What it sends
comes to `sync` and `photo`; both tell once what was sent twice. Without a script the same page is plain forms, one record at a time.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casepages.views import private
from motcua.casework import services as casework
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import DomainError, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import checklist, dictionary, queries_visits, services_visits
from motcua.oversight.models_recommendations import URGENCIES
from motcua.oversight.queries_visits import Found
from motcua.oversight.rules_records import Record, Thing
from motcua.oversight.views_teams import GET_POST
from motcua.worktime import clock

MOST_BODY = 2_000_000
PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()"


def words() -> dict[str, Any]:
    """What there is to choose from, for the page and its shell alike."""
    return {
        "rows": [(section.name, section.items) for section in checklist.sections()],
        "answers": list(checklist.answers().items()),
        "groups": list(dictionary.names("difficulties").items()),
        "sectors": list(dictionary.names("sectors").items()),
        "topics": list(dictionary.names("topics").items()),
        "urgencies": [(code, _(name)) for code, name in URGENCIES.items()],
    }


@GET_POST
@private
@officer_page
def notes(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """What was written down, and forms to write more; POST keeps one record (browsers without script)."""
    found = queries_visits.visit(code)
    services_visits.need_writer(principal, found)
    faults: list[str] = []
    if request.method == "POST":
        faults = _kept(request, principal, found)
        if not faults:
            messages.success(request, _("Đã ghi."))
            return redirect("oversight:notes", code)
    records = queries_visits.records(found.row.case_id)
    told = queries_visits.notes(found.row.case_id, records)
    response = render(
        request,
        "oversight/notes.html",
        {
            **words(),
            "rows": told.sections,
            "found": found,
            "notes": told,
            "conflicts": [_told_conflict(thing) for thing in told.conflicts],
            "faults": faults,
            "account": principal.account_id,
        },
        status=422 if faults else 200,
    )
    response["Permissions-Policy"] = PERMISSIONS
    casework.log_read(principal, found.row.case_id, "notes")
    return response


def _told_conflict(thing: Thing) -> dict[str, Any]:
    return {
        "subject": queries_visits.subject_of(thing),
        "kind": thing.kind,
        "item": thing.item,
        "replaces": ",".join(str(head.id) for head in thing.heads),
        "sides": [(head, queries_visits.told(head)) for head in thing.heads],
    }


def _kept(request: HttpRequest, principal: Principal, found: Found) -> list[str]:
    """Keeps the record that a plain form sends; what is wrong with it. `keep`: settles a conflict by the side of that id."""
    given = request.POST
    replaces = [part for part in given.get("replaces", "").split(",") if part]
    content: Any = {
        name: given.get(name, "")
        for name in ("value", "remark", "text", "group", "sector", "topic", "urgency", "by", "caption")
        if name in given
    }
    kind, item = given.get("kind", ""), given.get("item", "")
    if keep := given.get("keep", ""):
        side = next((r for r in queries_visits.records(found.row.case_id) if str(r.id) == keep), None)
        if side is None:
            return [_("Không tìm thấy bản ghi này.")]
        kind, item, content = side.kind, side.item, dict(side.content)
    if "gone" in given:
        content = {"gone": True}
    record = {
        "id": given.get("idempotency_key", ""),
        "kind": kind,
        "item": item,
        "content": content,
        "replaces": replaces,
        "happened_at": clock.now().isoformat(),
    }
    [answer] = services_visits.keep_records(principal, found, "form", [record])
    if answer.state == "refused":
        return [answer.why]
    if kind == "photo" and (sent := request.FILES.get("file")):
        try:
            services_visits.keep_photo(principal, found, UUID(answer.id), sent)
        except RuleBroken as broken:
            return [broken.detail]
    return []


# --- what a phone sends -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def sync(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """GET: whose session this is, the token for sending, the visit, and all that is kept. POST the same after keeping what came:
    {"account", "device", "records": [{"id", "kind", "item", "content", "replaces", "place", "happened_at"}]}, with an answer for each.

    409 where the records are another account's than the session's: then nothing is kept. Errors are JSON {"detail"}.
    """
    try:
        found = queries_visits.visit(code)
        services_visits.need_writer(principal, found)
        answers = []
        if request.method == "POST":
            body = _body(request)
            if body.get("account") != str(principal.account_id):
                return JsonResponse({"detail": _("Ghi chép này của tài khoản khác.")}, status=409)
            answers = services_visits.keep_records(principal, found, str(body.get("device", "")), body.get("records"))  # type: ignore[arg-type]
    except DomainError as error:
        return JsonResponse({"detail": error.detail}, status=error.status)
    records = queries_visits.records(found.row.case_id)
    casework.log_read(principal, found.row.case_id, "notes")
    return JsonResponse(
        {
            "account": str(principal.account_id),
            "officer": principal.officer_name,
            "csrf": get_token(request),
            "visit": {
                "code": found.code,
                "title": found.row.agency.name,
                "team": found.row.team.name,
                "day": f"{found.row.planned_on:%d/%m/%Y}",
                "state": found.case.state,
            },
            "answers": [{"id": a.id, "state": a.state, "why": a.why} for a in answers],
            "records": [as_json(record) for record in records],
            "photos": photos_kept(found),
        }
    )


def photos_kept(found: Found) -> dict[str, str]:
    """Id of a photo's record -> the address of its small picture."""
    told = queries_visits.notes(found.row.case_id, queries_visits.records(found.row.case_id))
    return {
        str(photo.record.id): reverse("casepages:preview", args=[found.code, photo.files[0].id])
        for photo in told.photos
        if photo.files
    }


def as_json(record: Record) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "kind": record.kind,
        "item": record.item,
        "content": dict(record.content),
        "replaces": sorted(map(str, record.replaces)),
        "place": dict(record.place) if record.place else None,
        "author": record.author,
        "happened_at": record.happened_at.astimezone(clock.TZ).isoformat(),
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    """Raises RuleBroken for what is no JSON object."""
    try:
        body = json.loads(request.body[:MOST_BODY])
    except ValueError:
        body = None
    if not isinstance(body, dict) or b"\\u0000" in request.body:
        raise RuleBroken.of("body", _("Nội dung gửi chưa đúng dạng."))
    return body


@require_POST
@private
@officer_page
def photo(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One picture: `record` the id of its record, which came before, and `file`. JSON {"id", "preview"}; errors {"detail"}."""
    try:
        found = queries_visits.visit(code)
        if request.POST.get("account") != str(principal.account_id):
            return JsonResponse({"detail": _("Ghi chép này của tài khoản khác.")}, status=409)
        sent = request.FILES.get("file")
        try:
            record = UUID(request.POST.get("record", ""))
        except ValueError:
            record = None
        if sent is None or record is None:
            raise RuleBroken.of("file", _("Chưa có ảnh nào được gửi."))
        row = services_visits.keep_photo(principal, found, record, sent)
    except DomainError as error:
        return JsonResponse({"detail": error.detail}, status=error.status)
    preview = reverse("casepages:preview", args=[found.code, row.id])
    return JsonResponse({"id": str(record), "preview": preview})


# --- what a phone keeps -----------------------------------------------------------------------------------------------


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page as it is kept on the phone: what one writes with, nothing that was written, no name of anybody. Open to all for that."""
    response = render(request, "oversight/notes_shell.html", words())
    response["Permissions-Policy"] = PERMISSIONS
    response["Cache-Control"] = "no-cache"
    return response


ASSETS = (
    *("motcua/motcua.css", "motcua/motcua.js", "motcua/visit.js", "motcua/favicon.svg"),
    *("motcua/fonts/be-vietnam-pro-vi-400.woff2", "motcua/fonts/be-vietnam-pro-vi-600.woff2"),
)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of /buoi-lam-viec/: what is to be kept, by names that change with their content, and the script that does it."""
    kept = [static(name) for name in ASSETS]
    script = static("motcua/visit-worker.js")
    page = reverse("oversight:notes_shell")
    mark = hashlib.sha256(repr((kept, script, json.dumps(words(), default=repr))).encode()).hexdigest()[:12]
    settings = json.dumps({"name": f"visits-{mark}", "shell": page, "assets": kept})
    text = f"self.kept = {settings};\nimportScripts({json.dumps(script)});\n"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
