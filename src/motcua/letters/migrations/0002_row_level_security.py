"""Letters are seen by whoever sees their case; denunciations with their compartment open alone, in every table that could tell of one."""

from django.db import migrations

from motcua.organisation import rls

KIND = "denunciation"


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0001_initial"),
        ("casework", "0038_participants"),
        ("documents", "0005_attachments"),
        ("casepages", "0001_lists"),
    ]

    operations = [
        *rls.by_case("letters_letter"),
        *rls.by_case("letters_fieldreport"),
        *(op for table in ("denunciation", "clock", "paper") for op in rls.by_case(f"letters_{table}", confidential=True)),
        *rls.by_agency("letters_reception", "letters_export"),
        *rls.by_province("letters_receptionday"),
        *(rls.compartment(f"casework_{table}", KIND) for table in ("case", "tally", "standing")),
        rls.compartment("casework_counter", KIND, column="scheme"),
        rls.compartment("casework_entry", KIND, column="subject_kind"),
        rls.compartment("documents_attachment", KIND, column="subject_kind"),
        rls.compartment("documents_issuedform", KIND, column="subject_kind"),
        rls.of_visible_case("casework_note"),
        rls.of_visible_case("casework_readlog"),
    ]
