"""The case: something owed to someone by a date. One table for every kind, so that there is one worklist, one clock and one journal."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from motcua.organisation.models import Account, Agency, Division, Officer, Owned, Position

FINISHED = Q(finished_at__isnull=False)
ENDED_OTHERWISE = Q(finished_at__isnull=True, closed_at__isnull=False)


class Case(Owned):
    """`agency`, `division`, `officer`: who holds it now. `lead_agency`: who answers for it. `origin_agency`: where it came in.

    `participants`: agencies that see it beside these. `role`: the role whose turn it is.
    `clock`: the inputs both dates were computed from (worktime.Inputs); every earlier one is in the journal.
    `must_start_by`: the due date less the allowance of the steps still to come, so "worst risk first" is an index, not a computation.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=500)
    subject = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=40, blank=True)
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=40)
    step = models.SmallIntegerField(default=1)
    received_at = models.DateTimeField()
    day = models.DateField()
    entered_at = models.DateTimeField(db_default=Now())
    legal_due_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    original_promised_at = models.DateTimeField(null=True)
    clock = models.JSONField(null=True)
    must_start_by = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    participants = ArrayField(models.UUIDField(), default=list, db_default=[], blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = "vụ việc"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "code"], name="case_code_once"),
            models.UniqueConstraint(fields=["province_id", "id"], name="case_replica_identity"),
            models.CheckConstraint(
                condition=Q(promised_at=None) | Q(legal_due_at=None) | Q(promised_at__lte=F("legal_due_at")),
                name="promise_never_after_legal_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "must_start_by", "id"], name="worklist_of_agency", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["province_id", "must_start_by", "id"], name="worklist_of_province", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["agency", "division", "role", "must_start_by", "id"],
                name="worklist_of_division",
                condition=Q(closed_at=None, officer=None),
            ),
            models.Index(
                fields=["officer", "must_start_by", "id"],
                name="worklist_of_officer",
                condition=Q(closed_at=None, officer__isnull=False),
            ),
            # What of today's promises has passed; the days before and after are counted in Standing.
            models.Index(
                fields=["lead_agency", "promised_at"],
                include=["kind", "state"],
                name="promised_of_lead_agency",
                condition=Q(closed_at=None, finished_at=None),
            ),
            models.Index(fields=["lead_agency", "received_at", "id"], name="register_of_lead_agency"),
            models.Index(fields=["origin_agency", "received_at", "id"], name="register_of_origin_agency"),
            # Lies with an agency that is neither: few, and its register asks for them too.
            models.Index(
                fields=["agency", "received_at", "id"],
                name="register_of_other_holder",
                condition=~Q(agency=F("lead_agency")) & ~Q(agency=F("origin_agency")),
            ),
            models.Index(fields=["province_id", "received_at", "id"], name="register_of_province"),
            # What was finished or ended in a period; an intake writes neither.
            models.Index(fields=["lead_agency", "finished_at"], name="finished_of_lead_agency", condition=FINISHED),
            models.Index(fields=["province_id", "finished_at"], name="finished_of_province", condition=FINISHED),
            models.Index(fields=["lead_agency", "closed_at"], name="ended_of_lead_agency", condition=ENDED_OTHERWISE),
            models.Index(fields=["province_id", "closed_at"], name="ended_of_province", condition=ENDED_OTHERWISE),
        ]


class Entry(Owned):
    """One line of the journal: what was done, by whom, under which authority. Append-only.

    `happened_at` is the legal time, `recorded_at` the database's own clock: paper fallback, imports and simulation are not back-dating.
    `xid` orders entries for the sealer. `payload` holds no personal data; words written by people are in Note, bound by their hash.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.IntegerField()
    act = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=20)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    payload = models.JSONField()
    xid = models.BigIntegerField(db_default=models.expressions.RawSQL("pg_current_xact_id()::text::bigint", ()))

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "mục nhật ký"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "case", "seq"], name="entry_once_per_case"),
            models.UniqueConstraint(
                fields=["province_id", "subject_kind", "subject_id", "seq"],
                name="entry_once_per_subject",
                condition=Q(case=None),
            ),
        ]
        indexes = [models.Index(fields=["province_id", "xid"], name="entry_by_transaction")]


class Note(Owned):
    """What a person wrote at an act (reasons, guidance): may name people, so it stays out of the journal's payload, which keeps its SHA-256."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.IntegerField()
    text = models.TextField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province_id", "case", "seq"], name="note_once_per_entry")]


class Leaf(Owned):
    """An entry's place in the sealed journal: dense positions, RFC 6962 leaf hash. No foreign key, so that a deleted entry is named."""

    position = models.BigIntegerField()
    entry_id = models.UUIDField()
    hash = models.BinaryField(max_length=32)

    GRANTS = "SELECT, INSERT"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province_id", "position"], name="leaf_position_once"),
            models.UniqueConstraint(fields=["province_id", "entry_id"], name="leaf_entry_once"),
        ]


class TreeHead(Owned):
    """The tree after a batch: `size` leaves, `root` (RFC 6962), the `frontier` to go on from, and the snapshot the batch was read with.

    Entries of a later batch have `xid >= horizon`; those with `xid >= next_xid` were recorded after `sealed_at`, the moment of that
    snapshot. Both hold inside one `epoch`: a restore starts a new one, because transaction numbers do not survive it (design §10).
    """

    epoch = models.IntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    frontier = ArrayField(models.BinaryField(max_length=32))
    horizon = models.BigIntegerField()
    next_xid = models.BigIntegerField()
    sealed_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))

    GRANTS = "SELECT, INSERT"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province_id", "size", "epoch"], name="tree_head_once")]
        indexes = [models.Index(fields=["province_id", "sealed_at"], name="tree_head_by_time")]


class Counter(Owned):
    """The last number given by an agency in the sequence that began on `day`: of a dossier each day anew (Circular 03/2025/TT-VPCP art. 13),
    of other kinds as their numbering says; `scheme` is the kind."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False)
    scheme = models.CharField(max_length=20)
    day = models.DateField()
    value = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "scheme", "day"], name="counter_once_per_day")
        ]


class Tally(Owned):
    """Figures of one (lead agency, subject, day), written by every act in its own transaction; the nightly recount reports drift.

    `received_assisted` is a part of `received_online`: filed online with an officer's help. `finished_hours`: how long what was finished had
    taken, in whole hours, of kinds that tell how many days an answer takes.
    """

    kind = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False)
    subject = models.CharField(max_length=40)
    day = models.DateField()
    received = models.IntegerField(default=0)
    received_online = models.IntegerField(default=0)
    received_assisted = models.IntegerField(default=0, db_default=0)
    finished_early = models.IntegerField(default=0)
    finished_on_time = models.IntegerField(default=0)
    finished_late = models.IntegerField(default=0)
    finished_hours = models.IntegerField(default=0, db_default=0)
    ended_otherwise = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "kind", "agency", "subject", "day"], name="tally_once_per_day"
            )
        ]
        indexes = [models.Index(fields=["province_id", "kind", "day"], name="tally_by_day")]


class Standing(Owned):
    """How many open, unfinished cases an agency answers for, by state, turn (`signing`: a signatory's) and promised day; never a case itself.

    A trigger of `casework_case` appends what each statement changed, so nothing that writes cases can forget it and no two acts wait for
    each other; `standing.settle` sums it up. The count of a key is the sum of its rows' `n`.
    """

    kind = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    state = models.CharField(max_length=40)
    signing = models.BooleanField()
    promised_day = models.DateField(null=True)
    n = models.IntegerField()
    settled = models.BooleanField(default=False, db_default=False)

    GRANTS = "SELECT, INSERT, DELETE"

    class Meta:
        indexes = [
            models.Index(fields=["province_id", "kind", "agency"], name="standing_of_agency"),
            models.Index(fields=["province_id"], name="standing_unsettled", condition=Q(settled=False)),
        ]


class Recount(Owned):
    """One comparison of the tallies with the journal: when, of how many tallies, and every figure that differed (`recount.drift`)."""

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    tallies = models.IntegerField()
    drift = models.JSONField(default=list)

    GRANTS = "SELECT, INSERT, DELETE"

    class Meta:
        verbose_name = "lượt đối chiếu số liệu"
        indexes = [models.Index(fields=["province_id", "at"], name="recount_by_time")]


class IdempotencyKey(Owned):
    """A write asked for under a key: the same key gives the same answer, another body under it is refused. Kept 7 days.

    `account` is empty when the applicant acts: what they open is known by their own table, a key of an act on a case belongs to that case.
    """

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False)
    key = models.CharField(max_length=200)
    body_hash = models.BinaryField(max_length=32)
    case_id = models.UUIDField()
    seq = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())

    GRANTS = "SELECT, INSERT, DELETE"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province_id", "account", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_by_age")]


class CaseToken(Owned):
    """A folded word by which a case is found. A btree range answers a prefix behind row-level security, where LIKE and trigrams cannot."""

    token = models.CharField(max_length=64, db_collation="C")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False)

    GRANTS = "SELECT, INSERT, DELETE"

    class Meta:
        # With the province in it the policy is judged in the index, and a common name reads no rows of the table.
        indexes = [
            models.Index(fields=["token", "agency", "case"], include=["province_id"], name="case_token_in_index"),
            # For a wide scope, where agencies would stand between a name and the order of its cases: one or two entries a case.
            models.Index(
                fields=["token", "case"],
                include=["agency", "province_id"],
                condition=models.Q(token__startswith="="),  # noqa: S106 no password
                name="case_whole_name_in_order",
            ),
        ]


class ReadLog(Owned):
    """Who looked at whose case (Law 91/2025/QH15). Committed asynchronously: under a second of it may be lost with the power."""

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    what = models.CharField(max_length=40)

    GRANTS = "SELECT, INSERT"

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="reads_of_case")]
