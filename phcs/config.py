"""Settings from the environment; each has a default with which everything runs on one machine.

`.env.example` lists them all. A field's variable is named in its metadata, so that the list can be checked.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from phcs.core.public_addresses import parse_networks

ROOT = Path(__file__).resolve().parent.parent
BROKER_POINTER = "valkey.url"
"""The file in the instance folder in which `python -m phcs` notes its broker's address while it runs."""

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
SMTP_SECURITY = frozenset({"starttls", "tls", "none"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class SettingError(ValueError):
    """A variable of the environment holds something that cannot be used; the sentence says which."""


def _variable(name: str, default: str | int, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"variable": name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator may set. Sizes are in bytes and times in seconds unless the name says otherwise.

    Empty texts in `instance`, `database_url`, `broker_url`, `secret_key` and `upload_store` mean "the
    embedded default"; `from_environment` replaces them, so that nobody else sees them empty. Only
    `broker_url` may stay empty: then there is no broker, and commands work in their own process.
    """

    instance: str = _variable("PHCS_INSTANCE", "")
    database_url: str = _variable("DATABASE_URL", "", secret=True)
    broker_url: str = _variable("CELERY_BROKER_URL", "", secret=True)
    broker_prefix: str = _variable("PHCS_BROKER_PREFIX", "phcs:")
    secret_key: str = _variable("SECRET_KEY", "", secret=True)
    upload_store: str = _variable("UPLOAD_STORE", "")
    port: int = _variable("PORT", 8000)
    https: bool = _variable("PHCS_HTTPS", False)  # noqa: FBT003 - the default of a switch
    trusted_proxies: int = _variable("PHCS_TRUSTED_PROXIES", 0)
    login_limit: str = _variable("PHCS_LOGIN_LIMIT", "10 per minute;60 per hour")
    api_limit: str = _variable("PHCS_API_LIMIT", "20000 per minute")
    default_region: str = _variable("PHCS_DEFAULT_REGION", "US")
    time_zone: str = _variable("PHCS_TIME_ZONE", "UTC")
    max_upload_bytes: int = _variable("PHCS_MAX_UPLOAD_BYTES", 50_000_000)
    max_rows: int = _variable("PHCS_MAX_ROWS", 1_000_000)
    max_columns: int = _variable("PHCS_MAX_COLUMNS", 1_000)
    date_max_age_days: int = _variable("PHCS_DATE_MAX_AGE_DAYS", 1_827)
    date_future_days: int = _variable("PHCS_DATE_FUTURE_DAYS", 0)
    keep_invalid_optional: bool = _variable("PHCS_KEEP_INVALID_OPTIONAL", False)  # noqa: FBT003
    chunk_rows: int = _variable("PHCS_CHUNK_ROWS", 2_000)
    split_rows: int = _variable("PHCS_SPLIT_ROWS", 20_000)
    readers: int = _variable("PHCS_READERS", 2)
    worker_nice: int = _variable("PHCS_WORKER_NICE", 5)
    lease_seconds: int = _variable("PHCS_LEASE_SECONDS", 30)
    sweep_seconds: int = _variable("PHCS_SWEEP_SECONDS", 10)
    max_attempts: int = _variable("PHCS_MAX_ATTEMPTS", 3)
    reader_memory_mb: int = _variable("PHCS_READER_MEMORY_MB", 512)
    undo_days: int = _variable("PHCS_UNDO_DAYS", 30)
    keep_files_days: int = _variable("PHCS_KEEP_FILES_DAYS", 7)
    keep_staged_days: int = _variable("PHCS_KEEP_STAGED_DAYS", 30)
    stage_seconds: int = _variable("PHCS_STAGE_SECONDS", 3_600)
    verify_promotions: bool = _variable("PHCS_VERIFY_PROMOTIONS", True)  # noqa: FBT003 - the default of a switch
    export_stream_rows: int = _variable("PHCS_EXPORT_STREAM_ROWS", 20_000)
    export_hours: int = _variable("PHCS_EXPORT_HOURS", 24)
    smtp_host: str = _variable("PHCS_SMTP_HOST", "")
    smtp_port: int = _variable("PHCS_SMTP_PORT", 587)
    smtp_security: str = _variable("PHCS_SMTP_SECURITY", "starttls")
    smtp_user: str = _variable("PHCS_SMTP_USER", "")
    smtp_password: str = _variable("PHCS_SMTP_PASSWORD", "", secret=True)
    mail_from: str = _variable("PHCS_MAIL_FROM", "")
    mail_wait_seconds: int = _variable("PHCS_MAIL_WAIT_SECONDS", 300)
    public_url: str = _variable("PHCS_PUBLIC_URL", "")
    suggest_url: str = _variable("PHCS_SUGGEST_URL", "")
    suggest_key: str = _variable("PHCS_SUGGEST_KEY", "", secret=True)
    suggest_model: str = _variable("PHCS_SUGGEST_MODEL", "")
    webhook_networks: str = _variable("PHCS_WEBHOOK_NETWORKS", "")
    fetch_networks: str = _variable("PHCS_FETCH_NETWORKS", "")
    watch_root: str = _variable("PHCS_WATCH_ROOT", "")

    @classmethod
    def from_environment(cls, environment: Mapping[str, Any] | None = None) -> "Settings":
        """Read every setting, from `os.environ` unless another mapping is given.

        Makes the instance folder, and a secret key in it when none is set.
        Raises SettingError that names the variable when a value cannot be used.
        """
        given = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for one in fields(cls):
            variable = one.metadata["variable"]
            if variable in given:
                values[one.name] = _parsed(variable, given[variable], one.default)
        settings = cls(**values)
        if settings.smtp_security not in SMTP_SECURITY:
            raise SettingError("PHCS_SMTP_SECURITY is neither starttls nor tls nor none.")
        _require_networks("PHCS_WEBHOOK_NETWORKS", settings.webhook_networks)
        _require_networks("PHCS_FETCH_NETWORKS", settings.fetch_networks)
        instance = Path(settings.instance or ROOT / "instance").resolve()
        instance.mkdir(parents=True, exist_ok=True)
        return replace(
            settings,
            instance=str(instance),
            database_url=_with_driver(settings.database_url) or f"sqlite:///{instance / 'phcs.db'}",
            broker_url=settings.broker_url or _embedded_broker(instance),
            secret_key=settings.secret_key or _own_secret(instance / "secret_key"),
            upload_store=settings.upload_store or str(instance / "uploads"),
        )


VARIABLES = tuple(one.metadata["variable"] for one in fields(Settings))
"""The name of every variable of the environment that is read."""


def _parsed(variable: str, value: Any, default: object) -> str | int | bool:
    text = str(value).strip()
    if isinstance(default, bool):
        if text.lower() not in TRUE_WORDS | FALSE_WORDS:
            raise SettingError(f"{variable} is {text!r}; write 1 or 0.")
        return text.lower() in TRUE_WORDS
    if isinstance(default, int):
        if not text.isdecimal():
            raise SettingError(f"{variable} is {text!r}; write a whole number, 0 or more.")
        return int(text)
    return text


def _require_networks(variable: str, text: str) -> None:
    try:
        parse_networks(text)
    except ValueError as error:
        raise SettingError(
            f"{variable}: {error}. Write networks such as 10.1.0.0/16, 192.168.1.5."
        ) from error


def _with_driver(url: str) -> str:
    """Name the driver in a PostgreSQL address as hosting services give it."""
    scheme, colon, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if colon and scheme in {"postgres", "postgresql"} else url


def _embedded_broker(instance: Path) -> str:
    """Give the address of the server that `python -m phcs` runs right now, or nothing."""
    try:
        url = (instance / BROKER_POINTER).read_text().strip()
    except FileNotFoundError:
        return ""
    return url if Path(url.removeprefix("redis+socket://")).exists() else ""


def _own_secret(path: Path) -> str:
    """Give this instance's secret, made on first use, readable by its owner only.

    The file appears under its name complete or not at all, so two processes that start together agree.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first; its secret is read below
        finally:
            draft.unlink()
    return path.read_text().strip()
