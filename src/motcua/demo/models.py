"""That a province is a demo: kept in its database, so that nobody can simulate into a real one by mistake and no page of it hides what it is."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from motcua.organisation.models import Owned


class DemoProvince(Owned):
    """The mark. `simulation` says what was simulated: {"chapters": [marking.Chapter], "signed": whether its real results are made, "year":
    {"seed", "first", "moment", "told"}}, each key from the moment its work begins; empty when nothing was."""

    marked_at = models.DateTimeField(db_default=Now())
    simulation = models.JSONField(default=dict)

    GRANTS = "SELECT, INSERT, UPDATE (simulation)"

    class Meta:
        verbose_name = "tỉnh mẫu"
        constraints = [models.UniqueConstraint(fields=["province_id"], name="demo_province_once")]
