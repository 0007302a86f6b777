"""A dossier goes in, is worked by its deadline, and comes back."""

from motcua.demo.fixtures import PERMIT, Api


def test_a_building_permit_walks_through_divisions_to_a_signatory_and_back(api: Api) -> None:
    dossier = api.receive(procedure=PERMIT)
    for login, act, params in (
        ("tiepnhan.quynhson", "hand_over", {}),
        ("truongphong.quynhson", "assign", {"officer": "xaydung.quynhson"}),
        ("xaydung.quynhson", "advance", {}),
        ("truongphong.quynhson", "approve", {}),
        ("chutich.quynhson", "sign_off", {"outcome": "granted"}),
        ("vanthu.quynhson", "advance", {}),
        ("tiepnhan.quynhson", "return_result", {"how": "counter"}),
    ):
        status, body = api.act(login, dossier, act, **params)
        assert status == 200, body
    assert (dossier["state"], dossier["national_status"], dossier["version"]) == ("returned", 10, 8)
