"""What fills the doors of cases, oversight, letters and steering, and who may open them; read by `foreign_tables.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from foreign_cases import CITIZEN, LEAD, WORDS
from foreign_objects import THEIRS, Foreign

TOGETHER = ("assign", "refer", "refer_up", "remind", "answer")
Fill = Callable[[Foreign], list[dict[str, Any]]]
KINDS = (
    *("recommendation", "task", "backlog", "flashpoint", "visit", "report"),
    *("letter", "denunciation", "field_report", "conduct_report"),
)


def cases(*kinds: str, **more: str) -> Fill:
    return lambda found: [{"code": found.cases[kind], **more} for kind in kinds or found.cases]


def key(kind: str, parameter: str = "id") -> Fill:
    return lambda found: [{parameter: one} for one in found.ids[kind]]


def acts(found: Foreign) -> list[dict[str, Any]]:
    from motcua.casework import kinds

    return [{"code": code, "act": act} for kind, code in found.cases.items() for act in kinds.kind(kind).transitions]


def files(found: Foreign) -> list[dict[str, Any]]:
    return [{"code": code, "file_id": file} for code, file in found.case_files]


OBJECTS: dict[str, Fill] = {
    **dict.fromkeys(("casepages:case", "api:case /cases/{code}", "api:act /cases/{code}/acts"), cases()),
    "casepages:act": acts,
    **dict.fromkeys(("casepages:file", "casepages:preview"), files),
    "letters:paper": cases("letter", form="acceptance"),
    "letters:denunciation_paper": cases("denunciation", form="denunciation_acceptance"),
    "letters:export_file": key("export"),
    **dict.fromkeys(
        ("letters:reception_line", "letters:reception_answer", "letters:reception_notify"), key("reception")
    ),
    "letters:reception_refusal": key("refusal"),
    "letters:reception_put_off": key("reception_day"),
    "letters:field_public_photo": lambda f: [{"code": f.cases["field_report"], "file_id": f.case_files[0][1]}],
    **dict.fromkeys(
        (
            *("oversight:notes", "oversight:notes_sync", "oversight:notes_photo", "oversight:visit_pdf"),
            *("oversight:visit_docx", "oversight:assign_visit", "api:keep /visits/{code}/records"),
        ),
        cases("visit"),
    ),
    **dict.fromkeys(("oversight:report_pdf", "oversight:report_docx"), cases("report")),
    **dict.fromkeys(
        (
            *("oversight:team", "oversight:edit_team", "oversight:add_member", "oversight:ask"),
            *("oversight:team_reports", "oversight:team_collation", "oversight:team_summary"),
        ),
        key("team"),
    ),
    **dict.fromkeys(
        ("oversight:remove_member", "oversight:edit_member"),
        lambda f: [{"id": f.ids["team"][0], "member_id": f.ids["member"][0]}],
    ),
    **dict.fromkeys(("oversight:outline", "oversight:next_outline"), key("outline")),
    **dict.fromkeys(("oversight:series", "oversight:series_collation"), key("report_series")),
    **dict.fromkeys(("oversight:end_series", "oversight:edit_series"), lambda f: [{"id": f.ids["report_series"][0]}]),
    **dict.fromkeys(
        ("oversight:programme", "oversight:edit_programme", "oversight:add_target"), key("programme", "programme_id")
    ),
    **dict.fromkeys(
        ("oversight:target", "oversight:edit_target", "oversight:record_value"), key("target", "target_id")
    ),
    "oversight:group": key("group"),
    "oversight:group_act": lambda f: [{"id": one, "act": act} for one in f.ids["group"] for act in TOGETHER],
}
OPENED = "shows what was opened with its secret, and else the door"
NOBODYS: dict[str, str] = {
    **dict.fromkeys(
        ("letters:field_followed", "letters:field_rate", "letters:field_add_photos", "letters:field_photo"), OPENED
    ),
    "letters:reception_book_file": "names the form, PDF or workbook, of one's own agency's book",
    "oversight:route": "names a sector of the province's dictionary",
    **dict.fromkeys(
        ("oversight:remind_all", "oversight:reminder_letter"),
        "names an agency; what it owes is the reader's own scope's",
    ),
    "steering:trouble": "names a topic of the province's dictionary",
    "steering:week": "names a Monday",
}
LISTS: dict[str, Fill] = {
    **dict.fromkeys(
        ("letters:field_followed", "letters:field_rate", "letters:field_add_photos"),
        cases("field_report", "conduct_report"),
    ),
    "letters:field_photo": lambda f: [{"code": f.cases["field_report"], "file_id": f.case_files[0][1]}],
    "letters:reception_book_file": lambda f: [{"kind": "pdf"}, {"kind": "xlsx"}],
    **dict.fromkeys(("oversight:remind_all", "oversight:reminder_letter"), lambda f: [{"code": LEAD}]),
    "steering:trouble": lambda f: [{"topic": "land"}],
    "oversight:route": lambda f: [{"sector": "land"}],
}
JOURNALLED = {"letters:reception_book_file": "casework_entry"}
"""What is written down when one's own is taken out."""


def look(*names: str, **fixed: str) -> Fill:
    words = (WORDS, CITIZEN["full_name"], CITIZEN["phone"])
    return lambda f: [{name: one, **fixed} for name in names for one in (*f.cases.values(), *words)]


AGENCY: Fill = lambda f: [{"xa": "H41.128"}]  # noqa: E731
SEARCHES: dict[str, Fill] = {
    "casepages:find": look("q"),
    "api:cases_of_kind /cases": lambda f: [
        {"kind": kind, "side": side, "limit": "200"} for kind in f.cases for side in ("lead", "origin", "shared")
    ],
    "letters:letters": lambda f: [{"side": "all"}, {"late": "on"}],
    "letters:denunciations": look("q"),
    "letters:field_reports": lambda f: [{"side": "all"}, {"loai": "rieng"}],
    "letters:field_public": AGENCY,
    "letters:field_send": AGENCY,
    "letters:new": lambda f: [{"earlier": f.cases["letter"]}],
    "letters:reception_book": AGENCY,
    "letters:reception_calendar": AGENCY,
    "letters:reception_book_file": AGENCY,
    "oversight:backlogs": lambda f: [{"side": "all"}, {"agency": "H41.128"}],
    "oversight:flashpoints": lambda f: [{"side": "all"}, {"agency": "H41.128"}],
    "oversight:recommendations": lambda f: [{"side": "all"}, {"lead": LEAD}],
    "oversight:tasks": lambda f: [{"side": "all"}],
    "oversight:reports": lambda f: [{"side": "all"}],
    "oversight:visits": lambda f: [{"thang": "2026-11"}],
    "oversight:give_task": lambda f: [{"thuoc": f.cases["task"]}],
    "oversight:new_group": lambda f: [{"sector": "land", "topic": "land"}],
    "oversight:plan_visit": lambda f: [{"to": str(f.ids["team"][0])}],
    **dict.fromkeys(("steering:overview", "steering:brief"), lambda f: [{"start": "01/01/2026", "end": "31/12/2026"}]),
}
BODIES: dict[str, Fill] = {
    "letters:field_follow": lambda f: [{"code": one, "secret": "AAAAA-BBBBB-CCC"} for one in f.cases.values()],
    "letters:field_rate": lambda f: [{"stars": "1", "words": "Chưa xong"}],
    "letters:field_add_photos": lambda f: [{}],
    "letters:reception_new": lambda f: [
        {
            "received_on": "28/11/2026",
            "received_time": "08:00",
            "full_name": "Ai Đó",
            "people": "1",
            "summary": "Hỏi",
            "result": "guided",
            "day": str(f.ids["reception_day"][0]),
        }
    ],
    "letters:reception_new_day": lambda f: [
        {
            "day": "11/12/2026",
            "begins": "07:30",
            "ends": "11:00",
            "place": "Trụ sở",
            "is_head": "on",
            "head": str(f.ids["head"][0]),
        }
    ],
    "letters:new": lambda f: [
        {
            "type": "complaint",
            "via": "post",
            "received_on": "28/11/2026",
            "kind": "person",
            "full_name": "Ai Đó",
            "address": "Xóm 1",
            "field": "land",
            "summary": "Lần hai",
            "text": "Lần hai",
            "earlier": f.cases["letter"],
        }
    ],
    "oversight:give_task": lambda f: [{"text": "Làm", "lead": "H41.128", "source": "direct", "due_on": "20/12/2026"}],
    "oversight:start_series": lambda f: [
        {"text": "Làm", "lead": "H41.128", "frequency": "month", "next_on": "20/12/2026", "due_days": "7"}
    ],
    "oversight:raise_recommendation": lambda f: [
        {"agency": "H41.128", "sector": "land", "topic": "land", "urgency": "normal", "source": "other", "text": "Xin"}
    ],
    "oversight:register_backlog": lambda f: [{"agency": "H41.128", "category": "land", "text": "Cũ"}],
    "oversight:declare_flashpoint": lambda f: [
        {"agency": "H41.128", "level": "1", "text": "Cũ", "owner": f"chutich.{THEIRS}"}
    ],
    "oversight:new_group": lambda f: [{"title": "Nhóm", "codes": [f.cases["recommendation"]] * 2}],
    "oversight:plan_visit": lambda f: [
        {"team": str(f.ids["team"][0]), "agency": "H41.128", "planned_on": "10/12/2026", "place": "Trung tâm"}
    ],
    "oversight:new_series": lambda f: [
        {
            "title": "Báo cáo",
            "questionnaire": str(f.ids["outline"][0]),
            "frequency": "month",
            "due_day": "5",
            "agencies": ["H41.128"],
            "instrument": "1/QĐ",
            "valid_from": "01/12/2026",
        }
    ],
    "api:ask /reports": lambda f: [
        {
            "questionnaire_id": str(f.ids["outline"][0]),
            "agency_codes": ["H41.128"],
            "due_on": "2026-12-20",
            "asked_by": "1/KH",
        }
    ],
    "api:plan /visits": lambda f: [
        {"team_id": str(f.ids["team"][0]), "agency_code": "H41.128", "planned_on": "2026-12-10"}
    ],
    "api:give_task /tasks": lambda f: [
        {"text": "Làm", "lead": "H41.128"},
        {"text": "Làm", "lead": "H41.170", "parent": f.cases["task"]},
    ],
    "api:raise_recommendation /recommendations": lambda f: [
        {"agency_code": "H41.128", "sector": "land", "topic": "land", "text": "Xin"}
    ],
    "api:register_backlog /backlogs": lambda f: [{"agency_code": "H41.128", "category": "land", "text": "Cũ"}],
    "api:declare_flashpoint /flashpoints": lambda f: [{"agency_code": "H41.128", "level": "1", "text": "Cũ"}],
    "api:register_letter /letters": lambda f: [
        {
            "type": "complaint",
            "via": "post",
            "received_on": "2026-11-28",
            "sender": {"full_name": "Ai Đó", "address": "Xóm 1"},
            "field": "land",
            "summary": "Lần hai",
            "text": "Lần hai",
            "earlier": f.cases["letter"],
        }
    ],
}
NEW = "names nothing that is there"
OWN: dict[str, str] = {
    **dict.fromkeys(
        (
            *("casepages:upload", "letters:new_denunciation", "letters:exports", "oversight:add_programme"),
            *("oversight:import_tasks", "oversight:new_outline", "oversight:new_team"),
            *("api:register_denunciation /denunciations", "letters:field_send"),
        ),
        NEW,
    ),
}
OUTSIDE = {"letters:field_leave": "closes what was opened"}
RECORD = {
    "id": "3f2b1c1e-0000-4000-8000-00000000000a",
    "kind": "note",
    "content": {"text": "Thử"},
    "happened_at": "2026-11-28T08:00:00+07:00",
}
JSON_BODIES: dict[str, list[dict[str, Any]]] = {
    "api:act /cases/{code}/acts": [
        {"act": act, "version": 1, "note": "Thử"} for act in ("accept", "give", "close", "decide", "remind")
    ],
    "api:keep /visits/{code}/records": [{"records": [RECORD]}],
}

# --- who may, and why --------------------------------------------------------------------------------------------------

APPS = "casepages|oversight|letters|steering"
TEAMS = "which teams, outlines, periodic reports and programmes there are is told to every officer of the province"
READABLE = dict.fromkeys(
    (
        "oversight:team",
        "oversight:outline",
        "oversight:series",
        "oversight:programme",
        "oversight:target",
        *("oversight:team_reports", "oversight:team_collation", "oversight:team_summary", "oversight:series_collation"),
    ),
    TEAMS,
)
VISIBLE = {
    **dict.fromkeys(
        (
            *("oversight:edit_team", "oversight:add_member", "oversight:remove_member", "oversight:ask"),
            *("oversight:team_reports", "oversight:next_outline", "oversight:end_series", "oversight:edit_programme"),
            *("oversight:add_target", "oversight:edit_target", "oversight:record_value", "oversight:plan_visit"),
            *("oversight:new_series", "api:plan /visits", "api:ask /reports"),
            *("oversight:edit_member", "oversight:edit_series", "oversight:series_collation"),
            *("oversight:team_collation", "oversight:team_summary"),
        ),
        TEAMS,
    ),
    "letters:reception_put_off": "days of reception are published",
    **dict.fromkeys(
        (
            *(
                "api:raise_recommendation /recommendations",
                "api:register_backlog /backlogs",
                "oversight:raise_recommendation",
            ),
            *("api:declare_flashpoint /flashpoints", "oversight:register_backlog", "oversight:declare_flashpoint"),
        ),
        "which agencies there are is public",
    ),
}
COORDINATES = (
    rf"^({APPS}|api:(act /cases|ask|plan|give_task|raise|register|declare|keep)).*",
    "coordinates and oversees the whole province",
)
ASKS = (r"^(api:ask|oversight:new_series)", "a department asks communes for reports")
DOES = {
    **dict.fromkeys(("dieuphoi.nghean", "phochutich.nghean"), COORDINATES),
    **dict.fromkeys(("giamdoc.snnmt", "vanphong.snnmt", "truongphong.snnmt"), ASKS),
}
UNWITNESSED = {
    "letters:field_public_photo": "shown when a moderator has said so: letters/tests/test_field_feedback.py",
    "casepages:preview": "of a page that is blank there is no small picture",
}
FINDS = {"casepages:case", "casepages:find", "api:case /cases/{code}", "api:cases_of_kind /cases"}
"""Routes by which the other commune's own clerk finds what is looked for."""
