from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "motcua.catalogue"
    label = "catalogue"
    verbose_name = "Danh mục thủ tục"

    def ready(self) -> None:
        from motcua.catalogue import subjects
        from motcua.organisation import subjects as port

        port.install(subjects.fields)
