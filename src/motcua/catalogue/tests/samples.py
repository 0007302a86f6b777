"""Facts of invented procedures (codes 9.…), for what the three real ones do not show."""

import json
from pathlib import Path
from typing import Any


def version(limit: str = "same day", **changes: Any) -> dict[str, Any]:
    """A sound version; `limit` is that of its only case."""
    return {
        "number": 1,
        "status": "published",
        "valid_from": "2025-07-01",
        "name": "Thủ tục thử nghiệm",
        "short_name": "Thử nghiệm",
        "field": "Thử nghiệm",
        "levels": ["commune"],
        "channels": [{"channel": "counter"}],
        "cases": [
            {"case": "ordinary", "name": "Thông thường", "limit": limit, "default": True, "instrument": "1/2025/NĐ-CP"}
        ],
        "cut_off": "15:00",
        "policies": {"on_supplement": {"value": "restart", "instrument": "1/2025/NĐ-CP"}},
        "components": [{"code": "01", "name": "Đơn", "required": True, "originals": 1}],
        "fees": [{"name": "Lệ phí", "amount": None, "unit": "case", "instrument": "2/2025/TT-BTC"}],
        "source": "bịa ra để thử",
        "checked_on": "2026-11-22",
        **changes,
    }


def step(number: int, role: str, division_kind: str, act: str, allowance: str, counted: bool = True) -> dict[str, Any]:
    return {
        "number": number,
        "name": act,
        "role": role,
        "division_kind": division_kind,
        "act": act,
        "allowance": allowance,
        "counted": counted,
    }


def process(code: str, **changes: Any) -> dict[str, Any]:
    """A sound process of one working hour in all for a same-day procedure."""
    return {
        "procedure_code": code,
        "agency_kind": "commune",
        "number": 1,
        "valid_from": "2025-07-01",
        "limit": "same day",
        "instrument": "9/QĐ-UBND",
        "steps": [
            step(1, "receiver", "service_centre", "hand_over", "0.5"),
            step(2, "signatory", "leadership", "sign_off", "0.5"),
            step(3, "receiver", "service_centre", "return_result", "0", counted=False),
        ],
        **changes,
    }


def write(folder: Path, code: str, versions: list[dict[str, Any]], supersedes: tuple[str, str] | None = None) -> None:
    """A fact file in `folder`; `supersedes` is (old code, day)."""
    document: dict[str, Any] = {"code": code, "ministry": "Bộ Thử", "versions": versions}
    if supersedes:
        document["supersedes"] = [{"old_code": supersedes[0], "valid_from": supersedes[1], "instrument": "3/QĐ-BT"}]
    (folder / f"{code}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
