"""Which protocol serves which target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from bridge.delivery.fhir import Fhir, options_of
from bridge.delivery.http import HttpSender, Watch
from bridge.delivery.rest import Rest
from bridge.delivery.sormas import SormasSender
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import CodeEntry
from bridge.domain.targets import Target, TargetKind
from bridge.ports.delivery import Papers, RecordSender

Codes = Mapping[str, Sequence[CodeEntry]]


def sender_of(target: Target, papers: Papers, codes: Codes, public_url: str, watch: Watch | None = None) -> RecordSender:
    """Return what sends to `target`, which is no feed; `codes` are the catalog's lists, `public_url` begins links.

    `watch` is shown every request and answer. Raises ConfigurationError where the target's certificate or options cannot be used.
    """
    over_http = partial(HttpSender, target, watch=watch)
    try:
        if target.kind is TargetKind.FHIR:
            return over_http(Fhir(target.url, options_of(target, codes)))
        if target.kind is TargetKind.SORMAS:
            return SormasSender(target, _codes_by_name(codes), over_http)
        return over_http(Rest(target, papers, public_url))
    except OSError as error:
        problem = f"certificate, key or authorities cannot be used ({type(error).__name__}); they must be PEM files without a password"
        raise ConfigurationError(f"targets/{target.name}.toml", "tls", problem) from None


def _codes_by_name(codes: Codes) -> Mapping[str, str]:
    return {name: entry.code for entries in codes.values() for entry in entries for name in (*entry.synonyms, entry.name)}
