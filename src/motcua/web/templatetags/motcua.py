"""The components as template tags: ``{% load motcua %}``. README.md beside this package shows each with its result."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet
from django.template import Context, Node, NodeList, TemplateSyntaxError, Variable, VariableDoesNotExist
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from motcua.web import formatting
from motcua.worktime import clock

register = template.Library()

TONES = {"", "quiet", "attention", "done", "late"}
# National status of a dossier -> tone of its tag: gold where somebody must act, green where nothing is left to do.
STATUS_TONES = {
    1: "",
    2: "",
    3: "quiet",
    4: "",
    5: "attention",
    6: "attention",
    7: "quiet",
    8: "quiet",
    9: "done",
    10: "done",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

register.filter("number", formatting.number)
register.filter("money", formatting.money)
register.filter("vndate", formatting.date)
register.filter("vntime", formatting.time)
register.filter("moment", formatting.moment)


@register.filter
def mask(value: object, shown: int = 3) -> SafeString:
    """The last letters of a citizen number or telephone; a screen reader hears how it ends, not nine bullets."""
    hidden = formatting.mask(value, shown)
    end = hidden.lstrip(formatting.BULLET)
    if not hidden:
        return SafeString("")
    words = _("đã che, kết thúc bằng %(end)s") % {"end": end} if end else _("đã che")
    return format_html(
        '<span class="code"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>',
        hidden,
        words,
    )


@register.filter
def status_tone(status: int | None) -> str:
    """The tone of a national status (1 to 10): ``{% tag label status|status_tone %}``."""
    return STATUS_TONES.get(status, "") if status is not None else ""


@register.filter
def tone(value: str) -> str:
    """The value when it is a tone, else nothing: an unknown tone must not become a class name."""
    return value if value in TONES else ""


@register.simple_tag
def when(value: dt.datetime | dt.date | None) -> SafeString:
    """``<time>`` with the Vietnamese writing inside and ISO 8601 in the attribute."""
    if value is None:
        return SafeString("")
    iso = formatting.local(value).isoformat(timespec="minutes") if isinstance(value, dt.datetime) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, formatting.moment(value))


@register.simple_tag
def field(bound: Any) -> SafeString:
    """A field of a Django form, whole: the same as ``{{ form.name }}``."""
    return bound.as_widget() if bound.is_hidden else bound.as_field_group()


@register.inclusion_tag("components/input.html", name="input")
def input_tag(name: str, label: str, **options: Any) -> dict[str, Any]:
    """A text field outside a Django form: hint, error, value, type, autocomplete, inputmode, width (w-2 … w-full), required, autofocus."""
    kind = options.pop("type", "text")
    return {"name": name, "label": label, "type": kind, "id": options.pop("id", f"id_{name}"), **options}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: Any) -> dict[str, Any]:
    """All errors of forms, formsets or ``(anchor, message)`` pairs, each a link to its field; nothing without errors."""
    items = [item for source in sources for item in _errors(source)]
    return {"items": items, "count": len(items)}


def _errors(source: Any) -> Iterable[tuple[str, str]]:
    if isinstance(source, BaseFormSet):
        yield from (("", str(message)) for message in source.non_form_errors())
        for form in source.forms:
            yield from _errors(form)
    elif isinstance(source, BaseForm):
        yield from (("", str(message)) for message in source.non_field_errors())
        for bound in source:
            anchor = "" if bound.is_hidden else getattr(bound, "anchor", bound.id_for_label)
            yield from ((anchor, str(message)) for message in bound.errors)
    elif source:
        yield from source


@register.inclusion_tag("components/button.html")
def button(label: str, kind: str = "", href: str = "", key: str = "", **attributes: Any) -> dict[str, Any]:
    """A button (or, with ``href``, a link that looks like one). ``kind``: "", secondary, danger; ``key``: its Alt letter.

    Other keyword arguments become attributes, ``_`` read as ``-``: ``name="act" value="refuse" hx_post="…"``.
    """
    if not href:
        attributes.setdefault("type", "submit")
    small = attributes.pop("small", False)
    pairs = [(name.replace("_", "-"), value) for name, value in attributes.items() if value not in (None, False)]
    return {"label": label, "kind": kind, "href": href, "key": key, "small": small, "attributes": pairs}


@register.simple_tag
def tag(label: str, tone_name: str = "") -> SafeString:
    """The state of a thing in one or two words. Tones: "", quiet, attention, done, late."""
    modifier = f" tag--{tone_name}" if tone(tone_name) else ""
    return format_html('<span class="tag{}">{}</span>', modifier, label)


@register.inclusion_tag("components/deadline.html", takes_context=True)
def deadline(
    context: Context,
    due: dt.datetime | None,
    closed_at: dt.datetime | None = None,
    soon: bool | None = None,
    text: str = "",
    now: dt.datetime | None = None,
    paused: bool = False,
) -> dict[str, Any]:
    """How long, then when. ``soon`` overrides the rule "within 24 hours"; ``text`` overrides the words (working days); ``paused``: the clock
    stands, and the date will be another one."""
    if due is None:
        return {"due": None}
    if paused:
        return {"due": due, "level": "soon", "paused": True}
    present = now or context.get("now") or clock.now()
    found = formatting.closed(due, closed_at) if closed_at else formatting.distance(due, present)
    level = found.level
    if soon is not None and level in {"soon", "ahead"}:
        level = "soon" if soon else "ahead"
    return {"due": due, "level": level, "text": text or found.text, "closed_at": closed_at}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """What is known of one thing. Rows: ``(label, value)`` or mappings ``label, value, href, action``; empty values show "—"."""
    return {"rows": [row if isinstance(row, Mapping) else {"label": row[0], "value": row[1]} for row in rows]}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A history. Entries: mappings ``title, at, actor, text, tone, current`` (all but the title may be missing)."""
    return {"entries": entries}


@register.inclusion_tag("components/figures.html")
def figures(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Numbers and what they count. Items: mappings ``label, value, href, tone, note`` (tone: late, soon, done; note: a line below)."""
    return {"items": items}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """``{% breadcrumbs "Trang đầu" "/" "Hồ sơ" url %}``: label and address by turns."""
    return {"links": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: Context, next: str | None = None, previous: str | None = None, name: str = "cursor"
) -> dict[str, Any]:
    """Forwards and backwards by cursor, keeping the other filters of the address. Nothing when there is one page only."""
    request = context.get("request")

    def link(cursor: str) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{name}={cursor}"
        query[name] = cursor
        return f"?{query.urlencode()}"

    return {"next": link(next) if next else "", "previous": link(previous) if previous else ""}


@register.inclusion_tag("components/progress.html")
def progress(value: int, maximum: int, label: str) -> dict[str, Any]:
    """How far long work has come, in words and as a bar."""
    return {"value": value, "maximum": maximum, "label": label}


@register.simple_tag(takes_context=True)
def idempotency_key(context: Context) -> SafeString:
    """The hidden field that makes a second sending of the same form harmless.

    A form that comes back with errors keeps its key: nothing was written under it yet.
    """
    request = context.get("request")
    sent = request.POST.get("idempotency_key", "") if request else ""
    value = sent if UUID.fullmatch(sent) else str(uuid.uuid4())
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', value)


@register.simple_tag
def address(name: str, fallback: str = "", *parts: object) -> str:
    """The address of a named page, or ``fallback`` while no app provides it (error pages must never fail on a link).
    ``parts`` are what the address asks for."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return fallback


@register.inclusion_tag("components/table.html", takes_context=True)
def table(
    context: Context,
    caption: str,
    columns: Iterable[Mapping[str, Any]],
    rows: Iterable[Any],
    empty: str = "",
    dense: bool = False,
) -> dict[str, Any]:
    """A table from data, which becomes a stack of label and value on a phone.

    Columns: mappings ``label, key`` and optionally ``kind`` (text, number, money, date, moment, deadline, tag, code),
    ``href`` (key of the address to link to), ``tone`` (key of the tag's tone), ``head`` (true: heads the row).
    Rows: mappings or objects; keys may be dotted; a row's own ``tone`` "late" marks the whole row.
    """
    listed = [dict(column) for column in columns]
    if listed and not any(column.get("head") for column in listed):
        listed[0]["head"] = True
    return {
        "now": context.get("now"),
        "caption": caption,
        "columns": listed,
        "empty": empty or _("Không có mục nào."),
        "dense": dense,
        "rows": [{"late": _pick(row, "tone") == "late", "cells": [_cell(row, c) for c in listed]} for row in rows],
    }


def _pick(row: Any, key: str | None) -> Any:
    if not key:
        return None
    try:
        return Variable(key).resolve(row if isinstance(row, Mapping) else {**_attributes(row, key)})
    except (VariableDoesNotExist, TemplateSyntaxError):
        return None


def _attributes(row: Any, key: str) -> dict[str, Any]:
    first = key.split(".", 1)[0]
    return {first: getattr(row, first)} if hasattr(row, first) else {}


def _cell(row: Any, column: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "column": column,
        "kind": column.get("kind", "text"),
        "value": _pick(row, column["key"]),
        "href": _pick(row, column.get("href")),
        "tone": _pick(row, column.get("tone")) or "",
    }


class BlockComponent(Node):
    """A component with content: ``{% name option=… %}…{% endname %}``, drawn by ``components/<name>.html``."""

    def __init__(self, name: str, content: NodeList, options: dict[str, FilterExpression]) -> None:
        self.name, self.content, self.options = name, content, options

    def render(self, context: Context) -> SafeString:
        options = {name: value.resolve(context) for name, value in self.options.items()}
        return render_to_string(f"components/{self.name}.html", {**options, "content": self.content.render(context)})


def _block(name: str) -> None:
    def compile_block(parser: Parser, token: Token) -> BlockComponent:
        bits = token.split_contents()[1:]
        options = token_kwargs(bits, parser)
        if bits:
            raise TemplateSyntaxError(f"{name}: options are written name=value, not {bits[0]!r}")
        content = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return BlockComponent(name, content, options)

    register.tag(name, compile_block)


for _name in ("button_row", "notification", "fieldset", "field_row", "table_frame", "more", "sheet"):
    _block(_name)
