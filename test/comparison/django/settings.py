"""The smallest Django project that dasf-broker-django runs in, set up by its environment."""
import json
import os
from urllib.parse import unquote, urlsplit

database = urlsplit(os.environ["COMPARISON_DATABASE_URL"])

SECRET_KEY = "for comparison on loopback only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
USE_TZ = True
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "django_extensions",
    "guardian",
    "rest_framework.authtoken",
    "dasf_broker",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
if database.scheme == "sqlite":
    # Server and operator write to the same file.
    connection = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": unquote(database.path),
        "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE"},
    }
else:
    connection = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.path[1:],
        "HOST": database.hostname,
        "PORT": database.port,
        "USER": database.username,
        "PASSWORD": unquote(database.password or ""),
        "CONN_MAX_AGE": None,
    }
DATABASES = {"default": connection}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["COMPARISON_REDIS_URL"]]},
    }
}
globals().update(json.loads(os.environ.get("COMPARISON_SETTINGS", "{}")))
