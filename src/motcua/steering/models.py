"""The weekly digest, kept as it was told."""

from __future__ import annotations

from django.db import models

from motcua.organisation.models import Owned


class Digest(Owned):
    """What happened in a week and what stood at its end, for the leaders of the province: made once, by the worker, never changed.
    `monday`: the first day of the week; `content`: `digests.Told` as JSON."""

    monday = models.DateField()
    content = models.JSONField()
    made_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "bản tin tuần"
        constraints = [models.UniqueConstraint(fields=["province_id", "monday"], name="digest_once_a_week")]
