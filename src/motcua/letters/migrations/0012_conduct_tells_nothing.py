"""How much feedback on conduct there is, nobody in another agency sees; what was sent of it, whoever does not see its case does not read either;
words that officers wrote before it was set apart stay with those to whom the compartment is open."""

from django.db import migrations

from motcua.organisation import rls

KIND = "conduct_report"
OURS = "current_setting('motcua.scope', true) IN ('worker', 'tracking')"
"""The worker, and a citizen with their own case, whose acts are counted too."""
INSIDE = f"'{KIND}' = ANY (coalesce(nullif(current_setting('motcua.compartments', true), ''), '{{}}')::text[])"


def own(table: str, column: str = "kind") -> migrations.RunSQL:
    seen = f"{column} <> '{KIND}' OR {OURS} OR agency_id = ANY ({rls.AGENCIES})"
    return rls.policy(table, "conduct_of_agency", using=seen, check=seen, restrictive=True)


class Migration(migrations.Migration):
    dependencies = [("letters", "0011_compartment_of_conduct")]

    operations = [
        *(own(f"casework_{table}") for table in ("tally", "standing")),
        own("casework_counter", "scheme"),
        rls.of_visible_case("letters_fieldreport"),
        rls.policy(
            "casework_note",
            "not_of_what_was_set_apart",
            command="SELECT",
            using=(
                f"{OURS} OR {INSIDE} OR NOT EXISTS (SELECT 1 FROM letters_fieldreport r"
                " WHERE r.case_id = casework_note.case_id AND r.moved_to IS NOT NULL)"
            ),
            restrictive=True,
        ),
    ]
