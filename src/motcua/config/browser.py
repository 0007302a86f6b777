"""Chromium for tests and for `tools/walk_pages.py`: how it is started, and what a page is held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
OFF = (
    *(
        "AvoidUnnecessaryBeforeUnloadCheckSync",
        "DestroyProfileOnBrowserClose",
        "HttpsUpgrades",
        "HttpsFirstBalancedModeAutoEnable",
    ),
    *(
        "LensOverlay",
        "MediaRouter",
        "PaintHolding",
        "ThirdPartyStoragePartitioning",
        "AvoidCorsURLLoaderRestartOnRedirect",
    ),
    *("TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"),
)
"""Features that are off: those Playwright turns off (of two lists Chromium takes the last, so they stand here again), and the pages behind an address
bar that nobody sees, which each new context drew in a process of its own: 0.7 of its 0.96 s of processor time."""
FLAGS = [
    f"--disable-features={','.join(OFF)}",
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
OURS = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
"""Of every browser context: where our readers are."""
NARROW = 320
"""The narrowest screen a page must fit (WCAG 2.2, 1.4.10)."""


@contextmanager
def started() -> Iterator[Any]:
    """Playwright's browser. A process may start Playwright only once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe finds on the page shown: (rule, the elements that break it)."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def overflow(page: Any, width: int = NARROW) -> int:
    """By how many pixels the page shown is wider than a screen of `width`; 0 when it fits. The window keeps its size."""
    usual = page.viewport_size
    page.set_viewport_size({"width": width, "height": 700})
    needed = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(usual)
    return max(0, int(needed))
