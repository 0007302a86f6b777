"""A key in a token, a key at a remote service, a time from an authority: all give the same signature to the same reader."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from motcua.demo.authority import Issued, keep_time_stamper
from motcua.demo.fixtures import principal_of
from motcua.documents import queries_signing, services_certificates, services_signing
from motcua.documents.models import Signature
from motcua.documents.signing.keys import KeyRefused
from motcua.documents.signing.pades import NotSigned
from motcua.documents.tests.world import CHAIR, World
from motcua.organisation import scope
from tests.peers.remote_signing import remote_signing
from tests.peers.time_stamping import time_stamping

pytestmark = pytest.mark.django_db

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, LABEL = "482913", "chu-tich"


@pytest.fixture(scope="module")
def in_token(authority, tmp_path_factory) -> Iterator[tuple[str, dict[str, Issued]]]:
    """A SoftHSM token "motcua" with one key and certificate; gives its label and where the certificate is put."""
    if not MODULE.exists() or not shutil.which("softhsm2-util"):
        pytest.skip("apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    util = ["softhsm2-util", "--token", "motcua", "--pin", PIN]
    subprocess.run(
        [*util, "--init-token", "--free", "--label", "motcua", "--so-pin", "11112222"], check=True, capture_output=True
    )
    yield "motcua", {}
    del os.environ["SOFTHSM2_CONF"]


def put_into_token(issued: Issued, folder: Path) -> None:
    import pkcs11

    key = folder / "key.pem"
    key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    subprocess.run(
        ["softhsm2-util", "--import", str(key), "--token", "motcua", "--pin", PIN, "--label", LABEL, "--id", "01"],
        check=True,
        capture_output=True,
    )
    token = pkcs11.lib(str(MODULE)).get_token(token_label="motcua")
    with token.open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: LABEL,
                pkcs11.Attribute.ID: b"\x01",
                pkcs11.Attribute.SUBJECT: issued.certificate.subject.public_bytes(),
                pkcs11.Attribute.VALUE: issued.certificate.public_bytes(Encoding.DER),
            }
        )


def bind_and_sign(world: World, provider: str, secret: str, name: str) -> bytes:
    """As the officer does: bind with the secret, later open again and sign."""
    who = principal_of(CHAIR)
    document = world.prepare()
    with scope.enter(who.scope):
        key = services_certificates.open_new(who, provider, secret=secret, key_name=name)
        held = services_certificates.bind(who, "officer", key, provider, key_name=name)
        key.close()
        again = services_certificates.open_key(held, secret)
        try:
            services_signing.sign_result(who, document.id, again, authority="TM. UBND")
        finally:
            again.close()
    return world.content(document.id)


def test_a_token_signs_with_the_pin_typed_at_signing(world: World, settings, in_token, tmp_path):
    settings.MOTCUA_PKCS11_MODULE, settings.MOTCUA_PKCS11_TOKEN = str(MODULE), in_token[0]
    who = principal_of(CHAIR)
    put_into_token(world.issue(CHAIR), tmp_path)
    with pytest.raises(KeyRefused) as refused:
        services_certificates.open_new(who, "pkcs11", secret="000000", key_name=LABEL)
    assert refused.value.wrong_secret
    with pytest.raises(KeyRefused, match="không có khóa"):
        services_certificates.open_new(who, "pkcs11", secret=PIN, key_name="khac")
    (one,) = queries_signing.verify(bind_and_sign(world, "pkcs11", PIN, LABEL)).signatures
    assert (one.report.intact, one.report.chain, one.authority) == (True, "trusted", "held")


def test_a_server_without_a_token_says_so(world: World):
    with pytest.raises(KeyRefused, match="chưa được cấu hình"):
        services_certificates.open_new(principal_of(CHAIR), "pkcs11", secret=PIN)


def test_a_remote_service_signs_the_digest_and_never_sees_the_document(world: World, settings):
    issued = world.issue(CHAIR)
    with remote_signing(issued, "cred-1", "246810", "tin") as service:
        settings.MOTCUA_REMOTE_SIGNING_URL, settings.MOTCUA_REMOTE_SIGNING_TOKEN = service.address, "tin"
        content = bind_and_sign(world, "remote", "246810", "cred-1")
    (one,) = queries_signing.verify(content).signatures
    assert (one.report.intact, one.report.chain, one.authority) == (True, "trusted", "held")
    assert [endpoint for endpoint, _body in service.seen][-2:] == ["credentials/authorize", "signatures/signHash"]
    assert max(len(str(body)) for _endpoint, body in service.seen) < 500


def test_a_wrong_pin_at_the_remote_service_signs_nothing(world: World, settings):
    with remote_signing(world.issue(CHAIR), "cred-1", "246810", "tin") as service:
        settings.MOTCUA_REMOTE_SIGNING_URL, settings.MOTCUA_REMOTE_SIGNING_TOKEN = service.address, "tin"
        with pytest.raises(KeyRefused) as refused:
            bind_and_sign(world, "remote", "999999", "cred-1")
    assert refused.value.wrong_secret
    with scope.enter(scope.worker()):
        assert not Signature.objects.exists()


def test_a_remote_service_that_is_gone_is_told_in_a_sentence(world: World, settings):
    settings.MOTCUA_REMOTE_SIGNING_URL = "http://127.0.0.1:9"
    with pytest.raises(KeyRefused, match="không trả lời"):
        bind_and_sign(world, "remote", "1", "cred-1")


def test_the_time_comes_from_the_authority_at_its_address(world: World, settings):
    (world.home / "stamper").mkdir()
    keep_time_stamper(world.authority, world.home / "stamper")
    world.bind(CHAIR)
    document = world.prepare()
    with time_stamping(world.home / "stamper") as (address, asked):
        settings.MOTCUA_TSA_URL = address
        assert world.sign(document.id).level == "B-LT"
    assert asked
    (one,) = queries_signing.verify(world.content(document.id)).signatures
    assert one.report.time_source == "tsa"


def test_while_the_time_authority_is_silent_nothing_is_signed(world: World, settings):
    (world.home / "stamper").mkdir()
    keep_time_stamper(world.authority, world.home / "stamper")
    world.bind(CHAIR)
    document = world.prepare()
    with time_stamping(world.home / "stamper", broken=True) as (address, _asked):
        settings.MOTCUA_TSA_URL = address
        with pytest.raises(NotSigned, match="dấu thời gian"):
            world.sign(document.id)
    with scope.enter(scope.worker()):
        assert not Signature.objects.exists()
