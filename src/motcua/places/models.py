"""Provinces and communes of the two-tier model (Law 72/2025/QH15), with the types and names they had on each day;
the three levels that stood before it, until 30/06/2025, and what became of each old commune.

A catalogue: the same in the whole country, read by every province, written only by `services.load_facts` as the owner.
Codes are those of the national statistics office (Decision 19/2025/QĐ-TTg), kept as text because "01" is not 1.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class ProvinceType(models.TextChoices):
    """Kinds of provincial unit (Law 72/2025/QH15, article 1)."""

    PROVINCE = "tinh", "Tỉnh"
    CITY = "thanh-pho", "Thành phố"


class CommuneType(models.TextChoices):
    """Kinds of communal unit (Law 72/2025/QH15, article 1)."""

    COMMUNE = "xa", "Xã"
    WARD = "phuong", "Phường"
    SPECIAL_ZONE = "dac-khu", "Đặc khu"


class Province(models.Model):
    """A province or centrally run city. `name` is the latest short name; ProvinceName holds each day's."""

    code = models.CharField("mã", max_length=2, primary_key=True)
    name = models.CharField("tên", max_length=64, unique=True)
    folded = models.CharField(max_length=64)
    sort_key = models.CharField(max_length=128)
    portal_code = models.CharField("mã định danh", max_length=3, unique=True)
    portal_code_verified = models.BooleanField(default=False)
    valid_from = models.DateField("có từ ngày")
    valid_until = models.DateField("đến hết ngày", null=True)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "tỉnh, thành phố"
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}$"), name="province_code_two_digits"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="province_validity_order",
            ),
        ]


class ProvinceName(models.Model):
    """The type and short name that a province bears from `valid_from` until its next row, and the instrument."""

    # A natural key ("75:2026-04-30"), so that the row is the same in every province's database and in the hub.
    id = models.CharField(max_length=13, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="names", db_index=False)
    valid_from = models.DateField("từ ngày")
    type = models.CharField("loại", max_length=9, choices=ProvinceType.choices)
    name = models.CharField("tên", max_length=64)
    instrument = models.CharField("văn bản", max_length=64)
    issued_on = models.DateField("ngày ban hành")

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "tên tỉnh, thành phố"
        constraints = [models.UniqueConstraint(fields=["province", "valid_from"], name="province_name_unique_day")]


class Commune(models.Model):
    """A xã, phường or đặc khu. `name` is the latest short name, unique in a province; CommuneName holds each day's."""

    code = models.CharField("mã", max_length=5, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="communes", db_index=False)
    name = models.CharField("tên", max_length=64)
    folded = models.CharField(max_length=64)
    sort_key = models.CharField(max_length=128)
    latitude = models.FloatField("vĩ độ", null=True)
    longitude = models.FloatField("kinh độ", null=True)
    area_km2 = models.FloatField("diện tích (km²)", null=True)
    valid_from = models.DateField("có từ ngày")
    valid_until = models.DateField("đến hết ngày", null=True)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "xã, phường, đặc khu"
        indexes = [models.Index(fields=["province", "sort_key"], name="commune_alphabetical")]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="commune_code_five_digits"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="commune_validity_order",
            ),
            # A unit that is gone may leave its name to a successor.
            models.UniqueConstraint(
                fields=["province", "name"],
                condition=Q(valid_until__isnull=True),
                name="commune_name_unique_in_province",
            ),
        ]


class CommuneName(models.Model):
    """The type and short name that a commune bears from `valid_from` until its next row, and the instrument."""

    # A natural key ("26368:2026-04-30"), as in ProvinceName.
    id = models.CharField(max_length=16, primary_key=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="names", db_index=False)
    valid_from = models.DateField("từ ngày")
    type = models.CharField("loại", max_length=7, choices=CommuneType.choices)
    name = models.CharField("tên", max_length=64)
    instrument = models.CharField("văn bản", max_length=64)
    issued_on = models.DateField("ngày ban hành")

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "tên xã, phường, đặc khu"
        constraints = [models.UniqueConstraint(fields=["commune", "valid_from"], name="commune_name_unique_day")]


class OldDistrictType(models.TextChoices):
    """Kinds of district unit (Law 65/2025/QH15, article 1; abolished on 01/07/2025)."""

    URBAN_DISTRICT = "quan", "Quận"
    RURAL_DISTRICT = "huyen", "Huyện"
    TOWN = "thi-xa", "Thị xã"
    CITY = "thanh-pho", "Thành phố"


class OldCommuneType(models.TextChoices):
    """Kinds of communal unit until 30/06/2025 (Law 65/2025/QH15, article 1)."""

    COMMUNE = "xa", "Xã"
    WARD = "phuong", "Phường"
    TOWNSHIP = "thi-tran", "Thị trấn"


class OldProvince(models.Model):
    """One of the 63 provinces of 30/06/2025. Its code may be another province's today: 15 was Yên Bái and is Lào Cai."""

    code = models.CharField("mã", max_length=2, primary_key=True)
    type = models.CharField("loại", max_length=9, choices=ProvinceType.choices)
    name = models.CharField("tên", max_length=64, unique=True)
    portal_code = models.CharField("mã định danh", max_length=3, unique=True)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "tỉnh, thành phố đến 30/6/2025"


class OldDistrict(models.Model):
    """One of the 696 districts of 30/06/2025; five of them, islands, had no communes."""

    code = models.CharField("mã", max_length=3, primary_key=True)
    province = models.ForeignKey(OldProvince, on_delete=models.PROTECT, related_name="districts", db_index=False)
    type = models.CharField("loại", max_length=9, choices=OldDistrictType.choices)
    name = models.CharField("tên", max_length=64)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "quận, huyện đến 30/6/2025"
        constraints = [models.UniqueConstraint(fields=["province", "type", "name"], name="old_district_unique")]


class OldCommune(models.Model):
    """One of the 10,035 communes of 30/06/2025. The code may be that of a commune of today with other boundaries."""

    code = models.CharField("mã", max_length=5, primary_key=True)
    district = models.ForeignKey(OldDistrict, on_delete=models.PROTECT, related_name="communes", db_index=False)
    type = models.CharField("loại", max_length=8, choices=OldCommuneType.choices)
    name = models.CharField("tên", max_length=64)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "xã, phường, thị trấn đến 30/6/2025"
        constraints = [models.UniqueConstraint(fields=["district", "type", "name"], name="old_commune_unique")]


class OldCommuneAlias(models.Model):
    """A name that was given up when its commune was merged, renamed or raised in 2018-2025; papers still show it.

    `key` is without marks and spaces ("quynhlong"), as the source has it; `type` is empty where the source has none.
    """

    # A natural key ("17218:xa:quynhlong"), as in ProvinceName.
    id = models.CharField(max_length=80, primary_key=True)
    commune = models.ForeignKey(OldCommune, on_delete=models.PROTECT, related_name="aliases", db_index=False)
    type = models.CharField("loại", max_length=8, choices=OldCommuneType.choices, blank=True)
    key = models.CharField("tên", max_length=64)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "tên cũ của xã, phường, thị trấn"


class OldDistrictAlias(models.Model):
    """A former name of a district, or the name of one that had handed communes over to it; as in OldCommuneAlias."""

    id = models.CharField(max_length=80, primary_key=True)
    district = models.ForeignKey(OldDistrict, on_delete=models.PROTECT, related_name="aliases", db_index=False)
    type = models.CharField("loại", max_length=9, choices=OldDistrictType.choices, blank=True)
    key = models.CharField("tên", max_length=64)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "tên cũ của quận, huyện"


class SuccessionKind(models.TextChoices):
    """How much of the old unit lies in the commune."""

    WHOLE = "whole", "toàn bộ"
    PART = "part", "một phần"


class Succession(models.Model):
    """That an old commune, or a district that had none, lies in a commune since 01/07/2025, and by which resolution."""

    # A natural key ("09802:09022"), as in ProvinceName.
    id = models.CharField(max_length=11, primary_key=True)
    old_commune = models.ForeignKey(
        OldCommune, on_delete=models.PROTECT, null=True, related_name="successions", db_index=False
    )
    old_district = models.ForeignKey(
        OldDistrict, on_delete=models.PROTECT, null=True, related_name="successions", db_index=False
    )
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="predecessors")
    kind = models.CharField("phạm vi", max_length=5, choices=SuccessionKind.choices)
    instrument = models.CharField("văn bản", max_length=64)

    GRANTS = "SELECT"

    class Meta:
        verbose_name = "xã cũ thành xã mới"
        constraints = [
            models.UniqueConstraint(fields=["old_commune", "commune"], name="succession_unique"),
            models.CheckConstraint(
                condition=Q(old_commune__isnull=True) ^ Q(old_district__isnull=True), name="succession_of_one_unit"
            ),
        ]
