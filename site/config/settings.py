"""The one settings file. One machine or AWS is decided by the environment alone: with S3_BUCKET (or any other
variable of `AWS_VARIABLES`) it is AWS, and `gallery.checks` refuses to start where one of the others is missing."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from config import secrets
from processors import publication
from processors.captioning import choice

ROOT = Path(__file__).resolve().parents[2]


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_int(name: str, default: int) -> int:
    """A whole number, or an exit that names the variable."""
    try:
        return int(env(name, str(default)))
    except ValueError:
        sys.exit(f"{name} must be a whole number, not {env(name)!r}. Change it in the environment and start again.")


def env_urls(name: str) -> dict[str, str]:
    """Kind of job -> URL, of a text such as thumbnail=https://…,annotation=https://…"""
    pairs = (item.partition("=") for item in env(name).split(",") if item.strip())
    return {kind.strip(): url.strip() for kind, _, url in pairs}


# Needed together on AWS, what for in words: the check names what is missing.
AWS_VARIABLES = {
    "S3_BUCKET": "the bucket with uploads/ and thumbnails/",
    "AWS_REGION": "the region of the bucket",
    "QUEUES": "the SQS queue of each function, as thumbnail=URL,annotation=URL",
    "DATABASE_HOST": "the host name of the MySQL server",
    "DATABASE_SECRET_ARN": "the secret with the database's username and password",
    "DATABASE_CA": "the file with the certificate authority of RDS",
    "SECRET_KEY_ARN": "the secret with Django's SECRET_KEY",
    "SITE_URL": "the address that people type, such as https://pictures.example.org",
}
# AWS_REGION alone is in many people's shells and says nothing.
ON_AWS = any(env(name) for name in AWS_VARIABLES if name not in ("AWS_REGION", "SITE_URL"))

VAR_DIR = Path(env("VAR_DIR", str(ROOT / "var")))
SITE_URL = env("SITE_URL", "http://127.0.0.1:5000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
S3_BUCKET = env("S3_BUCKET")
AWS_REGION = env("AWS_REGION")
QUEUES = env_urls("QUEUES")
DEAD_LETTER_QUEUES = env_urls("DEAD_LETTER_QUEUES")
FUNCTIONS_DATABASE_SECRET_ARN = env("FUNCTIONS_DATABASE_SECRET_ARN")  # for `manage.py database_users` alone
ANNOTATION_LANGUAGE = env("ANNOTATION_LANGUAGE", "en")  # without languages in the prompt
try:
    CAPTIONER = choice.choice(os.environ)
    ANNOTATION_BUDGET_USD = choice.budget(env("ANNOTATION_BUDGET_USD"))
    FIRST_VISIBILITY = publication.first_visibility(env("PUBLISH"))  # of a picture that has just come in
except (choice.Unclear, ValueError) as problem:
    sys.exit(str(problem))

# Limits of an upload
MAX_FILE_BYTES = env_int("MAX_FILE_MB", 25) * 1_000_000
MAX_MEGAPIXELS = env_int("MAX_MEGAPIXELS", 100)
MAX_DECODE_MIB = env_int("MAX_DECODE_MIB", 480)
MAX_FILES = env_int("MAX_FILES", 20)
UPLOAD_RATE = env("UPLOAD_RATE", "120/minute")
UPLOADS_PER_DAY = env_int("UPLOADS_PER_DAY", 2000)
UPLOAD_CPU_PER_DAY = env_int("UPLOAD_CPU_PER_DAY", 3600)  # seconds
MAX_STORED_GB = env_int("MAX_STORED_GB", 0)
# People
ORIGINALS_FOR_EVERYBODY = env("ORIGINALS_FOR_EVERYBODY") == "yes"
OPERATOR_CONTACT = env("OPERATOR_CONTACT")  # an address or a page, for the page "About and privacy"
# Whether passwords may come by plain HTTP (gallery/transport.py). On one machine whoever set it up has decided.
ALLOW_HTTP_LOGIN = not ON_AWS or env("ALLOW_HTTP_LOGIN") == "yes"
# With which /metrics is read from elsewhere (gallery/views/metrics.py).
METRICS_TOKEN = env("METRICS_TOKEN") or secrets.if_put_in(env("METRICS_TOKEN_ARN"))
# How many proxies add to X-Forwarded-For: the load balancer and nginx on AWS, nobody on one machine.
PROXIES = env_int("PROXIES", 2 if ON_AWS else 0)

# Django
DEBUG = False
SECRET_KEY = secrets.from_manager(env("SECRET_KEY_ARN")) if ON_AWS else secrets.of_this_machine(VAR_DIR)
SECRET_KEY_FALLBACKS = secrets.former(env("SECRET_KEY_ARN")) if ON_AWS else []
ALLOWED_HOSTS = [SITE_URL.split("://")[-1].split(":")[0], "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = False  # all pages are English, and looking up translations is a tenth of the admin's work
TIME_ZONE = "UTC"
USE_TZ = True

INSTALLED_APPS = [
    "gallery",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
]
MIDDLEWARE = [
    "gallery.middleware.healthz",  # ahead of everything that looks at the host
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gallery.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gallery.middleware.upload_limits",  # ahead of CSRF, which reads the whole body
    "gallery.middleware.no_secrets_in_the_clear",  # ahead of all that looks at a session or a password
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it makes the page of who may not log in for now
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
_VALIDATORS: dict[str, dict[str, int]] = {
    "UserAttributeSimilarityValidator": {},
    "MinimumLengthValidator": {"min_length": 12},
    "CommonPasswordValidator": {},
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in _VALIDATORS.items()
]
# Guesses at the login: after ten wrong ones from an address, for one account or for many, that address waits. There is
# no limit of an account for all addresses together: with it anybody could keep a moderator out.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = ["ip_address", ["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "gallery.uploads.rate.login_address"
AXES_LOCKOUT_CALLABLE = "gallery.views.errors.too_many_logins"
AXES_VERBOSE = False

# HTTPS ends at the load balancer, which redirects; with a plain http SITE_URL there is none.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Other hosts below ours are not ours to decide for, and preloading can hardly be taken back.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "gallery.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

if ON_AWS:
    from boto3.s3.transfer import TransferConfig

    DATABASES = {
        "default": {
            "ENGINE": "config.mysql",
            "HOST": env("DATABASE_HOST"),
            "PORT": env("DATABASE_PORT", "3306"),
            "NAME": env("DATABASE_NAME", "image_annotations_db"),
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "charset": "utf8mb4",
                "connect_timeout": 10,
                "ssl_mode": "VERIFY_IDENTITY",
                "ssl": {"ca": env("DATABASE_CA")},
                "secret_arn": env("DATABASE_SECRET_ARN"),
            },
        }
    }
    PICTURES: dict[str, object] = {
        "BACKEND": "gallery.storage.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "region_name": AWS_REGION,
            "signature_version": "s3v4",
            "addressing_style": "virtual",
            "file_overwrite": False,
            "querystring_expire": 3600,
            # Every upload is one PUT: parts, and threads for them, hold a whole file in memory, and send two events.
            "transfer_config": TransferConfig(multipart_threshold=MAX_FILE_BYTES + 1, use_threads=False),
        },
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "db.sqlite3",
            "OPTIONS": {
                "timeout": 20,  # writers wait for each other instead of failing
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode = WAL",
            },
        }
    }
    PICTURES = {
        "BACKEND": "gallery.storage.Files",
        "OPTIONS": {"location": VAR_DIR / "media", "base_url": "/media/", "allow_overwrite": True},
    }

STORAGES = {"default": PICTURES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(ROOT / "static-collected")))
STATICFILES_DIRS = [ROOT / "site" / "static"]

# An upload is received by one handler, which stops keeping a file at its limit.
FILE_UPLOAD_HANDLERS = ["gallery.uploads.handler.Receiver"]
DATA_UPLOAD_MAX_NUMBER_FILES = MAX_FILES

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"senders": {"()": "config.logs.Senders"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["senders"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "PIL": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
