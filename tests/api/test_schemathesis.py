"""Every operation of a real server against right and wrong data made from its own OpenAPI document, as an officer of the demo province.

Right data may be refused with 422 all the same: the document gives the form, the rules of procedures and acts say more.
"""

import time
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from motcua.demo.fixtures import BIRTH
from motcua.dossiers.services import TRACK_WINDOW
from tests.api.conftest import Served

LOGIN = "tiepnhan.quynhson"
EXAMPLES = 25  # an operation; tracking allows 20 tries, so 429 is among the answers
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PROBE = settings(
    max_examples=EXAMPLES,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_every_operation_answers_as_it_is_documented(served_demo: Served, mode: GenerationMode) -> None:
    dossier = served_demo.api.receive()
    schema = schemathesis.openapi.from_url(f"{served_demo.base}/openapi.json")
    seen: dict[str, set[int]] = {}

    def probe(operation: APIOperation) -> None:
        @PROBE
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case: Case) -> None:
            if mode is GenerationMode.POSITIVE:
                lead_somewhere(case, dossier)
            response = case.call_and_validate(headers=served_demo.bearer(LOGIN), checks=CHECKS, timeout=20)
            seen.setdefault(operation.label, set()).add(response.status_code)

        if "/track/" in operation.path:
            much_of_a_window()
        answers()

    for found in schema.get_all_operations():
        operation = found.ok()
        assert operation is not None, found
        try:
            probe(operation)
        except Unsatisfiable:  # an operation without parameters takes no wrong ones
            assert mode is GenerationMode.NEGATIVE, operation.label
        except BaseException as error:
            error.add_note(f"in {operation.label}")
            raise
    if mode is GenerationMode.POSITIVE:
        assert seen["GET /api/v1/dossiers/{code}"] == {200}
        assert {200, 429} <= seen["GET /api/v1/track/{code}"]
    assert 422 in seen["POST /api/v1/dossiers"]


def much_of_a_window() -> None:
    """Tries are counted in windows by the clock: with little left of one, waits for the next, so that all of an operation fall into it."""
    left = TRACK_WINDOW.total_seconds() - time.time() % TRACK_WINDOW.total_seconds()
    if left < 90:
        time.sleep(left + 1)


def lead_somewhere(case: Case, dossier: dict[str, Any]) -> None:
    """Codes and secrets made up at random end at 404 before anything happens; these exist."""
    if "code" in (case.path_parameters or {}):
        case.path_parameters["code"] = BIRTH if "/procedures/" in case.path else dossier["code"]
    case.headers.pop("Motcua-Position", None)
    if isinstance(case.body, dict):
        if "secret" in case.body:
            case.body["secret"] = dossier["secret"]
        if "procedure_code" in case.body:
            case.body |= {"procedure_code": BIRTH, "agency_code": "H41.170", "receiving_agency_code": None}
    if "secret" in (case.query or {}):
        case.query["secret"] = dossier["secret"]
