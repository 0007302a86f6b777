"""Clean-up of what nobody attached: drafts after a day, then bytes that no row names. It waits while a backup runs or an upload is being kept."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from motcua.documents import storage
from motcua.documents.models import Attachment, StoredFile
from motcua.organisation import scope
from motcua.worktime import clock

DRAFT_LIVES = timedelta(hours=24)
BATCH = 500


def forget_drafts() -> int:
    """Deletes the drafts that were not attached within a day; returns how many."""
    with scope.enter(scope.worker()):
        old = Attachment.objects.filter(
            province_id=settings.MOTCUA_PROVINCE, subject_id=None, created_at__lt=clock.now() - DRAFT_LIVES
        )
        return old.delete()[0]


def unnamed() -> QuerySet[StoredFile]:
    """Stored files a day old that no row of any table names: every foreign key to them is asked, whoever declared it."""
    found = StoredFile.objects.filter(
        province_id=settings.MOTCUA_PROVINCE, created_at__lt=clock.now() - DRAFT_LIVES
    ).order_by("id")
    for relation in StoredFile._meta.related_objects:
        named = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        found = found.filter(~Exists(named))
    return found


def remove_unnamed() -> int:
    """Deletes up to a batch of such files, bytes before row: a crash between leaves a row that names nothing and is met again. Returns how
    many, 0 as well when somebody holds the files."""
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [storage.FILES_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        rows = list(unnamed().select_for_update()[:BATCH])
        for row in rows:
            row.delete()
        for sha256 in {name for row in rows for name in (row.sha256, row.preview) if name}:
            others = StoredFile.objects.filter(sha256=sha256) | StoredFile.objects.filter(preview=sha256)
            if not others.exists():
                storage.remove(sha256)
        return len(rows)
