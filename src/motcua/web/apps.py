from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "motcua.web"
    label = "web"
    verbose_name = "Giao diện"

    def ready(self) -> None:
        from motcua.casework import heads
        from motcua.web import homes

        heads.install(homes.draw)
