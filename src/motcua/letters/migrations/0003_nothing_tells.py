"""What was written of a letter before it was moved into the compartment is kept from everybody outside it; how many denunciations there are, from
everybody in another agency; keys under which somebody acted on a case are read only by whoever sees the case."""

from django.db import migrations

from motcua.organisation import rls

WORKER = "current_setting('motcua.scope', true) = 'worker'"
INSIDE = "'denunciation' = ANY (coalesce(nullif(current_setting('motcua.compartments', true), ''), '{}')::text[])"


def moved(table: str) -> migrations.RunSQL:
    """Append-only words of a letter (notes, papers) cannot be wiped: their case's state says that they went inside."""
    seen = (
        f"{WORKER} OR {INSIDE} OR NOT EXISTS"
        f" (SELECT 1 FROM casework_case c WHERE c.id = {table}.case_id AND c.kind = 'letter' AND c.state = 'moved_inside')"
    )
    return rls.policy(table, "not_of_what_was_moved", command="SELECT", using=seen, restrictive=True)


def own(table: str, column: str = "kind") -> migrations.RunSQL:
    """How many denunciations there are, another agency's compartment officer does not see either."""
    seen = f"{column} <> 'denunciation' OR {WORKER} OR agency_id = ANY ({rls.AGENCIES})"
    return rls.policy(table, "denunciations_of_agency", using=seen, check=seen, restrictive=True)


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_row_level_security")]

    operations = [
        moved("casework_note"),
        moved("letters_paper"),
        *(own(f"casework_{table}") for table in ("tally", "standing")),
        own("casework_counter", "scheme"),
        # Rows written since this transaction began are read back by the statement that writes them, before their case can be seen.
        rls.policy(
            "casework_idempotencykey",
            "not_beyond_its_case",
            command="SELECT",
            using=(
                f"{WORKER} OR created_at >= now()"
                " OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = casework_idempotencykey.case_id)"
            ),
            restrictive=True,
        ),
    ]
