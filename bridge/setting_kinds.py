"""What a single setting may be: one type a kind, each refusing with a sentence that says what is allowed and repeats no value."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

_LONGEST_SECONDS: Final = 1e8  # three years; beyond lie typing errors, and dates that no calendar has
_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z_.-]+)"
_DATABASE: Final = re.compile(r"sqlite(?:\+pysqlite)?:///(?!:memory:)[^?\s][^\s]*|postgresql(?:\+psycopg)?://\S+")
_REDIS: Final = re.compile(rf"rediss?://(?:[^\s/]*@)?{_HOST}(?::\d+)?(?:/\S*)?|redis\+socket:///\S+")
_WEB: Final = re.compile(rf"https?://{_HOST}(?::\d+)?(?:/[^\s?#]*)?")


def is_address(text: str) -> bool:
    """Tell whether mail can come for `text`: name@domain, or *@domain for all names of a domain."""
    local, _, domain = text.rpartition("@")
    return bool(local and domain) and "*" not in domain and ("*" not in local or local == "*") and not re.search(r"\s", text)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _that(is_allowed: Callable[[str], object], allowed: str) -> AfterValidator:
    """Return a check that refuses with `allowed`, which says what may stand there."""

    def check(text: str) -> str:
        if not is_allowed(text):
            raise ValueError(allowed)
        return text

    return AfterValidator(check)


def _named(text: Any) -> Any:
    if text == "":
        raise ValueError("must name a folder")
    return text


Port = Annotated[int, Field(ge=0, le=65535)]
Positive = Annotated[float, Field(gt=0, le=_LONGEST_SECONDS)]
Lease = Annotated[float, Field(ge=1, le=_LONGEST_SECONDS)]  # it is prolonged at a third of it, which takes a commit
Days = Annotated[float, Field(gt=0, le=36_500)]
PositiveInt = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(min_length=1)]
Folder = Annotated[Path, BeforeValidator(_named)]
Host = Annotated[
    str, _that(re.compile(r"[0-9A-Za-z:_.%-]+").fullmatch, "must be an address or a host's name, such as 127.0.0.1, or 0.0.0.0 for all")
]
HostName = Annotated[str, _that(re.compile(_HOST).fullmatch, "must be a host's name, such as bridge.example.org")]
Network = Annotated[str, _that(_is_network, "each must be a network such as 10.20.0.0/16, with zeros where its hosts differ")]
MailAddress = Annotated[str, _that(is_address, "addresses look like name@domain or *@domain")]
DatabaseUrl = Annotated[
    str,
    _that(
        lambda url: url == "" or _DATABASE.fullmatch(url),
        "must be sqlite:///FILE, postgresql+psycopg://USER@HOST/DATABASE, or empty: SQLite in storage.data_dir",
    ),
]
RedisUrl = Annotated[
    str,
    _that(
        lambda url: url == "" or _REDIS.fullmatch(url),
        "must be redis://HOST:PORT/0, rediss://HOST:PORT/0, redis+socket:///PATH, or empty: a private Redis",
    ),
]
WebUrl = Annotated[str, _that(_WEB.fullmatch, "must be http:// or https:// with a host, such as https://fax.example.org")]
