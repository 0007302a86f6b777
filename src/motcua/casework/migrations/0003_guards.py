"""Row-level security of the kernel, and the trigger that keeps the journal append-only for whoever is not its owner in person."""

from django.db import migrations

from motcua.organisation import rls

MINE = "(SELECT coalesce(nullif(current_setting('motcua.agencies', true), ''), '{}'))::uuid[]"
VISIBLE = (
    f"{rls.PROVINCE} AND ({rls.WIDE} OR agency_id = ANY ({MINE}) OR lead_agency_id = ANY ({MINE})"
    f" OR origin_agency_id = ANY ({MINE}) OR code = {rls.TRACKED})"
)
OF_AGENCY = f"{rls.PROVINCE} AND ({rls.WIDE} OR agency_id = ANY ({MINE}))"

REFUSE = """
CREATE FUNCTION casework_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def append_only(table: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION casework_append_only()",
            f"DROP TRIGGER append_only ON {table}",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION casework_append_only()",
            f"DROP TRIGGER no_truncate ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial"), ("organisation", "0002_row_level_security")]
    operations = [
        rls.enable("casework_case"),
        rls.policy("casework_case", "visible", using=VISIBLE, check=VISIBLE),
        *rls.by_case("casework_entry"),
        *rls.by_case("casework_note"),
        rls.enable("casework_casetoken"),
        rls.policy("casework_casetoken", "of_agency", using=OF_AGENCY, check=rls.PROVINCE),
        *rls.by_province(
            "casework_leaf", "casework_treehead", "casework_counter", "casework_tally", "casework_idempotencykey", "casework_readlog"
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION casework_append_only()"),
        *append_only("casework_entry"),
        *append_only("casework_note"),
        *append_only("casework_leaf"),
        *append_only("casework_treehead"),
    ]
