"""Settings come from the environment, have defaults, and are all listed."""

import re
import stat
from pathlib import Path

import pytest

from phcs.config import ROOT, VARIABLES, SettingError, Settings


def listed_variables() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert listed_variables() == set(VARIABLES)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_gets_its_driver(tmp_path: Path, scheme: str) -> None:
    given = {"PHCS_INSTANCE": str(tmp_path), "DATABASE_URL": f"{scheme}://me@db/phcs"}

    assert Settings.from_environment(given).database_url == "postgresql+psycopg://me@db/phcs"


def test_without_settings_everything_stays_in_the_instance_folder(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PHCS_INSTANCE": str(tmp_path / "new")})

    assert settings.database_url == f"sqlite:///{tmp_path}/new/phcs.db"
    assert settings.upload_store == f"{tmp_path}/new/uploads"
    assert settings.broker_url == ""


def test_the_secret_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = Settings.from_environment({"PHCS_INSTANCE": str(tmp_path)})
    again = Settings.from_environment({"PHCS_INSTANCE": str(tmp_path)})

    assert first.secret_key == again.secret_key
    assert len(first.secret_key) >= 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_settings_do_not_print_their_secrets(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"PHCS_INSTANCE": str(tmp_path), "SECRET_KEY": "hush", "DATABASE_URL": "postgresql://a:hush@b/c"}
    )

    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eight"),
        ("PHCS_MAX_ROWS", "-1"),
        ("PHCS_HTTPS", "maybe"),
        ("PHCS_WEBHOOK_NETWORKS", "10.1.0.0/99"),
        ("PHCS_FETCH_NETWORKS", "intranet"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=variable):
        Settings.from_environment({"PHCS_INSTANCE": str(tmp_path), variable: value})


def test_the_broker_of_a_run_that_was_killed_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "valkey.url").write_text(f"redis+socket://{tmp_path}/gone.sock")

    assert Settings.from_environment({"PHCS_INSTANCE": str(tmp_path)}).broker_url == ""
