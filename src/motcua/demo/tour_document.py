"""docs/tour.md, written from the stations: `python -m motcua.demo.tour_document docs/tour.md` writes it, without a file it is printed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.utils import translation
from django.utils.translation import gettext as _


def text() -> str:
    """The whole document, Vietnamese first."""
    parts = [
        "<!-- Written by `python -m motcua.demo.tour_document docs/tour.md` from src/motcua/demo/tour.py. Change it there. -->"
    ]
    for language, heading in (("vi", "## Tiếng Việt"), ("en", "## English")):
        with translation.override(language):
            parts += [heading, *_half()]
    return "\n\n".join(parts) + "\n"


def _half() -> list[str]:
    from motcua.demo import presenting
    from motcua.demo.tour import EXTRA_MINUTES, MINUTES

    found = [
        _(
            "Sau `make run`, mở `/tham-quan/` (hàng trên cùng của mọi trang demo dẫn tới đó): cùng những trạm này, với nút đăng nhập điền sẵn tên"
            " và tờ giấy mẫu để đính kèm. %(stations)s trạm trong %(minutes)s phút; thêm %(more)s phút cho các trạm cuối là gặp đủ mọi vai."
            " Mật khẩu chung và mật khẩu chứng thư in ở cửa sổ lệnh."
            " Một bài kiểm thử đi qua từng trạm đúng như viết ở đây."
        )
        % {
            "stations": sum(not stop.station.extra for stop in presenting.stops()),
            "minutes": MINUTES,
            "more": EXTRA_MINUTES,
        }
    ]
    for stop in presenting.stops():
        who = f"{stop.role}, `{stop.station.login}` ({stop.station.officer})" if stop.station.login else stop.role
        address = stop.station.path("…") if stop.station.login else stop.path
        if stop.parting:
            found.append(
                "*"
                + _("Hết %(minutes)s phút. Các trạm sau bỏ qua cũng được; đi hết thì thêm %(more)s phút.")
                % {"minutes": MINUTES, "more": EXTRA_MINUTES}
                + "*"
            )
        found.append(f"### {stop.number}. {stop.title}")
        found.append(f"*{who} · `{address}` · {stop.lasts}*")
        lines = []
        for number, (todo, sees) in enumerate(stop.steps, 1):
            lines.append(f"{number}. {todo}")
            if sees:
                lines.append(f"   - **{_('Bạn sẽ thấy')}:** {sees}")
        found.append("\n".join(lines))
        found.append(f"> {stop.why}")
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    django.setup()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text(), encoding="utf-8")
    else:
        print(text(), end="")
