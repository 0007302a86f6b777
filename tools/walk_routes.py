"""The routes of the URL configuration that may be pages, and the reason why one is not visited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OUTSIDE = ("api/", "i18n/", "xem-du-lieu/")
"""Whole branches that are no pages of ours: the API (tests/api), Django's language switch, Django's admin."""
DOWNLOAD, FRAGMENT = "a file, not a page", "a part that a page fetches"
UNWALKED = {
    "health-live": "for machines",
    "health-ready": "for machines",
    "metrics": "for machines",
    "identity:go": "leads to the identity provider, which a demo has not",
    "identity:back": "comes from the identity provider, which a demo has not",
    "dossiers:receive_find": FRAGMENT,
    "dossiers:receive_version": FRAGMENT,
    "dossiers:receive_promise": FRAGMENT,
    "dossiers:receive_earlier": FRAGMENT,
    "catalogue:live": FRAGMENT,
    "oversight:notes_sync": FRAGMENT,
    **dict.fromkeys(
        (
            *("board:sheets", "board:board_qr", "board:procedure_qr"),
            *("documents:signed_sample", "dossiers:label", "dossiers:receipt", "dossiers:form", "dossiers:book_pdf"),
            *("dossiers:result_draft_pdf", "dossiers:result_pdf", "dossiers:hand_over_pdf", "dossiers:filing_file"),
            *("dossiers:file", "dossiers:file_preview", "dossiers:track_form", "dossiers:track_file"),
            *("dossiers:track_result", "dossiers:mine_result", "indicators:coverage_csv", "indicators:office_csv"),
            *(
                "casepages:file",
                "casepages:preview",
                "letters:paper",
                "letters:denunciation_paper",
                "letters:book_xlsx",
            ),
            *(
                "letters:export_file",
                "letters:reception_book_file",
                "letters:reception_refusal",
                "letters:field_photo",
                "letters:field_public_photo",
            ),
            *("oversight:visit_pdf", "oversight:visit_docx", "oversight:notes_worker", "steering:brief"),
            *("oversight:reminder_letter", "oversight:report_pdf", "oversight:report_docx", "oversight:team_summary"),
            "demo:sample",
            *("organisation:import_template", "payments:receipt_pdf", "payments:closing_pdf", "payments:ledger_csv"),
        ),
        DOWNLOAD,
    ),
}


@dataclass(frozen=True)
class Route:
    """`name` with its namespace; `parameters` of its address; `methods` that its view takes, empty for all."""

    name: str
    parameters: frozenset[str]
    methods: frozenset[str]

    @property
    def page(self) -> bool:
        return not self.methods or "GET" in self.methods


def routes() -> list[Route]:
    """Every route of the URL configuration that may be a page, in its order."""
    return list(_routes(get_resolver(), "", frozenset()))


def _routes(resolver: URLResolver, space: str, above: frozenset[str]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        given = above | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith(OUTSIDE):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from _routes(entry, inner, given)
        elif isinstance(entry, URLPattern):
            yield Route(f"{space}{entry.name}", given, methods(entry.callback))


def methods(view: Any) -> frozenset[str]:
    """What `require_http_methods` and its kin let through, wherever in the chain of decorators it stands."""
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            return frozenset(view.__closure__[names.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return frozenset()
