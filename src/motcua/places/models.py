"""Provinces and communes of the two-tier model (Law 72/2025/QH15), with the types and names they had on each day.

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
