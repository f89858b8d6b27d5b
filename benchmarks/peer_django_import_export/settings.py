"""Django's settings; PEER_DATABASE is a path of SQLite's, or `host=… dbname=… user=…` of PostgreSQL's."""

import os

SECRET_KEY = "not a secret: it lives for one run"  # noqa: S105
INSTALLED_APPS = ["django.contrib.contenttypes", "import_export", "benchmarks.peer_django_import_export"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_given = os.environ["PEER_DATABASE"]
_words = dict(word.split("=", 1) for word in _given.split()) if "dbname=" in _given else {}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _words["dbname"],
        "HOST": _words["host"],
        "USER": _words["user"],
    }
    if _words
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _given,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
        },
    }
}
