"""A QR code on a page: one SVG element, no style, no script, nothing fetched."""

from __future__ import annotations

from io import BytesIO

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def qr_svg(payload: str, words: str) -> SafeString:
    """The payload as a QR code (error level M); `words` is what a screen reader says in its place."""
    picture = BytesIO()
    segno.make(payload, error="m", micro=False).save(
        picture, kind="svg", border=4, xmldecl=False, nl=False, omitsize=True, light="#fff"
    )
    # Made by segno from figures alone: nothing of the payload is in the markup.
    drawn = mark_safe(picture.getvalue().decode())  # noqa: S308
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', words, drawn)
