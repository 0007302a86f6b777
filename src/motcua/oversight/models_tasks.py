"""Assigned tasks, targets, backlogs, flashpoints."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.casepages.models import OfCase
from motcua.casework.models import Case
from motcua.organisation.models import Agency, Division, Officer, Owned

TASK_SOURCES = {
    "conclusion": gettext_noop("Kết luận cuộc họp, buổi làm việc"),
    "resolution": gettext_noop("Nghị quyết"),
    "plan": gettext_noop("Kế hoạch"),
    "programme": gettext_noop("Chương trình"),
    "document": gettext_noop("Văn bản đến"),
    "recommendation": gettext_noop("Kiến nghị"),
    "letter": gettext_noop("Đơn thư"),
    "direct": gettext_noop("Giao trực tiếp"),
}
BLOCKS = {"government": gettext_noop("Ủy ban"), "party": gettext_noop("Đảng"), "other": gettext_noop("Khác")}
PRIORITIES = {"normal": gettext_noop("Thường"), "high": gettext_noop("Cao"), "urgent": gettext_noop("Khẩn")}
FREQUENCIES = {
    "week": gettext_noop("Hằng tuần"),
    "month": gettext_noop("Hằng tháng"),
    "quarter": gettext_noop("Hằng quý"),
    "half": gettext_noop("6 tháng"),
    "year": gettext_noop("Hằng năm"),
}
BACKLOG_CATEGORIES = {
    "land": gettext_noop("Đất đai"),
    "construction": gettext_noop("Trật tự xây dựng"),
    "clearance": gettext_noop("Giải phóng mặt bằng"),
    "roads": gettext_noop("Giao thông"),
    "other": gettext_noop("Khác"),
}
LEVELS = {"1": gettext_noop("Cần theo dõi"), "2": gettext_noop("Phức tạp"), "3": gettext_noop("Rất phức tạp")}


class Programme(Owned):
    """A resolution, plan or programme under which tasks are given and targets set."""

    code = models.CharField("số, ký hiệu", max_length=60)
    title = models.CharField("tên", max_length=400)
    kind = models.CharField(max_length=20, choices=TASK_SOURCES.items())
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField("ngày ban hành")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "chương trình, nghị quyết"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "owner_agency", "code"], name="programme_code_once")
        ]


class TaskSeries(Owned):
    """A task that comes back: the worker gives the next one when its time comes."""

    title = models.CharField(max_length=500)
    template = models.JSONField()
    frequency = models.CharField(max_length=10, choices=FREQUENCIES.items())
    next_on = models.DateField()
    until = models.DateField(null=True)
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "nhiệm vụ định kỳ"


class Task(OfCase):
    """An assigned task as a case (`kind` "task"): its origin gave it and confirms that it is done, its lead does it, coordinating agencies take
    part. On time against the original date, which an extension never changes. `progress`: per cent, as last reported."""

    source = models.CharField("nguồn", max_length=16, choices=TASK_SOURCES.items())
    block = models.CharField("khối", max_length=12, choices=BLOCKS.items(), default="government")
    priority = models.CharField("ưu tiên", max_length=8, choices=PRIORITIES.items(), default="normal")
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(TaskSeries, null=True, on_delete=models.PROTECT, related_name="+")
    series_on = models.DateField(null=True)
    """The day of the series for which it was given."""
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    """Who does it in the lead agency; the case itself lies elsewhere while somebody else must answer."""
    from_case = models.UUIDField(null=True)
    """The visit, recommendation or letter it came from; nothing at all of a denunciation."""
    text = models.TextField("nội dung")
    document = models.CharField("văn bản giao", max_length=200, blank=True)
    document_on = models.DateField(null=True)
    item = models.CharField("mục trong văn bản", max_length=40, blank=True)
    imported_as = models.CharField(max_length=64, default="", db_default="", blank=True)
    """What a line of an imported table was, by its hash: the same line gives one task."""
    follower = models.CharField("người theo dõi", max_length=120, blank=True)
    progress = models.SmallIntegerField(default=0, db_default=0)
    result = models.TextField("kết quả", blank=True)
    result_document = models.CharField("văn bản kết quả", max_length=200, blank=True)
    extension_asked = models.DateField(null=True)
    extension_why = models.TextField(blank=True)
    extensions = models.SmallIntegerField(default=0, db_default=0)
    accepted_at = models.DateTimeField(null=True)
    done_reported_at = models.DateTimeField(null=True)
    leader_approved = models.BooleanField(default=False, db_default=False)
    superior_recognised = models.BooleanField(default=False, db_default=False)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "nhiệm vụ"
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=100), name="task_progress"),
            models.UniqueConstraint(
                fields=["province_id", "series", "series_on"],
                condition=Q(series__isnull=False),
                name="task_of_series_once",
            ),
            models.UniqueConstraint(
                fields=["province_id", "imported_as"], condition=~Q(imported_as=""), name="task_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["parent"], name="tasks_of_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["programme"], name="tasks_of_programme", condition=Q(programme__isnull=False)),
            models.Index(fields=["from_case"], name="tasks_from_case", condition=Q(from_case__isnull=False)),
        ]


class TaskProgress(Owned):
    """What was reported of a task: per cent and words; evidence lies with the act of that `seq`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    percent = models.SmallIntegerField()
    text = models.TextField()
    at = models.DateTimeField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="task_progress_once")]


class Target(Owned):
    """A target (chỉ tiêu) of a programme: what is measured, in which unit, whether more or less is better, and who answers for it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="targets")
    code = models.CharField("mã", max_length=40)
    name = models.CharField("chỉ tiêu", max_length=400)
    unit = models.CharField("đơn vị tính", max_length=40)
    rising = models.BooleanField(default=True, db_default=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    valid_to = models.DateField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "chỉ tiêu"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "programme", "agency", "code"], name="target_code_once")
        ]


class TargetValue(Owned):
    """Plan and actual of a target in a period; an unmet one owes `reason` and `remedy`. A correction is a newer row, the old one stays."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="values")
    period = models.CharField("kỳ", max_length=20)
    period_to = models.DateField()
    plan = models.DecimalField("kế hoạch", max_digits=20, decimal_places=4)
    actual = models.DecimalField("thực hiện", max_digits=20, decimal_places=4, null=True)
    source = models.CharField("nguồn số liệu", max_length=200, blank=True)
    reason = models.TextField("nguyên nhân", blank=True)
    remedy = models.TextField("giải pháp", blank=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (replaced_at)"

    class Meta:
        verbose_name = "số liệu chỉ tiêu"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "target", "period"], condition=Q(replaced_at=None), name="target_value_once"
            )
        ]
        indexes = [models.Index(fields=["province_id", "period_to"], name="target_values_by_day")]


class Backlog(OfCase):
    """An old matter with a decision, an owner and a date. A case (`kind` "backlog")."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    category = models.CharField("loại", max_length=16, choices=BACKLOG_CATEGORIES.items())
    place = models.CharField("địa điểm", max_length=300, blank=True)
    since = models.DateField("tồn đọng từ", null=True)
    households = models.IntegerField("số hộ", null=True)
    area_m2 = models.DecimalField("diện tích (m²)", max_digits=14, decimal_places=2, null=True)
    text = models.TextField("nội dung")
    decision = models.CharField("quyết định xử lý", max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    plan = models.TextField("hướng xử lý", blank=True)
    result = models.TextField("kết quả", blank=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "việc tồn đọng"
        indexes = [models.Index(fields=["province_id", "category"], name="backlogs_by_category")]


class Flashpoint(OfCase):
    """Trouble of public order as a person declared it, never a score. A case (`kind` "flashpoint") whose date is its next review."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    level = models.CharField("mức độ", max_length=1, choices=LEVELS.items())
    owner = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField("địa điểm", max_length=300, blank=True)
    text = models.TextField("diễn biến")
    plan = models.TextField("phương án xử lý", blank=True)
    people = models.IntegerField("số người liên quan", null=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "điểm nóng"
