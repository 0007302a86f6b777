from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "motcua.steering"
    verbose_name = "Điều hành"
