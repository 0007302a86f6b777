from django.db import migrations
from uuid_utils.compat import uuid7

from motcua.casework.rules import whole_name

BATCH = 2000


def remember(apps, schema_editor):
    """Dossiers taken in before are found by whole names too. As the owner, in batches by key; run twice it adds nothing twice."""
    using = schema_editor.connection.alias
    Dossier, CaseToken = apps.get_model("dossiers", "Dossier"), apps.get_model("casework", "CaseToken")
    rows = Dossier.objects.using(using).order_by("case_id")
    last = None
    while True:
        wanted = rows.filter(case_id__gt=last) if last else rows
        some = list(
            wanted.values_list(
                "case_id", "province_id", "applicant", "authorised", "case__lead_agency_id", "case__origin_agency_id"
            )[:BATCH]
        )
        if not some:
            return
        last = some[-1][0]
        known = set(
            CaseToken.objects.using(using)
            .filter(case_id__in=[row[0] for row in some], token__startswith="=")
            .values_list("case_id", "token", "agency_id")
        )
        made = {
            (case_id, token, agency): province
            for case_id, province, applicant, authorised, lead, origin in some
            for one in (applicant, authorised or {})
            if (token := whole_name(one.get("full_name", "")))
            for agency in (lead, origin)
        }
        CaseToken.objects.using(using).bulk_create(
            CaseToken(id=uuid7(), province_id=province, case_id=case_id, token=token, agency_id=agency)
            for (case_id, token, agency), province in made.items()
            if (case_id, token, agency) not in known
        )


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0033_ratings_by_agency_and_day"), ("casework", "0035_found_in_the_index")]
    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
