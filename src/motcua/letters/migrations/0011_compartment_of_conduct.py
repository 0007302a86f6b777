"""Feedback on an officer's conduct lies in a compartment of its agency, as denunciations do; an export of denunciations in theirs."""

from django.db import migrations

from motcua.organisation import rls

KIND = "conduct_report"


class Migration(migrations.Migration):
    dependencies = [("letters", "0010_reception_and_field")]

    operations = [
        *(rls.compartment(f"casework_{table}", KIND) for table in ("case", "tally", "standing")),
        rls.compartment("casework_counter", KIND, column="scheme"),
        rls.compartment("casework_entry", KIND, column="subject_kind"),
        rls.compartment("documents_attachment", KIND, column="subject_kind"),
        rls.compartment("documents_issuedform", KIND, column="subject_kind"),
        rls.compartment("letters_export", "denunciation", column="compartment"),
    ]
