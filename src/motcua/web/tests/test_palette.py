"""WCAG 2.2: text reaches 4.5:1 (1.4.3), edges of controls and marks reach 3:1 (1.4.11)."""

import re
from itertools import product
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[1] / "static" / "motcua" / "motcua.css"
PALETTE = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", STYLES.read_text()[:2000]))
GROUNDS = ["paper", "sheet", "shade"]
TEXT = [
    *product(["ink", "ink-soft", "lacquer", "lacquer-deep", "gold", "green"], ["paper", "sheet"]),
    *product(["ink", "ink-soft"], ["shade"]),
    *[("gold", "gold-wash"), ("ink", "gold-wash"), ("green", "green-wash"), ("ink", "green-wash")],
    *[("lacquer", "lacquer-wash"), ("lacquer-deep", "lacquer-wash"), ("ink", "lacquer-wash")],
    *[("sheet", "lacquer"), ("sheet", "lacquer-deep"), ("paper", "ink")],
]
EDGES = [*product(["edge", "ink", "lacquer"], GROUNDS), ("gold-line", "ink")]


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" or "#rgb", as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(PALETTE[one]), luminance(PALETTE[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(edge, ground):
    assert contrast(edge, ground) >= 3
