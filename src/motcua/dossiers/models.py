"""The dossier: what the law of one-stop procedures adds to a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.casework.models import Case
from motcua.catalogue.models import ProcedureVersion, Process
from motcua.organisation.models import Account, Agency, Division, Officer, Owned, Position

CHANNELS = {
    "counter": gettext_noop("Trực tiếp"),
    "online": gettext_noop("Trực tuyến"),
    "post": gettext_noop("Bưu chính công ích"),
}
RETURN_METHODS = {
    "counter": gettext_noop("Tại Trung tâm"),
    "online": gettext_noop("Trực tuyến"),
    "post": gettext_noop("Bưu chính công ích"),
}


class Dossier(models.Model):
    """One dossier (hồ sơ). Three agencies stand on its case: where it came in (origin), who resolves it (lead), who holds it now.

    `version` and `process` are those in force at reception and stay (design §4, Law as data). `applicant`, `authorised`: see forms.Party.
    `hand_over_due_at`: when it must have left the counter (Decree 118/2025/NĐ-CP, facts/limits.json).
    `opened_at`: when the receiving counter first looked at a dossier filed online (Decree 118/2025/NĐ-CP: alerted within 2 working hours).
    `declared_at`: when the applicant said that the open round is answered; from then until an officer has checked the papers it lies at
    the counter, and `back_to_division`, `back_to_officer` say whose it was.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT)
    province_id = models.SmallIntegerField()
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, db_index=False)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, db_index=False)
    procedure_case = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=10, choices=CHANNELS.items())
    assisted = models.BooleanField(default=False)
    return_method = models.CharField(max_length=10, choices=RETURN_METHODS.items(), default="counter")
    applicant = models.JSONField()
    authorised = models.JSONField(null=True)
    content = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    fallback = models.JSONField(null=True)
    hand_over_due_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    rounds = models.SmallIntegerField(default=0)
    supplement_due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_state = models.CharField(max_length=40, blank=True)
    declared_at = models.DateTimeField(null=True)
    back_to_division = models.ForeignKey(
        Division, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    back_to_officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=20, blank=True)
    result = models.JSONField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_how = models.CharField(max_length=10, blank=True)
    secret_version = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "hồ sơ"
        constraints = [models.UniqueConstraint(fields=["province_id", "case"], name="dossier_replica_identity")]
        indexes = [
            models.Index(fields=["province_id"], name="declared_dossiers", condition=Q(declared_at__isnull=False))
        ]


class Component(Owned):
    """A paper of the dossier, by its code in the procedure's version; `provided`, `digitised` as checked at the counter."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=20)
    provided = models.BooleanField()
    digitised = models.BooleanField(default=False)
    originals = models.SmallIntegerField(default=0)
    copies = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = "thành phần hồ sơ"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "code"], name="component_once")]


class Supplement(Owned):
    """One round of asking for more (form 02): everything is asked for at once (Decree 118/2025/NĐ-CP), with a due date.

    `declared_at`: when the applicant said that all is handed in; `answered_at`: when an officer confirmed it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    round = models.SmallIntegerField()
    items = models.JSONField()
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "yêu cầu bổ sung"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "round"], name="supplement_round_once")]


class Correction(Owned):
    """What a correction changed, before and after: personal data, therefore here and not in the journal, which names the fields."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.IntegerField()
    before = models.JSONField()
    after = models.JSONField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "đính chính"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="correction_once_per_entry")]


class Reappointment(Owned):
    """One order to re-appoint all dossiers that an edition of a calendar moves (Civil Code 2015 art. 148.5), and how far it has come.

    A worker goes through the open dossiers in order of their ids; `cursor` is the last one looked at, so the work goes on where it
    stopped. `ended`: "" at work, "done", or "superseded" when a newer edition was published meanwhile.
    """

    calendar_code = models.CharField(max_length=40)
    edition = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    ordered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    total = models.IntegerField()
    checked = models.IntegerField(default=0)
    moved = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    failures = models.JSONField(default=list)
    cursor = models.UUIDField(null=True)
    ended = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (total, checked, moved, failed, failures, cursor, ended, ended_at)"

    class Meta:
        verbose_name = "lệnh hẹn lại"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "calendar_code"], condition=Q(ended=""), name="reappointment_one_at_a_time"
            )
        ]


class FilingDraft(Owned):
    """What a signed-in citizen or organisation has begun to file and not sent yet: theirs alone, gone 30 days after the last change.

    `identity`: the pseudonym (identity.rules.pseudonym). `content`: the answers as typed (forms_filing). `case` is set once it was sent, so
    that sending again leads to the dossier that stands. Its files are attachments of the subject kind "filing_draft".
    """

    identity = models.CharField(max_length=64)
    procedure_code = models.CharField(max_length=20)
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=64, blank=True)

    GRANTS = "SELECT, INSERT, UPDATE (content, updated_at, expires_at, case_id, code), DELETE"

    class Meta:
        verbose_name = "bản nháp hồ sơ trực tuyến"
        indexes = [
            models.Index(fields=["identity", "updated_at"], name="filing_draft_of_identity"),
            models.Index(fields=["expires_at"], name="filing_draft_by_expiry"),
        ]


class Filing(Owned):
    """That a dossier was filed online by an identity itself, and by which: what opens it without the secret.

    `key`, `body_hash`: the Idempotency-Key of an API call (by the page, the draft's id).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    identity = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=500)
    filed_at = models.DateTimeField()
    key = models.CharField(max_length=200)
    body_hash = models.BinaryField(max_length=32)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "hồ sơ nộp bằng tài khoản định danh"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "identity", "key"], name="filing_key_once"),
            models.UniqueConstraint(fields=["province_id", "case"], name="filing_once_per_dossier"),
        ]
        indexes = [models.Index(fields=["identity", "filed_at"], name="filing_of_identity")]


class Rating(Owned):
    """How the applicant found it: one per dossier. `agency`: the one that resolved it; `level`: a code of facts/ratings.json; `by_kind`:
    person or organisation."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=20)
    by_kind = models.CharField(max_length=12)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT, UPDATE (level, changed_at)"

    class Meta:
        verbose_name = "đánh giá của người nộp"
        constraints = [models.UniqueConstraint(fields=["province_id", "case"], name="rating_once_per_dossier")]
        indexes = [
            models.Index(fields=["agency", "rated_at", "id"], name="ratings_of_agency"),
            models.Index(fields=["province_id", "rated_at"], name="ratings_of_province"),
        ]


class RatingRemark(Owned):
    """The words beside a rating: internal. `about_conduct`: they speak of an officer's conduct, then the centre's director alone reads them,
    and they stand in no figure that leaves the commune."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=1000)
    about_conduct = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT, UPDATE (text, about_conduct, written_at)"

    class Meta:
        verbose_name = "góp ý kèm đánh giá"
        constraints = [models.UniqueConstraint(fields=["province_id", "case"], name="rating_remark_once_per_dossier")]


from motcua.dossiers.models_counter import Book, Certification, HandoverLine, HandoverSheet  # noqa: E402
from motcua.dossiers.models_results import (  # noqa: E402
    ResultDraft,
    ResultNumber,
    ResultTemplate,
    SigningRun,
)

__all__ = [
    "CHANNELS",
    "RETURN_METHODS",
    "Book",
    "Certification",
    "Component",
    "Correction",
    "Dossier",
    "Filing",
    "FilingDraft",
    "HandoverLine",
    "HandoverSheet",
    "Rating",
    "RatingRemark",
    "Reappointment",
    "ResultDraft",
    "ResultNumber",
    "ResultTemplate",
    "SigningRun",
    "Supplement",
]
