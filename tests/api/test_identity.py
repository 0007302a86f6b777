"""Signing in with an identity: OpenID Connect Core 1.0 (3.1.3.7), PKCE (RFC 7636), and what must be refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from motcua.demo.fixtures import demo as demo_province
from motcua.identity import services
from motcua.identity.rules import Identity, IdentityRefused, own_path, pseudonym
from motcua.worktime import clock
from tests.peers.openid import CLIENT, COMPANY, PERSON, SECRET, Provider

demo = demo_province


@pytest.fixture
def peer(settings) -> Iterator[Provider]:
    with Provider() as found:
        settings.MOTCUA_IDENTITY_ISSUER = found.issuer
        settings.MOTCUA_IDENTITY_CLIENT_ID, settings.MOTCUA_IDENTITY_CLIENT_SECRET = CLIENT, SECRET
        services.forget()
        yield found
        services.forget()


def go(client: Client, target: str = "/ho-so-cua-toi/") -> dict[str, str]:
    """To the provider: what the browser carries there."""
    response = client.get("/cong-dan/dinh-danh/", {"tiep": target})
    assert response.status_code == 302, response.content
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def come_back(client: Client, peer: Provider, query: dict[str, str], who: int = 0, **changes: str):
    back = parse_qs(urlsplit(peer.allow({**query, "who": str(who)})).query)
    return client.get("/cong-dan/tro-lai/", {**{name: values[0] for name, values in back.items()}, **changes})


def signed_in(client: Client) -> bool:
    return client.get("/ho-so-cua-toi/").status_code == 200


def test_a_person_signs_in_and_is_named(demo, peer):
    client = Client()
    query = go(client)
    assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"
    assert "openid" in query["scope"].split()
    response = come_back(client, peer, query)
    assert (response.status_code, response["Location"]) == (302, "/ho-so-cua-toi/")
    assert "Nguyễn Thị Hoa Mẫu" in client.get("/ho-so-cua-toi/").content.decode()


def test_an_organisation_signs_in_by_its_tax_code(demo, peer):
    client = Client()
    come_back(client, peer, go(client), who=2)
    assert COMPANY["organisation_name"] in client.get("/ho-so-cua-toi/").content.decode()


@pytest.mark.parametrize(
    "bend",
    [
        pytest.param({"nonce": "another"}, id="wrong nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"exp": int(time.time()) - 3600}, id="expired"),
        pytest.param({"exp": None}, id="never expires"),
        pytest.param({"aud": "somebody-else"}, id="other audience"),
        pytest.param({"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"}, id="made for another of several"),
        pytest.param({"iss": "https://other.example"}, id="other issuer"),
        pytest.param({"acr": "1"}, id="level 1"),
        pytest.param({"citizen_number": "123"}, id="no citizen number"),
        pytest.param({"name": None}, id="no name"),
    ],
)
def test_a_token_that_does_not_fit_proves_nobody(demo, peer, bend):
    client = Client()
    query = go(client)
    peer.bend = bend
    assert come_back(client, peer, query).status_code == 403
    assert not signed_in(client)


def test_a_token_signed_with_another_key_proves_nobody(demo, peer):
    client = Client()
    query = go(client)
    peer.shown, peer.key = [peer.key], RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(client, peer, query).status_code == 403


def test_a_token_signed_with_a_shared_secret_or_not_at_all_proves_nobody(demo, peer):
    claims = {"iss": peer.issuer, "aud": CLIENT, "sub": "x", "exp": int(time.time()) + 60, **PERSON}
    shared = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 3), algorithms=["HS256"])
    bare = shared.split(".")
    for raw in (shared, f"eyJhbGciOiJub25lIn0.{bare[1]}.", "a.b.c", "", "é.é.é"):
        with pytest.raises(IdentityRefused):
            services.by_token(raw)


def test_the_providers_new_key_is_learnt_once_a_minute(demo, peer):
    client = Client()
    come_back(client, peer, go(client))
    peer.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    other = Client()
    assert come_back(other, peer, go(other)).status_code == 302
    peer.key, peer.shown = RSAKey.generate_key(2048, {"kid": "three"}), [peer.key]
    before = peer.asked.count("/keys")
    for _n in range(3):
        with pytest.raises(IdentityRefused):
            services.by_token(peer.token())
    assert peer.asked.count("/keys") == before


def test_an_answer_is_taken_once(demo, peer):
    client = Client()
    query = go(client)
    address = urlsplit(peer.allow({**query, "who": "0"}))
    assert client.get(f"{address.path}?{address.query}").status_code == 302
    assert client.get(f"{address.path}?{address.query}").status_code == 403


def test_a_code_used_before_is_refused_by_the_provider_and_by_us(demo, peer):
    client = Client()
    query = go(client)
    code = parse_qs(urlsplit(peer.allow(query)).query)["code"][0]
    peer.codes.pop(code)
    response = client.get("/cong-dan/tro-lai/", {"code": code, "state": query["state"]})
    assert response.status_code == 403 and not signed_in(client)


def test_an_answer_that_was_not_asked_for_is_refused(demo, peer):
    asking, victim = Client(), Client()
    query = go(asking)
    assert come_back(victim, peer, query).status_code == 403  # signing somebody in as the attacker
    assert come_back(asking, peer, query, state="x").status_code == 403
    assert not signed_in(victim) and not signed_in(asking)


def test_who_does_not_agree_is_told_that_nothing_was_sent(demo, peer):
    client = Client()
    query = go(client)
    response = client.get("/cong-dan/tro-lai/", {"error": "access_denied", "state": query["state"]})
    assert response.status_code == 403 and "chưa có gì được gửi đi" in response.content.decode()


def test_an_answer_after_ten_minutes_is_too_late(demo, peer):
    client = Client()
    query = go(client)
    with clock.freeze(_in(11)):
        assert come_back(client, peer, query).status_code == 403


def _in(minutes: int):
    from datetime import timedelta

    return clock.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/x" * 400,
        "\t//evil.example",
    ],
)
def test_nobody_is_sent_to_another_host(asked):
    assert own_path(asked, "/") == "/"


def test_the_way_on_is_kept_only_when_it_is_ours(demo, peer):
    client = Client()
    assert come_back(client, peer, go(client, "//evil.example/x"))["Location"] == "/"


def test_a_provider_that_is_away_is_said_so(demo, settings):
    settings.MOTCUA_IDENTITY_ISSUER, settings.MOTCUA_IDENTITY_CLIENT_ID = "http://127.0.0.1:9", CLIENT
    services.forget()
    assert Client().get("/cong-dan/dinh-danh/").status_code == 503


def test_half_an_hour_idle_ends_the_session_and_use_prolongs_it(demo, peer):
    client = Client()
    come_back(client, peer, go(client))
    with clock.freeze(_in(20)):
        assert signed_in(client)
    with clock.freeze(_in(45)):
        assert signed_in(client)
    with clock.freeze(_in(80)):
        assert not signed_in(client)


def test_signing_out_ends_it_here_and_names_the_providers_own_place(demo, peer):
    client = Client()
    come_back(client, peer, go(client))
    old = client.cookies["motcua_citizen"].value
    assert f"{peer.issuer}/end" in client.post("/cong-dan/dang-xuat/").content.decode()
    client.cookies["motcua_citizen"] = old
    assert not signed_in(client)


def test_signing_in_changes_the_key_of_the_session(demo, peer):
    client = Client()
    query = go(client)
    before = client.cookies["motcua_citizen"].value
    come_back(client, peer, query)
    assert client.cookies["motcua_citizen"].value != before


def test_an_officer_in_the_same_browser_is_pointed_out(demo, peer):
    from motcua.organisation.models import Account

    client = Client()
    client.force_login(Account.objects.get(login="tiepnhan.quynhson"))
    assert "đang đăng nhập một tài khoản cán bộ" in client.get("/cong-dan/dang-nhap/").content.decode()
    come_back(client, peer, go(client))
    page = client.get("/viec-can-lam/").content.decode()
    assert "phiên của người dân trên cùng trình duyệt" in page


def test_the_made_up_people_exist_only_in_a_demo_without_a_provider(demo, settings):
    settings.MOTCUA_DEMO = True
    client = Client()
    page = client.get("/cong-dan/dang-nhap/").content.decode()
    assert "DEMO" in page and "Lê Thị Ví Dụ" in page
    assert client.post("/cong-dan/danh-tinh-demo/", {"who": "040170009003"}).status_code == 302
    assert signed_in(client)
    settings.MOTCUA_DEMO = False
    assert not signed_in(client)
    assert Client().post("/cong-dan/danh-tinh-demo/", {"who": "040170009003"}).status_code == 404
    assert "Lê Thị Ví Dụ" not in Client().get("/cong-dan/dang-nhap/").content.decode()


def test_a_pseudonym_tells_neither_number_nor_kind_apart_from_its_key():
    person, company = (
        Identity("person", "A", citizen_number="040192009001"),
        Identity("organisation", "B", tax_code="040192009001"),
    )
    first = pseudonym(person, "key")
    assert first == pseudonym(person, "key") and len(first) == 64 and "040192" not in first
    assert len({first, pseudonym(company, "key"), pseudonym(person, "other")}) == 3
