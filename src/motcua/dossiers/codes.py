"""The code of a dossier as people and scanners give it."""

from __future__ import annotations


def scanned_code(text: str) -> str:
    """The dossier code in what a scanner typed: the code itself, or the address in the QR code of a label."""
    text = text.strip()
    marker = "/ho-so/"
    if marker in text:
        text = text.partition(marker)[2].partition("/")[0]
    return text.strip().upper()[:64]
