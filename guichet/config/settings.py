"""Settings, read top to bottom; the environment decides what differs between machines.

Nothing set: the embedded default, for a laptop or a demo (SQLite, files on disk, e-mails kept and
shown). ``GUICHET_ENV=production`` asks for the real thing and refuses to start without what it needs.
docs/operations.md lists every variable.
"""

from datetime import timedelta
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# --- Which kind of run this is ------------------------------------------------------------------

ENVIRONMENT = env.str("GUICHET_ENV", default="demo")
if ENVIRONMENT not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("GUICHET_ENV is one of demo, test, production.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
VAR_DIR = Path(env.str("GUICHET_VAR", default=str(BASE_DIR / "var")))

SECRET_KEY = env.str("GUICHET_SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("GUICHET_SECRET_KEY is required in production.")
    SECRET_KEY = "only-for-a-demo-on-this-machine-never-for-production"  # noqa: S105
if PRODUCTION and len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("GUICHET_SECRET_KEY has to be 40 characters or more.")
SECRET_KEY_FALLBACKS = env.list("GUICHET_SECRET_KEY_FALLBACKS", default=[])

# The address people type: it is in every e-mail, since the worker sends them without a request.
BASE_URL = env.str("GUICHET_BASE_URL", default="http://localhost:8000").rstrip("/")
if PRODUCTION and not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("GUICHET_BASE_URL is required in production and begins with https://")
ALLOWED_HOSTS = env.list("GUICHET_ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS:
    if PRODUCTION:
        raise ImproperlyConfigured("GUICHET_ALLOWED_HOSTS is required in production.")
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Apps ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "guichet.website",
    "guichet.funding",
    "guichet.organizations",
    "guichet.accounts",
    "guichet.core",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "guichet.accounts.wagtail_users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "csp",
    "phonenumber_field",
    "localflavor",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "guichet.core.middleware.CookieLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "guichet.core.middleware.PrivatePagesMiddleware",
    "guichet.core.middleware.AdminPolicyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "guichet.config.urls"
WSGI_APPLICATION = "guichet.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guichet.core.context_processors.body",
            ],
            "builtins": ["guichet.core.templatetags.guichet", "template_partials.templatetags.partials"],
        },
    }
]
FORM_RENDERER = "guichet.core.forms.GuichetFormRenderer"

# --- Data ---------------------------------------------------------------------------------------

VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'guichet.sqlite3'}"),
}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728;"
        ),
    }
    # Threads of a concurrency test have to see one database: a file, not memory.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": env.int("GUICHET_DB_POOL", default=8)},
    }
# The files' cache is shared by the processes of one machine, which the rate limits need.
CACHES = {
    "default": env.cache("GUICHET_CACHE_URL", default=f"filecache://{VAR_DIR / 'cache'}"),
    # Fragments that every page shares, in this process's memory for some seconds (core/shared.py).
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}
if "filebased" in CACHES["default"]["BACKEND"]:
    # When it is full it forgets a third, whichever: few entries would let an attacker wash the counters away.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 5000}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "media", "base_url": "/media/"},
    },
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "assets" / "build"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The ranking of a call posts an amount and a tick for each of its applications.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# What is heavier is dropped while it comes in; each form has its own, lower limit.
UPLOAD_MAX_BYTES = 64 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "guichet.core.uploads.CappedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Work that waits ----------------------------------------------------------------------------

# Wagtail queues its index updates on the default backend: done at once, a saved page is found without
# a worker. Our own work (`queue`) is a row in our database, written with the change that caused it.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "queue": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}

# --- E-mail -------------------------------------------------------------------------------------

EMAIL_URL = env.str("GUICHET_EMAIL_URL", default="")
# Without SMTP settings the messages are kept, and a page of the demo shows them.
EMAIL_KEPT = not EMAIL_URL
if EMAIL_KEPT:
    if PRODUCTION:
        raise ImproperlyConfigured("GUICHET_EMAIL_URL is required in production (smtp://user:password@host:587).")
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
else:
    _email = env.email_url("GUICHET_EMAIL_URL")
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"]
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("GUICHET_FROM_EMAIL", default="ne-pas-repondre@lscq.example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Retries: 1, 5, 15 minutes, then 1, 3, 6, 12, 24 hours: a server that is down over a night loses nothing.
MESSAGE_RETRY_DELAYS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440)]
MESSAGE_KEEP_BODY_DAYS = 30

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# NIST SP 800-63B, 5.1.1.2: length, no common ones, none that is about the person; no composition rules.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "guichet.accounts.validators.AboutThePersonValidator"},
    {"NAME": "guichet.accounts.validators.MaximumLengthValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "organizations:area"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "guichet.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "guichet.accounts.forms.SignInForm",
    "signup": "guichet.organizations.forms.SignUpForm",
    "reset_password": "guichet.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "guichet.accounts.forms.ResetPasswordKeyForm",
    "set_password": "guichet.accounts.forms.SetPasswordForm",
    "change_password": "guichet.accounts.forms.ChangePasswordForm",
    "add_email": "guichet.accounts.forms.ChangeEmailForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 7
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
# False: an empty dictionary would mean allauth's own limits.
ACCOUNT_RATE_LIMITS = (
    False
    if env.bool("GUICHET_NO_RATE_LIMITS", default=False) and not PRODUCTION
    else {
        "signup": "20/h/ip",
        "login": "30/m/ip",
        "login_failed": "10/m/ip,5/5m/key",
        "reset_password": "20/m/ip,5/h/key",
        "reset_password_from_key": "20/m/ip",
        "confirm_email": "1/3m/key",
        "manage_email": "10/m/user",
        "change_password": "5/m/user",
        "reauthenticate": "10/m/user",
    }
)

# « Se souvenir de moi »: 30 days; without it, the session ends with the browser.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "guichet_session"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "guichet.core.views.csrf_failure"

# --- Security -----------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Wagtail shows the page that is being edited in a frame of our own.
X_FRAME_OPTIONS = "SAMEORIGIN"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("GUICHET_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("GUICHET_HSTS_SUBDOMAINS", default=False)
    if env.bool("GUICHET_BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = env.int("GUICHET_PROXY_COUNT", default=1)

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
        "frame-ancestors": ["'self'"],
        "frame-src": ["'self'"],
        "manifest-src": ["'self'"],
    },
}

# What the Wagtail admin needs beyond that (see AdminPolicyMiddleware for its scripts): its rich text editor writes
# style elements, and the preview of a page is a frame.
ADMIN_CONTENT_SECURITY_POLICY = {
    "style-src": ["'self'", "'unsafe-inline'"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "fr-ca"
LANGUAGES = [("fr-ca", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("GUICHET_TIME_ZONE", default="America/Toronto")
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "CA"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# --- Wagtail ------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Guichet"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_CONTENT_LANGUAGES = [("fr-ca", "Français")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français"), ("en", "English")]
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
# One region, one time: nobody has to choose among six hundred.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "ods", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_WORKFLOW_ENABLED = False
TAGGIT_CASE_INSENSITIVE = True

# --- Guichet ------------------------------------------------------------------------------------

# The region whose municipalities `setup_site` loads: a file of guichet/organizations/data/.
REGION = env.str("GUICHET_REGION", default="centre-du-quebec")
# The background of the region's map: images of another host, which no page loads unless the operator says so here.
MAP_TILES_URL = env.str("GUICHET_MAP_TILES_URL", default="")
MAP_ATTRIBUTION = env.str("GUICHET_MAP_ATTRIBUTION", default="")
if MAP_TILES_URL:
    try:
        _fields = sorted(name for _text, name, _format, _conversion in Formatter().parse(MAP_TILES_URL) if name)
        _address = urlsplit(MAP_TILES_URL.replace("{", "").replace("}", ""))
        _sound = _address.scheme == "https" and bool(_address.hostname) and _fields == ["x", "y", "z"]
        # The security policy names the host: it cannot vary, nor hold a name and a password.
        _sound = _sound and not set("{}@;, ").intersection(urlsplit(MAP_TILES_URL).netloc)
    except ValueError:
        _sound = False
    if not _sound:
        raise ImproperlyConfigured("GUICHET_MAP_TILES_URL is like https://tiles.example.org/{z}/{x}/{y}.png")
    if not MAP_ATTRIBUTION:
        raise ImproperlyConfigured("GUICHET_MAP_ATTRIBUTION says whose tiles GUICHET_MAP_TILES_URL shows.")
INVITATION_DAYS = 14
IMPORT_MAX_BYTES = 20 * 1024 * 1024
IMPORT_MAX_ROWS = 20_000

# --- Logs ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"tokens": {"()": "guichet.core.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": env.str("GUICHET_LOG_LEVEL", default="WARNING")},
}

# W021: HSTS preload binds a whole domain: its owner decides that, not a portal on it. W019: see X_FRAME_OPTIONS.
SILENCED_SYSTEM_CHECKS = ["security.W019", "security.W021"]
