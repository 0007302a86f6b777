"""Printing the board: set once for what stands on it, then handed out as it was stored."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.board import rules
from motcua.board.rules import Board
from motcua.documents import queries as stored
from motcua.documents import services as issuing
from motcua.documents.models import IssuedForm
from motcua.organisation.errors import NotFound


def print_board(province_id: int, board: Board, base_url: str, field: str = "") -> tuple[IssuedForm, bytes]:
    """The printed board, or the poster of one field, with its PDF. Call inside a scope of the province.

    Setting 300 procedures takes longer than a page may: the file is kept under the hash of what it says, so that each
    state of a board is set once. Raises NotFound for a field that the board does not have.
    """
    if field and field not in dict(board.fields):
        raise NotFound(_("Bảng này không có lĩnh vực được chọn."))
    data = rules.printed(board, base_url, field=field, demo=settings.MOTCUA_DEMO)
    issued = issuing.issue("board", rules.identity(data), "board", 1, province_id, lambda: data)
    return issued, stored.content(issued.file)
