"""The templates of results that the installation can set: named in a version's results, filled in by the floors above.

The catalogue cannot know who draws a permit or a certificate; whoever does names its templates here when Django starts.
"""

from __future__ import annotations

from collections.abc import Mapping

_known: dict[str, str] = {}


def install(titles: Mapping[str, str]) -> None:
    """Adds templates: name -> title for people. Called from an AppConfig's `ready`."""
    _known.update(titles)


def known() -> Mapping[str, str]:
    """Every template by its name."""
    return _known
