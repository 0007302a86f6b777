"""Recommendations (kiến nghị) and what became of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.casepages.models import OfCase
from motcua.casework.models import Case
from motcua.organisation.models import Agency, Owned
from motcua.oversight.models_teams import Team, Visit, VisitRecord

SOURCES = {
    "visit": gettext_noop("Buổi làm việc của tổ công tác, đoàn giám sát"),
    "report": gettext_noop("Báo cáo theo đề cương"),
    "meeting": gettext_noop("Cuộc họp, hội nghị"),
    "voters": gettext_noop("Tiếp xúc cử tri"),
    "hotline": gettext_noop("Đường dây nóng"),
    "dossier": gettext_noop("Vướng mắc khi giải quyết hồ sơ"),
    "other": gettext_noop("Nguồn khác"),
}
URGENCIES = {"normal": gettext_noop("Thường"), "urgent": gettext_noop("Khẩn"), "critical": gettext_noop("Thượng khẩn")}


class SectorRoute(Owned):
    """Which department leads and which coordinate for a sector, from a day on, by a document of the province. The newest of a sector holds."""

    sector = models.CharField(max_length=40)
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    coordinating = ArrayField(models.UUIDField(), default=list, blank=True)
    instrument = models.CharField("văn bản phân công", max_length=200, blank=True)
    valid_from = models.DateField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "phân công theo lĩnh vực"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "sector", "valid_from"], name="sector_route_once_a_day")
        ]


class RecommendationGroup(Owned):
    """Recommendations of one trouble in many communes: answered once, told to each."""

    title = models.CharField("vấn đề chung", max_length=300)
    sector = models.CharField(max_length=40)
    topic = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "nhóm kiến nghị"


class Recommendation(OfCase):
    """A recommendation as a case (`kind` "recommendation"): `agency` is the commune or team's body that makes it; the case's lead answers.

    `assigned_by`: number and day of the document that gave it to the lead (thông báo kết luận). `referred_*`: the last referral upward.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source = models.CharField("nguồn", max_length=12, choices=SOURCES.items())
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="recommendations")
    record = models.ForeignKey(VisitRecord, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """What was written down at the visit and became this: each record once."""
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(RecommendationGroup, null=True, on_delete=models.PROTECT, related_name="members")
    addressee = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whom whoever raised it asks to answer, where they named one; who assigns decides."""
    sector = models.CharField("lĩnh vực", max_length=40)
    topic = models.CharField("vấn đề", max_length=40)
    urgency = models.CharField("mức độ", max_length=10, choices=URGENCIES.items(), default="normal")
    text = models.TextField("nội dung kiến nghị")
    assigned_by = models.CharField("văn bản giao", max_length=200, blank=True)
    assigned_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    referred_to = models.CharField(max_length=200, blank=True)
    referred_by = models.CharField(max_length=200, blank=True)
    referred_on = models.DateField(null=True)
    returned = models.SmallIntegerField(default=0, db_default=0)
    """How often the commune gave an answer back."""
    coordinating = ArrayField(models.UUIDField(), default=list, db_default=[], blank=True)
    """Agencies that give the lead their opinion."""
    followers = ArrayField(models.UUIDField(), default=list, db_default=[], blank=True)
    """Agencies that see what becomes of it though it is not theirs to answer: the team that heard it, whoever gave it back or referred it. Both
    together take part in the case."""

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "kiến nghị"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "record"],
                condition=Q(record__isnull=False),
                name="recommendation_of_record_once",
            )
        ]
        indexes = [
            models.Index(fields=["province_id", "sector", "topic"], name="recommendations_by_sector"),
            models.Index(fields=["visit"], name="recommendations_of_visit", condition=Q(visit__isnull=False)),
            models.Index(fields=["group"], name="recommendations_of_group", condition=Q(group__isnull=False)),
        ]


class Answer(Owned):
    """A written answer: number, day, signer, text, one of the four classes; the signed document lies with the act of that `seq`.
    `promised_on` where the class owes a date. `verdict`: what the asker said of it, empty while they have not."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField("số văn bản", max_length=60)
    dated_on = models.DateField("ngày văn bản")
    signer = models.CharField("người ký", max_length=120)
    text = models.TextField("nội dung trả lời")
    category = models.CharField("phân loại", max_length=20)
    promised_on = models.DateField("thời hạn hoàn thành", null=True)
    verdict = models.CharField(max_length=10, blank=True)
    verdict_text = models.TextField(blank=True)

    GRANTS = "SELECT, INSERT, UPDATE (verdict, verdict_text)"

    class Meta:
        verbose_name = "văn bản trả lời"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="answer_once")]


class Reminder(Owned):
    """A letter that urges (đôn đốc) whoever owes an answer, a task or a report; it lies with the act of that `seq`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField("số văn bản", max_length=60, blank=True)
    dated_on = models.DateField("ngày văn bản")
    text = models.TextField(blank=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "đôn đốc"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="reminder_once")]
