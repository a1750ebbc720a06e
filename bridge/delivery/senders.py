"""Which protocol serves which target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.delivery.dialect import Dialect
from bridge.delivery.fhir import Fhir, options_of
from bridge.delivery.http import HttpSender
from bridge.delivery.rest import Rest
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import CodeEntry
from bridge.domain.targets import Target, TargetKind
from bridge.ports.delivery import Papers, RecordSender

Codes = Mapping[str, Sequence[CodeEntry]]


def sender_of(target: Target, papers: Papers, codes: Codes, public_url: str) -> RecordSender:
    """Return what sends to `target`, which is no feed; `codes` are the catalog's lists, `public_url` begins links.

    Raises ConfigurationError where the target's certificate or options cannot be used.
    """
    try:
        return HttpSender(target, _dialect(target, papers, codes, public_url))
    except OSError as error:
        problem = f"certificate, key or authorities cannot be used ({type(error).__name__}); they must be PEM files without a password"
        raise ConfigurationError(f"targets/{target.name}.toml", "tls", problem) from None


def _dialect(target: Target, papers: Papers, codes: Codes, public_url: str) -> Dialect:
    if target.kind is TargetKind.FHIR:
        return Fhir(target.url, options_of(target, codes))
    return Rest(target, papers, public_url)
