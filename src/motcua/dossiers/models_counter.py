"""What the counter keeps besides the dossier: numbered books, what was certified at the counter, and the sheets on which papers change hands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.casework.models import Case
from motcua.organisation.models import Account, Agency, Delegation, Division, Officer, Owned, Position


class Book(Owned):
    """A numbered book of an agency and a year. `last_number` is taken with the row locked, in the transaction that uses the number, so no number
    is lost and none is given twice. `kind`: "hand_over" (sheets), or a kind of facts/certification.json."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField("loại sổ", max_length=20)
    year = models.SmallIntegerField("năm")
    last_number = models.IntegerField("số cuối", default=0)

    GRANTS = "SELECT, INSERT, UPDATE (last_number)"

    class Meta:
        verbose_name = "sổ của Trung tâm"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "kind", "year"], name="counter_book_once_a_year"),
            models.CheckConstraint(condition=Q(last_number__gte=0), name="counter_book_number"),
        ]


class Certification(Owned):
    """One line of a certification book: what was certified or issued while the citizen waited, under its number.

    `paper`: the paper as it calls itself; `pages` of the original, `copies` made; `fee` in đồng, as worked out then, null while the province
    has set none. `signer_name`, `signer_title` as they were that day; by a delegate, `delegation` says by which authority. The person who
    asked is the applicant of the case and stands there.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False, related_name="lines")
    number = models.IntegerField("số chứng thực")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.IntegerField()
    paper = models.CharField("tên giấy tờ", max_length=300)
    pages = models.SmallIntegerField("số trang")
    copies = models.SmallIntegerField("số bản")
    fee = models.DecimalField("phí", max_digits=12, decimal_places=0, null=True)
    signer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    signer_name = models.CharField(max_length=120)
    signer_title = models.CharField(max_length=200)
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    certified_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "mục sổ chứng thực"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "book", "number"], name="certification_number_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, pages__gte=1, copies__gte=1), name="certification_quantities"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="certifications_of_case")]


class HandoverSheet(Owned):
    """Paper dossiers that one counter gives to one division in one go (after form 06 of Circular 03/2025/TT-VPCP). The acts stand in the journal
    of each dossier; the sheet is what both sides sign, and `confirmed_at` when the division first counted what had come."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, related_name="+")
    to_division = models.ForeignKey(Division, on_delete=models.PROTECT, db_index=False, related_name="+")
    year = models.SmallIntegerField()
    number = models.IntegerField("số phiếu")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    given_in = models.ForeignKey(Position, on_delete=models.PROTECT, db_index=False, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")

    GRANTS = "SELECT, INSERT, UPDATE (confirmed_at, confirmed_by_id)"

    class Meta:
        verbose_name = "phiếu bàn giao"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "year", "number"], name="handover_number_once")
        ]
        indexes = [
            models.Index(fields=["to_division", "-given_at"], name="handovers_to_division"),
            models.Index(fields=["agency", "-given_at"], name="handovers_of_agency"),
        ]


class HandoverLine(Owned):
    """A dossier on a sheet; `seq` is the entry of its journal by which it was handed over. `papers_at`: when its papers were found to be there."""

    sheet = models.ForeignKey(HandoverSheet, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.IntegerField()
    papers = models.SmallIntegerField("số tờ")
    papers_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (papers_at)"

    class Meta:
        verbose_name = "dòng của phiếu bàn giao"
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="handover_line_once")]
