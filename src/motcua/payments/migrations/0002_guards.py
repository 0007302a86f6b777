"""Who sees which money, and the two things that PostgreSQL itself refuses: a posting that does not sum to zero, and a changed line."""

from django.db import migrations

from motcua.organisation import rls

MINE = "(SELECT coalesce(nullif(current_setting('motcua.agencies', true), ''), '{}'))::uuid[]"
OF_AGENCY = f"{rls.PROVINCE} AND ({rls.WIDE} OR agency_id = ANY ({MINE}))"
TABLES = (
    "payments_receiptbook",
    "payments_till",
    "payments_payment",
    "payments_receipt",
    "payments_cancelledreceipt",
    "payments_refund",
    "payments_closing",
    "payments_transfer",
    "payments_ledgerline",
)
# The rows of one statement are the posting: it balances by itself, and none is ever added to. As the owner, so that no policy hides a line.
BALANCED = """
CREATE FUNCTION payments_balanced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM fresh GROUP BY province_id, posting
             HAVING sum(debit) <> sum(credit) OR count(DISTINCT agency_id) > 1 OR count(DISTINCT day) > 1) THEN
    RAISE EXCEPTION 'a posting of the ledger does not sum to zero' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM fresh f JOIN payments_ledgerline l ON l.province_id = f.province_id AND l.posting = f.posting
              WHERE NOT EXISTS (SELECT FROM fresh o WHERE o.id = l.id)) THEN
    RAISE EXCEPTION 'a posting of the ledger is written once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
REFUSE = """
CREATE FUNCTION payments_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % refused: what was booked stays', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def append_only(table: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION payments_append_only()",
            f"DROP TRIGGER append_only ON {table}",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION payments_append_only()",
            f"DROP TRIGGER no_truncate ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("organisation", "0002_row_level_security")]
    operations = [
        *(
            operation
            for table in TABLES
            for operation in (rls.enable(table), rls.policy(table, "of_agency", using=OF_AGENCY, check=OF_AGENCY))
        ),
        # A specialist of the agency that resolves may ask for money which the agency that received collects.
        rls.enable("payments_charge"),
        rls.policy("payments_charge", "of_agency", using=OF_AGENCY, check=rls.PROVINCE),
        # Printed in every QR code.
        rls.enable("payments_bankaccount"),
        rls.policy("payments_bankaccount", "of_province", using=rls.PROVINCE, check=OF_AGENCY),
        migrations.RunSQL(BALANCED, "DROP FUNCTION payments_balanced()"),
        migrations.RunSQL(
            "CREATE TRIGGER balanced AFTER INSERT ON payments_ledgerline REFERENCING NEW TABLE AS fresh"
            " FOR EACH STATEMENT EXECUTE FUNCTION payments_balanced()",
            "DROP TRIGGER balanced ON payments_ledgerline",
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION payments_append_only()"),
        *append_only("payments_ledgerline"),
        *append_only("payments_payment"),
        *append_only("payments_receipt"),
        *append_only("payments_cancelledreceipt"),
        *append_only("payments_closing"),
    ]
