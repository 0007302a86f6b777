from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "motcua.casework"
    label = "casework"
    verbose_name = "Thụ lý"

    def ready(self) -> None:
        from motcua.casework import registers
        from motcua.organisation import registers as port

        port.install(registers.record, registers.history)
