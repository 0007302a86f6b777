"""The public look-up: a citizen with the receipt in hand sees where the dossier is, and does what only they may do.

Code and secret open it once; from then on a signed cookie, half an hour long, stands for them, so that no address and no page carries the
secret. Every answer says no-store and no-referrer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework import queries as casework
from motcua.casework.rules import Applicant
from motcua.casework.secrets import secret_of
from motcua.dossiers import attachments, forms_pdf, queries, queries_results, ratings, rules, services
from motcua.dossiers.forms_tracking import LookUpForm
from motcua.dossiers.limits import limits_on
from motcua.dossiers.models import RETURN_METHODS, Dossier, Rating
from motcua.dossiers.queries import PUBLIC_ACTS, Tracking
from motcua.dossiers.queries_reappointing import payload_days
from motcua.dossiers.wording import spoken
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import NotFound
from motcua.organisation.services import throttle
from motcua.payments import queries as money
from motcua.payments.drawing import qr_svg
from motcua.worktime import clock

COOKIE, SALT, LASTS = "motcua_tracking", "motcua.dossiers.tracking", timedelta(minutes=30)
PATH = "/tra-cuu/"
SHOW_LIMIT, SHOW_WINDOW = 120, timedelta(minutes=5)

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


# --- the door ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
@unlinked
def track(request: HttpRequest) -> HttpResponse:
    """Asks for code and secret. Both right: on to the dossier, at an address without them. A wrong code and a wrong secret get one answer."""
    sent = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not ("code" in sent and "secret" in sent):
        return render(
            request, "dossiers/tracking.html", {"form": LookUpForm(initial={"code": sent.get("code", "")[:64]})}
        )
    form = LookUpForm(sent)
    if not form.is_valid():
        return render(request, "dossiers/tracking.html", {"form": form}, status=422)
    return _open(request, form)


@sensitive_variables("secret")
def _open(request: HttpRequest, form: LookUpForm) -> HttpResponse:
    code, secret = form.cleaned_data["code"], form.cleaned_data["secret"]
    services.limit_tracking(remote_address(request), code)
    try:
        with scope.enter(scope.tracking(code)):
            found = queries.track(code, secret)
            version = Dossier.objects.values_list("secret_version", flat=True).get(case_id=found.id)
    except NotFound:
        form.add_error(
            None, _("Không có hồ sơ nào mang mã này cùng mã tra cứu này. Kiểm tra lại từng chữ trên giấy hẹn.")
        )
        return render(request, "dossiers/tracking.html", {"form": form}, status=404)
    return open_tracking(found.code, found.id, version)


def open_tracking(code: str, case_id: UUID, version: int) -> HttpResponse:
    """On to the dossier, with the proof that its secret was shown (or that who is signed in filed it)."""
    response = redirect("dossiers:tracked")
    proof = signing.dumps({"code": code, "case": str(case_id), "secret": version}, salt=SALT)
    response.set_cookie(
        COOKIE,
        proof,
        max_age=int(LASTS.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # Strict would be withheld from the redirect that follows a scanned code
    )
    return response


def opened(view: Callable[Concatenate[HttpRequest, Tracking, P], HttpResponse]) -> View:
    """A page of somebody who has shown the secret; others are sent to the door. Runs inside the scope of that one dossier."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            proof = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
            code, case_id, version = proof["code"], UUID(proof["case"]), int(proof["secret"])
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return _closed(redirect("dossiers:track"))
        throttle("track.show", remote_address(request), SHOW_LIMIT, SHOW_WINDOW)
        with scope.enter(scope.tracking(code)):
            try:
                # The secret computed anew: a dossier whose secret was changed since is closed to the old proof.
                found = queries.track(code, secret_of("dossier", case_id, version))
            except NotFound:
                return _closed(redirect("dossiers:track"))
            return view(request, found, *args, **kwargs)

    return unlinked(page)


def _closed(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


@require_POST
@unlinked
def leave(request: HttpRequest) -> HttpResponse:
    """For a phone that others use: forgets the proof."""
    return _closed(redirect("dossiers:track"))


# --- the dossier ------------------------------------------------------------------------------------------------------


@require_safe
@opened
def tracked(request: HttpRequest, found: Tracking) -> HttpResponse:
    papers = forms_pdf.available(queries.view(Applicant(), found.code), Applicant())
    return render(
        request,
        "dossiers/tracking_dossier.html",
        {
            "dossier": found,
            "papers": papers,
            "result": queries_results.is_there_for_applicant(found.id, found.state),
            **told(found),
        },
    )


@require_safe
@opened
def form(request: HttpRequest, found: Tracking, form: str) -> HttpResponse:
    """A form that was given to the applicant, as PDF: what is missing (02), a refusal (03), a stop (05)."""
    content = forms_pdf.content(
        queries.view(Applicant(), found.code), form, request.build_absolute_uri("/"), Applicant()
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.code}-{form}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def withdraw(request: HttpRequest, found: Tracking) -> HttpResponse:
    """GET asks whether it is meant; POST withdraws (national status 7, the applicant's own act)."""
    if request.method != "POST":
        if "withdraw" not in found.acts:
            return redirect("dossiers:tracked")
        return render(request, "dossiers/tracking_withdraw.html", {"dossier": found})
    return _act(request, found, "withdraw")


@require_POST
@opened
def answer_supplement(request: HttpRequest, found: Tracking) -> HttpResponse:
    """ "I have handed in what was missing": an officer checks it, and the clock goes on from this moment when it is so."""
    return _act(request, found, "answer_supplement")


def _act(request: HttpRequest, found: Tracking, act: str) -> HttpResponse:
    if act not in found.acts:  # sent twice, or the dossier moved on: the page shows how it stands
        return redirect("dossiers:tracked")
    services.act_as_applicant(
        found.id, found.code, act, {}, request.POST.get("note", "").replace("\0", "").strip()[:1000]
    )
    return redirect("dossiers:tracked")


# --- in plain words ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plain:
    """What a state means to the person who waits: a title, what happens or is to be done next, and the tone of the notice."""

    title: str
    next: str
    tone: str = ""


def plain(found: Tracking) -> Plain:
    collect = {
        "counter": _("Mang giấy hẹn và căn cước đến nhận kết quả."),
        "post": _("Kết quả được gửi đến bạn qua bưu chính."),
        "online": _("Kết quả điện tử được gửi vào tài khoản của bạn."),
    }[found.return_method]
    waiting = _("Bạn chưa phải làm gì. Đến ngày hẹn sẽ có kết quả.")
    if found.overdue and found.finished_at is None:
        waiting = _("Hồ sơ đã quá ngày hẹn. Bạn có thể hỏi Trung tâm nơi nộp hồ sơ về lý do và ngày hẹn mới.")
    if found.supplement_declared_at:
        return Plain(
            _("Đã báo bổ sung, chờ Trung tâm kiểm tra"),
            _("Trung tâm kiểm tra trong %(hours)s giờ làm việc. Nếu đủ, thời hạn được tính từ lúc bạn báo.")
            % {"hours": limits_on(found.supplement_declared_at.astimezone(clock.TZ).date()).online_decision.amount},
        )
    missing = _("Thời hạn giải quyết tạm dừng cho đến khi bạn bổ sung xong.")
    if reopened(found):
        missing = _("Trung tâm đã kiểm tra: giấy tờ chưa đủ. Hỏi tại Trung tâm nơi nộp hồ sơ nếu chưa rõ còn thiếu gì.")
    return {
        "filed": Plain(_("Hồ sơ đã gửi, đang chờ kiểm tra"), _("Trung tâm kiểm tra rồi báo ngày hẹn cho bạn.")),
        "received": Plain(_("Hồ sơ đã được tiếp nhận"), waiting),
        "in_progress": Plain(_("Hồ sơ đang được giải quyết"), waiting),
        "awaiting_supplement": Plain(_("Bạn cần bổ sung giấy tờ"), missing, "attention"),
        "awaiting_payment": Plain(
            _("Bạn cần nộp tiền"),
            _("Nộp theo thông báo đã gửi cho bạn, hoặc hỏi tại Trung tâm nơi nộp hồ sơ."),
            "attention",
        ),
        "finished": Plain(_("Đã có kết quả"), collect, "done"),
        "returned": Plain(_("Đã trả kết quả"), _("Hồ sơ đã xong. Bạn không phải làm gì thêm."), "done"),
        "refused": Plain(
            _("Hồ sơ không được tiếp nhận"),
            _("Lý do ghi trong phiếu từ chối. Hỏi tại Trung tâm nơi nộp hồ sơ."),
            "late",
        ),
        "withdrawn": Plain(_("Bạn đã rút hồ sơ"), _("Việc giải quyết đã dừng. Muốn làm lại, nộp hồ sơ mới.")),
        "stopped": Plain(
            _("Hồ sơ đã dừng giải quyết"),
            _("Lý do ghi trong thông báo gửi bạn. Hỏi tại Trung tâm nơi nộp hồ sơ."),
            "late",
        ),
        "cancelled": Plain(
            _("Hồ sơ đã hủy vì nhập nhầm"), _("Hỏi tại Trung tâm nơi nộp hồ sơ để biết hồ sơ đúng của bạn.")
        ),
    }[found.state]


def reopened(found: Tracking) -> bool:
    """Whether the papers declared last were found incomplete."""
    round_acts = {PUBLIC_ACTS[act]: act for act in ("request_supplement", "answer_supplement", "reopen_supplement")}
    last = next((round_acts[what] for _at, what in reversed(found.events) if what in round_acts), "")
    return last == "reopen_supplement"


def told(found: Tracking) -> dict[str, Any]:
    """What the page shows besides the facts. Called inside the scope of the dossier."""
    case = casework.case_by_code(found.code)
    origin = organisation.agency(settings.MOTCUA_PROVINCE, id=case[2].origin_agency) if case else None
    moved = moves(found.id)
    late_done = found.overdue and found.finished_at is not None
    open_now = found.state not in rules.CLOSED
    return {
        **fees(found),
        "plain": plain(found),
        "items": asked_items(found),
        "promise_spoken": spoken(found.promised_at) if found.promised_at else "",
        "original_spoken": spoken(found.original_promised_at)
        if found.original_promised_at and found.original_promised_at != found.promised_at
        else "",
        "legal_spoken": spoken(found.legal_due_at) if found.legal_due_at else "",
        "supplement_spoken": spoken(found.supplement_due_at) if found.supplement_due_at else "",
        "rated": rated(found),
        "moves": moved,
        "late_done": late_done,
        "late_open": found.overdue and open_now and found.finished_at is None,
        "timeline": timeline(found),
        "open": open_now,
        "origin": origin,
        "return_method": _(RETURN_METHODS[found.return_method]),
        "collect": found.state not in rules.CLOSED and origin is not None,
    }


def fees(found: Tracking) -> dict[str, Any]:
    """What is to be paid, and the VietQR that pays it; no receipt and no cashier is named here."""
    shown: dict[str, Any] = {"bill": money.bill(found.id)}
    if transfer := money.transfer_of_subject(found.id):
        account, order = transfer
        words = _("Mã VietQR để nộp phí, lệ phí của hồ sơ này")
        shown |= {"account": account, "memo": order.memo, "qr": qr_svg(order.payload(), words)}
    return shown


def asked_items(found: Tracking, errors: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """What is asked for, each with what the applicant handed in for it; `errors`: what was wrong with a file just sent, by item."""
    files = attachments.files_of(found.id).by_part if found.supplement_items else {}
    return [
        {
            "index": index,
            "name": name,
            "files": files.get(attachments.part_of_item(found.supplement_round, index), []),
            "error": (errors or {}).get(index, ""),
        }
        for index, name in enumerate(found.supplement_items)
    ]


def rated(found: Tracking) -> str:
    """The level the applicant gave, in words; empty when none."""
    if found.state not in ratings.RATED_STATES:
        return ""
    level = Rating.objects.filter(case_id=found.id).values_list("level", flat=True).first()
    return ratings.levels().get(level or "", "")


MOVED = {
    "supplement": gettext_noop("Bạn đã bổ sung giấy tờ ngày {day}, nên thời hạn được tính lại."),
    "confirm_payment": gettext_noop("Thời gian thực hiện nghĩa vụ tài chính đến ngày {day} không tính vào thời hạn."),
    "accept": gettext_noop("Hồ sơ trực tuyến được tiếp nhận ngày {day}, thời hạn tính từ lúc đó."),
    "extend": gettext_noop("Cơ quan giải quyết xin lỗi và hẹn lại ngày {day}; lý do ghi trong phiếu xin lỗi."),
    "reappoint": gettext_noop("Ngày nghỉ được công bố sau khi hẹn nên không tính vào thời hạn: {days}."),
}
MOVED_OTHERWISE = gettext_noop("Ngày hẹn được đổi ngày {day}.")


def moves(case_id: UUID) -> list[str]:
    """Why the promised date moved, one sentence for each act that moved it, with the new date."""
    found: list[str] = []
    before: str | None = None
    for line in casework.journal_of(case_id):
        after = line.payload.get("after", {}).get("promised_at")
        if after is None:
            continue
        if before is not None and after != before:
            why = _(MOVED.get(line.act, MOVED_OTHERWISE))
            new = _("Hẹn mới: %(date)s.") % {"date": spoken(datetime.fromisoformat(after))}
            complete = line.payload.get("complete_at")
            day = (datetime.fromisoformat(complete) if complete else line.happened_at).astimezone(clock.TZ)
            found.append(f"{why.format(day=f'{day:%d/%m/%Y}', days=payload_days(line.payload))} {new}")
        before = after
    return found


def timeline(found: Tracking) -> list[dict[str, Any]]:
    """The steps passed, the one it is at, and the end that is promised."""
    entries: list[dict[str, Any]] = [{"title": _(what), "at": at, "tone": "done"} for at, what in found.events]
    if found.state in rules.CLOSED:
        return entries
    if found.supplement_declared_at:
        entries.append({"title": _("Đang chờ Trung tâm kiểm tra giấy tờ bổ sung"), "current": True})
    elif found.state == "awaiting_supplement":
        entries.append({"title": _("Đang chờ bạn bổ sung"), "current": True})
    elif found.step_name:
        entries.append({"title": found.step_name, "text": _("Đang ở bước này"), "current": True})
    if found.promised_at and found.finished_at is None and found.state != "awaiting_supplement":
        entries.append({"title": _("Có kết quả"), "text": _("Hẹn %(date)s") % {"date": spoken(found.promised_at)}})
    return entries
