"""What is a case's is seen when the case is; registers are the province's."""

from django.db import migrations

from motcua.organisation import rls

RECORDS = "oversight_visitrecord"
OF_VISIT = f"{rls.PROVINCE} AND ({rls.WIDE} OR EXISTS (SELECT 1 FROM oversight_visit v WHERE v.case_id = {RECORDS}.visit_id))"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial"), ("casework", "0038_participants")]

    operations = [
        *rls.by_province(
            "oversight_team",
            "oversight_teammember",
            "oversight_teamcommune",
            "oversight_questionnaire",
            "oversight_reportseries",
            "oversight_sectorroute",
            "oversight_recommendationgroup",
            "oversight_programme",
            "oversight_target",
            "oversight_targetvalue",
        ),
        *rls.by_agency("oversight_taskseries", column="owner_agency_id"),
        *(
            op
            for table in ("report", "visit", "recommendation", "answer", "reminder", "task", "taskprogress", "backlog", "flashpoint")
            for op in rls.by_case(f"oversight_{table}")
        ),
        rls.enable(RECORDS),
        rls.policy(RECORDS, "of_visible_visit", using=OF_VISIT, check=rls.PROVINCE),
    ]
