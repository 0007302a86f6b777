from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "motcua.indicators"
    label = "indicators"
    verbose_name = "Chỉ số"

    def ready(self) -> None:
        from motcua.indicators import live

        live.install()
