"""Who acts is known by a token and by the position they hold today; what was taken away stops working within seconds."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from motcua.demo.fixtures import PHUONG, XA, Api, principal_of
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, NotAuthenticated
from motcua.organisation.models import Account, Officer, Position, Posting, Token
from motcua.organisation.services import create_token
from motcua.organisation.tests.this_day import TODAY, in_the_morning  # noqa: F401
from motcua.worktime import clock

LOGIN = "tiepnhan.quynhson"


class Watch:
    """The process's own clock, moved by hand: what is remembered is remembered by it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    found = Watch()
    monkeypatch.setattr(principals, "time", found)
    return found


def token_row(secret: str) -> Token:
    import hashlib

    return Token.objects.get(digest=hashlib.sha256(secret.encode()).digest())


def second_post(login: str, commune: str, **dates: object) -> Position:
    """Gives the officer a post at the counter of `commune` besides their own."""
    with scope.enter(scope.worker()):
        position = Position.objects.get(title="Viên chức tiếp nhận", agency__code=commune)
        officer = Officer.objects.get(account__login=login)
        Posting.objects.create(province_id=40, officer=officer, position=position, **{"valid_from": TODAY, **dates})
    principals.forget()
    return position


def end_postings(login: str, on: object) -> None:
    with scope.enter(scope.worker()):
        assert Posting.objects.filter(officer__account__login=login).update(valid_to=on)


def test_a_token_acts_as_its_account_in_the_position_it_holds(api: Api) -> None:
    found = principals.by_token(api.token(LOGIN))
    assert (found.officer_name, found.position_title, found.agency_code) == ("Hồ Thị Mai", "Viên chức tiếp nhận", XA)
    assert found.roles == {"receiver"}
    assert found.scope == scope.Scope("agencies", 40, agencies=(found.agency_id,))


def test_only_the_hash_of_a_token_is_kept(api: Api) -> None:
    secret = api.token(LOGIN)
    assert len(secret) >= 43, "256 bits"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisation_token t WHERE t::text LIKE %s", (f"%{secret}%",))
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("secret", ["", "x", "ă" * 50, "\udcff", "A" * 5000])
def test_an_unknown_token_is_refused(api: Api, secret: str) -> None:
    with pytest.raises(NotAuthenticated):
        principals.by_token(secret)


def test_an_expired_token_is_refused(api: Api) -> None:
    secret = api.token(LOGIN)
    token = token_row(secret)
    token.expires_at = datetime.now(clock.TZ) - timedelta(
        minutes=5
    )  # the database's own clock, at the beginning of the test
    token.save()
    with pytest.raises(NotAuthenticated):
        principals.by_token(secret)


def test_a_token_lives_as_many_days_as_it_was_given(api: Api) -> None:
    account = Account.objects.get(login=LOGIN)
    with clock.freeze("2026-11-25T08:00:00+07:00"):
        secret = create_token(account, "máy quét", days=30)
    assert token_row(secret).expires_at == clock.aware(clock.datetime(2026, 12, 25, 8))


def test_a_token_for_no_days_is_not_one_for_ever(api: Api) -> None:
    secret = create_token(Account.objects.get(login=LOGIN), days=0)
    assert token_row(secret).expires_at is not None


def test_a_revoked_token_dies_within_the_seconds_that_processes_remember_and_not_later(api: Api, watch: Watch) -> None:
    secret = api.token(LOGIN)
    principals.by_token(secret)
    token = token_row(secret)
    token.revoked_at = clock.now()
    token.save()
    watch.seconds += principals.CACHE_SECONDS
    with pytest.raises(NotAuthenticated):
        principals.by_token(secret)


def test_a_process_remembers_no_longer_than_5_seconds() -> None:
    """SECURITY.md and the operators' manual name this number."""
    assert principals.CACHE_SECONDS <= 5


def test_a_process_that_forgets_refuses_a_revoked_token_at_once(api: Api) -> None:
    secret = api.token(LOGIN)
    principals.by_token(secret)
    Token.objects.all().update(revoked_at=clock.now())
    principals.forget()
    with pytest.raises(NotAuthenticated):
        principals.by_token(secret)


def test_a_refusal_is_not_remembered(api: Api) -> None:
    secret = api.token(LOGIN)
    Token.objects.all().update(revoked_at=clock.now())
    with pytest.raises(NotAuthenticated):
        principals.by_token(secret)
    Token.objects.all().update(revoked_at=None)
    assert principals.by_token(secret).officer_name == "Hồ Thị Mai"


def test_an_account_that_was_closed_is_refused(api: Api) -> None:
    secret = api.token(LOGIN)
    Account.objects.filter(login=LOGIN).update(is_active=False)
    with pytest.raises(NotAuthenticated):
        principals.by_token(secret)


def test_the_api_answers_401_without_a_good_token_and_names_the_scheme(api: Api) -> None:
    assert api.get(None, "/worklist")[0] == 401
    answer = api.client.get("/api/v1/worklist", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_an_account_without_a_post_may_not_act(api: Api) -> None:
    secret = create_token(Account.objects.create(login="moi.vao"))
    with pytest.raises(Forbidden):
        principals.by_token(secret)
    assert api.get(None, "/worklist", Authorization=f"Bearer {secret}")[0] == 403


@pytest.mark.parametrize(("ends", "may"), [(-1, False), (0, False), (1, True)], ids=["yesterday", "today", "tomorrow"])
def test_a_posting_counts_up_to_the_day_before_its_end(api: Api, ends: int, may: bool) -> None:
    end_postings(LOGIN, TODAY + timedelta(days=ends))
    if may:
        assert principal_of(LOGIN).agency_code == XA
    else:
        with pytest.raises(Forbidden):
            principal_of(LOGIN)


def test_a_posting_that_begins_tomorrow_does_not_count_today(api: Api) -> None:
    end_postings(LOGIN, TODAY)
    second_post(LOGIN, PHUONG, valid_from=TODAY + timedelta(days=1))
    with pytest.raises(Forbidden):
        principal_of(LOGIN)


def test_who_left_the_service_may_not_act_though_the_posting_stands(api: Api) -> None:
    with scope.enter(scope.worker()):
        Officer.objects.filter(account__login=LOGIN).update(valid_to=TODAY)
    with pytest.raises(Forbidden):
        principal_of(LOGIN)


def test_a_holder_of_two_posts_acts_in_the_one_the_request_names(api: Api) -> None:
    own = principal_of(LOGIN)
    other = second_post(LOGIN, PHUONG)
    account = Account.objects.get(login=LOGIN).pk
    assert principals.by_account(account).agency_code == XA, "without a name, the post held longest"
    assert principals.by_account(account, str(other.pk)).agency_code == PHUONG
    assert principals.by_account(account, str(own.position_id)).agency_code == XA
    assert [position for position, _ in principals.by_account(account).others] == [other.pk]


def test_the_position_named_in_the_header_decides_where_a_dossier_comes_in(api: Api) -> None:
    from motcua.demo.fixtures import intake

    other = second_post(LOGIN, PHUONG)
    body = {**intake(), "agency_code": PHUONG}
    status, there = api.post(LOGIN, "/dossiers", body, **{"Motcua-Position": str(other.pk)})
    assert (status, there["code"].split("-")[0]) == (201, PHUONG)
    assert api.get(LOGIN, f"/dossiers/{there['code']}")[0] == 404, "in the other post the ward's dossier does not exist"
    assert api.get(LOGIN, f"/dossiers/{there['code']}", **{"Motcua-Position": str(other.pk)})[0] == 200


@pytest.mark.parametrize("position", ["00000000-0000-7000-8000-000000000000", "chutich", "' OR 1=1"])
def test_a_position_that_is_not_theirs_is_403(api: Api, position: str) -> None:
    assert api.get(LOGIN, "/worklist", **{"Motcua-Position": position})[0] == 403


def test_a_post_of_somebody_else_is_403(api: Api) -> None:
    theirs = principal_of("chutich.quynhson").position_id
    assert api.get(LOGIN, "/worklist", **{"Motcua-Position": str(theirs)})[0] == 403


def test_what_is_remembered_of_one_position_is_not_believed_of_another(api: Api, watch: Watch) -> None:
    other = second_post(LOGIN, PHUONG)
    secret = api.token(LOGIN)
    assert principals.by_token(secret).agency_code == XA
    assert principals.by_token(secret, str(other.pk)).agency_code == PHUONG
    assert principals.by_token(secret).agency_code == XA


@pytest.mark.parametrize(
    ("login", "kind"),
    [
        ("theodoi.nghean", "province"),
        ("quantri.nghean", "province"),
        ("danhmuc.nghean", "agencies"),
        ("chutich.quynhson", "agencies"),
    ],
)
def test_the_scope_follows_from_the_roles(api: Api, login: str, kind: str) -> None:
    assert principal_of(login).scope.kind == kind


def test_what_processes_remember_is_bounded(api: Api, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(principals, "CACHE_ENTRIES", 3)
    for login in ("tiepnhan", "tuphap", "vanthu", "chutich", "xaydung"):
        principal_of(f"{login}.quynhson")
    assert len(principals._cache) <= 3
