from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "motcua.oversight"
    verbose_name = "Điều hành, giám sát"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.oversight import live
        from motcua.oversight.kind_recommendations import RecommendationKind
        from motcua.oversight.kind_reports import ReportKind
        from motcua.oversight.kind_visits import VisitKind

        kinds.register(RecommendationKind())
        kinds.register(VisitKind())
        kinds.register(ReportKind())
        live.install()
