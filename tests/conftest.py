"""Journeys, load and faults: tests of the whole house, beside the unit tests in each app."""

from collections.abc import Iterator

import pytest

from motcua.config import browser


@pytest.fixture
def page(chromium) -> Iterator[object]:
    """A page in a context of its own, in Vietnamese. A script error on it fails the test."""
    context = chromium.new_context(**browser.OURS)
    found = context.new_page()
    errors: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    yield found
    context.close()
    assert not errors, errors
