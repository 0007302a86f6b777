from django.urls import URLPattern

from motcua.letters import urls_export, urls_field, urls_reception

app_name = "letters"

urlpatterns: list[URLPattern] = [
    *urls_field.urlpatterns,
    *urls_reception.urlpatterns,
    *urls_export.urlpatterns,
]
