"""Settings: defaults and environment in, one frozen object or one clear sentence out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from bridge.domain.errors import ConfigurationError
from bridge.settings import default_config_dir, load_settings

ADDRESSES_OF_NOBODY = ["", "noat", "@office.example", "fax@", "*", "fa*@office.example", "fax@*", "a b@office.example"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A folder with its own copy of the defaults."""
    shutil.copy(default_config_dir() / "defaults.toml", tmp_path)
    return tmp_path


def refusal(environ: dict[str, str]) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environ)
    return caught.value


def test_the_shipped_defaults_are_complete_and_stay_on_this_machine() -> None:
    settings = load_settings({})
    assert settings.smtp.max_message_bytes == 50 * 1024 * 1024
    assert settings.smtp.host == settings.http.host == "127.0.0.1"
    assert settings.config_dir == default_config_dir()


def test_they_never_change_while_a_process_lives() -> None:
    settings = load_settings({})
    with pytest.raises(ValidationError):
        settings.smtp.port = 25  # type: ignore[misc]


def test_the_environment_overrides_in_the_type_of_the_default() -> None:
    settings = load_settings(
        {
            "BRIDGE_SMTP__PORT": "25",
            "BRIDGE_SMTP__IDLE_TIMEOUT_SECONDS": "1.5",
            "BRIDGE_SMTP__TLS_REQUIRED": "true",
            "BRIDGE_SMTP__TLS_CERTIFICATE": "/etc/ssl/fax.pem",
            "BRIDGE_SMTP__ALLOWED_NETWORKS": '["10.0.0.0/8"]',
            "BRIDGE_HTTP__TOKENS": '{"t0ken": ["*"]}',
            "BRIDGE_STORAGE__DATA_DIR": "/var/lib/bridge",
            "HOME": "/nowhere",
        }
    )
    assert settings.smtp.port == 25
    assert settings.smtp.idle_timeout_seconds == 1.5
    assert settings.smtp.tls_required is True
    assert settings.smtp.allowed_networks == ("10.0.0.0/8",)
    assert settings.http.tokens == {"t0ken": ("*",)}
    assert settings.storage.data_dir == Path("/var/lib/bridge")


def test_the_process_environment_counts_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_HTTP__PORT", "8181")
    assert load_settings().http.port == 8181


def test_a_mailbox_can_be_added_by_the_environment() -> None:
    settings = load_settings({"BRIDGE_MAILBOXES__TRINKWASSER": '["wasser@bridge.localhost"]'})
    assert settings.mailboxes["trinkwasser"] == ("wasser@bridge.localhost",)
    assert "infektionsschutz" in settings.mailboxes


def test_another_folder_can_hold_the_configuration(config: Path) -> None:
    assert load_settings({"BRIDGE_CONFIG": str(config)}).config_dir == config


def test_a_wrong_value_names_variable_key_and_what_is_allowed() -> None:
    error = refusal({"BRIDGE_SMTP__PORT": "70000"})
    assert str(error) == "BRIDGE_SMTP__PORT: smtp.port: Input should be less than or equal to 65535"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BRIDGE_SMTP__PORT", "smtp"),
        ("BRIDGE_SMTP__MAX_MESSAGE_BYTES", "0"),
        ("BRIDGE_SMTP__ALLOWED_NETWORKS", '["10.0.0.1/8"]'),
        ("BRIDGE_WORK__LEASE_SECONDS", "-1"),
        ("BRIDGE_WORK__WORKER_PROCESSES", ""),
        ("BRIDGE_WORK__LEASE_SECONDS", "0.001"),
        ("BRIDGE_WORK__SWEEP_SECONDS", "inf"),
        ("BRIDGE_INTAKE__DUPLICATE_WINDOW_DAYS", "1e9"),
        ("BRIDGE_STORAGE__DATA_DIR", ""),
        ("BRIDGE_STORAGE__DATABASE_URL", "mysql://x"),
        ("BRIDGE_STORAGE__DATABASE_URL", "sqlite:///:memory:"),
        ("BRIDGE_STORAGE__DATABASE_URL", "sqlite://"),
        ("BRIDGE_REDIS__URL", "foo"),
        ("BRIDGE_REDIS__URL", "redis://"),
        ("BRIDGE_HTTP__PUBLIC_URL", "nonsense"),
        ("BRIDGE_HTTP__PUBLIC_URL", "https://"),
        ("BRIDGE_HTTP__HOST", ""),
        ("BRIDGE_SMTP__HOST", ""),
        ("BRIDGE_SMTP__HOSTNAME", "two words"),
        ("BRIDGE_HTTP__TOKENS", '{"": ["*"]}'),
        *(("BRIDGE_MAILBOXES__X", f'["{address}"]') for address in ADDRESSES_OF_NOBODY),
    ],
)
def test_every_wrong_value_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    assert refusal({variable: value}).file == variable


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BRIDGE_STORAGE__DATABASE_URL", "postgresql+psycopg://bridge@db.example.org/bridge"),
        ("BRIDGE_STORAGE__DATABASE_URL", "postgresql+psycopg://postgres@/test_1?host=/tmp/fax-pg-1"),
        ("BRIDGE_STORAGE__DATABASE_URL", "postgresql://u:p%40ss@db/bridge"),
        ("BRIDGE_STORAGE__DATABASE_URL", "sqlite:////var/lib/bridge/bridge.sqlite3"),
        ("BRIDGE_STORAGE__DATABASE_URL", "sqlite:///bridge.sqlite3"),
        ("BRIDGE_REDIS__URL", "redis://:p@ss@redis.example.org:6379/0"),
        ("BRIDGE_REDIS__URL", "redis://127.0.0.1"),
        ("BRIDGE_REDIS__URL", "rediss://[::1]:6380/1?ssl_cert_reqs=required"),
        ("BRIDGE_REDIS__URL", "redis+socket:///run/redis.sock?virtual_host=1"),
        ("BRIDGE_HTTP__PUBLIC_URL", "https://fax.example.org/bridge"),
        ("BRIDGE_HTTP__PUBLIC_URL", "http://[::1]:8080"),
        ("BRIDGE_SMTP__HOST", "::"),
        ("BRIDGE_SMTP__HOST", "fax-1.example.org"),
    ],
)
def test_what_is_in_use_is_allowed(variable: str, value: str) -> None:
    load_settings({variable: value})


@pytest.mark.parametrize(
    ("environ", "variable", "allowed"),
    [
        ({"BRIDGE_SMTP__AUTH_REQUIRED": "true"}, "BRIDGE_SMTP__AUTH_REQUIRED", "needs at least one login in smtp.users"),
        ({"BRIDGE_SMTP__TLS_REQUIRED": "true"}, "BRIDGE_SMTP__TLS_REQUIRED", "needs smtp.tls_certificate and smtp.tls_key"),
        ({"BRIDGE_SMTP__TLS_KEY": "/key.pem"}, "BRIDGE_SMTP__TLS_KEY", "needs smtp.tls_certificate"),
        ({"BRIDGE_HTTP__PORT": "2525"}, "BRIDGE_HTTP__PORT", "must be another than smtp.port"),
        (
            {"BRIDGE_HTTP__TOKENS": '{"s3cret": ["infektionsschutz", "gone"]}'},
            "BRIDGE_HTTP__TOKENS",
            "a token may only name mailboxes there are; allowed: *, infektionsschutz",
        ),
    ],
)
def test_values_that_cannot_work_together_are_refused(environ: dict[str, str], variable: str, allowed: str) -> None:
    error = refusal(environ)
    assert (error.file, error.problem) == (variable, allowed)
    assert "s3cret" not in str(error)


def test_a_contradiction_in_the_file_names_the_file(config: Path) -> None:
    file = config / "defaults.toml"
    file.write_text(file.read_text("utf-8").replace("auth_required = false", "auth_required = true"), "utf-8")
    error = refusal({"BRIDGE_CONFIG": str(config)})
    assert (error.file, error.key) == (str(file), "smtp.auth_required")


def test_a_refusal_never_repeats_a_secret() -> None:
    assert "hunter2" not in str(refusal({"BRIDGE_HTTP__TOKENS": '{"hunter2": "*"}'}))
    assert "hunter2" not in str(refusal({"BRIDGE_STORAGE__DATABASE_URL": "mysql://x:hunter2@db/x"}))
    error = refusal({"BRIDGE_SMTP__USERS": '{"fax": ["hunter2"]}'})
    assert error.file == "BRIDGE_SMTP__USERS"
    assert "hunter2" not in str(error)


def test_lists_and_tables_must_be_json() -> None:
    error = refusal({"BRIDGE_SMTP__ALLOWED_NETWORKS": "10.0.0.0/8"})
    assert error.file == "BRIDGE_SMTP__ALLOWED_NETWORKS"
    assert "must be JSON" in error.problem


def test_an_unknown_section_or_key_lists_those_there_are() -> None:
    assert "smtp, storage, work" in refusal({"BRIDGE_SMPT__PORT": "25"}).problem
    error = refusal({"BRIDGE_SMTP__PROT": "25"})
    assert (error.file, error.key) == ("BRIDGE_SMTP__PROT", "smtp.prot")
    assert "no such key; allowed: allowed_networks, auth_required" in error.problem


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("BRIDGE_SMTP_PORT", "BRIDGE_SMTP__PORT"),
        ("BRIDGE_STORAGE_DATA_DIR", "BRIDGE_STORAGE__DATA_DIR"),
        ("BRIDGE_DATA_DIR", "BRIDGE_STORAGE__DATA_DIR"),
        ("BRIDGE_CONFIG_DIR", "BRIDGE_CONFIG"),
        ("BRIDGE_TARGET_DEFAULT_TOKN", "BRIDGE_TARGET_DEFAULT_TOKEN"),
    ],
)
def test_a_variable_that_would_be_ignored_is_refused_with_the_one_that_may_be_meant(variable: str, meant: str) -> None:
    error = refusal({variable: "s3cret"})
    assert error.file == variable
    assert f"did you mean {meant}?" in error.problem
    assert "s3cret" not in str(error)


def test_variables_that_a_target_or_a_worker_uses_are_known(config: Path) -> None:
    (config / "targets").mkdir()
    (config / "targets" / "office.toml").write_text('token = "${BRIDGE_OFFICE_TOKEN}"', "utf-8")
    load_settings({"BRIDGE_CONFIG": str(config), "BRIDGE_OFFICE_TOKEN": "s3cret", "BRIDGE_READY_FILE": "/x", "BRIDGED": "1"})


def test_a_wrong_file_is_named_with_its_key(config: Path) -> None:
    file = config / "defaults.toml"
    file.write_text(file.read_text("utf-8").replace("max_pages = 300", 'max_pages = "many"'), "utf-8")
    error = refusal({"BRIDGE_CONFIG": str(config)})
    assert (error.file, error.key) == (str(file), "limits.max_pages")


def test_an_unknown_section_in_the_file_lists_those_there_are(config: Path) -> None:
    file = config / "defaults.toml"
    file.write_text(file.read_text("utf-8") + "\n[smtpd]\nport = 25\n", "utf-8")
    error = refusal({"BRIDGE_CONFIG": str(config)})
    assert error.key == "smtpd"
    assert "smtp, storage, work" in error.problem


def test_a_missing_key_is_named(config: Path) -> None:
    file = config / "defaults.toml"
    file.write_text(re.sub(r"(?m)^max_pages.*\n", "", file.read_text("utf-8")), "utf-8")
    error = refusal({"BRIDGE_CONFIG": str(config)})
    assert (error.key, error.problem) == ("limits.max_pages", "Field required")


def test_a_file_that_is_missing_or_no_toml_is_named(config: Path) -> None:
    file = config / "defaults.toml"
    file.write_bytes(b"[smtp\nport = \xff")
    assert "is not TOML" in refusal({"BRIDGE_CONFIG": str(config)}).problem
    file.unlink()
    error = refusal({"BRIDGE_CONFIG": str(config)})
    assert (error.file, error.problem) == (str(file), "cannot be read: No such file or directory")
