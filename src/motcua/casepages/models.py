"""What the tables of the kinds of case have in common."""

from __future__ import annotations

from django.db import models

from motcua.casework.models import Case


class OfCase(models.Model):
    """A kind's own row of a case: the case's id is its key."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    province_id = models.SmallIntegerField()

    class Meta:
        abstract = True
