"""Whose attempts are counted: the visitor's address as the last proxy we trust saw it, never what the visitor wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from motcua.organisation.authentication import remote_address
from motcua.organisation.models import Throttle

PROXY = "10.0.0.7"


def seen(settings: Any, proxies: int, forwarded: str | None) -> str:
    settings.MOTCUA_TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return remote_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, PROXY),
        (0, "203.0.113.9", PROXY),  # written by the visitor: nobody in front of us could have
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the first is the visitor's own invention
        (2, "1.2.3.4, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (1, " 2001:DB8:0::1 ", "2001:db8::/64"),
        (1, "2001:db8::ffff:1", "2001:db8::/64"),  # the neighbour's address is the same visitor's
        (1, "2001:db8:0:1::1", "2001:db8:0:1::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, None, PROXY),
        (1, "", PROXY),
        (2, "203.0.113.9", PROXY),  # fewer proxies than were promised
        (1, "203.0.113.9, unknown", PROXY),
        (1, "203.0.113.9, '; DROP TABLE x", PROXY),
        (-1, "203.0.113.9", PROXY),
    ],
)
def test_the_address_is_the_one_our_outermost_proxy_saw(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    assert seen(settings, proxies, forwarded) == address


@pytest.mark.parametrize(("proxies", "buckets"), [(0, 1), (1, 3)])
def test_a_new_address_in_the_header_is_a_new_visitor_only_behind_a_trusted_proxy(
    db: None, settings: Any, proxies: int, buckets: int
) -> None:
    settings.MOTCUA_TRUSTED_PROXIES = proxies
    for number in range(3):
        sent = {"login": f"nobody{number}", "password": "not the right one"}
        Client().post("/dang-nhap/", sent, headers={"X-Forwarded-For": f"203.0.113.{number}"}, REMOTE_ADDR=PROXY)
    assert Throttle.objects.filter(bucket="sign_in.address").count() == buckets
