"""`config/targets/NAME.toml`: one receiving agency each."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import SplitResult, urlsplit

import jmespath
from jmespath.exceptions import IncompleteExpressionError, JMESPathError, ParseError
from jmespath.functions import Functions
from pydantic import Field

from bridge.config_files import read_file, resolved
from bridge.domain.errors import ConfigurationError
from bridge.domain.retry import Backoff
from bridge.domain.signing import SIGNED_WITH, is_signing_secret
from bridge.domain.targets import RETRIES, Auth, AuthKind, Breaker, Pace, PaperKind, Target, TargetKind, Times, Tls
from bridge.setting_kinds import Positive, PositiveInt, Text
from bridge.settings import Strict

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")  # it stands in addresses and in the database
_TIMES, _PACE, _BREAKER = Times(), Pace(), Breaker()
_VISIBLE: Final = re.compile(r"[!-~]+")  # what a header may hold of a token; RFC 6750 section 2.1 allows fewer still
Hours = Annotated[float, Field(gt=0, le=876_000)]  # a century; beyond lie dates that no calendar has


class _AuthFile(Strict):
    kind: AuthKind
    user: str = ""
    secret: Annotated[str, Field(repr=False)] = ""
    token_url: str = ""
    scope: str = ""


class _TlsFile(Strict):
    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None


class _BreakerFile(Strict):
    failures: PositiveInt = _BREAKER.failures
    base_seconds: Positive = _BREAKER.wait.base.total_seconds()
    cap_seconds: Positive = _BREAKER.wait.cap.total_seconds()


class _TargetFile(Strict):
    kind: TargetKind
    url: Text | None = None
    allow_plain_http: bool = False
    folder: Text | None = None
    token: Annotated[str | None, Field(repr=False)] = None
    auth: _AuthFile | None = None
    tls: _TlsFile = _TlsFile()
    connect_timeout: Positive = _TIMES.connect
    read_timeout: Positive = _TIMES.read
    total_timeout: Positive = _TIMES.total
    concurrency: Annotated[int, Field(ge=1, le=64)] = _PACE.concurrency
    per_minute: Annotated[float, Field(ge=0.0, le=100_000.0)] = _PACE.per_minute
    backoff_base_seconds: Positive = RETRIES.base.total_seconds()
    backoff_cap_seconds: Positive = RETRIES.cap.total_seconds()
    breaker: _BreakerFile = _BreakerFile()
    max_age_hours: Hours = 72.0
    signing_secrets: Annotated[tuple[Text, ...], Field(max_length=2, repr=False)] = ()
    shape: Text | None = None
    shape_file: Text | None = None
    paper: PaperKind = PaperKind.NONE
    options: dict[str, Any] = Field(default_factory=dict)


_TABLES: Final[Mapping[str, type[Strict]]] = {"auth": _AuthFile, "tls": _TlsFile, "breaker": _BreakerFile}
_TRIED: Final = frozenset({"backoff_base_seconds", "backoff_cap_seconds", "breaker", "concurrency", "per_minute"})
_CALLED: Final = _TRIED | {"url", "allow_plain_http", "token", "auth", "tls", "connect_timeout", "read_timeout", "total_timeout"}
_KEYS: Final[Mapping[TargetKind, frozenset[str]]] = {
    TargetKind.REST: _CALLED | {"signing_secrets", "shape", "shape_file", "paper"},
    TargetKind.FHIR: _CALLED | {"options"},
    TargetKind.SORMAS: _CALLED | {"options"},
    TargetKind.FEED: frozenset({"token"}),
    TargetKind.FOLDER: _TRIED | {"folder"},
}
_ALWAYS: Final = frozenset({"kind", "max_age_hours"})
_CREDENTIALS: Final[Mapping[AuthKind, tuple[str, ...]]] = {
    AuthKind.NONE: (),
    AuthKind.BASIC: ("user", "secret"),
    AuthKind.BEARER: ("secret",),
    AuthKind.OAUTH2: ("user", "secret", "token_url"),
}


def load_target(file: Path, environ: Mapping[str, str]) -> Target:
    """Return the target that a file describes; `${BRIDGE_…}` comes from `environ`.

    Raises ConfigurationError naming the file, the key and what is allowed, never a secret.
    """
    return _Reader(file, read_file(file, _TargetFile, _TABLES), environ).target()


class _Reader:
    """One file on its way to a `Target`."""

    def __init__(self, file: Path, read: _TargetFile, environ: Mapping[str, str]) -> None:
        self._file, self._read, self._environ = file, read, environ

    def target(self) -> Target:
        read = self._read
        self._expect_name()
        self._expect_keys()
        retries = self._backoff("backoff_cap_seconds", read.backoff_base_seconds, read.backoff_cap_seconds)
        probes = self._backoff("breaker.cap_seconds", read.breaker.base_seconds, read.breaker.cap_seconds)
        return Target(
            self._file.stem,
            read.kind,
            url=self._url("url", read.url) if read.url is not None else "",
            folder=self._folder(),
            auth=self._auth(),
            tls=self._tls(),
            times=Times(read.connect_timeout, read.read_timeout, read.total_timeout),
            pace=Pace(read.concurrency, read.per_minute),
            backoff=retries,
            breaker=Breaker(read.breaker.failures, probes),
            max_age=timedelta(hours=read.max_age_hours),
            secrets=tuple(self._signing_secret(place, text) for place, text in enumerate(read.signing_secrets)),
            shape=self._shape(),
            paper=read.paper,
            options=self._options("options", read.options),
        )

    def _refuse(self, key: str, problem: str) -> ConfigurationError:
        return ConfigurationError(str(self._file), key, problem)

    def _resolved(self, key: str, text: str, *, may_be_unset: bool = False) -> str:
        return resolved(self._file, key, text, self._environ, may_be_unset=may_be_unset)

    def _expect_name(self) -> None:
        if not _NAME.fullmatch(self._file.stem):
            raise self._refuse("-", "the file's name must be small letters, digits, - and _ (40 at most), for it names the target")

    def _expect_keys(self) -> None:
        kind, given = self._read.kind, self._read.model_fields_set
        allowed = _KEYS[kind] | _ALWAYS
        strange = sorted(given - allowed)
        if strange:
            raise self._refuse(strange[0], f"has no meaning for the kind {kind.value}; allowed: {', '.join(sorted(allowed))}")
        for needed in {"url", "folder"} & allowed - given:
            raise self._refuse(needed, f"is needed for the kind {kind.value}")

    def _url(self, key: str, text: str) -> str:
        url = self._resolved(key, text)
        try:
            parts = urlsplit(url)
            is_sound = parts.scheme in {"http", "https"} and parts.hostname and not re.search(r"\s", url) and parts.port != 0
        except ValueError:
            is_sound = False
        if not is_sound:
            raise self._refuse(key, "must be an address such as https://agency.example.org/records")
        if parts.username is not None or parts.fragment:
            raise self._refuse(key, "must hold no name or password (they belong into [auth]) and no #fragment")
        if parts.scheme == "http" and not (_is_loopback(parts) or self._read.allow_plain_http):
            raise self._refuse(key, "must begin with https://, or others can read along; allow_plain_http = true where the way is safe")
        return url

    def _folder(self) -> Path | None:
        if self._read.folder is None:
            return None
        folder = Path(self._resolved("folder", self._read.folder))
        if not folder.is_absolute():
            raise self._refuse("folder", "must be a whole path, such as /srv/import")
        return folder

    def _auth(self) -> Auth:
        read = self._read
        if read.token is not None and read.auth is not None:
            raise self._refuse("auth", "and token are two ways to say the same; only one of them is allowed")
        if read.auth is None:
            token = self._resolved("token", read.token or "", may_be_unset=True)
            if not token and read.kind is TargetKind.FEED:
                raise self._refuse("token", "is needed for the kind feed, and must be set: its reader shows it")
            self._expect_visible("token", token)
            return Auth(AuthKind.BEARER, secret=token) if token else Auth()
        return self._credentials(read.auth)

    def _credentials(self, read: _AuthFile) -> Auth:
        needed = _CREDENTIALS[read.kind]
        optional = {"scope"} if read.kind is AuthKind.OAUTH2 else set()
        for strange in sorted(read.model_fields_set - {"kind", *needed, *optional}):
            raise self._refuse(f"auth.{strange}", f"has no meaning for the kind {read.kind.value}")
        told = {key: self._resolved(f"auth.{key}", getattr(read, key)) for key in needed}
        for key, value in told.items():
            if not value:
                raise self._refuse(f"auth.{key}", f"is needed for the kind {read.kind.value}")
        if read.kind is AuthKind.BEARER:
            self._expect_visible("auth.secret", told["secret"])
        if read.kind is AuthKind.BASIC and ":" in told["user"]:
            raise self._refuse("auth.user", "must hold no colon (RFC 7617)")
        if "token_url" in told:
            told["token_url"] = self._url("auth.token_url", read.token_url)
        return Auth(read.kind, scope=read.scope, **told)

    def _expect_visible(self, key: str, token: str) -> None:
        if token and not _VISIBLE.fullmatch(token):
            raise self._refuse(key, "must be letters, digits and signs of ASCII without spaces or line ends: it goes into a header")

    def _tls(self) -> Tls:
        read = self._read.tls
        if read.key is not None and read.certificate is None:
            raise self._refuse("tls.key", "is allowed with certificate only, whose key it is")
        return Tls(*(self._pem(key, getattr(read, key)) for key in ("certificate", "key", "authorities")))

    def _pem(self, key: str, path: Path | None) -> Path | None:
        if path is None:
            return None
        whole = self._file.parent / path
        try:
            whole.open("rb").close()
        except (OSError, ValueError):
            problem = f"{path} is no file that can be read (relative paths begin at the target's file)"
            raise self._refuse(f"tls.{key}", problem) from None
        return whole

    def _backoff(self, key: str, base: float, cap: float) -> Backoff:
        if cap < base:
            raise self._refuse(key, "must be no less than the base")
        return Backoff(timedelta(seconds=base), timedelta(seconds=cap))

    def _signing_secret(self, place: int, text: str) -> str:
        secret = self._resolved(f"signing_secrets.{place}", text)
        if not is_signing_secret(secret):
            raise self._refuse(f"signing_secrets.{place}", f"must be {SIGNED_WITH}")
        return secret

    def _shape(self) -> str | None:
        read = self._read
        if read.shape is not None and read.shape_file is not None:
            raise self._refuse("shape_file", "and shape are two ways to say the same; only one of them is allowed")
        key, text = ("shape", read.shape) if read.shape_file is None else ("shape_file", self._shape_text(read.shape_file))
        if text is None:
            return None
        problem = _problem_of_shape(text)
        if problem is not None:
            raise self._refuse(key, problem)
        return text

    def _shape_text(self, name: str) -> str:
        try:
            return (self._file.parent / name).read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise self._refuse("shape_file", f"{name} is no text file that can be read (beside the target's file)") from None

    def _options(self, key: str, value: Any) -> Any:
        """Return the options with variables replaced wherever there is text."""
        if isinstance(value, dict):
            return {name: self._options(f"{key}.{name}", each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._options(f"{key}.{place}", each) for place, each in enumerate(value)]
        return self._resolved(key, value) if isinstance(value, str) else value


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _problem_of_shape(text: str) -> str | None:
    """Return what is wrong with a JMESPath expression and where, None where it can be used for any record."""
    try:
        compiled = jmespath.compile(text)
    except ParseError as error:
        before = text[: error.lex_position]
        place = f"line {before.count(chr(10)) + 1}, column {len(before.rpartition(chr(10))[2]) + 1}"
        what = "it ends too early" if isinstance(error, IncompleteExpressionError) else f"'{error.token_value}' is not expected"
        return f"is no JMESPath expression: {what} (at {place})"
    except JMESPathError as error:
        return f"is no JMESPath expression: {error}"
    return next(_wrong_calls(compiled.parsed), None)


def _wrong_calls(node: Any) -> Iterator[str]:
    """Yield what is wrong with the calls of functions below a node, which JMESPath tells only once a record comes."""
    if not isinstance(node, dict):
        return
    if node["type"] == "function_expression":
        name, given, known = node["value"], len(node["children"]), Functions.FUNCTION_TABLE
        if name not in known:
            yield f"calls {name}(), which JMESPath does not have; allowed: {', '.join(sorted(known))}"
            return
        signature = known[name]["signature"]
        if given < len(signature) or (given > len(signature) and not signature[-1].get("variadic")):
            yield f"calls {name}() with {given} values, which takes {len(signature)}"
    for child in node["children"]:
        yield from _wrong_calls(child)
