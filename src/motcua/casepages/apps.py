from django.apps import AppConfig


class CasePagesConfig(AppConfig):
    name = "motcua.casepages"
    verbose_name = "Trang của mọi vụ việc"
