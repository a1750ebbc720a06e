"""One frozen object from `config/defaults.toml` and the environment (BRIDGE_SECTION__KEY)."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from bridge.domain.errors import ConfigurationError
from bridge.setting_kinds import (
    DatabaseUrl,
    Days,
    Folder,
    Host,
    HostName,
    Lease,
    MailAddress,
    Network,
    Port,
    Positive,
    PositiveInt,
    RedisUrl,
    Text,
    WebUrl,
)

PREFIX: Final = "BRIDGE_"
CONFIG: Final = f"{PREFIX}CONFIG"  # names the folder of the configuration
DEFAULTS: Final = "defaults.toml"
READY_FILE: Final = f"{PREFIX}READY_FILE"  # names the file a worker makes once it listens, for whoever started it
ENV_REFERENCE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")  # in a target's file
ALL_MAILBOXES: Final = "*"  # in `http.tokens`


class Strict(BaseModel):
    """What is read from outside: frozen, no unknown keys, and no error that repeats what was read."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class StorageSettings(Strict):
    """Where bytes and rows are kept."""

    data_dir: Folder
    database_url: DatabaseUrl
    work_dir: str
    abandoned_hours: Annotated[float, Field(ge=1, le=876_000)]


class RedisSettings(Strict):
    """Where the bell hangs."""

    url: RedisUrl


class SmtpSettings(Strict):
    """The mail gateway; sizes in bytes, times in seconds."""

    host: Host
    port: Port
    hostname: HostName
    max_message_bytes: PositiveInt
    max_header_bytes: PositiveInt
    max_recipients: PositiveInt
    max_connections: PositiveInt
    max_connections_per_peer: PositiveInt
    idle_timeout_seconds: Positive
    total_timeout_seconds: Positive
    allowed_networks: tuple[Network, ...]
    tls_certificate: str
    tls_key: str
    tls_required: bool
    users: dict[str, str]
    auth_required: bool


class HttpSettings(Strict):
    """The HTTP interface."""

    host: Host
    port: Port
    public_url: WebUrl
    max_upload_bytes: PositiveInt
    max_connections: PositiveInt
    total_timeout_seconds: Positive
    tokens: dict[Text, tuple[Text, ...]]


class IntakeSettings(Strict):
    """What holds for every channel."""

    duplicate_window_days: Days
    threads: PositiveInt


class ReadingSettings(Strict):
    """What may leave without a person: `silent_rate` is the share of wrong values among those to aim for."""

    silent_rate: Annotated[float, Field(gt=0.0, lt=0.1)]


class WorkplaceSettings(Strict):
    """The pages in the browser: fields entered twice, times in minutes."""

    double_entry: tuple[Text, ...]
    minutes_by_hand: Positive
    idle_minutes: Positive


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

    lease_seconds: Lease
    max_crashes: PositiveInt
    max_expirations: PositiveInt
    worker_processes: Annotated[int, Field(ge=0)]
    worker_max_tasks: PositiveInt
    sweep_seconds: Positive
    ring_again_seconds: Positive


class Settings(Strict):
    """Everything an operator can set, in one place; never changes while a process lives."""

    config_dir: Path
    storage: StorageSettings
    redis: RedisSettings
    smtp: SmtpSettings
    http: HttpSettings
    intake: IntakeSettings
    mailboxes: dict[Text, tuple[MailAddress, ...]]
    limits: LimitSettings
    reading: ReadingSettings
    workplace: WorkplaceSettings
    work: WorkSettings
    _sources: dict[str, str] = PrivateAttr(default_factory=dict)

    def refusal(self, key: str, problem: str) -> ConfigurationError:
        """Return the error for a dotted `key` of ours, naming the variable or the file that it comes from."""
        return ConfigurationError(self._sources.get(key, str(self.config_dir / DEFAULTS)), key, problem)

    def _remember(self, sources: Mapping[str, str]) -> None:
        self._sources.update(sources)


def default_config_dir() -> Path:
    """Return the `config/` folder beside the package."""
    return Path(__file__).resolve().parent.parent / "config"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read defaults and environment. Raises ConfigurationError naming file (or variable), key and what is allowed."""
    environ = os.environ if environ is None else environ
    config_dir = Path(environ.get(CONFIG) or default_config_dir())
    file = config_dir / DEFAULTS
    tree = read_toml(file)
    _refuse_unknown(environ, tree, config_dir)
    sources = _apply_environment(tree, environ)
    try:
        settings = Settings.model_validate({**tree, "config_dir": config_dir})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"][:2])  # what lies deeper may be a token
        raise ConfigurationError(sources.get(key, str(file)), key, _problem(first)) from None
    settings._remember(sources)
    for key, problem in _contradictions(settings):
        raise settings.refusal(key, problem)
    return settings


def _contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the keys whose values are allowed by themselves, but not with the others, and what they ask for."""
    smtp, http = settings.smtp, settings.http
    if smtp.auth_required and not smtp.users:
        yield "smtp.auth_required", "needs at least one login in smtp.users"
    if smtp.tls_required and not smtp.tls_certificate:
        yield "smtp.tls_required", "needs smtp.tls_certificate and smtp.tls_key"
    if smtp.tls_key and not smtp.tls_certificate:
        yield "smtp.tls_key", "needs smtp.tls_certificate"
    if http.port and (http.host, http.port) == (smtp.host, smtp.port):
        yield "http.port", "must be another than smtp.port"
    known = {*settings.mailboxes, ALL_MAILBOXES}
    if not known.issuperset(name for names in http.tokens.values() for name in names):
        yield "http.tokens", f"a token may only name mailboxes there are; allowed: {', '.join(sorted(known))}"


def _problem(error: Mapping[str, Any]) -> str:
    """Say what is allowed: pydantic does, but for keys that do not exist."""
    if error["type"] != "extra_forbidden":
        return str(error["msg"]).removeprefix("Value error, ")
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
