from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "motcua.oversight"
    verbose_name = "Điều hành, giám sát"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.oversight import live, relations
        from motcua.oversight.kind_backlogs import BacklogKind
        from motcua.oversight.kind_flashpoints import FlashpointKind
        from motcua.oversight.kind_recommendations import RecommendationKind
        from motcua.oversight.kind_reports import ReportKind
        from motcua.oversight.kind_tasks import TaskKind
        from motcua.oversight.kind_visits import VisitKind

        for kind in (RecommendationKind, TaskKind, ReportKind, VisitKind, BacklogKind, FlashpointKind):
            kinds.register(kind())
        live.install()
        relations.install()
