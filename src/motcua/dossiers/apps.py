from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.dossiers.kind import DossierKind

        kinds.register(DossierKind())
