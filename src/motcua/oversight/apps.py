from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "motcua.oversight"
    verbose_name = "Điều hành, giám sát"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.oversight.kind_recommendations import RecommendationKind

        kinds.register(RecommendationKind())
