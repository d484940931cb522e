"""Django's settings, from the environment and an ``.env`` file in the folder of the call."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from tradepost.config import data
from tradepost.engines import DATABASE_NAMES, database_settings

env = Env()
env.read_env(str(Path.cwd() / ".env"), recurse=False)

# Tells code and settings to whoever meets an error: for developing alone.
DEBUG = env.bool("DEBUG", False)

# The folder of the embedded database, of a secret key that was made, and of mails without a server.
DATA_FOLDER = Path(env.str("TRADEPOST_DATA", "data")).absolute()
# What logins and forms are signed with; without it one is made, once, in the data folder.
SECRET_KEY_GIVEN = env.str("SECRET_KEY", "")
SECRET_KEY = SECRET_KEY_GIVEN or data.secret_key(DATA_FOLDER)

# Names that the server answers to, besides those of this machine. Any ends open mode.
OWN_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
# Addresses (or networks) of proxies whose word on their callers is taken, and that TLS ends at.
# Any ends open mode.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
data.require_networks("TRUSTED_PROXIES", TRUSTED_PROXIES)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *OWN_HOSTS]
# Whether callers on this machine may do everything without signing in. A deployment ends it.
LOCAL_MODE = not (OWN_HOSTS or TRUSTED_PROXIES)
# Is the server asked over TLS alone? Then what comes without it is redirected, and cookies are kept
# to it. Unless said otherwise: where there are trusted proxies.
HTTPS = env.bool("HTTPS", bool(TRUSTED_PROXIES))
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Probes do not use TLS.
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz)$"]
# The number of serving processes, set by `tradepost serve`.
WORKERS = 1

EMBEDDED_DATABASE = DATA_FOLDER / "tradepost.sqlite3"
DATABASES = {
    "default": database_settings(
        {name: env.str(name, "") for name in DATABASE_NAMES}, default_file=EMBEDDED_DATABASE
    )
    | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
}
DISABLE_COCKROACHDB_TELEMETRY = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # First, so that its `runserver` replaces Django's.
    "tradepost.cli",
    "tradepost.txn",
    "tradepost.trading",
    "tradepost.shop",
    # Before the libraries whose templates they override.
    "tradepost.web",
    "tradepost.backoffice",
    "unfold",
    "unfold.contrib.import_export",
    # Does not import the admin modules: the URLconf does, so commands start faster.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "import_export",
    "ninja",
    # Last, since it disconnects signal handlers of the apps above.
    "tradepost.access",
]
# A new one has to be listed in `config.hot_headers`, too.
MIDDLEWARE = [
    "tradepost.config.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tradepost.config.middleware.Authenticate",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tradepost.config.middleware.Authorize",
    "tradepost.config.middleware.Csrf",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "tradepost.config.urls"
# Returns the application for `tradepost serve`.
SERVER_APPLICATION = "tradepost.config.rsgi.make_application"
WSGI_APPLICATION = "tradepost.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tradepost.web.context.common",
            ]
        },
    }
]
# So that our templates render the fields of libraries' forms, too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# A POST must not be redirected. Routes for programs work with and without the last slash.
APPEND_SLASH = False
# 4 MiB: 10,000 trades with their own keys take about 2 MiB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

# As strict as possible: all resources come from this server, and none are inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
# The libraries' own migrations change column types, which not every database can do in a
# transaction. Ours create the final tables.
MIGRATION_MODULES = {
    app: f"tradepost.access.migrations.{app}" for app in ("account", "auth", "mfa")
}
SILENCED_SYSTEM_CHECKS = [
    # Not every database has conditional unique indexes; the library keeps addresses unique.
    "models.W036",
    # Our own subclass of the CSRF middleware is there.
    "security.W003",
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tradepost.web.accounts.Adapter"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = None
# An account has one email address. A new one replaces it once confirmed.
ACCOUNT_CHANGE_EMAIL = True
_FORMS = "tradepost.web.forms.accounts"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "signup": f"{_FORMS}.SignupForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "add_email": f"{_FORMS}.AddEmailForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.AuthenticateForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateByCodeForm",
    "activate_totp": f"{_FORMS}.ActivateTOTPForm",
}
# Safe, since nobody signs in with an email address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tradepost"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tradepost.config.faults.csrf_failure"
# Shared by all processes, which count failed logins together.
CACHES = {
    "default": {
        "BACKEND": "tradepost.access.shared.SharedValues",
        "LOCATION": "shared_value",
        # So large that many guesses do not evict the counters.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# The mail server; without one, mails are files in the data folder, in `mail`.
EMAIL_HOST = env.str("EMAIL_HOST", "")
# The mail server's port.
EMAIL_PORT = env.int("EMAIL_PORT", 587)
# Who signs in at the mail server; without a user nobody does.
EMAIL_HOST_USER = env.str("EMAIL_USER", "")
# The password at the mail server.
EMAIL_HOST_PASSWORD = env.str("EMAIL_PASSWORD", "")
# Is the connection encrypted, by STARTTLS?
EMAIL_USE_TLS = env.bool("EMAIL_TLS", True)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = DATA_FOLDER / "mail"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "tradepost.config.mail.PrivateFiles"
)
# Whom mails come from.
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Tradepost <tradepost@localhost>")

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

# Where `tradepost serve` listens, unless its --port says otherwise.
PORT = env.str("PORT", "8000")

# How much is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.
LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"LOG_LEVEL: {LOG_LEVEL!r} is not a level")
# The format of log lines: text, or json (one object per line).
LOG_FORMAT = env.str("LOG_FORMAT", "text").lower()
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT: {LOG_FORMAT!r} is not a format; use text or json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "tradepost.config.logs.LineFormatter"},
        "json": {"()": "tradepost.config.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # RequestLog logs every request; Django would log refused ones again.
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR", "handlers": [], "propagate": True},
    },
}

# The look of the back office; see `backoffice.theme`.
_THEME = "tradepost.backoffice.theme"
_TEAL = {
    "50": "oklch(98.4% .014 180.72)",
    "100": "oklch(95.3% .051 180.801)",
    "200": "oklch(91% .096 180.426)",
    "300": "oklch(85.5% .138 181.071)",
    "400": "oklch(77.7% .152 181.912)",
    "500": "oklch(70.4% .14 182.503)",
    "600": "oklch(51.1% .096 186.391)",
    "700": "oklch(43.7% .078 188.216)",
    "800": "oklch(38.6% .063 188.416)",
    "900": "oklch(30% .05 188)",
    "950": "oklch(27.7% .046 192.524)",
}
UNFOLD = {
    "SITE_TITLE": "Tradepost",
    "SITE_HEADER": "Tradepost back office",
    "SITE_URL": "/",
    "SITE_ICON": f"{_THEME}.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{_THEME}.icon"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [f"{_THEME}.stylesheet"],
    "COLORS": {"primary": _TEAL},
    "SIDEBAR": {"navigation": f"{_THEME}.navigation"},
}
