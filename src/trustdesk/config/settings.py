"""Django settings, read from the environment through `options`."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from trustdesk.config import logs, options

PACKAGE = Path(__file__).resolve().parent.parent
HOME = options.home()
PRODUCTION = options.get("TRUSTDESK_MODE") == "production"
DEBUG = False


def _secret_key() -> str:
    given = options.get("TRUSTDESK_SECRET_KEY")
    if given or PRODUCTION:
        return given
    kept = HOME / "keys" / "secret"
    if kept.exists():
        return kept.read_text().strip()
    made = secrets.token_urlsafe(50)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept.touch(mode=0o600, exist_ok=True)
        kept.write_text(made)
    except OSError:
        pass  # a data folder that cannot be written is reported by `up`, in words
    return made


def _database(url: str) -> dict[str, Any]:
    """A PostgreSQL URL as Django wants it; a socket folder may come as `?host=`."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "trustdesk",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "OPTIONS": {**query, "application_name": "trustdesk"},
        "CONN_MAX_AGE": 0,
    }


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [host.strip() for host in options.get("TRUSTDESK_HOSTS").split(",") if host.strip()]
PUBLIC_URL = options.get("TRUSTDESK_PUBLIC_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []

DATABASES = {"default": _database(options.get("TRUSTDESK_DATABASE_URL") or "postgresql:///trustdesk")}
DATABASE_POOL = options.number("TRUSTDESK_DATABASE_POOL")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "trustdesk.web",  # before allauth: its templates are ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "trustdesk.kernel.base",
    "trustdesk.kernel.people",
    "trustdesk.kernel.ledger",
    "trustdesk.kernel.work",
    "trustdesk.files",
    "trustdesk.clocks",
    "trustdesk.post",
    "trustdesk.webhooks",
    "trustdesk.workforce",
    "trustdesk.policy",
    "trustdesk.console",
    "trustdesk.content",
    "trustdesk.escalations",
    "trustdesk.experts",
    "trustdesk.knowledge",
    "trustdesk.macros",
    "trustdesk.signals",
    "trustdesk.wellbeing",
    "trustdesk.decisions",
    "trustdesk.screening",
    "trustdesk.review",
    "trustdesk.support",
    "trustdesk.appeals",
    "trustdesk.chat",
    "trustdesk.calls",
    "trustdesk.sides",
    "trustdesk.surveys",
    "trustdesk.customers",
    "trustdesk.triage",
    "trustdesk.problems",
    "trustdesk.procedures",
    "trustdesk.triggers",
    "trustdesk.notices",
    "trustdesk.rehearsal",
    "trustdesk.learning",
    "trustdesk.search",
    "trustdesk.transparency",
    "trustdesk.register",
    "trustdesk.insights",
    "trustdesk.portal",
    "trustdesk.sample",
    "trustdesk.config",
]

MIDDLEWARE = [
    "trustdesk.config.health.HealthMiddleware",  # before host names, TLS and sessions: probes know none of them
    "trustdesk.config.measures.MeasureMiddleware",
    "trustdesk.web.middleware.Headers",
    "trustdesk.web.middleware.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trustdesk.web.middleware.Viewer",
]

ROOT_URLCONF = "trustdesk.config.urls"
ASGI_APPLICATION = "trustdesk.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trustdesk.web.context.shell",
            ],
        },
    }
]

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["trustdesk.web.signed_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # as long as SESSION_COOKIE_AGE; nobody is asked
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_ADAPTER = "trustdesk.web.accounts.ClosedAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "TrustDesk"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s to either side: a code typed at its last second counts (RFC 6238, 5.2)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "trustdesk.web.failures.csrf"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight from the packages: nothing to collect
WHITENOISE_AUTOREFRESH = False
FILES_ROOT = Path(
    options.get("TRUSTDESK_FILES").replace("<TRUSTDESK_HOME>", str(HOME)),
).expanduser()
# The outcome of an appealed decision is hidden until whoever looks again has written what they would decide.
APPEALS_BLIND = options.get("TRUSTDESK_APPEALS_BLIND") != "no"
ATTACH_LIMIT = options.number("TRUSTDESK_ATTACH_LIMIT_MIB") * 2**20
ATTACH_TOGETHER = options.number("TRUSTDESK_ATTACH_TOGETHER_MIB") * 2**20
UPLOAD_LIMIT = options.number("TRUSTDESK_UPLOAD_LIMIT_MIB") * 2**20
PACK = Path(options.get("TRUSTDESK_PACK").replace("<package>", str(PACKAGE)))
SAMPLE = "none" if PRODUCTION else options.get("TRUSTDESK_SAMPLE")  # all | people | none
REHEARSAL_PROCESSES = options.number("TRUSTDESK_REHEARSAL_PROCESSES")
PRIVATE_TARGETS = options.get("TRUSTDESK_PRIVATE_TARGETS") == "allow" and not PRODUCTION
SPEECH = options.get("TRUSTDESK_SPEECH") == "on"
REMOTE_MODEL = {
    "url": options.get("TRUSTDESK_REMOTE_MODEL_URL"),
    "key": options.get("TRUSTDESK_REMOTE_MODEL_KEY"),
    "moderation_model": options.get("TRUSTDESK_REMOTE_MODERATION_MODEL"),
    "chat_model": options.get("TRUSTDESK_REMOTE_CHAT_MODEL"),
    "requests_a_day": options.number("TRUSTDESK_REMOTE_MODEL_REQUESTS_A_DAY"),
    "tokens_a_day": options.number("TRUSTDESK_REMOTE_MODEL_TOKENS_A_DAY"),
    "timeout": float(options.number("TRUSTDESK_REMOTE_MODEL_TIMEOUT")),
    "private": options.get("TRUSTDESK_REMOTE_MODEL_PRIVATE") == "allow",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 2**20  # the API's own limits (1 and 10 MiB) answer first, in words

_mail = urlsplit(options.get("TRUSTDESK_MAIL_URL"))
DEFAULT_FROM_EMAIL = options.get("TRUSTDESK_MAIL_FROM")
MAIL_LISTEN = options.get("TRUSTDESK_MAIL_LISTEN")
MAIL_DOMAIN = options.get("TRUSTDESK_MAIL_DOMAIN").strip().lower()
MAIL_AUTHSERV = options.get("TRUSTDESK_MAIL_AUTHSERV").strip().lower() or MAIL_DOMAIN
if _mail.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_PORT == 587
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"

LOGGING = logs.configure(production=PRODUCTION)
SEAL_KEY = Path(options.get("TRUSTDESK_SEAL_KEY") or HOME / "keys" / "seal.pem").expanduser()
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # Staff.email is unique, by a constraint on its lower case
]
