"""What a server says on stderr while people are served holds none of their names, numbers, codes or secrets."""

import json
import os
from pathlib import Path

import requests

from motcua.config.supervisor import granian_command
from motcua.config.testing import answering
from motcua.demo.fixtures import Api, intake
from tests.api.test_docs_api import database_url


def test_the_log_of_a_busy_server_names_nobody(fresh_demo: Api, tmp_path: Path) -> None:
    log = tmp_path / "log"
    environ = {k: v for k, v in os.environ.items() if k != "MOTCUA_OWNER_URL"}
    environ |= {"DATABASE_URL": database_url(), "MOTCUA_LOG": "DEBUG"}
    with (
        log.open("wb") as said,
        answering(lambda port: granian_command(port, workers=1), env=environ, stdout=said, stderr=said) as port,
    ):
        hidden = serve(fresh_demo, f"http://localhost:{port}/api/v1")
    text = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    requested = [line for line in lines if line["event"] == "request" and line["route"].startswith("/api/v1/")]
    assert {200, 201, 401, 404, 409, 422} <= {line["status"] for line in requested}, text[-3000:]
    assert [word for word in hidden if word.lower() in text.lower()] == []


def serve(api: Api, base: str) -> list[str]:
    """A round of good and bad requests; returns what must not be told."""
    token = api.token("tiepnhan.quynhson")
    mine = {"Authorization": f"Bearer {token}"}
    party = {**intake()["applicant"], "full_name": "Phùng Thị Quắc", "phone": "0987654321", "email": "quac@example.vn"}
    envoy = {"full_name": "Nghiêm Xuân Thuýnh", "citizen_number": "040190007777", "paper": "Giấy ủy quyền XQ4711Z"}
    body = {**intake(), "applicant": party, "authorised": envoy, "subject": "Khai sinh cháu Quế Chi"}
    taken = requests.post(
        f"{base}/dossiers", json=body, headers={**mine, "Idempotency-Key": "khoa-XQ47Z"}, timeout=20
    ).json()
    code, secret = taken["code"], taken["secret"]
    act = {"act": "correct", "version": 1, "note": "Gõ nhầm tên bà Quắc", "corrected": {"content": "Cháu Quế Chi Mai"}}
    for _ in range(2):  # the second is stale
        requests.post(f"{base}/dossiers/{code}/acts", json=act, headers=mine, timeout=20)
    for path in (
        f"/dossiers/{code}",
        f"/dossiers/{code}/forms/01.pdf",
        "/dossiers?q=Phùng Quắc",
        f"/dossiers/{code}X",
        "/dossiers?cursor=Quắc",
        f"/track/{code}?secret={secret}",
        f"/track/{code}?secret=WRONG-SECRE-T42",
    ):
        requests.get(f"{base}{path}", headers=mine, timeout=20)
    requests.get(f"{base}/worklist", headers={"Authorization": f"Bearer {token}wrong"}, timeout=20)
    faulty = {**body, "applicant": {**party, "citizen_number": "04009000123", "birth_date": "2999-01-01"}}
    requests.post(f"{base}/dossiers", json=faulty, headers=mine, timeout=20)
    requests.post(
        f"{base}/dossiers",
        data=f'{{"applicant": "{secret}',
        headers={**mine, "Content-Type": "application/json"},
        timeout=20,
    )
    return [
        *(
            "Phùng",
            "Quắc",
            "Qu%E1%BA%AFc",
            "Thuýnh",
            "Quế Chi",
            "040090001234",
            "04009000123",
            "040190007777",
            "XQ4711Z",
        ),
        *("0987654321", "quac@example.vn", "2999-01-01", "WRONG-SECRE", "khoa-XQ47Z"),
        *(token, secret, secret.replace("-", ""), code),
    ]
