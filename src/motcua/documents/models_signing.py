"""The register of certificates, and the documents that are signed with them. No private key is ever kept in the clear."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.documents.models import StoredFile
from motcua.organisation.models import Agency, Officer, Owned, Position
from motcua.worktime import clock

CERTIFICATE_KINDS = {"officer": "Chứng thư cá nhân", "seal": "Chứng thư cơ quan (con dấu)"}
PROVIDERS = {
    "pkcs12": gettext_noop("Tệp chứng thư (.p12, .pfx)"),
    "pkcs11": gettext_noop("Thiết bị ký trên máy chủ (PKCS#11)"),
    "remote": gettext_noop("Dịch vụ ký số từ xa"),
}
SIGNATURE_KINDS = {
    "officer": "Chữ ký của người có thẩm quyền",
    "seal": "Con dấu của cơ quan",
    "copy": "Bản sao điện tử",
}


class Certificate(Owned):
    """A certificate bound to the position in which its holder signs, or to the agency whose seal it is.

    What it says is read once, at binding; `ended_at` closes it and never opens again. Decree 68/2024/NĐ-CP.
    """

    GRANTS = "SELECT, INSERT, UPDATE (ended_at, end_reason)"

    kind = models.CharField(max_length=10, choices=CERTIFICATE_KINDS.items())
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    pem = models.TextField()
    name = models.CharField("tên trong chứng thư", max_length=300)
    title = models.CharField("chức danh trong chứng thư", max_length=300, blank=True)
    organisation = models.CharField(max_length=300, blank=True)
    units = ArrayField(models.CharField(max_length=300), default=list)
    subject = models.TextField()
    issuer = models.TextField()
    serial = models.CharField(max_length=64)
    key_usage = ArrayField(models.CharField(max_length=30), default=list)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    provider = models.CharField(max_length=10, choices=PROVIDERS.items())
    key_name = models.CharField("tên khóa trong thiết bị hoặc dịch vụ", max_length=200, blank=True)
    image = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    bound_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "chứng thư chữ ký số"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "fingerprint"], condition=Q(ended_at=None), name="certificate_bound_once"
            ),
            models.UniqueConstraint(
                fields=["province_id", "officer", "position"],
                condition=Q(ended_at=None, kind="officer"),
                name="certificate_one_per_position",
            ),
            models.UniqueConstraint(
                fields=["province_id", "agency"], condition=Q(ended_at=None, kind="seal"), name="certificate_one_seal"
            ),
            models.CheckConstraint(
                condition=Q(kind="officer", officer__isnull=False, position__isnull=False)
                | Q(kind="seal", officer=None, position=None),
                name="certificate_holder",
            ),
            models.CheckConstraint(condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="certificate_fingerprint"),
        ]
        indexes = [models.Index(fields=["province_id", "fingerprint"], name="certificate_by_fingerprint")]


class SigningKey(Owned):
    """The PKCS#12 file of a certificate, encrypted as its holder gave it; deleted when the certificate ends."""

    GRANTS = "SELECT, INSERT, DELETE"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()

    class Meta:
        verbose_name = "tệp khóa"
        constraints = [models.UniqueConstraint(fields=["province_id", "certificate"], name="signingkey_once")]


class SignedDocument(Owned):
    """A document on its way from draft to sealed: `file` is its newest state, each signature makes the next one.

    `subject_kind` and `subject_id` name what it belongs to (a dossier); this app knows no kind of case. `places` says where on which page a
    signature goes, as `stamps.Place` by name. `code`, with its secret, opens the public check.
    """

    GRANTS = "SELECT, INSERT, UPDATE (file_id, version)"

    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    code = models.CharField(max_length=80)
    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    places = models.JSONField(default=dict)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField(default=0)
    prepared_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "văn bản ký số"
        constraints = [models.UniqueConstraint(fields=["province_id", "code"], name="signeddocument_code_once")]
        indexes = [models.Index(fields=["province_id", "subject_kind", "subject_id"], name="signeddocument_of_subject")]


class Signature(Owned):
    """One signature as it was put: by whom, in which position, under which authority, from which file to which."""

    GRANTS = "SELECT, INSERT"

    document = models.ForeignKey(SignedDocument, on_delete=models.PROTECT, related_name="signatures")
    seq = models.IntegerField()
    kind = models.CharField(max_length=10, choices=SIGNATURE_KINDS.items())
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField("thẩm quyền ký", max_length=300)
    field = models.CharField(max_length=60)
    level = models.CharField(max_length=10)
    signed_at = models.DateTimeField(default=clock.now)
    before = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="signatures")

    class Meta:
        verbose_name = "chữ ký"
        constraints = [models.UniqueConstraint(fields=["province_id", "document", "seq"], name="signature_seq_once")]
