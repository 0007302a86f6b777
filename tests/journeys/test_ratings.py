"""The director of a centre, a leader and the province look how satisfied people were."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from motcua.demo.fixtures import Api
from motcua.indicators.tests.test_ratings import rated
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def test_a_figure_leads_to_its_dossier_and_every_page_of_it_is_accessible(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    rated(counter_api, "very_satisfied", remark="Hướng dẫn rõ ràng, trả trước hẹn")
    code = rated(counter_api, "dissatisfied", remark="Cán bộ to tiếng", conduct=True)
    rated(counter_api, "satisfied", "organisation")
    director = desk("giamdoc.quynhson")
    director.follow(director.page.get_by_role("link", name="Mức độ hài lòng").first)
    director.check("ratings-office")
    director.follow(director.page.get_by_role("link", name="1 Không hài lòng, Cá nhân"))
    director.check("ratings-filtered")
    assert "Cán bộ to tiếng" in director.text
    assert len(director.page.content()) < 100_000
    director.press(code)
    assert director.path == f"/ho-so/{code}/"
    director.visit_and_check("/muc-do-hai-long/H41.170/?tu=31/02/2026", "ratings-wrong")
    director.visit_and_check("/muc-do-hai-long/H41.170/?den=01/01/2020", "ratings-none")
    overseer = desk("theodoi.nghean")
    overseer.visit_and_check("/muc-do-hai-long/", "ratings-province")
    overseer.visit_and_check("/muc-do-hai-long/H41.170/", "ratings-office-province")
    assert "to tiếng" not in overseer.text
