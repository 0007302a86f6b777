import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.documents import queries, services, storage
from motcua.documents.models import IssuedForm, StoredFile
from motcua.organisation import scope

NGHE_AN, THANH_HOA = 40, 38


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def in_nghe_an(db):
    with scope.enter(scope.Scope("worker", NGHE_AN)):
        yield


def issue(subject, receipt, version=1):
    return services.issue("dossier", subject, "01", version, NGHE_AN, receipt.data)


def never():
    raise AssertionError("the form was rendered again")


@pytest.mark.usefixtures("in_nghe_an")
class TestIssuing:
    def test_a_form_is_issued_with_its_number_and_its_file(self, receipt):
        form = issue(uuid4(), receipt)
        assert (form.number, form.file.media_type, form.file.state) == ("125/-TTPVHCC", "application/pdf", "clean")
        assert queries.content(form.file).startswith(b"%PDF-1.7")
        assert form.file.size == len(queries.content(form.file))

    def test_a_reprint_is_the_stored_form_whatever_has_changed_since(self, receipt):
        subject = uuid4()
        first = issue(subject, receipt)
        again = services.issue("dossier", subject, "01", 1, NGHE_AN, never)
        assert (again.id, queries.content(again.file)) == (first.id, queries.content(first.file))

    def test_a_new_version_of_the_subject_gets_a_form_of_its_own(self, receipt):
        subject = uuid4()
        first = issue(subject, receipt)
        second = issue(subject, replace(receipt, subject="Đăng ký lại khai sinh"), version=2)
        assert queries.issued(NGHE_AN, subject, "01", 1) == first
        assert queries.issued(NGHE_AN, subject, "01", 2) == second
        assert first.file.sha256 != second.file.sha256

    def test_a_full_disk_issues_nothing(self, receipt, monkeypatch):
        subject = uuid4()
        monkeypatch.setattr(storage, "put", full)
        with pytest.raises(storage.StorageFull):
            issue(subject, receipt)
        assert not IssuedForm.objects.exists()
        assert not StoredFile.objects.exists()

    def test_the_same_content_handed_in_again_keeps_the_state_it_has(self):
        file = services.keep(NGHE_AN, b"scan", "image/png")
        StoredFile.objects.filter(pk=file.pk).update(state=StoredFile.State.REJECTED)
        assert services.keep(NGHE_AN, b"scan", "image/png").state == "rejected"

    def test_the_application_can_neither_change_nor_remove_an_issued_form(self, receipt):
        form = issue(uuid4(), receipt)
        for act in (lambda: IssuedForm.objects.filter(pk=form.pk).update(number="1"), form.delete):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()

    def test_another_province_neither_sees_nor_writes_it(self, receipt):
        issue(uuid4(), receipt)
        with scope.enter(scope.Scope("worker", THANH_HOA)):
            assert (IssuedForm.objects.count(), StoredFile.objects.count()) == (0, 0)
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                services.keep(NGHE_AN, b"foreign", "image/png")


def full(content):
    raise storage.StorageFull("no room")


def test_of_two_callers_at_once_one_form_stands_and_both_get_it(receipt, fresh_database):
    subject, both_rendering, got = uuid4(), threading.Barrier(2, timeout=120), []

    def data(name):
        both_rendering.wait()
        return replace(receipt, receiver=name).data()

    def call(name):
        try:
            with scope.enter(scope.Scope("worker", NGHE_AN)):
                got.append(services.issue("dossier", subject, "01", 1, NGHE_AN, lambda: data(name)))
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=[name]) for name in ("Trần Đức Thắng", "Lê Thị Hoa")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(got) == 2
    assert got[0].id == got[1].id
    assert queries.content(got[0].file) == queries.content(got[1].file)
