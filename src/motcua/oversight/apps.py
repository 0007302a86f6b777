from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "motcua.oversight"
    verbose_name = "Điều hành, giám sát"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.oversight.kind_backlogs import BacklogKind
        from motcua.oversight.kind_flashpoints import FlashpointKind
        from motcua.oversight.kind_recommendations import RecommendationKind
        from motcua.oversight.kind_tasks import TaskKind

        kinds.register(RecommendationKind())
        kinds.register(TaskKind())
        kinds.register(BacklogKind())
        kinds.register(FlashpointKind())
