"""Django's settings, read from the node's home folder (`COMITY_HOME`); there is nothing else to configure.

`COMITY_ROLE=owner` connects as the owner role, to migrate; everything else runs as the application role.
"""

from __future__ import annotations

import os
from pathlib import Path

from comity.base import time
from comity.node import database
from comity.node.home import Home
from comity.node.moved import MovedClock

HOME = Home.open()
if HOME.moved_clock:
    time.install(MovedClock(HOME.moved_clock))
_urls = database.urls(HOME)
APP_ROLE = database.application_role(HOME)

SECRET_KEY = HOME.secret("django").hex()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver", *HOME.hosts]
CSRF_TRUSTED_ORIGINS = [HOME.url]
ROOT_URLCONF = "comity.web.urls"
WSGI_APPLICATION = "comity.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "comity.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "comity.node",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "comity.web.middleware.UploadLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "comity.web.middleware.SecurityHeaders",
    "comity.web.middleware.ActingOfficer",
]

DATABASES = {
    "default": database.django_settings(
        _urls.owner if os.environ.get("COMITY_ROLE") == "owner" else _urls.app
    ),
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comity.web.context.node",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "comity.web.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/signin/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": False}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = f"Comity {HOME.name}"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "comity.web.errors.locked_out"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = f"comity_{HOME.name}"
CSRF_COOKIE_NAME = f"comity_csrf_{HOME.name}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HOME.url.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "comity.web.errors.stale_form"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024  # files of cases never lie on the disk in clear

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "comity_language"
LANGUAGE_COOKIE_AGE = 366 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [Path(__file__).parents[1] / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(__file__).parents[1] / "web" / "static"  # served from the packages themselves
WHITENOISE_USE_FINDERS = True

if HOME.alarms.mail:
    EMAIL_HOST, EMAIL_PORT = HOME.alarms.mail.host, HOME.alarms.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = HOME.alarms.mail.user, HOME.alarms.mail.password
    EMAIL_USE_TLS, EMAIL_TIMEOUT = HOME.alarms.mail.starttls, 10
    DEFAULT_FROM_EMAIL = HOME.alarms.mail.sender

PROCRASTINATE_IMPORT_PATHS = ["comity.node.jobs"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "comity": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"level": "CRITICAL", "propagate": False},
    },
}
