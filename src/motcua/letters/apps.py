from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "motcua.letters"
    verbose_name = "Đơn thư, tiếp công dân"

    def ready(self) -> None:
        from motcua.casework import kinds
        from motcua.letters.kind_denunciations import DenunciationKind
        from motcua.letters.kind_field import ConductReportKind, FieldReportKind
        from motcua.letters.kind_letters import LetterKind

        for kind in (LetterKind, DenunciationKind, FieldReportKind, ConductReportKind):
            kinds.register(kind())
