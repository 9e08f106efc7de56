"""Settings. Only this file reads the environment; README.md lists every variable, and a test compares.

Everything has a default that works on a laptop. Data lies under LIGHTCONE_HOME (`var/` beside manage.py).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import environ

from .secret_key import read_or_make_secret_key

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

LIGHTCONE_HOME = Path(env.str("LIGHTCONE_HOME", default=str(BASE_DIR / "var"))).expanduser().absolute()
LIGHTCONE_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)  # whichever command is the first to run
INSTANCE = hashlib.sha256(str(LIGHTCONE_HOME).encode()).hexdigest()[:10]  # keeps two servers of a host apart
BLOBS_DIR = LIGHTCONE_HOME / "blobs"
SITE_NAME = env.str("LIGHTCONE_SITE_NAME", default="Lightcone Dispatch")

SECRET_KEY = env.str("LIGHTCONE_SECRET_KEY", default="") or read_or_make_secret_key(
    LIGHTCONE_HOME / "secret.key"
)
# Keys that SECRET_KEY has replaced: what they sealed can still be read, and who signed in stays so.
SECRET_KEY_FALLBACKS = env.list("LIGHTCONE_SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("LIGHTCONE_DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("LIGHTCONE_HOSTS", default=[])]
SECURE = env.bool("LIGHTCONE_HTTPS", default=False)  # served through a proxy that speaks HTTPS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if SECURE else []

# Where the server listens. `serve` takes the next free ports when these are taken.
PORT = env.int("LIGHTCONE_PORT", default=8000)
BIND = env.str("LIGHTCONE_BIND", default="127.0.0.1")
# Agents' sites and pages are shown from another origin: this one, or a second port of the same host.
CONTENT_ORIGIN = env.str("LIGHTCONE_CONTENT_ORIGIN", default="").rstrip("/")
CONTENT_PORT = env.int("LIGHTCONE_CONTENT_PORT", default=PORT + 1)

# Work
SESSIONS_AT_ONCE = env.int("LIGHTCONE_SESSIONS_AT_ONCE", default=0)  # 0: as many as the memory allows
COMPUTERS_DIR = LIGHTCONE_HOME / "computers"
COMPUTER_MEMORY_MB = env.int("LIGHTCONE_COMPUTER_MEMORY_MB", default=2048)
COMPUTER_DISK_MB = env.int("LIGHTCONE_COMPUTER_DISK_MB", default=4096)
# "127.0.0.1:9000,…": private services, as IP literal and port, that computers may reach
ALLOW_PRIVATE = env.list("LIGHTCONE_ALLOW_PRIVATE", default=[])

# Models
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="")
OPENAI_MODELS = env.list("LIGHTCONE_MODELS", default=[])  # empty: ask the server which it has
# "name=low|medium|high,…": levels of effort that models understand of which nobody knows them
MODEL_EFFORTS = env.dict("LIGHTCONE_MODEL_EFFORTS", default={})
ANTHROPIC_API_KEY = env.str("ANTHROPIC_API_KEY", default="")
ANTHROPIC_BASE_URL = env.str("ANTHROPIC_BASE_URL", default="")
GOOGLE_API_KEY = env.str("GOOGLE_API_KEY", default="") or env.str("GEMINI_API_KEY", default="")
GOOGLE_BASE_URL = env.str("GOOGLE_BASE_URL", default="")
OLLAMA_URL = env.str("OLLAMA_HOST", default="http://127.0.0.1:11434")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "sessions_app.apps.SessionsAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sessions_app.web.origins.ContentOriginMiddleware",
    "sessions_app.web.security_headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sessions_app.web.local_time.LocalTimeMiddleware",
]

ROOT_URLCONF = "lightcone_site.urls"
CONTENT_URLCONF = "lightcone_site.content_urls"
ASGI_APPLICATION = "lightcone_site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sessions_app.web.frame.frame",
            ],
            "builtins": ["sessions_app.templatetags.dispatch"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader"],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{LIGHTCONE_HOME}/dispatch.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: our transactions begin with a write, and a deferred one that becomes a writer fails at once.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;"
        ),
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Who froze while it held a session's row loses it, before those who wait for the row give up.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c idle_in_transaction_session_timeout=10s -c lock_timeout=15s"
    )

AUTH_USER_MODEL = "sessions_app.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Counts of failed sign-ins live here: whoever makes many must not push out those that stop them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "sessions"
LOGOUT_REDIRECT_URL = "login"

# Cookies ignore ports: two servers on one host must not sign each other out.
SESSION_COOKIE_NAME = f"session_{INSTANCE}"
CSRF_COOKIE_NAME = f"csrf_{INSTANCE}"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "sessions_app.web.errors.form_refused"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
SERVER_TIME_ZONE = os.environ.get("TZ") or "UTC"  # shown until the browser has told its own

STATIC_URL = "static/"
STATIC_ROOT = None
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/[\w.]+\.[0-9a-f]{8,}\.\w+$"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LOG_LEVEL = env.str("LIGHTCONE_LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "lightcone_site.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"sessions_app": {"level": LOG_LEVEL}, "django.request": {"level": "ERROR"}},
}
