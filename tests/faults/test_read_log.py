"""The read log may lose a second; what is written in the same transaction may not."""

from django.db import connection

from motcua.casework.models import Case
from motcua.casework.services import log_read
from motcua.organisation import scope


def waits_for_the_disk(cursor) -> bool:
    cursor.execute("SHOW synchronous_commit")
    return cursor.fetchone() == ("local",)


def test_a_mere_reading_does_not_wait_for_the_disk_and_a_write_beside_it_does(fresh_demo):
    fresh_demo.receive()
    for writes, waits in ((False, False), (True, True)):
        with scope.enter(scope.worker()), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = local")  # the tests' own server has it off
            if writes:
                cursor.execute("UPDATE organisation_account SET login = login WHERE login = 'tiepnhan.quynhson'")
            log_read(None, Case.objects.get().pk, "view")
            assert waits_for_the_disk(cursor) is waits
