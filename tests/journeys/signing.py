"""Signing and sealing at the desk, and what strangers find: the public page, pyHanko, poppler."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from motcua.demo.authority import Authority
from motcua.documents.signing.pades import run
from motcua.documents.tests.world import PASSPHRASE
from tests.journeys.conftest import Desk

PIN = "PIN hoặc mật khẩu chứng thư"

needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdfsig") and shutil.which("certutil")), reason="apt-get install poppler-utils libnss3-tools"
)


def put(found: Desk, button: str, confirm: str, name: str) -> None:
    """From the dossier's page: the button there, the PIN, the button that signs (seals) and passes on."""
    found.press(button)
    found.check(f"{name}-asked")
    found.page.get_by_label(PIN).fill(PASSPHRASE)
    found.press(confirm)
    found.check(f"{name}-done")


def sign(found: Desk, name: str) -> None:
    put(found, "Ký số", "Ký và chuyển bước", name)


def seal(found: Desk, name: str) -> None:
    put(found, "Đóng dấu số", "Đóng dấu và chuyển trả", name)


def ask(stranger: Desk, file: Path, name: str = "") -> str:
    """What the public page says of a file that somebody holds."""
    stranger.visit_and_check("/kiem-tra-ket-qua/")
    stranger.page.get_by_label("Tệp kết quả").set_input_files(file)
    stranger.press("Kiểm tra tệp")
    stranger.check(name)
    return stranger.text


def flipped(content: bytes) -> bytes:
    """One bit of what was signed is another; the file still opens."""
    changed = bytearray(content)
    changed[changed.index(b"endstream") - 30] ^= 1
    return bytes(changed)


def by_pyhanko(content: bytes, authority: Authority) -> list[str]:
    """Who signed, in order, each signature found intact, trusted and covering what it should; by the library alone, trusting that authority."""
    from asn1crypto.crl import CertificateList
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    def trusting() -> ValidationContext:
        return ValidationContext(
            trust_roots=[Certificate.load(authority.certificate.public_bytes(Encoding.DER))],
            crls=[CertificateList.load(authority.crl())],
            allow_fetching=False,
            revocation_mode="require",
        )

    names = []
    for one in PdfFileReader(io.BytesIO(content)).embedded_signatures:
        status = run(async_validate_pdf_signature(one, trusting(), trusting()))
        assert status.bottom_line, status.pretty_print_details()
        assert status.timestamp_validity is not None, "no time stamp"
        names.append(str(status.signing_cert.subject.native["common_name"]))
    return names


def by_poppler(content: bytes, authority: Authority, folder: Path) -> str:
    """What `pdfsig` says when its certificate store holds that authority and nobody else."""
    nss, anchor, file = folder / "nss", folder / "ca.pem", folder / "pdfsig.pdf"
    file.write_bytes(content)
    if not nss.exists():
        nss.mkdir()
        anchor.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        subprocess.run(["certutil", "-N", "-d", f"sql:{nss}", "--empty-password"], check=True)
        subprocess.run(
            ["certutil", "-A", "-d", f"sql:{nss}", "-n", "ca", "-t", "CT,C,C", "-i", str(anchor)], check=True
        )
    done = subprocess.run(
        ["pdfsig", "-nssdir", f"sql:{nss}", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C.UTF-8"},
    )
    return done.stdout
