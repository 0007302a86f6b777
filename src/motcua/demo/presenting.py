"""The guided tour in the reader's language, as the page and docs/tour.md show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.demo.tour import STATIONS, Station
from motcua.organisation.models import ROLES

WORDS = re.compile(r"“([^”]+)”")
COMMANDS = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Stop:
    """A station as it is shown. `steps`: (what to do, what one sees); `path`: where it begins;
    `address`: the way there, by the sign-in page when it is an officer's; `here`: that officer is signed in in this browser; `parting`: the
    ten minutes end before it, and from here on stations may be left out."""

    number: int
    station: Station
    title: str
    role: str
    lasts: str
    steps: list[tuple[str, str]]
    why: str
    path: str
    address: str
    here: bool
    parting: bool

    @property
    def marked(self) -> list[tuple[SafeString, SafeString]]:
        return [(words_marked(text), words_marked(sees)) for text, sees in self.steps]

    @property
    def marked_why(self) -> SafeString:
        return words_marked(self.why)


def stops(code: str = "", login: str = "") -> list[Stop]:
    """All stations in order, for the visitor whose dossier has this code and who is signed in under this login."""
    return [
        Stop(
            number,
            station,
            _(station.title),
            _(ROLES[station.role]) if station.role else _("Người dân"),
            lasts(station.seconds),
            [(_(step.text), _(step.sees) if step.sees else "") for step in station.steps],
            _(station.why),
            station.path(code),
            way_in(station, station.path(code)),
            bool(login) and station.login == login,
            station.extra and not before.extra,
        )
        for number, (before, station) in enumerate(zip((STATIONS[0], *STATIONS), STATIONS, strict=False), 1)
    ]


def way_in(station: Station, path: str) -> str:
    """The sign-in page passes on by itself who is signed in under that login; all others it asks for the password."""
    if not station.login:
        return path
    return f"{settings.LOGIN_URL}?{urlencode({'ten': station.login, 'next': path})}"


def lasts(seconds: int) -> str:
    if seconds < 60:
        return _("%(seconds)s giây") % {"seconds": seconds}
    minutes = seconds // 60
    return ngettext("%(minutes)s phút", "%(minutes)s phút", minutes) % {"minutes": minutes}


def words_marked(text: str) -> SafeString:
    """What stands on the page is set apart from what we say of it."""
    marked = WORDS.sub(r'<b class="tour__word">\1</b>', escape(text))
    return mark_safe(COMMANDS.sub(r"<code>\1</code>", marked))  # noqa: S308 escaped above, and our own text
