"""Officers at their browsers, and papers they bring."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from motcua.casework.models import Case
from motcua.organisation import scope
from motcua.organisation.models import Account


class Desk:
    """An officer at their browser, signed in anew for each request: days pass between two acts."""

    def __init__(self, login: str) -> None:
        self.login = login

    @property
    def client(self) -> Client:
        client = Client()
        client.force_login(Account.objects.get(login=self.login))
        return client

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.content.decode())

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(path, given)

    def act(self, code: str, act: str, **given: Any) -> Any:
        """The act on the case's newest version."""
        return self.post(f"/viec/{code}/{act}/", version=case(code).version, **given)

    def done(self, code: str, act: str, **given: Any) -> None:
        answer = self.act(code, act, **given)
        assert answer.status_code == 302, (act, answer.status_code, answer.content.decode()[:5000])


def case(code: str) -> Case:
    with scope.enter(scope.worker()):
        return Case.objects.select_related("agency", "lead_agency", "origin_agency").get(code=code)


def pdf(name: str = "van-ban.pdf", pages: int = 1) -> SimpleUploadedFile:
    """A small PDF; one number of pages is one content."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")
