from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.catalogue import online, result_templates
        from motcua.documents import queries_signing
        from motcua.dossiers import queries, queries_reappointing, queries_results, services_filing
        from motcua.dossiers.forms_pdf import issued_pdf
        from motcua.dossiers.kind import DossierKind
        from motcua.organisation import effects
        from motcua.payments import papers, subjects

        kinds.register(DossierKind())
        online.install(services_filing.door)
        queries_signing.install(queries_results.handed_over_document)
        result_templates.install({one.key: one.name for one in queries_results.starters()})
        effects.install(queries_reappointing.effect_unless_done)
        subjects.install(DossierKind.code, queries.applicant_name)
        papers.install(issued_pdf)  # payments and documents stand on one floor and do not know each other
