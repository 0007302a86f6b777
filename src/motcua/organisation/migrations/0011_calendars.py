"""Editions of calendars are published by page too: they take rows and keep them, whoever asks.

The rights of the application's role come from the model (`GRANTS`); the trigger holds for every role.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION organisation_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an edition of a calendar never changes: % refused, publish a new edition', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0010_second_factor")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION organisation_edition_stays()"),
        migrations.RunSQL(
            "CREATE TRIGGER edition_stays BEFORE UPDATE OR DELETE ON organisation_calendar"
            " FOR EACH ROW EXECUTE FUNCTION organisation_edition_stays()",
            "DROP TRIGGER edition_stays ON organisation_calendar",
        ),
    ]
