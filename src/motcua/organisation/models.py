"""Agencies, divisions, positions, officers and their accounts: who may see and do what."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop
from uuid_utils.compat import uuid7

ROLES = {
    "receiver": gettext_noop("Tiếp nhận và trả kết quả"),
    "specialist": gettext_noop("Chuyên viên thụ lý"),
    "division_head": gettext_noop("Lãnh đạo phòng"),
    "signatory": gettext_noop("Lãnh đạo ký"),
    "records_clerk": gettext_noop("Văn thư"),
    "centre_director": gettext_noop("Giám đốc trung tâm"),
    "coordinator": gettext_noop("Điều phối, giao và theo dõi nhiệm vụ"),
    "letters": gettext_noop("Tiếp công dân, xử lý đơn thư"),
    "denunciation": gettext_noop("Giải quyết tố cáo (ngăn riêng)"),
    "overseer": gettext_noop("Theo dõi toàn tỉnh"),
    "catalogue_manager": gettext_noop("Quản lý danh mục thủ tục"),
    "administrator": gettext_noop("Quản trị hệ thống"),
    "auditor": gettext_noop("Kiểm toán nhật ký"),
}
COMPARTMENTS = {"denunciation": "denunciation", "letters": "conduct_report", "signatory": "conduct_report"}
"""Role -> the kind of case that is seen with it alone, in one's own agency alone (Law on Denunciations 2018: the denouncer's identity and what
could give it away are kept secret; feedback on an officer's conduct is for those who answer it, and in no figure that leaves the agency)."""
DIVISION_KINDS = {
    "leadership": gettext_noop("Lãnh đạo Ủy ban nhân dân"),
    "office": gettext_noop("Văn phòng HĐND và UBND"),
    "economy": gettext_noop("Phòng Kinh tế"),
    "culture_society": gettext_noop("Phòng Văn hóa - Xã hội"),
    "service_centre": gettext_noop("Trung tâm Phục vụ hành chính công"),
    "department": gettext_noop("Phòng chuyên môn của sở"),
    "unit": gettext_noop("Bộ phận chung"),
}
AGENCY_KINDS = {
    "people_committee_province": gettext_noop("Ủy ban nhân dân tỉnh"),
    "department": gettext_noop("Sở, ban, ngành"),
    "party_committee_province": gettext_noop("Tỉnh ủy"),
    "fatherland_front_province": gettext_noop("Ủy ban Mặt trận Tổ quốc tỉnh"),
    "service_centre_province": gettext_noop("Trung tâm Phục vụ hành chính công tỉnh"),
    "service_centre_branch": gettext_noop("Chi nhánh Trung tâm Phục vụ hành chính công tỉnh"),
    "land_registration": gettext_noop("Văn phòng đăng ký đất đai"),
    "land_registration_branch": gettext_noop("Chi nhánh Văn phòng đăng ký đất đai"),
    "tax": gettext_noop("Cơ quan thuế"),
    "social_insurance": gettext_noop("Cơ quan bảo hiểm xã hội"),
    "people_committee_commune": gettext_noop("Ủy ban nhân dân cấp xã"),
    "party_committee_commune": gettext_noop("Đảng ủy cấp xã"),
    "fatherland_front_commune": gettext_noop("Ủy ban Mặt trận Tổ quốc cấp xã"),
    "police_commune": gettext_noop("Công an cấp xã"),
    "military_commune": gettext_noop("Ban Chỉ huy Quân sự cấp xã"),
}
OFFICER_CATEGORIES = {
    "can_bo": gettext_noop("Cán bộ"),
    "cong_chuc": gettext_noop("Công chức"),
    "vien_chuc": gettext_noop("Viên chức"),
    "hop_dong": gettext_noop("Người lao động"),
    "luc_luong": gettext_noop("Công an, quân đội"),
}
POSTING_KINDS = {
    "appointed": gettext_noop("Bổ nhiệm, tuyển dụng"),
    "moved": gettext_noop("Điều động, luân chuyển"),
    "seconded": gettext_noop("Biệt phái, tăng cường"),
    "concurrent": gettext_noop("Kiêm nhiệm"),
}
ABSENCE_REASONS = {
    "leave": gettext_noop("Nghỉ phép, nghỉ theo chế độ"),
    "study": gettext_noop("Đi học, tập huấn"),
    "mission": gettext_noop("Đi công tác"),
    "other": gettext_noop("Lý do khác"),
}


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login=username)


class Account(AbstractBaseUser):
    """Somebody who can sign in. What they may do comes from the positions of their officer, never from the account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.CharField("tên đăng nhập", max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    session_epoch = models.IntegerField(default=0, db_default=0)
    """Part of what every session of the account is compared with: a step up ends them all, without looking for them."""

    USERNAME_FIELD = "login"
    objects = AccountManager()

    class Meta:
        verbose_name = "tài khoản"

    def get_session_auth_hash(self) -> str:
        return self._hash_of_sessions(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from map(self._hash_of_sessions, settings.SECRET_KEY_FALLBACKS)

    def _hash_of_sessions(self, key: str) -> str:
        text = f"{self.session_epoch}/{self.password}"
        return salted_hmac("motcua.organisation.session", text, secret=key, algorithm="sha256").hexdigest()


class SecondFactor(models.Model):
    """The phone that shows an account's codes: its secret, encrypted (`encryption`), once a first code has confirmed it.

    `last_step` is the time step of the last code accepted: no code of it or of an earlier one is accepted again.
    """

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="second_factor")
    secret = models.BinaryField(max_length=400)
    confirmed_at = models.DateTimeField()
    last_step = models.BigIntegerField()

    GRANTS = "SELECT, INSERT, UPDATE, DELETE"

    class Meta:
        verbose_name = "xác thực hai lớp"


class RecoveryCode(models.Model):
    """A code for the day without the phone: a keyed hash of it is kept (`encryption.recovery_digest`), and it opens once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (used_at), DELETE"

    class Meta:
        verbose_name = "mã dự phòng"
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]


class Token(models.Model):
    """An API token: only the SHA-256 of its secret is kept; the request says in which position of its account it acts (`Motcua-Position`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    digest = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mã truy cập API"


class Throttle(models.Model):
    """One counter per (bucket, key, window): an atomic upsert decides, so that parallel guesses are all counted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bucket = models.CharField(max_length=40)
    key = models.BinaryField(max_length=32)
    window = models.DateTimeField()
    count = models.IntegerField(default=0)

    GRANTS = "SELECT, INSERT, UPDATE, DELETE"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "key", "window"], name="throttle_one_row_per_window")]


class Calendar(models.Model):
    """An edition of a working calendar, as data with its instruments (design §5); content as worktime.Calendar.to_dict writes it.

    `edition` names the version together with those of the parents it inherits from, so it says completely what a date was computed from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40)
    edition = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    content = models.JSONField()
    published_at = models.DateTimeField(auto_now_add=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "lịch làm việc"
        constraints = [models.UniqueConstraint(fields=["code", "edition"], name="calendar_edition_once")]


class Owned(models.Model):
    """A row of one province (scale.md, rules 1-3)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    province_id = models.SmallIntegerField()

    class Meta:
        abstract = True


class Agency(Owned):
    """A body with its own official code (mã định danh, QĐ 20/2020/QĐ-TTg as amended by QĐ 09/2025/QĐ-TTg), seal and powers."""

    code = models.CharField("mã định danh", max_length=35)
    kind = models.CharField(max_length=40, choices=AGENCY_KINDS.items())
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    commune = models.ForeignKey("places.Commune", null=True, on_delete=models.PROTECT)
    calendar_code = models.CharField(max_length=40, default="vn")
    address = models.CharField(max_length=300, blank=True)
    address_commune = models.ForeignKey(
        "places.Commune", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Where the address lies today; empty while nobody has placed it (`places.placing`)."""
    phone = models.CharField(max_length=40, blank=True)
    code_verified = models.BooleanField(default=False)
    instrument = models.CharField("quyết định thành lập", max_length=200, blank=True, default="", db_default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "cơ quan"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "code"], name="agency_code_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="agency_validity"
            ),
        ]


class Division(Owned):
    """A room of an agency (Decree 150/2025/NĐ-CP); the service centre is one, since it works under the People's Committee.
    `valid_to`: the day from which it no longer exists; its old work keeps pointing to it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40, choices=DIVISION_KINDS.items())
    name = models.CharField(max_length=200)
    instrument = models.CharField("quyết định", max_length=200, blank=True, default="", db_default="")
    valid_to = models.DateField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "phòng"
        constraints = [models.UniqueConstraint(fields=["province_id", "agency", "name"], name="division_name_once")]


class ReceptionPoint(Owned):
    """A further place where a service centre receives and returns, set up by the commune's People's Committee by area, population and
    number of dossiers (Decree 118/2025/NĐ-CP)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reception_points")
    name = models.CharField("tên điểm tiếp nhận", max_length=200)
    address = models.CharField("địa chỉ", max_length=300)
    address_commune = models.ForeignKey(
        "places.Commune", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    phone = models.CharField("điện thoại", max_length=40, blank=True)
    hours = models.CharField("thời gian tiếp nhận", max_length=200, blank=True)
    instrument = models.CharField("quyết định", max_length=200, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến ngày", null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "điểm tiếp nhận"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "name"], name="reception_point_name_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="reception_point_validity"
            ),
        ]


class Officer(Owned):
    """A person in service. Category as in the Law on Cadres and Civil Servants and the Law on Public Employees."""

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    full_name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=300)
    category = models.CharField(max_length=20, choices=OFFICER_CATEGORIES.items())
    phone = models.CharField("điện thoại công vụ", max_length=40, blank=True, default="", db_default="")
    email = models.CharField("thư công vụ", max_length=120, blank=True, default="", db_default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "cán bộ, công chức, viên chức"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "account"], name="officer_of_account_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="officer_validity"
            ),
        ]
        indexes = [models.Index(fields=["province_id", "sort_key", "id"], name="officers_by_name")]


class Position(Owned):
    """A post (vị trí việc làm): the seat that carries roles. Somebody holds it by a posting; an officer may hold two.

    `authorised`: how many people the headcount decision gives it; `specialism`: a code of facts/structure.json, by which gaps are counted.
    `valid_to`: the day from which it is abolished.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    division = models.ForeignKey(Division, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    roles = ArrayField(models.CharField(max_length=40, choices=ROLES.items()), blank=True)
    authorised = models.SmallIntegerField("biên chế được giao", default=1)
    specialism = models.CharField(max_length=60, blank=True)
    instrument = models.CharField("quyết định giao biên chế", max_length=200, blank=True, default="", db_default="")
    valid_to = models.DateField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "vị trí việc làm"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "division", "title"], name="position_title_once"),
            models.CheckConstraint(condition=Q(authorised__gte=0), name="position_headcount"),
        ]


class Posting(Owned):
    """An officer holds a position from `valid_from` until the day before `valid_to`. A move ends one posting and begins another;
    `seconded_from` is the agency that keeps paying a seconded officer."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    position = models.ForeignKey(Position, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=POSTING_KINDS.items(), default="appointed", db_default="appointed")
    seconded_from = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, db_index=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    instrument = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "bố trí"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "officer", "position"], condition=Q(valid_to=None), name="posting_open_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="posting_validity"
            ),
        ]


class Absence(Owned):
    """Days on which an officer does not work, first and last included: colleagues see it before they give them something."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField("lý do", max_length=10, choices=ABSENCE_REASONS.items())
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày")
    instrument = models.CharField("văn bản", max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "vắng mặt"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="absence_validity"),
        ]
        indexes = [models.Index(fields=["officer", "valid_to"], name="absences_of_officer")]


class Delegation(Owned):
    """An officer acts in another's position between two days, both included, by a document (Law on Organisation of Local Government;
    certification: Decree 280/2025/NĐ-CP). `roles`: which of the position's roles; `subjects`: codes of the procedures it is for, empty for
    all. The journal names the position acted in and the delegation."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="delegations")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="delegations")
    roles = ArrayField(models.CharField(max_length=40, choices=ROLES.items()))
    subjects = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    subject_name = models.CharField("phạm vi ủy quyền", max_length=200)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày")
    instrument = models.CharField("văn bản ủy quyền", max_length=200)
    reason = models.CharField("lý do", max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "ủy quyền"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="delegation_validity"),
            models.CheckConstraint(condition=~Q(instrument=""), name="delegation_has_a_document"),
        ]
        indexes = [models.Index(fields=["officer", "valid_to"], name="delegations_to_officer")]


class Invitation(models.Model):
    """A link, used once, by which the owner of an account sets their password: for a new officer, or after one was lost. Only its SHA-256
    is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thư mời đặt mật khẩu"
