"""Letters of citizens: the register, each step's legal clock, the compartment of denunciations, the reception of citizens, field feedback."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.casepages.models import OfCase
from motcua.casework.models import Case
from motcua.documents.models import StoredFile
from motcua.organisation.models import Agency, Officer, Owned

TYPES = {
    "complaint": gettext_noop("Khiếu nại"),
    "petition": gettext_noop("Kiến nghị"),
    "feedback": gettext_noop("Phản ánh"),
    "request": gettext_noop("Đề nghị"),
}
VIA = {
    "counter": gettext_noop("Trực tiếp"),
    "reception": gettext_noop("Tiếp công dân"),
    "post": gettext_noop("Bưu chính"),
    "online": gettext_noop("Trực tuyến"),
    "forwarded": gettext_noop("Cơ quan khác chuyển đến"),
}
SENDER_KINDS = {
    "person": gettext_noop("Cá nhân"),
    "group": gettext_noop("Nhiều người"),
    "organisation": gettext_noop("Tổ chức"),
    "anonymous": gettext_noop("Không rõ người gửi"),
}
FORWARDERS = {
    "front": gettext_noop("Mặt trận Tổ quốc"),
    "press": gettext_noop("Cơ quan báo chí"),
    "other": gettext_noop("Cơ quan, tổ chức khác"),
}
"""Who sent a letter on and is owed an answer."""
OCCASIONS = {
    "": gettext_noop("Tố cáo lần đầu"),
    "repeated": gettext_noop("Tố cáo tiếp: đã được cấp dưới giải quyết"),
    "overdue": gettext_noop("Tố cáo về việc quá hạn mà cấp dưới chưa giải quyết"),
}


class Letter(OfCase):
    """A letter as a case (`kind` "letter"): complaint, petition, feedback or request. Numbers run through the year and are never used again.

    `sender`: {"kind", "full_name", "address", "phone", "citizen_number", "count"}, no more than was written. `stage`: 1 or 2, of a complaint's
    settlement. `complex`, `remote`: what lengthens its terms. `answer*`: the answer or decision that settled it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    type = models.CharField("loại đơn", max_length=12, choices=TYPES.items())
    via = models.CharField("nguồn đến", max_length=12, choices=VIA.items())
    received_on = models.DateField("ngày nhận")
    sender = models.JSONField("người gửi")
    sender_key = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Digest of who the sender is: letters of one person find each other."""
    field = models.CharField("lĩnh vực", max_length=40)
    summary = models.CharField("trích yếu", max_length=500)
    text = models.TextField("nội dung")
    content_key = models.CharField(max_length=64, blank=True, default="", db_default="")
    forwarded_by = models.CharField("cơ quan chuyển", max_length=200, blank=True)
    forwarder = models.CharField(max_length=8, choices=FORWARDERS.items(), blank=True, default="", db_default="")
    duplicate_of = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    earlier = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    """The first settlement's case, when this is the second."""
    stage = models.SmallIntegerField(default=1, db_default=1)
    complex = models.BooleanField(default=False, db_default=False)
    remote = models.BooleanField(default=False, db_default=False)
    accepted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    answer_number = models.CharField(max_length=60, blank=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    published_on = models.DateField(null=True)
    exported_at = models.DateTimeField(null=True)
    exported_version = models.IntegerField(null=True)
    """The version of the case that the last export told of: one that is higher tells of a change, whatever the clocks say."""

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "đơn thư"
        indexes = [
            models.Index(fields=["province_id", "agency", "received_on"], name="letters_by_day"),
            models.Index(fields=["agency", "sender_key"], name="letters_of_sender", condition=~Q(sender_key="")),
            models.Index(fields=["agency", "content_key"], name="letters_alike", condition=~Q(content_key="")),
        ]


class Denunciation(OfCase):
    """A denunciation as a case (`kind` "denunciation"), seen with its compartment open alone. Who denounced and who is denounced lie here and
    nowhere else; the case's title names neither, and no word of it is in the common index of words.

    `pseudonym`: what reports outside call it, of no meaning and in no order ("TC-7F3K"). `words`: folded words it is found by inside.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(max_length=12)
    via = models.CharField(max_length=12, choices=VIA.items())
    received_on = models.DateField()
    forwarded_by = models.CharField("cơ quan chuyển", max_length=200, blank=True, default="", db_default="")
    forwarder = models.CharField(max_length=8, choices=FORWARDERS.items(), blank=True, default="", db_default="")
    occasion = models.CharField(max_length=8, choices=OCCASIONS.items(), blank=True, default="", db_default="")
    denouncer = models.JSONField("người tố cáo")
    denounced = models.JSONField("người bị tố cáo")
    sender_key = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Digest of who denounces: those of one person find each other, inside the compartment of one agency alone."""
    field = models.CharField("lĩnh vực", max_length=40)
    summary = models.CharField(max_length=500)
    text = models.TextField()
    words = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    places = models.SmallIntegerField(default=1, db_default=1)
    """At how many places it must be verified: more than one lengthens the term of acceptance."""
    complexity = models.SmallIntegerField(default=0, db_default=0)
    """0 ordinary, 1 complex, 2 especially complex: how often the term may be lengthened."""
    protection = models.TextField("đề nghị bảo vệ", blank=True)
    accepted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    conclusion_number = models.CharField(max_length=60, blank=True)
    conclusion = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    withdrawn_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    exported_at = models.DateTimeField(null=True)
    exported_version = models.IntegerField(null=True)
    reception = models.JSONField("lượt tiếp công dân", null=True)
    """What the line of the book of reception said before it was emptied, when it came in there: the law's register goes on here."""
    copies = models.JSONField("đơn trùng", default=list, blank=True)
    """The same letter again, as it lay in the open register: {"code", "received_on", "via", "sender", "summary", "text", "reception"} each."""

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "tố cáo"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "pseudonym"], name="denunciation_pseudonym_once"),
        ]
        indexes = [
            models.Index(fields=["agency", "received_on"], name="denunciations_by_day"),
            models.Index(fields=["agency", "sender_key"], name="denunciations_of_sender", condition=~Q(sender_key="")),
        ]


class Clock(Owned):
    """One legal term of a letter or a denunciation: from when, how long in the law's own unit, until when, by which article, when it was met.
    `inputs`: worktime.Inputs, from which the date is told again. `stopped_at`: suspended since then."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    term = models.CharField(max_length=40)
    round = models.SmallIntegerField(default=1, db_default=1)
    length = models.CharField(max_length=40)
    instrument = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    inputs = models.JSONField()
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    void = models.BooleanField(default=False, db_default=False)

    GRANTS = "SELECT, INSERT, UPDATE (length, due_at, inputs, met_at, stopped_at, void)"

    class Meta:
        verbose_name = "thời hạn"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "case", "term", "round"], name="clock_once_a_round")
        ]
        indexes = [models.Index(fields=["case", "due_at"], name="clocks_of_case")]


class Paper(Owned):
    """A notice, decision or conclusion that was issued about a letter or a denunciation: its form, number, day, signer, addressee; the
    signed document lies with the act of that `seq`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    form = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    signer = models.CharField(max_length=120, blank=True)
    addressee = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "văn bản ban hành"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq", "form"], name="paper_once")]


class ReceptionDay(Owned):
    """A day on which an agency receives citizens: who receives, where, in person or online, until it is held or put off."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    day = models.DateField("ngày")
    begins = models.TimeField("từ")
    ends = models.TimeField("đến")
    head = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    is_head = models.BooleanField("người đứng đầu tiếp", default=True)
    place = models.CharField("địa điểm", max_length=300)
    online = models.BooleanField("trực tuyến", default=False)
    link = models.CharField("đường dẫn trực tuyến", max_length=300, blank=True, default="", db_default="")
    note = models.CharField(max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=300, blank=True)
    moved_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """The day that it was put off to."""
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "lịch tiếp công dân"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "agency", "day", "begins"],
                condition=Q(cancelled_at=None),
                name="reception_day_once",
            )
        ]


OWED = Q(answer_due_at__isnull=False, answered_at=None) | Q(notice_due_at__isnull=False, notified_at=None)
"""Lines of the book that still owe an answer, or a notice of refusal."""


class Reception(Owned):
    """A line of the book of reception: who came, about what, what they were told; `number` runs through the year and is never used again.
    `case`: the letter that came of it; never a denunciation, which leaves no trace here but that somebody was received: a line whose letter
    turned out to be one is emptied (`services_reception.unsay`)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    number = models.IntegerField()
    day = models.ForeignKey(ReceptionDay, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    citizen = models.JSONField("công dân")
    people = models.SmallIntegerField("số người", default=1)
    summary = models.TextField("nội dung")
    result = models.CharField("kết quả", max_length=20)
    answer = models.TextField("trả lời, hướng dẫn", blank=True)
    online = models.BooleanField(default=False)
    recording_at = models.CharField("nơi lưu bản ghi", max_length=300, blank=True, default="", db_default="")
    recording_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Where the recording of an online reception is kept, and its SHA-256: hours of film are no upload (ADR 0043)."""
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    answer_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    notice_due_at = models.DateTimeField(null=True)
    """Until when a refusal is told in writing, by form 01/TCD; `notice_number`, `notified_at` when it was."""
    notice_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    notified_at = models.DateTimeField(null=True)
    clock = models.JSONField(null=True)
    """worktime.Inputs of the one date that is owed, from which it is told again."""
    sent_key = models.UUIDField(null=True)
    version = models.IntegerField(default=1, db_default=1)
    exported_at = models.DateTimeField(null=True)
    exported_version = models.IntegerField(null=True)

    GRANTS = (
        "SELECT, INSERT, UPDATE (citizen, people, summary, result, answer, recording_at, recording_sha256, case_id, answered_at, notice_number,"
        " notified_at, version, exported_at, exported_version)"
    )

    class Meta:
        verbose_name = "lượt tiếp công dân"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "year", "number"], name="reception_number_once"),
            models.UniqueConstraint(fields=["province_id", "sent_key"], name="reception_sent_once"),
        ]
        indexes = [
            models.Index(fields=["agency", "received_at"], name="receptions_by_time"),
            # What is owed stands above the worklist: a few of many thousand lines.
            models.Index(fields=["agency"], name="receptions_owed", condition=OWED),
        ]


class FieldReport(OfCase):
    """Field feedback (phản ánh hiện trường) as a case (`kind` "field_report"): what a citizen saw, where, with photos. Private until a
    moderator shows it: `public_text`, `public_place` and `public_files` (ids of attachments) are all that is shown. `conduct`: about an
    officer's manner, a kind of its own ("conduct_report") in a compartment, in no figure that leaves the commune. Two clocks: `classify_by`,
    the case's date until it is classified; then the resolution's. `sent_key`: of the form that was sent, once. `moved_to`: the case in the
    compartment in which it goes on, when it turned out to be about conduct; its words are there and no longer here."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    field = models.CharField("lĩnh vực", max_length=40, blank=True)
    text = models.TextField("nội dung")
    place = models.CharField("địa điểm", max_length=300)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    reporter = models.JSONField("người phản ánh")
    conduct = models.BooleanField(default=False)
    public = models.BooleanField(default=False, db_default=False)
    classify_by = models.DateTimeField()
    classified_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    stars = models.SmallIntegerField(null=True)
    stars_why = models.TextField(blank=True)
    reopened = models.SmallIntegerField(default=0, db_default=0)
    public_text = models.TextField(blank=True, default="", db_default="")
    public_place = models.CharField(max_length=300, blank=True, default="", db_default="")
    public_files = ArrayField(models.UUIDField(), default=list, db_default=[], blank=True)
    sent_key = models.UUIDField(null=True)
    moved_to = models.UUIDField(null=True)
    exported_at = models.DateTimeField(null=True)
    exported_version = models.IntegerField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "phản ánh hiện trường"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "sent_key"], name="field_report_sent_once"),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__gte=1, stars__lte=5), name="field_report_stars"),
        ]
        indexes = [
            models.Index(fields=["province_id", "agency", "classify_by"], name="field_reports_by_time"),
            models.Index(fields=["province_id", "agency"], name="field_reports_shown", condition=Q(public=True)),
        ]


class Forwarding(Owned):
    """That an agency gave a letter to another one of this system: what its own book and export go on saying of it. Nobody's name stands here."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    received_on = models.DateField()
    forwarded_on = models.DateField()
    to = models.CharField("cơ quan nhận", max_length=200)
    number = models.CharField(max_length=60)
    exported_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (exported_at)"

    class Meta:
        verbose_name = "lần chuyển đơn"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="forwarding_once")]
        indexes = [models.Index(fields=["agency", "forwarded_on"], name="forwardings_by_day")]


class Export(Owned):
    """A file made for the national database on reception, complaints, denunciations and petitions (Decree 55/2022/NĐ-CP): when, of what period
    (`changed`: what had changed since the one before, from its day on), how many of each, its SHA-256. `compartment`: the one of denunciations,
    made and seen with it open alone; a file that holds a letter which was moved there afterwards is kept there from then on."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField()
    period_to = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    """None: made at the command line of the installation."""
    counts = models.JSONField()
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=8, default="jsonl", db_default="jsonl")
    changed = models.BooleanField(default=False, db_default=False)
    compartment = models.CharField(max_length=20, blank=True, default="", db_default="")

    GRANTS = "SELECT, INSERT, UPDATE (compartment)"

    class Meta:
        verbose_name = "lần kết xuất"
