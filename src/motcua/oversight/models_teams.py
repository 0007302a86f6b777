"""Teams, what they ask of communes, and their visits."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from motcua.casepages.models import OfCase
from motcua.casework.models import Case
from motcua.organisation.models import Account, Agency, Officer, Owned

TEAM_KINDS = {"task_force": gettext_noop("Tổ công tác"), "supervision": gettext_noop("Đoàn giám sát")}
TEAM_OWNERS = {
    "people_committee": gettext_noop("Ủy ban nhân dân tỉnh"),
    "department": gettext_noop("Sở, ban, ngành"),
    "party": gettext_noop("Ban Thường vụ Tỉnh ủy"),
    "front": gettext_noop("Ủy ban Mặt trận Tổ quốc tỉnh"),
}
MEMBER_ROLES = {
    "head": gettext_noop("Trưởng"),
    "deputy": gettext_noop("Phó"),
    "secretary": gettext_noop("Thư ký"),
    "member": gettext_noop("Thành viên"),
}


class Team(Owned):
    """A task force or a supervision team: who set it up, by which decision, for which communes and sectors, from when until when.
    `owner_agency` keeps its papers and assigns what comes of it; of the Party or the Front it is their body."""

    number = models.SmallIntegerField("số")
    kind = models.CharField("loại", max_length=20, choices=TEAM_KINDS.items())
    owner = models.CharField("cơ quan thành lập", max_length=20, choices=TEAM_OWNERS.items())
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("tên", max_length=200)
    decision = models.CharField("quyết định thành lập", max_length=200)
    decided_on = models.DateField("ngày quyết định")
    mandate = models.TextField("nhiệm vụ", blank=True)
    sectors = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "tổ công tác, đoàn giám sát"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "owner_agency", "kind", "number", "valid_from"], name="team_number_once"
            ),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="team_validity"),
        ]


class TeamMember(Owned):
    """A member, by their officer where they have one here. `agency` is whom they speak for: its officers see the team's visits."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    full_name = models.CharField("họ và tên", max_length=120)
    title = models.CharField("chức vụ", max_length=200)
    role = models.CharField("vai trò", max_length=12, choices=MEMBER_ROLES.items())
    position = models.SmallIntegerField(default=0)
    removed_on = models.DateField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "thành viên"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "team"],
                condition=Q(role="head", removed_on=None),
                name="team_has_one_head",
            )
        ]


class TeamCommune(Owned):
    """A commune the team is for, by its People's Committee; its chair is a member who prepares its report."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="communes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    removed_on = models.DateField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "team", "agency"], condition=Q(removed_on=None), name="team_commune_once"
            )
        ]


class Questionnaire(Owned):
    """An outline (đề cương) or the form of a periodic report: a version of its questions, never changed once published.

    `questions`: [{"key", "section", "text", "kind": "text|number|figure|choice|yes_no|files", "figure": key of a live figure, "choices",
    "required", "unit", "hint"}]. A correction is the next `number` of the same `code`.
    """

    code = models.CharField(max_length=40)
    number = models.SmallIntegerField(default=1)
    title = models.CharField("tên đề cương, biểu mẫu", max_length=300)
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField("văn bản ban hành", max_length=200, blank=True)
    questions = models.JSONField()
    published_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "đề cương"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "owner_agency", "code", "number"], name="questionnaire_once")
        ]


class ReportSeries(Owned):
    """A periodic report owed: by whom, how often, until when after the end of each period. The worker opens the cases of each period.
    `agencies`: who owes it. `due_day`: day of the month after the period's end."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("tên báo cáo", max_length=300)
    frequency = models.CharField(max_length=10)
    due_day = models.SmallIntegerField()
    agencies = ArrayField(models.UUIDField())
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField("văn bản quy định", max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    opened_through = models.DateField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "báo cáo định kỳ"


class Report(OfCase):
    """A report that an agency owes: the answer to a team's outline, or one period of a series. A case (`kind` "report").

    `figures`: the live figures as they were when it was sent; `answers` by key of the questionnaire's questions.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(ReportSeries, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period = models.CharField("kỳ báo cáo", max_length=60)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    asked_by = models.CharField("văn bản yêu cầu", max_length=200)
    answers = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    number = models.CharField("số văn bản", max_length=60, blank=True)
    dated_on = models.DateField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "báo cáo"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "series", "agency", "period"],
                condition=Q(series__isnull=False),
                name="report_once_a_period",
            ),
        ]


class Visit(OfCase):
    """A visit of a team to a commune. A case (`kind` "visit") whose date is the planned day; the members' agencies and the commune take part.

    `brief`: the live figures of the commune as they were when the brief was made. `conclusion`: what the meeting concluded, as the report says
    it; once there is a conclusion notice, what the notice says. Number and day of both stand at the acts that gave them.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="visits")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    planned_on = models.DateField("ngày")
    place = models.CharField("địa điểm", max_length=300, blank=True)
    purpose = models.TextField("nội dung", blank=True)
    attendees = models.TextField("thành phần dự", blank=True)
    brief = models.JSONField(default=dict)
    brief_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    minutes = models.TextField("biên bản", blank=True)
    conclusion = models.TextField("kết luận", blank=True)
    report_number = models.CharField(max_length=60, blank=True)
    reported_on = models.DateField(null=True)
    notice_number = models.CharField("số thông báo kết luận", max_length=60, blank=True)
    notice_on = models.DateField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "buổi làm việc"
        indexes = [models.Index(fields=["province_id", "planned_on"], name="visits_by_day")]


class VisitRecord(Owned):
    """One thing written down at a visit, on a phone that may have no network. Append-only: nothing written is ever lost.

    The phone gives the id, so that a record sent twice is one. `replaces`: ids of the records it takes the place of. Where two records
    replace the same one (two phones, no network), both stand until a later record replaces both: that is a conflict, and it is shown.
    `item`: of the checklist, or a group of difficulties; `content` by `kind`: check {"value", "remark"}, finding {"text", "group"},
    note {"text"}, recommendation {"text", "sector", "topic", "urgency"}, photo {"caption"} with its file at part "photo.<id>".
    `happened_at`: the phone's clock; `received_at`: ours. `place`: {"lat", "lon", "accuracy"} in degrees and metres where the phone gave it.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=16)
    item = models.CharField(max_length=60, blank=True)
    content = models.JSONField()
    replaces = ArrayField(models.UUIDField(), default=list, blank=True)
    place = models.JSONField(null=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    device = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "ghi chép"
        indexes = [models.Index(fields=["visit", "received_at"], name="records_of_visit")]


class VisitTask(Owned):
    """A task that the conclusion of a visit gives: what, whom, until when. `case`: the task opened of it, once it is."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="tasks")
    position = models.SmallIntegerField()
    text = models.TextField("nội dung")
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField("hạn")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    GRANTS = "SELECT, INSERT, UPDATE (case_id)"

    class Meta:
        verbose_name = "nhiệm vụ trong kết luận"
        constraints = [models.UniqueConstraint(fields=["province_id", "visit", "position"], name="visit_task_once")]
