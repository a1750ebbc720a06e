"""One frozen object from `config/defaults.toml` and the environment (BRIDGE_SECTION__KEY)."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bridge.domain.errors import ConfigurationError

PREFIX: Final = "BRIDGE_"
CONFIG: Final = f"{PREFIX}CONFIG"  # names the folder of the configuration
READY_FILE: Final = f"{PREFIX}READY_FILE"  # names the file a worker makes once it listens, for whoever started it
ENV_REFERENCE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")  # in a target's file
Port = Annotated[int, Field(ge=0, le=65535)]
Positive = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(gt=0)]


class Strict(BaseModel):
    """What is read from outside: frozen, no unknown keys, and no error that repeats what was read."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class StorageSettings(Strict):
    """Where bytes and rows are kept."""

    data_dir: Path
    database_url: str
    work_dir: str
    abandoned_hours: Annotated[float, Field(ge=1)]


class RedisSettings(Strict):
    """Where the bell hangs."""

    url: str


class SmtpSettings(Strict):
    """The mail gateway; sizes in bytes, times in seconds."""

    host: str
    port: Port
    hostname: str
    max_message_bytes: PositiveInt
    max_header_bytes: PositiveInt
    max_recipients: PositiveInt
    max_connections: PositiveInt
    max_connections_per_peer: PositiveInt
    idle_timeout_seconds: Positive
    total_timeout_seconds: Positive
    allowed_networks: tuple[str, ...]
    tls_certificate: str
    tls_key: str
    tls_required: bool
    users: dict[str, str]
    auth_required: bool

    @field_validator("allowed_networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network)
        return networks


class HttpSettings(Strict):
    """The HTTP interface."""

    host: str
    port: Port
    public_url: str
    max_upload_bytes: PositiveInt
    tokens: dict[str, tuple[str, ...]]


class IntakeSettings(Strict):
    """What holds for every channel."""

    duplicate_window_days: Positive
    threads: PositiveInt


class ReadingSettings(Strict):
    """What may leave without a person: `silent_rate` is the share of wrong values among those to aim for."""

    silent_rate: Annotated[float, Field(gt=0.0, lt=0.1)]


class LimitSettings(Strict):
    """What foreign bytes may be; bytes, pixels, seconds."""

    max_pages: PositiveInt
    max_pixels_per_page: PositiveInt
    max_mime_parts: PositiveInt
    max_mime_depth: PositiveInt
    decoder_memory_bytes: PositiveInt
    decoder_seconds: Positive
    decoder_seconds_per_page: Positive
    decoder_output_bytes: PositiveInt


class WorkSettings(Strict):
    """Leases, sweeper and workers; seconds."""

    lease_seconds: Positive
    max_crashes: PositiveInt
    max_expirations: PositiveInt
    worker_processes: Annotated[int, Field(ge=0)]
    worker_max_tasks: PositiveInt
    sweep_seconds: Positive
    ring_again_seconds: Positive


class DeliverySettings(Strict):
    """How tries are spaced; seconds."""

    backoff_base_seconds: Positive
    backoff_cap_seconds: Positive


class Settings(Strict):
    """Everything an operator can set, in one place; never changes while a process lives."""

    config_dir: Path
    storage: StorageSettings
    redis: RedisSettings
    smtp: SmtpSettings
    http: HttpSettings
    intake: IntakeSettings
    mailboxes: dict[str, tuple[str, ...]]
    limits: LimitSettings
    reading: ReadingSettings
    work: WorkSettings
    delivery: DeliverySettings


def default_config_dir() -> Path:
    """Return the `config/` folder beside the package."""
    return Path(__file__).resolve().parent.parent / "config"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read defaults and environment. Raises ConfigurationError naming file (or variable), key and what is allowed."""
    environ = os.environ if environ is None else environ
    config_dir = Path(environ.get(CONFIG) or default_config_dir())
    file = config_dir / "defaults.toml"
    tree = read_toml(file)
    _refuse_unknown(environ, tree, config_dir)
    sources = _apply_environment(tree, environ)
    try:
        return Settings.model_validate({"config_dir": config_dir, **tree})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = [str(part) for part in first["loc"]]
        raise ConfigurationError(sources.get(".".join(key[:2]), str(file)), ".".join(key), _problem(first)) from None


def _problem(error: Mapping[str, Any]) -> str:
    """Say what is allowed: pydantic does, but for keys that do not exist."""
    if error["type"] != "extra_forbidden":
        return str(error["msg"])
    section: object = Settings if len(error["loc"]) == 1 else Settings.model_fields[str(error["loc"][0])].annotation
    allowed = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else ()
    return f"no such key; allowed: {', '.join(sorted(allowed))}"


def read_toml(file: Path) -> dict[str, Any]:
    """Return the file's content. Raises ConfigurationError where it cannot be read or is not TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(str(file), "-", f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(file), "-", f"is not TOML: {error}") from None


def _apply_environment(tree: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Put BRIDGE_SECTION__KEY values into `tree`; return which dotted key came from which variable."""
    sources: dict[str, str] = {}
    for variable, raw in environ.items():
        section, separator, key = variable.removeprefix(PREFIX).lower().partition("__")
        if not variable.startswith(PREFIX) or not separator:
            continue
        if section not in tree:
            raise ConfigurationError(variable, section, f"no such section; allowed: {', '.join(sorted(tree))}")
        default = tree[section].get(key, () if section == "mailboxes" else None)  # a mailbox may be new: a list, as all are
        tree[section][key] = _parse(variable, raw, default)
        sources[f"{section}.{key}"] = variable
    return sources


def _refuse_unknown(environ: Mapping[str, str], tree: Mapping[str, Any], config_dir: Path) -> None:
    """Refuse variables that look like ours and would be ignored, such as BRIDGE_SMTP_PORT, naming the one that may be meant."""
    known = {CONFIG, READY_FILE, *_references(config_dir)}
    for variable in environ:
        if not variable.startswith(PREFIX) or "__" in variable or variable in known:
            continue
        settable = [f"{PREFIX}{section}__{key}".upper() for section, keys in tree.items() if isinstance(keys, dict) for key in keys]
        near = get_close_matches(variable.upper(), [*settable, *known], n=1, cutoff=0.0)
        raise ConfigurationError(
            variable, "-", f"is not a known variable; did you mean {near[0]}? Section and key are joined by two underscores"
        )


def _references(config_dir: Path) -> Iterable[str]:
    """Yield the variables that files of targets refer to."""
    for file in (config_dir / "targets").glob("*.toml"):
        yield from ENV_REFERENCE.findall(file.read_text(encoding="utf-8", errors="replace"))


def _parse(variable: str, raw: str, default: object) -> object:
    """Return `raw` in the type of the default it replaces; lists and tables are JSON."""
    if not isinstance(default, list | tuple | dict | bool):
        return raw
    try:
        return json.loads(raw)
    except json.JSONDecodeError:
        raise ConfigurationError(variable, "-", "must be JSON, as the default is a list, table or true/false") from None
