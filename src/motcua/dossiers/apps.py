from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.dossiers import queries_reappointing
        from motcua.dossiers.kind import DossierKind
        from motcua.organisation import effects

        kinds.register(DossierKind())
        effects.install(queries_reappointing.effect_unless_done)
