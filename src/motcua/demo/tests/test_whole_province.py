"""The demo of a whole province: every commune by its real name with bodies, posts and fictitious people."""

from datetime import date

import pytest

from motcua.demo import services
from motcua.demo.fixtures import PASSWORD, forget
from motcua.organisation import scope
from motcua.organisation.models import Agency, Division, Officer, Position, Posting
from motcua.organisation.queries_structure import agency_view, gaps, tree
from motcua.places import queries as places

TODAY = date(2026, 11, 28)
BESIDE = {"party_committee_commune", "fatherland_front_commune", "police_commune", "military_commune"}
ROOMS = {"leadership", "office", "economy", "culture_society", "service_centre"}


@pytest.fixture
def whole(db):
    forget()
    logins = services.load(PASSWORD, whole=True)
    with scope.enter(scope.worker()):
        yield logins
    forget()


def test_a_whole_province_stands_and_making_it_again_changes_nothing(whole) -> None:
    """One test, since the province takes seconds to make: its bodies, rooms, posts, people, and that a second load adds nothing."""
    communes = places.communes_of("40", TODAY)
    assert len(communes) == 130
    committees = {a.commune_id: a for a in Agency.objects.filter(kind="people_committee_commune")}
    assert set(committees) == {c.code for c in communes}
    assert (committees["17170"].code, committees["17128"].code) == ("H41.170", "H41.128")
    assert all(not a.code_verified for a in committees.values())
    for kind in BESIDE:
        assert Agency.objects.filter(kind=kind).count() == 130
    for committee in committees.values():
        assert set(Division.objects.filter(agency=committee).values_list("kind", flat=True)) == ROOMS
    ward = Division.objects.get(agency=committees["17128"], kind="economy")
    rural = Division.objects.get(agency=committees["17170"], kind="economy")
    assert (ward.name, rural.name) == ("Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng Kinh tế")
    assert not Position.objects.filter(division=ward, specialism="forestry").exists()
    kinds = set(Agency.objects.values_list("kind", flat=True))
    assert {"department", "service_centre_province", "land_registration", "tax", "social_insurance"} <= kinds

    found = gaps(40, TODAY)
    assert len(found.rows) == 130
    assert found.without["veterinary"] > found.without["finance"] > 0
    assert 3000 < Officer.objects.count() < 8000

    view = agency_view(40, "H41.170", TODAY)
    assert view is not None
    assert [
        h.officer.full_name for r in view.rooms for s in r.seats for h in s.holders if "Hồ Sỹ Ái" in h.officer.full_name
    ]
    roots = tree(40, TODAY)
    assert [n.agency.code for n in roots] == ["H41", "H41.91", "H41.92"], (
        "the Party and the Front are under no People's Committee"
    )
    assert len([n for n in roots[0].children if n.agency.kind == "people_committee_commune"]) == 130

    before = [m.objects.count() for m in (Agency, Division, Position, Officer, Posting)]
    assert services.load(PASSWORD, whole=True) == whole
    assert [m.objects.count() for m in (Agency, Division, Position, Officer, Posting)] == before
