"""Shows `motcua verify` before and after somebody with the owner's rights tampers with the journal by SQL. Touches a throw-away database only.

    .venv/bin/python tools/show_verify.py

A demo province is made in an embedded PostgreSQL of its own in a temporary folder, a dozen dossiers are worked and sealed, then the owner
alters one entry, deletes one and inserts one back-dated, and the command is asked again.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

DEEDS = (
    (
        "sửa nội dung một mục (kết quả ký duyệt thành từ chối)",
        "UPDATE casework_entry SET payload = jsonb_set(payload, '{outcome}', '\"rejected\"')"
        " WHERE act = 'sign_off' AND id = (SELECT min(id::text)::uuid FROM casework_entry WHERE act = 'sign_off')",
    ),
    (
        "xóa một mục",
        "DELETE FROM casework_entry WHERE id = (SELECT max(id::text)::uuid FROM casework_entry WHERE act = 'assign')",
    ),
    (
        "chèn một mục lùi ngày, và nâng phiên bản hồ sơ cho khớp",
        "WITH forged AS (UPDATE casework_case SET version = version + 1 WHERE id = (SELECT min(id::text)::uuid FROM casework_case WHERE state = 'received')"
        " RETURNING id, province_id, version)"
        " INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, happened_at, recorded_at, payload)"
        " SELECT gen_random_uuid(), province_id, 'dossier', id, id, version, 'correct', 'system', now() - interval '3 days', now() - interval '3 days',"
        " '{\"after\": {}}' FROM forged",
    ),
)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="motcua-show-") as folder:
        os.environ |= {"MOTCUA_HOME": folder, "MOTCUA_LOG": "CRITICAL", "MOTCUA_ALLOWED_HOSTS": "testserver"}
        os.environ.pop("DATABASE_URL", None)
        from motcua.config import postgres

        with postgres.environment():
            os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"
            import django

            django.setup()
            return show()


def show() -> int:
    from django.db import connections

    from motcua import cli
    from motcua.casework.tests.world import seal_all, sql, town, trigger_off
    from motcua.config import schema
    from motcua.demo import services as demo
    from motcua.demo.fixtures import Api

    def verify() -> int:
        options = cli.parser().parse_args(["verify"])
        print("$ motcua verify")
        status = int(options.run(options))
        print(f"(mã thoát {status})\n")
        return status

    schema.prepare()
    demo.load("chi-de-trinh-dien")
    api = Api()
    town(api)
    seal_all()
    # The back-dated entry must fall into a time that earlier batches have already closed, by more than the slack given to clocks.
    api.receive()
    seal_all()
    before = verify()
    with trigger_off("casework_entry"):
        for what, deed in DEEDS:
            print(f"-- chủ sở hữu cơ sở dữ liệu: {what}")
            sql(deed, None)
    print()
    after = verify()
    print("… và sau khi tiến trình niêm phong chạy tiếp:\n")
    time.sleep(0.2)
    seal_all()
    again = verify()
    connections.close_all()
    return 0 if (before, after, again) == (0, 1, 1) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    raise SystemExit(main())
