"""Addresses of the whole site: health and metrics here, the API, and the pages that each app declares in its `urls.py`."""

import importlib.util

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from motcua.config import health
from motcua.config.api import api

APPS = (
    *(
        "web",
        "organisation",
        "places",
        "catalogue",
        "casework",
        "documents",
        "payments",
        "identity",
        "casepages",
        "dossiers",
    ),
    *("oversight", "letters"),
    *("board", "indicators", "steering", "demo"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
]
urlpatterns += [
    path("", include(f"motcua.{app}.urls")) for app in APPS if importlib.util.find_spec(f"motcua.{app}.urls")
]

if settings.MOTCUA_ADMIN:
    from motcua.config import admin

    admin.register_all()
    urlpatterns.append(path("xem-du-lieu/", admin.site.urls))

handler400 = "motcua.web.views.bad_request"
handler403 = "motcua.web.views.forbidden"
handler404 = "motcua.web.views.not_found"
handler500 = "motcua.web.views.server_error"
