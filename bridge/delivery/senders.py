"""Which protocol serves which target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bridge.delivery.dialect import Dialect
from bridge.delivery.fhir import Fhir, options_of
from bridge.delivery.folder import FolderSender
from bridge.delivery.http import HttpSender
from bridge.delivery.rest import Rest
from bridge.delivery.sormas import Sormas, SormasSender, parts_of
from bridge.delivery.transcript import pretty, transcript
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import CodeEntry
from bridge.domain.targets import Target, TargetKind
from bridge.ports.delivery import Message, Papers, RecordSender

Codes = Mapping[str, Sequence[CodeEntry]]


@dataclass(frozen=True, slots=True)
class Senders:
    """Makes what sends to targets: `papers` gives PDFs, `codes` are the catalog's lists, `public_url` begins links."""

    papers: Papers
    codes: Codes
    public_url: str

    def to(self, target: Target, say: Callable[[str], None] | None = None) -> RecordSender:
        """Return what sends to `target`, which is no feed; `say` is told every exchange, without secrets.

        Raises ConfigurationError where the target's certificate or options cannot be used.
        """
        watch = None if say is None else lambda request, answer: say(transcript(request, answer))
        over_http = partial(HttpSender, target, watch=watch)
        try:
            if target.kind is TargetKind.SORMAS:
                return SormasSender(target, self._codes_by_name(), over_http)
            return FolderSender(target, self.papers) if target.kind is TargetKind.FOLDER else over_http(self._dialect(target))
        except OSError as error:
            problem = f"certificate, key or authorities cannot be used ({type(error).__name__}); they must be PEM files without a password"
            raise ConfigurationError(f"targets/{target.name}.toml", "tls", problem) from None

    def preview(self, target: Target, message: Message) -> str:
        """Return what would be sent to `target`, and send nothing. Raises UnsendableError where it cannot be said, ConfigurationError."""
        dialect, parts = self._dialect(target), [message]
        if target.kind is TargetKind.SORMAS:
            parts = list(parts_of(message).values())
        return "\n".join(pretty(dialect.request(part).content) for part in parts)

    def _dialect(self, target: Target) -> Dialect:
        if target.kind is TargetKind.FHIR:
            return Fhir(target.url, options_of(target, self.codes))
        if target.kind is TargetKind.SORMAS:
            return Sormas(target, self._codes_by_name())
        rest = Rest(target, self.papers, self.public_url)
        rest.check()
        return rest

    def _codes_by_name(self) -> Mapping[str, str]:
        return {name: entry.code for entries in self.codes.values() for entry in entries for name in (*entry.synonyms, entry.name)}
