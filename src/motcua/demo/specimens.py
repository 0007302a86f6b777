"""Specimen signatures and seals for the demo, drawn by code and saying so: nobody's hand, no State emblem."""

from __future__ import annotations

import math
import random

from motcua.places.text import fold

BLUE, RED = "#1f3fa8", "#c8102e"


def signature(name: str) -> bytes:
    """A handwritten-looking stroke made from the letters of the given name, with DEMO beneath it; SVG, transparent ground."""
    letters = fold(name).split()[-1] or "demo"
    chance = random.Random(fold(name))
    points = _initial(chance)
    x = 150.0
    for number, letter in enumerate((letters * 2)[: max(4, len(letters))]):
        height = (58 if letter in "bdfhklt" else 30) * (1 - 0.05 * number)
        depth = 34 if letter in "gjpqy" else 4
        width = 26.0 + 5 * (ord(letter) % 4)
        points += [
            (x, 112 + depth * 0.2),
            (x + width * 0.55, 112 - height),
            (x + width * 0.18, 112 - height * 0.72),
            (x + width * 0.62, 112 + depth),
            (x + width, 108),
        ]
        x += width * (0.92 + 0.1 * chance.random())
    points += [(x + 30, 96), (x + 64, 104), (x + 20, 134), (120, 150), (60, 146), (150, 137), (x + 72, 128)]
    stroke = f'fill="none" stroke="{BLUE}" stroke-linecap="round" stroke-linejoin="round"'
    across = x + 100
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} 190">'
        f'<path d="{_smooth(points)}" {stroke} stroke-width="3.6"/>'
        f'<path d="{_smooth(points[:9])}" {stroke} stroke-width="4.6"/>'
        f'<path d="{_demo(across / 2 - 38, 166)}" {stroke} stroke-width="1.6"/></svg>'
    ).encode()


def seal(agency: str) -> bytes:
    """A round red mark with the agency's name around DẤU MẪU – DEMO; SVG, transparent ground. Not the shape of a State seal's middle."""
    text = f"{agency.upper()} · DEMO"
    size = min(17.0, 2 * math.pi * 76 / max(1, len(text)) / 0.74)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" fill="none" stroke="{RED}">'
        f'<circle cx="100" cy="100" r="97" stroke-width="3.4"/><circle cx="100" cy="100" r="64" stroke-width="1.6"/>'
        f'<g fill="{RED}" stroke="none" font-family="Tinos" font-weight="bold" text-anchor="middle">'
        f"{_around(text, size)}"
        f'<text x="100" y="93" font-size="20">DẤU MẪU</text><text x="100" y="118" font-size="20">DEMO</text>'
        f'<text x="100" y="137" font-size="8.5" font-weight="normal">không có giá trị pháp lý</text></g></svg>'
    ).encode()


def _around(text: str, size: float) -> str:
    """Each letter turned to stand on the circle, from lower left over the top to lower right."""
    span = math.radians(330)
    drawn = []
    for number, letter in enumerate(text):
        turn = -span / 2 + span * (number + 0.5) / len(text)
        x, y = 100 + 74 * math.sin(turn), 100 - 74 * math.cos(turn)
        if letter != " ":
            drawn.append(
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" '
                f'transform="rotate({math.degrees(turn):.1f} {x:.1f} {y:.1f})">{letter}</text>'
            )
    return "".join(drawn)


def _initial(chance: random.Random) -> list[tuple[float, float]]:
    lean = chance.uniform(-8, 8)
    return [
        (58, 58), (40, 84), (66, 98), (104 + lean, 46), (112 + lean, 20), (92 + lean, 34), (84, 96), (80, 128), (60, 132),
        (70, 104), (118, 82), (134, 92), (128, 110),
    ]  # fmt: skip


def _smooth(points: list[tuple[float, float]]) -> str:
    """A curve through all points (Catmull-Rom, as cubic Béziers)."""
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(len(points) - 1):
        before, here, there, after = (
            points[max(0, i - 1)],
            points[i],
            points[i + 1],
            points[min(len(points) - 1, i + 2)],
        )
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        path.append("C" + " ".join(f"{p[0]:.1f} {p[1]:.1f}" for p in (first, second, there)))
    return "".join(path)


def _demo(x: float, y: float) -> str:
    """The word DEMO in strokes, so that the picture needs no typeface."""
    shapes = (
        "m0 0v16h5a6 8 0 0 0 0-16z",
        "m18 0v0h10m-10 8h8m-8 8h10m-10-16v16",
        "m40 16v-16l7 9l7-9v16",
        "m66 8a6.5 8 0 1 0 13 0a6.5 8 0 1 0 -13 0",
    )
    return "".join(f"M{x:.1f} {y:.1f}{shape}" for shape in shapes)
