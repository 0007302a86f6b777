"""What was added to a PDF after one of its revisions, in words for who receives it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

DEEPEST, MOST_PAGES = 32, 5000
ANNOTATIONS = {
    "/FreeText": gettext_noop("ghi chú chữ"),
    "/Text": gettext_noop("ghi chú"),
    "/Stamp": gettext_noop("hình con dấu"),
    "/Ink": gettext_noop("nét vẽ"),
    "/Highlight": gettext_noop("tô sáng"),
    "/Link": gettext_noop("liên kết"),
    "/FileAttachment": gettext_noop("tệp đính kèm"),
    "/Square": gettext_noop("khung vẽ"),
    "/Widget": gettext_noop("ô biểu mẫu"),
}


def added_since(reader: PdfFileReader, revision: int) -> tuple[str, ...]:
    """The visible differences between `revision` (counted from 0) and the file as it is: pages, their content, annotations, attachments.

    Empty when only something else differs, or the older state cannot be read.
    """
    try:
        before = reader.get_historical_resolver(revision).root
        now = reader.root
        old, new = _pages(before["/Pages"]), _pages(now["/Pages"])
        found = []
        if len(new) > len(old):
            found.append(_("%(count)s trang") % {"count": len(new) - len(old)})
        elif len(new) < len(old):
            found.append(_("bớt %(count)s trang") % {"count": len(old) - len(new)})
        changed = [n for n, (a, b) in enumerate(zip(old, new, strict=False), 1) if _content(a) != _content(b)]
        if changed:
            listed = ", ".join(map(str, changed[:5])) + (" …" if len(changed) > 5 else "")
            found.append(_("nội dung trang %(numbers)s") % {"numbers": listed})
        more = Counter(_annotations(new)) - Counter(_annotations(old))
        other = gettext_noop("chú thích")
        found += [f"{count} {_(ANNOTATIONS.get(kind, other))}" for kind, count in sorted(more.items())]
        if "/EmbeddedFiles" in _of(now, "/Names", {}) and "/EmbeddedFiles" not in _of(before, "/Names", {}):
            found.append(_("tệp đính kèm"))
    except (PdfError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return ()
    return tuple(found)


def _pages(node: Any, depth: int = 0) -> list[Any]:
    if depth > DEEPEST:
        raise ValueError("page tree too deep")
    if "/Kids" not in node:
        return [node]
    found: list[Any] = []
    for kid in _each(node["/Kids"]):
        found += _pages(kid, depth + 1)
        if len(found) > MOST_PAGES:
            raise ValueError("too many pages")
    return found


def _of(dictionary: Any, key: str, default: Any) -> Any:
    """The entry itself; `get` gives a reference that is not followed."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401


def _each(array: Any) -> list[Any]:
    """The members themselves; iterating gives references that are not followed."""
    return [array[number] for number in range(len(array))]


def _content(page: Any) -> list[bytes]:
    """The page's drawing instructions, stream by stream."""
    contents = _of(page, "/Contents", [])
    return [one.data for one in ([contents] if hasattr(contents, "data") else _each(contents))]


def _annotations(pages: list[Any]) -> list[str]:
    """The kinds of all annotations but the boxes of signatures."""
    kinds = []
    for page in pages:
        for one in _each(_of(page, "/Annots", [])):
            if _of(one, "/Subtype", "") == "/Widget" and _of(one, "/FT", "") == "/Sig":
                continue
            kinds.append(str(_of(one, "/Subtype", "")))
    return kinds
