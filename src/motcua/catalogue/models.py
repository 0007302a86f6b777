"""Procedures and their versions (national, read-only to the application) and what a province decides about them
(owned).

A published version and its rows never change: triggers of migration 0001 refuse it for every role. What changes is a
new version; a version ends where the next one begins, and abolishing a procedure is a version with status
`abolished`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.catalogue import rules
from motcua.organisation.models import Owned

STATUSES = {"published": "Đang công bố", "abolished": "Đã bãi bỏ"}
MODES = {"whole": "Trọn ngày làm việc", "running": "Theo giờ chạy"}
UNITS = {"page": "trang", "case": "trường hợp", "copy": "bản"}
AGENCY_KINDS = {"commune": "Cấp xã", "province": "Cấp tỉnh"}


class Procedure(models.Model):
    """An administrative procedure by its national code; everything that may change about it stands in its versions."""

    code = models.CharField("mã thủ tục", primary_key=True, max_length=20)
    ministry = models.CharField("bộ, ngành công bố", max_length=100)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "thủ tục hành chính"
        constraints = [models.CheckConstraint(condition=Q(code__regex=rules.CODE.pattern), name="procedure_code_shape")]


class ProcedureVersion(models.Model):
    """What the law said about a procedure from `valid_from` on. `recorded_at` is set by the database: rows may join
    the version only in the transaction that published it. So is `published_by_province`: the province whose manager
    published it from a page, null when it came with a release or an import."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, db_column="procedure_code", related_name="versions"
    )
    number = models.SmallIntegerField("phiên bản")
    status = models.CharField(max_length=10, choices=STATUSES.items(), default="published")
    valid_from = models.DateField("có hiệu lực từ")
    name = models.TextField("tên thủ tục")
    short_name = models.CharField("tên thường gọi", max_length=120)
    field = models.CharField("lĩnh vực", max_length=100)
    levels = models.JSONField("cấp thực hiện", default=list)
    subjects = models.JSONField("đối tượng thực hiện", default=list)
    channels = models.JSONField("cách thức thực hiện", default=list)
    cases = models.JSONField("thời hạn theo trường hợp", default=list)
    mode = models.CharField(max_length=8, choices=MODES.items(), null=True)
    cut_off = models.TimeField("giờ chốt trong ngày", null=True)
    policies = models.JSONField("quy tắc thời hạn", default=dict)
    results = models.JSONField("kết quả", default=list)
    legal_basis = models.JSONField("căn cứ pháp lý", default=list)
    system_of_record = models.CharField("hệ thống gốc", max_length=40, default="province")
    publication_decision = models.CharField("quyết định công bố", max_length=60, blank=True)
    published_on = models.DateField("ngày công bố", null=True)
    source = models.TextField("nguồn")
    checked_on = models.DateField("ngày kiểm tra nguồn")
    verified = models.BooleanField("đã đối chiếu văn bản", default=False)
    doubts = models.JSONField("điểm chưa chắc chắn", default=list)
    digest = models.BinaryField(max_length=32)
    published_by_province = models.SmallIntegerField("tỉnh công bố", null=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "phiên bản thủ tục"
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_once"),
            models.UniqueConstraint(fields=["procedure", "valid_from"], name="procedure_version_one_a_day"),
            models.CheckConstraint(condition=Q(number__gte=1), name="procedure_version_number"),
        ]


class Component(models.Model):
    """A paper of the dossier (thành phần hồ sơ). `database` names the register that supplies it instead: then it must
    not be asked for (Circular 01/2023/TT-VPCP). `case` empty means every case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="components")
    code = models.CharField(max_length=10)
    name = models.TextField()
    required = models.BooleanField()
    originals = models.SmallIntegerField(default=0)
    copies = models.SmallIntegerField(default=0)
    form = models.CharField("mẫu", max_length=120, blank=True)
    group = models.CharField("nhóm", max_length=120, blank=True)
    case = models.CharField(max_length=40, blank=True)
    database = models.CharField("cơ sở dữ liệu thay thế", max_length=200, null=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "thành phần hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="component_code_once"),
            models.CheckConstraint(condition=Q(originals__gte=0, copies__gte=0), name="component_counts"),
        ]


class Fee(models.Model):
    """One line of a fee. Lines of the same name and condition are tiers by page: each holds from `from_page` to the
    next line's. `amount` in đồng; null: the province's People's Council sets it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="fees")
    number = models.SmallIntegerField()
    name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=12, decimal_places=0, null=True)
    unit = models.CharField(max_length=4, choices=UNITS.items())
    from_page = models.SmallIntegerField(default=1)
    maximum = models.DecimalField("mức tối đa mỗi bản", max_digits=12, decimal_places=0, null=True)
    condition = models.CharField("áp dụng khi", max_length=300, blank=True)
    exemption = models.TextField("miễn, giảm", blank=True)
    instrument = models.CharField(max_length=300)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "phí, lệ phí"
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="fee_number_once"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="fee_not_negative"),
        ]


class Supersession(models.Model):
    """A code that took another's place on a day; statistics bridge the two."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    old = models.ForeignKey(Procedure, on_delete=models.PROTECT, db_column="old_code", related_name="superseded_by")
    new = models.ForeignKey(Procedure, on_delete=models.PROTECT, db_column="new_code", related_name="supersedes")
    valid_from = models.DateField()
    instrument = models.CharField(max_length=300)
    published_by_province = models.SmallIntegerField("tỉnh công bố", null=True, editable=False)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "thay thế mã thủ tục"
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="supersession_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="supersession_of_another"),
        ]


class SystemOfRecord(models.Model):
    """Whose system holds the dossiers of a procedure from `valid_from` on. It may change while the procedure's version
    stands; before the first row the version's own value holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, db_column="procedure_code", related_name="systems"
    )
    system = models.CharField("hệ thống gốc", max_length=40, choices=rules.SYSTEMS.items())
    valid_from = models.DateField("từ ngày")
    instrument = models.CharField("căn cứ", max_length=300)
    verified = models.BooleanField("đã đối chiếu văn bản", default=False)
    published_by_province = models.SmallIntegerField("tỉnh công bố", null=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "hệ thống gốc của thủ tục"
        constraints = [
            models.UniqueConstraint(fields=["procedure", "valid_from"], name="system_of_record_one_a_day"),
        ]


class Process(Owned):
    """The internal electronic process a province decided for a procedure; a correction is a new number. `case` empty:
    every case that has no process of its own. `limit` is the total the province gives itself, never longer than the
    law's. `complete_now`: the counter may do it whole while the citizen waits (same-day procedures only)."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, db_column="procedure_code", related_name="processes"
    )
    agency_kind = models.CharField(max_length=10, choices=AGENCY_KINDS.items(), default="commune")
    case = models.CharField(max_length=40, blank=True)
    number = models.SmallIntegerField()
    valid_from = models.DateField()
    limit = models.CharField(max_length=40)
    instrument = models.CharField(max_length=300)
    demonstration = models.BooleanField("minh hoạ", default=False)
    complete_now = models.BooleanField("làm xong ngay tại quầy", default=False, db_default=False)
    digest = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField(auto_now_add=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "quy trình nội bộ"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "procedure", "agency_kind", "case", "number"], name="process_number_once"
            ),
            models.UniqueConstraint(
                fields=["province_id", "procedure", "agency_kind", "case", "valid_from"], name="process_one_a_day"
            ),
        ]


class ProcessStep(Owned):
    """Who does what within how many working hours (8 make a working day); `act` is the act that completes the step."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="steps")
    number = models.SmallIntegerField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=[(r, r) for r in rules.ROLES])
    division_kind = models.CharField(max_length=20, choices=[(k, k) for k in rules.DIVISION_KINDS])
    act = models.CharField(max_length=20, choices=[(a, a) for a in rules.ACTS])
    allowance = models.DecimalField("số giờ làm việc", max_digits=7, decimal_places=2)
    counted = models.BooleanField(default=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "bước của quy trình"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "process", "number"], name="process_step_once"),
            models.CheckConstraint(condition=Q(allowance__gte=0), name="process_step_allowance"),
        ]


class ProvincialFee(Owned):
    """The amount a provincial People's Council set for a fee the national version leaves open; a change is a row with
    a later date."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, db_column="procedure_code", related_name="provincial_fees"
    )
    name = models.CharField(max_length=200)
    condition = models.CharField(max_length=300, blank=True)
    from_page = models.SmallIntegerField(default=1)
    amount = models.DecimalField(max_digits=12, decimal_places=0)
    valid_from = models.DateField()
    instrument = models.CharField(max_length=300)
    recorded_at = models.DateTimeField(auto_now_add=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "mức thu của tỉnh"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "procedure", "name", "condition", "from_page", "valid_from"],
                name="provincial_fee_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="provincial_fee_not_negative"),
        ]


class ProvincialProcedure(Owned):
    """How a province carries a national procedure: its localised code, whether it is published there, and the words
    people use for it."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, db_column="procedure_code", related_name="provincial"
    )
    local_code = models.CharField("mã địa phương", max_length=40, blank=True)
    published = models.BooleanField("đã công khai", default=False)
    synonyms = models.JSONField("cách gọi khác", default=list)
    common = models.BooleanField("thường gặp", default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "thủ tục tại tỉnh"
        constraints = [models.UniqueConstraint(fields=["province_id", "procedure"], name="provincial_procedure_once")]


class Synonym(Owned):
    """What people of the province say and what the catalogue calls it; staff edit it, and switch off rather than delete."""

    said = models.CharField("người dân nói", max_length=100)
    meant = models.CharField("danh mục viết", max_length=200)
    active = models.BooleanField("đang dùng", default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "từ đồng nghĩa"
        constraints = [models.UniqueConstraint(fields=["province_id", "said", "meant"], name="synonym_once")]


class QuestionLog(Owned):
    """A question put to the finder, without marks and without long numbers; no `clicked`: no answer was opened, so words are missing."""

    day = models.DateField("ngày")
    question = models.CharField("câu hỏi", max_length=200)
    hits = models.SmallIntegerField("số kết quả")
    clicked = models.CharField("thủ tục đã mở", max_length=20, null=True)
    dealt = models.BooleanField("đã xử lý", default=False, db_default=False)

    GRANTS = "SELECT, INSERT, UPDATE (clicked, dealt)"

    class Meta:
        verbose_name = "câu hỏi tìm thủ tục"
        indexes = [models.Index(fields=["province_id", "day"], name="question_by_day")]
        constraints = [models.CheckConstraint(condition=Q(hits__gte=0), name="question_hits")]


class Draft(Owned):
    """What a manager has not published yet: a version of a procedure, or a process for one of its cases. `content` is
    what was typed, word for word (see `drafting`), so that a fault never costs anybody their work. Published or
    discarded, it is deleted; the journal says so."""

    KINDS = {"version": "Phiên bản thủ tục", "process": "Quy trình nội bộ"}

    procedure_code = models.CharField("mã thủ tục", max_length=20)
    kind = models.CharField(max_length=10, choices=KINDS.items())
    case = models.CharField(max_length=40, blank=True)
    content = models.JSONField("nội dung")
    version = models.IntegerField(default=1)
    updated_by = models.ForeignKey("organisation.Officer", on_delete=models.PROTECT)
    updated_at = models.DateTimeField(auto_now=True)

    GRANTS = "SELECT, INSERT, UPDATE, DELETE"

    class Meta:
        verbose_name = "bản nháp"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "procedure_code", "kind", "case"], name="draft_once"),
        ]
