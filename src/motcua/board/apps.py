from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "motcua.board"
    label = "board"
    verbose_name = "Bảng công khai"
