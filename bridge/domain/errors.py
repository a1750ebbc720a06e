"""Every named failure: one class a cause, each with the German sentence that tells a person what to do next."""

from __future__ import annotations

from typing import ClassVar


class BridgeError(Exception):
    """Root of all errors the bridge names itself. `str()` is English, for machines, and holds no value from a fax."""


class StorageError(BridgeError):
    """Disk or database refused a write (full, locked, unreachable): nothing was acknowledged, the sender tries again."""


class ConfigurationError(BridgeError):
    """A configuration file is wrong: names the file, the key and what is allowed."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        """Take the `file`, the dotted `key` within it and the `problem`, which says what is allowed."""
        super().__init__(f"{file}: {key}: {problem}")
        self.file, self.key, self.problem = file, key, problem

    def __reduce__(self) -> tuple[type[ConfigurationError], tuple[str, str, str]]:
        """Travel between processes with all three."""
        return type(self), (self.file, self.key, self.problem)


class NotFoundError(BridgeError):
    """There is no row or blob of that id."""


class StateConflictError(BridgeError):
    """A row was not in the state the caller expected: somebody else was first."""


class IllegalTransitionError(BridgeError):
    """The lifecycle knows no such change of state."""


class LostClaimError(BridgeError):
    """The lease on this work has passed to somebody else; whatever was computed must not be saved."""


class IdempotencyConflictError(BridgeError):
    """The same Idempotency-Key came with other bytes."""


class RefusedError(BridgeError):
    """What a person asked for cannot be done; `reason` is the German sentence that says why and what to do instead."""

    def __init__(self, detail: str, reason: str) -> None:
        """Take an English `detail` for the log (never a value from a fax) and the German `reason` for the person."""
        super().__init__(detail)
        self.reason = reason


class ReaderError(BridgeError):
    """A reader (OCR) could not read a page or crop at all."""


class DecodeError(BridgeError):
    """Foreign bytes that gave no page. `state` is the fax state it leads to, `reason` the German sentence shown."""

    state: ClassVar[str] = "unreadable"
    reason: ClassVar[str] = "Die Datei ist beschädigt und lässt sich nicht öffnen. Bitte beim Absender ein erneutes Fax anfordern."

    def __init__(self, detail: str = "") -> None:
        """Keep an English `detail` (never content) for the log."""
        super().__init__(detail or type(self).__name__)
        self.detail = detail


class EncryptedError(DecodeError):
    """A PDF that needs a password."""

    state = "encrypted"
    reason = "Die PDF-Datei ist mit einem Passwort geschützt. Bitte beim Absender eine Fassung ohne Passwort anfordern."


class UnsupportedError(DecodeError):
    """Bytes of a kind the bridge does not open (PostScript, office files, other images)."""

    state = "unsupported"
    reason = "Dieses Dateiformat kann nicht gelesen werden. Bitte das Original öffnen oder beim Absender als Fax, PDF oder TIFF anfordern."


class TooLargeError(DecodeError):
    """More pages or pixels than the limits allow, found in headers before anything was allocated."""

    state = "too_large"
    reason = (
        "Die Datei überschreitet die erlaubte Seitenzahl oder Bildgröße. "
        "Bitte das Original prüfen und beim Absender in kleineren Teilen anfordern."
    )


class DecoderCrashError(DecodeError):
    """The sandboxed child died (signal, memory, time): the only thing that counts as a crash of its input."""

    state = "quarantined"
    reason = (
        "Beim Öffnen der Datei ist das Leseprogramm mehrfach abgestürzt. "
        "Die Datei liegt in Quarantäne; bitte das Original ansehen oder neu anfordern."
    )


class NoContentError(DecodeError):
    """A mail without a fax in it."""

    state = "no_content"
    reason = "Die E-Mail enthält kein Fax. Bitte den Text der E-Mail ansehen und den Eintrag danach abschließen."
