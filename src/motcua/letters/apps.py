from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "motcua.letters"
    verbose_name = "Đơn thư, tiếp công dân"
