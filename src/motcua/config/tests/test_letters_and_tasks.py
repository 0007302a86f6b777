"""A letter and the task that is given of it point to each other though neither app knows the other."""

from __future__ import annotations

from motcua.demo.fixtures import Api
from motcua.letters.tests.communes import inside, lettered
from motcua.oversight.tests.desk import Desk

HEAD, CLERK = "chutich.quynhson", "tonghop.quynhson"


def test_a_letter_leads_to_its_task_and_lends_it_none_of_its_words(api: Api) -> None:
    letter = lettered(api, "quynhson")
    page = Desk(HEAD).page(f"/viec/{letter['code']}/")
    assert f"/nhiem-vu/moi/?tu={letter['code']}" in page
    form = Desk(HEAD).page(f"/nhiem-vu/moi/?tu={letter['code']}")
    assert letter["code"] in form and letter["title"] not in form
    given = {"text": "Xác minh thực địa", "lead": "H41.170", "priority": "normal", "source": "letter", "block": "other"}
    answer = Desk(HEAD).post(f"/nhiem-vu/moi/?tu={letter['code']}", **given)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    task = answer["Location"].strip("/").split("/")[-1]
    assert task in Desk(HEAD).page(f"/viec/{letter['code']}/")
    assert letter["code"] in Desk(HEAD).page(f"/viec/{task}/")


def test_no_task_is_given_of_a_denunciation(api: Api) -> None:
    code = inside(api, "quynhson")["code"]
    assert "/nhiem-vu/moi/" not in Desk(CLERK).page(f"/viec/{code}/")
    assert Desk(CLERK).get(f"/nhiem-vu/moi/?tu={code}").status_code == 404
