"""Settings, read from the environment only; `motcua.cli` fills in the database addresses before Django starts."""

import os
from pathlib import Path
from typing import Any

from motcua.config import dsn, home

BASE = Path(__file__).resolve().parent.parent


def flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def one_of(name: str, choices: tuple[str, ...], default: str) -> str:
    """The variable's value, which is one of the choices; raises ValueError otherwise."""
    given = os.environ.get(name, "").strip().lower() or default
    if given not in choices:
        raise ValueError(f"{name}={given}: chỉ nhận {', '.join(choices)}.")
    return given


def pairs(name: str) -> dict[str, str]:
    """The variable as "ours=theirs, ours=theirs"; raises ValueError for what is none."""
    given = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    if any("=" not in part for part in given):
        raise ValueError(f"{name}: viết dạng tên=tên, cách nhau bằng dấu phẩy.")
    return {left.strip(): right.strip() for left, right in (part.split("=", 1) for part in given)}


MOTCUA_HOME = home.folder()
MOTCUA_DEMO = flag("MOTCUA_DEMO")
MOTCUA_PROVINCE = int(os.environ.get("MOTCUA_PROVINCE", "40"))
MOTCUA_ADMIN = flag("MOTCUA_ADMIN")
TLS = flag("MOTCUA_TLS")
MOTCUA_BANK_SECRET = os.environ.get("MOTCUA_BANK_SECRET", "")
MOTCUA_TRUSTED_PROXIES = int(os.environ.get("MOTCUA_TRUSTED_PROXIES", "0"))
MOTCUA_SECOND_FACTOR = one_of("MOTCUA_SECOND_FACTOR", ("all", "enrolled"), "enrolled" if MOTCUA_DEMO else "all")

# After how many minutes without a request an officer's session ends and the page locks; 0: never. Shared desks are the rule at a counter.
MOTCUA_IDLE_MINUTES = int(os.environ.get("MOTCUA_IDLE_MINUTES", "15"))

# Electronic signatures (docs/signing.md): time stamps, a token or HSM on this server, a remote signing service. All may be empty.
MOTCUA_SIGNED_RESULTS = one_of("MOTCUA_SIGNED_RESULTS", ("off", "when_bound", "required"), "when_bound")
MOTCUA_TSA_URL = os.environ.get("MOTCUA_TSA_URL", "")
MOTCUA_PKCS11_MODULE = os.environ.get("MOTCUA_PKCS11_MODULE", "")
MOTCUA_PKCS11_TOKEN = os.environ.get("MOTCUA_PKCS11_TOKEN", "")
MOTCUA_REMOTE_SIGNING_URL = os.environ.get("MOTCUA_REMOTE_SIGNING_URL", "")
MOTCUA_REMOTE_SIGNING_TOKEN = os.environ.get("MOTCUA_REMOTE_SIGNING_TOKEN", "")

# What a province takes as a file (docs/files.md). Portals differ: Lai Châu takes 6 MB a file.
MOTCUA_FILE_BYTES = int(os.environ.get("MOTCUA_FILE_MB", "6")) * 1024 * 1024
MOTCUA_IMAGE_PIXELS = int(os.environ.get("MOTCUA_IMAGE_MEGAPIXELS", "60")) * 1_000_000
MOTCUA_FILES_PER_PART = int(os.environ.get("MOTCUA_FILES_PER_COMPONENT", "20"))
MOTCUA_FILES_PER_CASE = int(os.environ.get("MOTCUA_FILES_PER_DOSSIER", "60"))
MOTCUA_SCANNER = os.environ.get("MOTCUA_SCANNER", "")
# The identity provider of citizens and organisations (OpenID Connect), see docs/online.md.
MOTCUA_IDENTITY_ISSUER = os.environ.get("MOTCUA_IDENTITY_ISSUER", "").strip()
MOTCUA_IDENTITY_CLIENT_ID = os.environ.get("MOTCUA_IDENTITY_CLIENT_ID", "").strip()
MOTCUA_IDENTITY_CLIENT_SECRET = os.environ.get("MOTCUA_IDENTITY_CLIENT_SECRET", "")
MOTCUA_IDENTITY_AUDIENCE = os.environ.get("MOTCUA_IDENTITY_AUDIENCE", "").strip()
MOTCUA_IDENTITY_SCOPE = os.environ.get("MOTCUA_IDENTITY_SCOPE", "openid profile")
MOTCUA_IDENTITY_LEVELS = frozenset(os.environ.get("MOTCUA_IDENTITY_LEVELS", "2").replace(",", " ").split())
MOTCUA_IDENTITY_CLAIMS = pairs("MOTCUA_IDENTITY_CLAIMS")
FILE_UPLOAD_HANDLERS = ["motcua.documents.receiving.Handler"]

SECRET_KEY = home.secret_key()
SECRET_KEY_FALLBACKS = home.former_secret_keys()
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("MOTCUA_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [f"https://{h.lstrip('.')}" for h in ALLOWED_HOSTS if h != "*"] if TLS else []

INSTALLED_APPS = [
    "django.contrib.admin",  # shown only where MOTCUA_ADMIN says so, see config/admin.py
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "ninja",  # serves the API page's own script files, so that no outside host is called
    "procrastinate.contrib.django",
    "motcua.places",
    "motcua.organisation",
    "motcua.catalogue",
    "motcua.casework",
    "motcua.documents",
    "motcua.payments",
    "motcua.identity",
    "motcua.casepages",
    "motcua.dossiers",
    "motcua.oversight",
    "motcua.letters",
    "motcua.board",
    "motcua.indicators",
    "motcua.steering",
    "motcua.web",
    "motcua.demo",
]

MIDDLEWARE = [
    "motcua.config.middleware.RequestLog",
    "motcua.config.problems.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "motcua.config.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "motcua.web.middleware.ErrorPages",
]

ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "motcua.web.context.page",
            ],
        },
    },
]

DATABASES = dsn.databases()

AUTH_USER_MODEL = "organisation.Account"
LOGIN_URL = "/dang-nhap/"
LOGIN_REDIRECT_URL = "/viec-can-lam/"
FORM_RENDERER = "motcua.web.forms.Renderer"
CSRF_FAILURE_VIEW = "motcua.web.views.csrf_failure"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login",)},
    },
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE / "config" / "locale"]
# Django's own `vi` reads 03/04/2026 as 4 March and refuses 25/12/2026.
FORMAT_MODULE_PATH = ["motcua.config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = MOTCUA_HOME / "static"  # filled by `motcua serve`
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MOTCUA_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "motcua.config.static.Storage"},
}
MEDIA_ROOT = MOTCUA_HOME / "files"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = "motcua.config.logs.configure"
LOGGING = {"version": 1}  # Django skips LOGGING_CONFIG when this is empty
