"""The province's page (/dieu-hanh/) over a year with 200,000 tasks and recommendations: how long one look takes, over HTTP, and how much of
it is the questions themselves."""

from __future__ import annotations

import http.client
import time
from importlib import import_module
from statistics import median, quantiles
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from motcua.bench.result import Result
from motcua.bench.server import web
from motcua.bench.world import World, principal_of, settle, world
from motcua.casework import standing
from motcua.demo.services import SINCE
from motcua.organisation import scope
from motcua.organisation.authentication import SECOND_FACTOR_IN_SESSION
from motcua.organisation.models import Account, Agency, Division, Officer, Position, Posting
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary
from motcua.places.text import sort_key
from motcua.steering import queries
from motcua.worktime import clock

DEPARTMENTS = 15
OVERSEER = "overseer.bench"
# Half tasks, half recommendations, received over a year; four of five that are past their date are done, one of five of these too late.
CASES = """
INSERT INTO casework_case (id, province_id, kind, code, title, subject, agency_id, role, lead_agency_id, origin_agency_id, state, step,
       received_at, day, legal_due_at, promised_at, original_promised_at, must_start_by, finished_at, closed_at, version)
SELECT id, {province}, kind, 'B-' || n, 'Việc thử số ' || n, subject, lead, 'division_head', lead, origin,
       CASE WHEN done THEN CASE kind WHEN 'task' THEN 'done' ELSE 'accepted' END WHEN kind = 'task' THEN 'doing' ELSE 'assigned' END, 1,
       received, (received AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, NULL, due, due, due - interval '3 days',
       CASE WHEN done THEN finished END, CASE WHEN done THEN finished + interval '1 day' END, 1
  FROM (SELECT *, (random() < 0.8 AND finished < now()) AS done
          FROM (SELECT n, (lpad(to_hex((extract(epoch FROM received) * 1000)::bigint), 12, '0') || '7' || substr(m, 1, 3) || '8' || substr(m, 4, 15))::uuid
                       AS id,
                       CASE WHEN n % 2 = 0 THEN 'task' ELSE 'recommendation' END AS kind, received, received + days * interval '1 day' AS due,
                       received + days * (0.3 + 0.9 * random()) * interval '1 day' AS finished,
                       (ARRAY[{subjects}])[1 + n % {sectors}] AS subject,
                       (SELECT array_agg(id ORDER BY code) FROM organisation_agency WHERE kind = 'department')[1 + (n * 7) % {departments}] AS lead,
                       (SELECT array_agg(id ORDER BY code) FROM organisation_agency WHERE kind = 'people_committee_commune')[1 + (n * 17) % {communes}]
                       AS origin
                  FROM (SELECT n, md5(n::text || 'bench') AS m, date_trunc('hour', now() - random() * interval '365 days') AS received,
                               10 + (random() * 30)::int AS days FROM generate_series(1, {cases}) n) a) b) c
"""
OWN = (
    "INSERT INTO oversight_recommendation (case_id, province_id, agency_id, source, sector, topic, urgency, text, assigned_by, referred_to,"
    " referred_by, returned) SELECT id, province_id, origin_agency_id, 'report', subject, (ARRAY[{topics}])[1 + abs(hashtext(code)) % {n_topics}],"
    " 'normal', title, '', '', '', 0 FROM casework_case WHERE kind = 'recommendation'",
    "INSERT INTO oversight_task (case_id, province_id, source, block, priority, text, document, item, follower, progress, result, result_document,"
    " extension_why, extensions, leader_approved, superior_recognised) SELECT id, province_id, 'plan', 'government', 'normal', title, '', '', '',"
    " 0, '', '', '', 0, false, false FROM casework_case WHERE kind = 'task'",
    "INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, received, received_online, received_assisted, finished_early,"
    " finished_on_time, finished_late, ended_otherwise, cancelled) SELECT gen_random_uuid(), {province}, kind, lead, subject, day, sum(r), 0, 0, 0,"
    " sum(o), sum(l), 0, 0 FROM (SELECT kind, lead_agency_id AS lead, subject, day, 1 AS r, 0 AS o, 0 AS l FROM casework_case"
    " UNION ALL SELECT kind, lead_agency_id, subject, (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 0,"
    " (finished_at <= original_promised_at)::int, (finished_at > original_promised_at)::int FROM casework_case WHERE finished_at IS NOT NULL) x"
    " GROUP BY kind, lead, subject, day",
)


def run(seconds: float = 10, dossiers: int = 200_000, communes: int = 130) -> Result:
    """`dossiers`: how many tasks and recommendations; one client, one look after the other."""
    with world(communes) as there:
        reader = _province(communes)
        _fill(there, dossiers, communes)
        alone = _questions(reader, seconds / 2)
        with web(there.app_url) as server:
            took = _looks(server.address, _cookie(), seconds)
            cut = quantiles(took, n=100)
            return Result(
                "overview",
                len(took) / sum(took),
                "pages/s",
                1 / median(alone),
                "the page's questions alone, in this process: one transaction, the same role and row-level security",
                server.memory_mb(),
                "granian and its workers, sum of peak resident sizes",
                median(took) * 1000,
                cut[94] * 1000,
                cut[98] * 1000,
                {
                    "cases": dossiers,
                    "questions_ms": median(alone) * 1000,
                    **there.durability,
                    "server": there.server,
                    "load_before": there.neighbours,
                },
            )


def _province(communes: int) -> Principal:
    """Departments, and an overseer who looks."""
    province = settings.MOTCUA_PROVINCE
    with scope.enter(scope.worker()):
        own: dict[str, Any] = {"province_id": province, "valid_from": SINCE}
        root = Agency.objects.create(code="H41", kind="people_committee_province", name="Ủy ban nhân dân tỉnh", **own)
        for number in range(DEPARTMENTS):
            Agency.objects.create(code=f"H41.D{number:02}", kind="department", name=f"Sở số {number}", **own)
        room = Division.objects.create(province_id=province, agency=root, kind="office", name="Văn phòng")
        account = Account.objects.create(login=OVERSEER, password="!")  # noqa: S106 no password opens it
        officer = Officer.objects.create(
            account=account, full_name="Người xem", sort_key=sort_key("Người xem"), category="cong_chuc", **own
        )
        post = Position.objects.create(
            province_id=province, agency=root, division=room, title="Theo dõi", roles=["overseer"]
        )
        Posting.objects.create(officer=officer, position=post, **own)
        return principal_of(OVERSEER)


def statements(cases: int, communes: int, departments: int = DEPARTMENTS) -> list[str]:
    """What fills a province that has so many departments and communes with a year of so many tasks and recommendations."""
    topics = [repr(code) for code in dictionary.names("topics")]
    subjects = [repr(code) for code in dictionary.names("sectors")]
    values = {
        "province": settings.MOTCUA_PROVINCE,
        "cases": cases,
        "communes": communes,
        "departments": departments,
        "subjects": ", ".join(subjects),
        "sectors": len(subjects),
        "topics": ", ".join(topics),
        "n_topics": len(topics),
    }
    return ["SELECT setseed(0.41)", *(statement.format(**values) for statement in (CASES, *OWN))]


def _fill(there: World, cases: int, communes: int) -> None:
    with psycopg.connect(there.owner_url, autocommit=True) as owner:
        for statement in statements(cases, communes):
            owner.execute(statement.encode())
    with scope.enter(scope.worker()):
        standing.settle(settings.MOTCUA_PROVINCE)
    settle()


def _questions(reader: Principal, seconds: float) -> list[float]:
    end = clock.now().astimezone(clock.TZ).date()
    took: list[float] = []
    began = time.perf_counter()
    while not took or time.perf_counter() - began < seconds:
        at = time.perf_counter()
        with scope.enter(reader.scope):
            queries.overview(reader, end - queries.USUAL, end)
        took.append(time.perf_counter() - at)
    return took


def _cookie() -> str:
    """A session of the overseer's, as signing in would make it."""
    account = Account.objects.get(login=OVERSEER)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[SECOND_FACTOR_IN_SESSION] = True
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _looks(address: str, cookie: str, seconds: float) -> list[float]:
    """Seconds of each look; the first fifth of the time warms up."""
    connection = http.client.HTTPConnection(address)
    took: list[float] = []
    began = time.perf_counter()
    while len(took) < 20 or time.perf_counter() - began < seconds:
        at = time.perf_counter()
        connection.request("GET", "/dieu-hanh/", headers={"Cookie": cookie, "Host": "localhost"})
        answer = connection.getresponse()
        words = answer.read()
        if answer.status != 200 or "Ai còn nợ".encode() not in words:
            raise RuntimeError(f"the page answered {answer.status}")
        if at - began > seconds / 5:
            took.append(time.perf_counter() - at)
    return took
