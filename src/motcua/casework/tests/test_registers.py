"""What is changed in a register is told by the same journal, sealed and verified with all else."""

from uuid import uuid4

import pytest

from motcua.casework.tests.world import PROVINCE, seal, sql, trigger_off
from motcua.casework.verification import at_one_moment, verify
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import registers, scope
from motcua.organisation.scope import Scope


def test_changes_of_one_thing_are_numbered_in_order_and_say_who_made_them(api: Api) -> None:
    manager, subject = principal_of("danhmuc.nghean"), uuid4()
    with scope.enter(manager.scope):
        registers.record(PROVINCE, manager, "synonym", subject, "create", {"said": "giấy khai sinh"})
        registers.record(PROVINCE, None, "synonym", subject, "end", {})
        entries = registers.history(PROVINCE, "synonym", subject)
    assert [(e.seq, e.act, e.account_id, e.position_id) for e in entries] == [
        (1, "create", manager.account_id, manager.position_id),
        (2, "end", None, None),
    ]
    assert entries[0].payload == {"said": "giấy khai sinh"}


@pytest.mark.parametrize(
    ("name", "seen"), [("agencies", 1), ("province", 1), ("worker", 1), ("directory", 0), ("tracking", 0)]
)
def test_officers_of_the_province_read_a_register_s_history_and_nobody_else_does(
    api: Api, name: str, seen: int
) -> None:
    subject = uuid4()
    with scope.enter(scope.worker()):
        registers.record(PROVINCE, None, "agency", subject, "create", {})
    with scope.enter(Scope(name, PROVINCE, track="X")):  # type: ignore[arg-type]
        assert len(registers.history(PROVINCE, "agency", subject)) == seen
    with scope.enter(Scope(name, 38)):  # type: ignore[arg-type]
        assert registers.history(38, "agency", subject) == []


def test_an_entry_of_a_register_that_is_altered_after_sealing_is_found_and_named(fresh_demo: Api) -> None:
    subject = uuid4()
    with scope.enter(scope.worker()):
        registers.record(PROVINCE, None, "agency", subject, "create", {"code": "H41.999"})
    assert seal() == 1
    with at_one_moment(PROVINCE):
        assert verify(PROVINCE).broken == []
    with trigger_off("casework_entry"):
        sql("UPDATE casework_entry SET payload = '{}' WHERE subject_id = %s", (subject,))
    with at_one_moment(PROVINCE):
        assert [fault.what for fault in verify(PROVINCE).broken] == ["altered"]
