"""Agencies, divisions, positions, officers and their accounts: who may see and do what."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

ROLES = {
    "receiver": "Tiếp nhận và trả kết quả",
    "specialist": "Chuyên viên thụ lý",
    "division_head": "Lãnh đạo phòng",
    "signatory": "Lãnh đạo ký",
    "records_clerk": "Văn thư",
    "centre_director": "Giám đốc trung tâm",
    "overseer": "Theo dõi toàn tỉnh",
    "catalogue_manager": "Quản lý danh mục thủ tục",
    "administrator": "Quản trị hệ thống",
    "auditor": "Kiểm toán nhật ký",
}
DIVISION_KINDS = {
    "leadership": "Lãnh đạo Ủy ban nhân dân",
    "office": "Văn phòng HĐND và UBND",
    "economy": "Phòng Kinh tế",
    "culture_society": "Phòng Văn hóa - Xã hội",
    "service_centre": "Trung tâm Phục vụ hành chính công",
    "department": "Phòng chuyên môn của sở",
}
AGENCY_KINDS = {
    "people_committee_province": "Ủy ban nhân dân tỉnh",
    "department": "Sở, ban, ngành",
    "people_committee_commune": "Ủy ban nhân dân cấp xã",
}
OFFICER_CATEGORIES = {
    "can_bo": "Cán bộ",
    "cong_chuc": "Công chức",
    "vien_chuc": "Viên chức",
    "hop_dong": "Người lao động",
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

    USERNAME_FIELD = "login"
    objects = AccountManager()

    class Meta:
        verbose_name = "tài khoản"


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

    GRANTS = "SELECT"

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
    phone = models.CharField(max_length=40, blank=True)
    code_verified = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "cơ quan"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "code"], name="agency_code_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="agency_validity"
            ),
        ]


class Division(Owned):
    """A room of an agency (Decree 150/2025/NĐ-CP); the service centre is one, since it works under the People's Committee."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40, choices=DIVISION_KINDS.items())
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name = "phòng"
        constraints = [models.UniqueConstraint(fields=["province_id", "agency", "name"], name="division_name_once")]


class Officer(Owned):
    """A person in service. Category as in the Law on Cadres and Civil Servants and the Law on Public Employees."""

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    full_name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=300)
    category = models.CharField(max_length=20, choices=OFFICER_CATEGORIES.items())
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "cán bộ, công chức, viên chức"
        constraints = [models.UniqueConstraint(fields=["province_id", "account"], name="officer_of_account_once")]


class Position(Owned):
    """A post: the seat that carries roles. Somebody holds it by a posting; an officer may hold two."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    division = models.ForeignKey(Division, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    roles = ArrayField(models.CharField(max_length=40, choices=ROLES.items()))
    authorised = models.SmallIntegerField("biên chế được giao", default=1)
    specialism = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "vị trí việc làm"
        constraints = [models.UniqueConstraint(fields=["province_id", "division", "title"], name="position_title_once")]


class Posting(Owned):
    """An officer holds a position between two dates."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    position = models.ForeignKey(Position, on_delete=models.PROTECT)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    instrument = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "bố trí"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "officer", "position"], condition=Q(valid_to=None), name="posting_open_once"
            )
        ]
