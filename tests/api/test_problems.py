"""Whatever is sent, the API answers with a problem in Vietnamese: never a 500, never HTML, and nothing is written."""

import contextlib
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from motcua.demo.fixtures import Api, intake
from tests.api.conftest import Served

LOGIN = "tiepnhan.quynhson"


def checked(response: Any, status: int | set[int]) -> dict[str, Any]:
    """The problem, after what holds for every problem was checked."""
    assert response.status_code in ({status} if isinstance(status, int) else status), response.content[:300]
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    told = json.loads(response.content)
    assert told["status"] == response.status_code
    assert told["type"] == f"urn:motcua:problem:{response.status_code}"
    assert told["title"] and told["detail"].endswith(".")
    return told


def send(api: Api, body: bytes, media_type: str = "application/json", path: str = "/dossiers") -> Any:
    headers = {"Authorization": f"Bearer {api.token(LOGIN)}"}
    return api.client.post(f"/api/v1{path}", data=body, content_type=media_type, headers=headers)


# --- addresses and methods --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/dossiers/a/b/c", "/api/", "/api/v2/dossiers", "/api/v1/track/"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete", "put", "patch"])
def test_an_unknown_address(client: Client, db: None, method: str, path: str) -> None:
    checked(getattr(client, method)(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("delete", "/dossiers", {"GET", "POST"}),
        ("put", "/dossiers/X-1", {"GET"}),
        ("patch", "/worklist", {"GET"}),
        ("get", "/dossiers/X-1/acts", {"POST"}),
        ("options", "/dossiers", {"GET", "POST"}),
        ("trace", "/procedures", {"GET"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: Client, db: None, method: str, path: str, allow: set[str]
) -> None:
    response = getattr(client, method)(f"/api/v1{path}")
    checked(response, 405)
    assert {m.strip() for m in response["Allow"].split(",")} >= allow


@pytest.mark.parametrize(
    "path", ["/dossiers/A%00B", "/track/%00?secret=x", "/procedures/%00", "/procedures?q=%00", "/dossiers?q=a%00b"]
)
def test_a_nul_byte_in_the_address(api: Api, path: str) -> None:
    checked(api.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {api.token(LOGIN)}"}), 422)


@pytest.mark.parametrize(
    "code", ["%FF%FE", "a b", "../../etc/passwd", "%2e%2e", "x" * 65, "<script>", "H41.170-261122-0001'--"]
)
def test_a_code_that_is_none(api: Api, code: str) -> None:
    checked(
        api.client.get(f"/api/v1/dossiers/{code}", headers={"Authorization": f"Bearer {api.token(LOGIN)}"}), {404, 422}
    )


# --- who asks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "bearer wrong",
        "Basic dXNlcjpwYXNz",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 5000,
    ],
)
@pytest.mark.parametrize("path", ["/worklist", "/dossiers", "/dossiers/H41.170-261122-0001"])
def test_without_a_right_token(client: Client, db: None, path: str, header: str | None) -> None:
    response = client.get(f"/api/v1{path}", headers={} if header is None else {"Authorization": header})
    checked(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("position", ["x", "00000000-0000-0000-0000-000000000000", "é"])
def test_a_post_that_one_does_not_hold(api: Api, position: str) -> None:
    headers = {"Authorization": f"Bearer {api.token(LOGIN)}", "Motcua-Position": position}
    checked(api.client.get("/api/v1/worklist", headers=headers), 403)


# --- bodies -----------------------------------------------------------------------------------------------------------

WHOLE = json.dumps(intake(), ensure_ascii=False)
PLAIN = {**intake(), "components": [{"code": "01"}]}


def with_data(inner: str) -> bytes:
    return json.dumps({**PLAIN, "data": "@"}).replace('"@"', '{"x": ' + inner + "}").encode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"'a'", 400),
        (b"\x00", 400),
        (b"\xff\xfe\x00", 400),
        (WHOLE.encode("utf-16"), 400),
        (WHOLE.encode("utf-32"), 400),
        (WHOLE.encode("cp1258", "replace"), 400),
        (WHOLE.replace("Ước", "U\0oc").encode(), 400),  # a raw NUL is no JSON
        (WHOLE.encode().replace("Ước".encode(), b"\xed\xa0\x80"), 400),  # a lone surrogate in raw bytes
        (WHOLE.encode().replace("Ước".encode(), b"\\u0000"), 422),
        (WHOLE.encode().replace("Ước".encode(), b"\\ud800"), 422),
        (WHOLE.encode().replace(b'"full_name"', b'"full\\u0000name"'), 422),
        (with_data("NaN"), 400),
        (with_data("-Infinity"), 400),
        (with_data("1e400"), 400),  # reads as infinity
        (with_data("9" * 5000), 400),
        (with_data('"\\u0000"'), 422),
        (with_data('{"\\udfff": 1}'), 422),
        (with_data("[" * 40 + "]" * 40), 422),
        (with_data("[" * 600 + "]" * 600), 422),
        (with_data('{"a":' * 40 + "1" + "}" * 40), 422),
        (b"[" * 100_000, 400),
        (b"[" * 900 + b"]" * 900, {400, 422}),  # by the depth at which the reader gives up
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"1e5", 422),
    ],
)
def test_a_body_that_cannot_be_kept(api: Api, body: bytes, status: int | set[int]) -> None:
    checked(send(api, body), status)
    assert api.get(LOGIN, "/dossiers")[1]["items"] == []


@pytest.mark.parametrize(
    "inner", ["-1.5e3", "-1e-400", "9" * 4000, '"\\ud83d\\ude00"', "[" * 25 + "]" * 25, '{"a": null}', '"\\\\u0000"']
)
def test_a_strange_body_that_can_be_kept(api: Api, inner: str) -> None:
    response = send(api, with_data(inner))
    assert response.status_code == 201, response.content
    status, view = api.get(LOGIN, f"/dossiers/{response.json()['code']}")
    assert (status, view["data"]["x"]) == (200, json.loads(inner))


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"],
)
def test_a_body_of_another_kind(api: Api, media_type: str) -> None:
    checked(send(api, WHOLE.encode(), media_type), 415)


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "application/JSON"])
def test_json_by_any_of_its_names(api: Api, media_type: str) -> None:
    assert send(api, WHOLE.encode(), media_type).status_code == 201


def test_a_byte_order_mark_is_no_fault(api: Api) -> None:
    assert send(api, b"\xef\xbb\xbf" + WHOLE.encode()).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant": {**PLAIN["applicant"], "citizen_number": 40090001234}}, "applicant.citizen_number"),
        ({"applicant": []}, "applicant"),
        ({"applicant": {**PLAIN["applicant"], "fone": "0912"}}, "applicant.fone"),
        ({"components": {}}, "components"),
        ({"components": [{"code": "01"}] * 101}, "components"),
        ({"components": [{"code": "01", "originals": 10**30}]}, "components.0.originals"),
        ({"assisted": "maybe"}, "assisted"),
        ({"recieved_at": "2026-11-20T09:00:00+07:00"}, "recieved_at"),
        ({"received_at": "hôm qua"}, "received_at"),
        ({"received_at": 1e300}, "received_at"),
        ({"received_at": -(10**30)}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at"),
        ({"received_at": "9999-12-31T23:59:59-14:00"}, "received_at"),
        ({"subject": "x" * 501}, "subject"),
        ({"agency_code": "x" * 36}, "agency_code"),
    ],
)
def test_a_wrong_type_is_named_where_it_stands(api: Api, change: dict[str, Any], field: str) -> None:
    told = checked(send(api, json.dumps({**PLAIN, "channel": "post", **change}).encode()), 422)
    assert field in {e["field"] for e in told["errors"]}
    assert all(e["message"].endswith((".", "+07:00.")) for e in told["errors"])


def test_every_wrong_type_is_named_at_once(api: Api) -> None:
    told = checked(send(api, b'{"applicant": 1, "components": 2, "channel": 3, "data": 4}'), 422)
    assert {e["field"] for e in told["errors"]} == {
        *("procedure_code", "agency_code", "applicant", "components", "channel", "data"),
    }


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=99999999999999999999999",
        "state=lost",
        "overdue=perhaps",
        "received_from=24/11/2026",
        "received_from=2026-02-30",
        "cursor=x",
        "cursor=" + "A" * 200,
        "cursor=" + "A" * 201,
        "cursor=%F0%9F%98%80",
        "cursor=MjAyNi0xMS0yMHww",
        "cursor=OTk5OS0xMi0zMVQyMzo1OTo1OXwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA",  # no offset
        "q=" + "x" * 201,
        "agency=" + "x" * 36,
    ],
)
def test_a_wrong_parameter(api: Api, query: str) -> None:
    checked(api.client.get(f"/api/v1/dossiers?{query}", headers={"Authorization": f"Bearer {api.token(LOGIN)}"}), 422)


@pytest.mark.parametrize(
    "query",
    [
        "received_from=0001-01-01&received_to=9999-12-31",
        "received_from=9999-12-31&received_to=0001-01-01",
        "received_to=9999-12-30",
        "q=%ED%A0%80",  # a lone surrogate
        "q=%F4%8F%BF%BF",  # the last letter of Unicode
        "q=%25_'%22%5C;--",
        "q=" + "a%20" * 60,
        "procedure=%27%20OR%201=1",
        "agency=H99.999",
        "unknown=1",
        # 0001-01-01T00:00:00+14:00 and 9999-12-31T23:59:59-14:00, each with the id of zeros
        "cursor=MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA",
        "cursor=OTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMHwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA",
    ],
)
@pytest.mark.parametrize("path", ["/dossiers", "/worklist"])
def test_a_strange_parameter_finds_nothing(api: Api, path: str, query: str) -> None:
    status, found = api.get(LOGIN, f"{path}?{query}")
    assert (status, found["items"], found["next_cursor"]) == (200, [], None)


@pytest.mark.parametrize("key", ["", "x" * 201, "khóa", "a\tb"])
def test_a_key_that_is_none(api: Api, key: str) -> None:
    status, body = api.post(LOGIN, "/dossiers", PLAIN, **{"Idempotency-Key": key})
    assert (status, body["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(api: Api) -> None:
    first = api.post(LOGIN, "/dossiers", PLAIN, **{"Idempotency-Key": "k1"})
    again = api.post(LOGIN, "/dossiers", PLAIN, **{"Idempotency-Key": "k1"})
    assert first == again and first[0] == 201
    assert api.post(LOGIN, "/dossiers", {**PLAIN, "subject": "khác"}, **{"Idempotency-Key": "k1"})[0] == 409
    act = {"act": "hand_over", "version": 1}
    path = f"/dossiers/{first[1]['code']}/acts"
    assert api.post(LOGIN, path, act, **{"Idempotency-Key": "k1"})[0] == 409, "a key belongs to one request"
    done = api.post(LOGIN, path, act, **{"Idempotency-Key": "k2"})
    assert done == api.post(LOGIN, path, act, **{"Idempotency-Key": "k2"}) and done[0] == 200


# --- over the wire ----------------------------------------------------------------------------------------------------


def raw(
    served: Served, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any
) -> Any:
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=20)
    try:
        # A server may answer and hang up before it has read ten megabytes.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body, headers or {}, **more)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type"), answer.read()
    finally:
        connection.close()


def test_a_real_server_says_the_same(served_demo: Served) -> None:
    """10 MB, chunks without a length, HEAD and a hostile address, as a socket sends them."""
    mine = {**served_demo.bearer(LOGIN), "Content-Type": "application/json"}
    big = b'{"subject": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    for status, method, path, body, headers, more in (
        (413, "POST", "/api/v1/dossiers", big, mine, {}),
        (413, "POST", "/api/v1/nothing", big, {}, {}),
        (422, "POST", "/api/v1/dossiers", iter([WHOLE.encode()]), mine, {"encode_chunked": True}),  # no length: no body
        (405, "OPTIONS", "/api/v1/dossiers", None, {}, {}),
        (405, "BREW", "/api/v1/dossiers", None, {}, {}),
        (422, "GET", "/api/v1/dossiers?q=%00", None, mine, {}),
        (422, "GET", "/api/v1/dossiers/%00", None, mine, {}),
        (404, "GET", "/api/v1/%2e%2e/%2e%2e/etc/passwd", None, {}, {}),
        (401, "GET", "/api/v1/worklist", None, {}, {}),
    ):
        found, media_type, answer = raw(served_demo, method, path, body, headers, **more)
        assert (found, media_type) == (status, "application/problem+json"), (method, path, answer[:200])
        assert json.loads(answer)["status"] == status
    found, media_type, answer = raw(served_demo, "HEAD", "/api/v1/procedures")
    assert found in (200, 405) and answer == b"" and "html" not in str(media_type)
    assert served_demo.api.get(LOGIN, "/dossiers")[1]["items"] == []
