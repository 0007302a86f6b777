import pytest
from django.db import connections

from motcua.places import queries


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """The migrated database with its facts, read only."""
    with django_db_blocker.unblock():
        yield
        for connection in connections.all(initialized_only=True):
            connection.close()


@pytest.fixture
def owned(fresh_database, django_db_blocker):
    """A database of this test's own, which it may write as the owner."""
    with django_db_blocker.unblock():
        queries.forget()
        yield
        queries.forget()
