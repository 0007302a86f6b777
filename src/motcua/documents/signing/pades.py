"""Signing a PDF: one incremental PAdES signature (ETSI EN 319 142-1), so that what was there stays byte for byte the file's beginning.

The level follows from what the installation has: B-B without a time-stamping authority, B-T with one, B-LT when its revocation lists cover the
signer too; the lists are then kept in the file, and the signature can be checked when the authority's web page is gone.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, TypeVar

from asn1crypto import x509 as asn1_x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import Signer as PyhankoSigner
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, ValidationError

from motcua.documents.signing.keys import Key, KeyRefused
from motcua.documents.signing.stamps import Stamp
from motcua.documents.signing.trust import Trust
from motcua.worktime import clock

Level = Literal["B-B", "B-T", "B-LT"]
SECONDS = 90
"""A signature that takes longer is given up: token, remote service and time stamp together."""
DIGEST = "sha256"
T = TypeVar("T")


class NotSigned(Exception):
    """The file could not be signed and is as it was; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Signed:
    content: bytes
    level: Level
    field: str


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs asynchronous work from synchronous code, for at most SECONDS. Raises TimeoutError.

    In a thread where a loop runs already (an asynchronous server's, a browser's that a test drives), it runs in another.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(asyncio.wait_for(work, SECONDS))
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, asyncio.wait_for(work, SECONDS)).result()


def sign(
    content: bytes,
    key: Key,
    stamp: Stamp | None,
    *,
    reason: str,
    location: str,
    trust: Trust,
    timestamper: TimeStamper | None,
) -> Signed:
    """`content` with one more signature by `key`, seen as `stamp` (None: not seen).

    `reason` is the authority under which the signer acts, `location` their agency; both are part of what is signed. Raises NotSigned, and
    KeyRefused from the key.
    """
    try:
        return run(_sign(content, key, stamp, reason, location, trust, timestamper))
    except KeyRefused:
        raise
    except TimestampRequestError:
        raise NotSigned(
            _("Máy chủ cấp dấu thời gian không trả lời. Văn bản chưa được ký; hãy thử lại sau ít phút.")
        ) from None
    except TimeoutError:
        raise NotSigned(
            _("Ký quá %(seconds)s giây chưa xong nên đã dừng. Văn bản chưa được ký; hãy thử lại.")
            % {"seconds": SECONDS}
        ) from None
    except (PathBuildingError, PathValidationError, ValidationError):
        raise NotSigned(_("Chứng thư hoặc dấu thời gian không thuộc đơn vị chứng thực mà hệ thống tin cậy.")) from None
    except (PdfError, SigningError, ValueError, KeyError):
        raise NotSigned(_("Tệp PDF này không ký được: hỏng, có mật khẩu, hoặc không cho thêm chữ ký.")) from None


async def _sign(
    content: bytes,
    key: Key,
    stamp: Stamp | None,
    reason: str,
    location: str,
    trust: Trust,
    timestamper: TimeStamper | None,
) -> Signed:
    async with key.open() as signer:
        writer = IncrementalPdfFileWriter(BytesIO(content))
        field = f"ChuKySo{len(writer.prev.embedded_signatures) + 1}"
        level = _level(signer, trust, timestamper)
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm=DIGEST,
            reason=reason,
            location=location,
            subfilter=SigSeedSubFilter.PADES,
            validation_context=trust.context() if level == "B-LT" else None,
            embed_validation_info=level == "B-LT",
            signer_key_usage=_usage(signer.signing_cert),
        )
        with tempfile.NamedTemporaryFile(suffix=".pdf") as drawn:
            if stamp is not None:
                drawn.write(stamp.pdf)
                drawn.flush()
            pdf_signer = PdfSigner(
                metadata,
                signer,
                timestamper=timestamper,
                new_field_spec=_field(field, stamp, writer.prev),
                stamp_style=_style(drawn.name) if stamp else None,
            )
            output = await pdf_signer.async_sign_pdf(writer)
        return Signed(output.getvalue(), level, field)


def _level(signer: PyhankoSigner, trust: Trust, timestamper: TimeStamper | None) -> Level:
    if timestamper is None:
        return "B-B"
    certificate = signer.signing_cert
    return "B-LT" if certificate and trust.covers(certificate.issuer, clock.now()) else "B-T"


def _usage(certificate: asn1_x509.Certificate | None) -> set[str]:
    """Which usage the certificate offers for signing; `rules.standing` has refused one that offers none."""
    offered = set(certificate.key_usage_value.native) if certificate and certificate.key_usage_value else set()
    return next(({usage} for usage in ("non_repudiation", "digital_signature") if usage in offered), set())


def _field(name: str, stamp: Stamp | None, reader: PdfFileReader) -> SigFieldSpec:
    if stamp is None:
        return SigFieldSpec(name)
    page = stamp.place.page - 1
    bottom, top = _heights(reader, page)
    place = stamp.place
    box = (place.x, top - place.y - place.height, place.x + place.width, top - place.y)
    if box[1] < bottom - place.height:
        raise NotSigned(_("Vị trí chữ ký nằm ngoài trang giấy. Kiểm tra lại mẫu văn bản."))
    return SigFieldSpec(name, on_page=page, box=box, readable_field_name=stamp.says)  # type: ignore[arg-type]


def _heights(reader: PdfFileReader, page: int) -> tuple[float, float]:
    """Bottom and top of the page in its own coordinates. NotSigned when there is no such page."""
    try:
        found = reader.root["/Pages"]["/Count"]
        if not 0 <= page < int(found):
            raise NotSigned(_("Văn bản không có trang để đặt chữ ký. Kiểm tra lại mẫu văn bản."))
        dictionary = reader.find_page_for_modification(page)[0].get_object()
        while "/MediaBox" not in dictionary:
            dictionary = dictionary["/Parent"]
        box = [float(edge) for edge in dictionary["/MediaBox"]]
    except (KeyError, TypeError, ValueError):
        raise NotSigned(_("Tệp PDF không nêu khổ giấy nên không đặt được chữ ký. Xuất lại tệp rồi ký.")) from None
    return box[1], box[3]


def _style(path: str) -> StaticStampStyle:
    """The drawing as it is: no frame, no shade, no margin. (pyHanko's own text stamps spread the letters of 2048-unit fonts.)"""
    return StaticStampStyle.from_pdf_file(
        path,
        border_width=0,
        background_opacity=1,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins.uniform(0),
            inner_content_scaling=InnerScaling.STRETCH_FILL,
        ),
    )
