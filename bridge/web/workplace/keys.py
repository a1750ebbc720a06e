"""The keys of the workplace: which a person may choose for what, so that none takes a key of the browser or screen reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bridge.domain.errors import RefusedError

# As static/keys.js has them.
DEFAULTS: Final[Mapping[str, str]] = {
    "choice": "ArrowDown",
    "absent": "F2",
    "unreadable": "F4",
    "undo": "F8",
    "page": "F9",
    "help": "?",
}
OFF: Final = ""
# Function keys that neither browsers (F1, F3, F5 to F7, F10 to F12) nor screen readers claim; letters and digits, by which screen
# readers move about, are out (WCAG 2.1.4).
_FUNCTION: Final = ("F2", "F4", "F8", "F9")
_SIGNS: Final = ("?", "#", "*", "+")  # count only outside of fields
_IN_FIELDS: Final = frozenset({"choice", "absent", "unreadable"})  # done while a field is being filled in, where signs are text


def allowed(action: str) -> tuple[str, ...]:
    """Return the keys that may do it, `OFF` last."""
    arrows = ("ArrowDown", "ArrowUp") if action == "choice" else ()
    signs = () if action in _IN_FIELDS else _SIGNS
    return (*arrows, *_FUNCTION, *signs, OFF)


def chosen(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the keys that a form changes, by action. Raises RefusedError for a key that is not allowed or that would do two things."""
    keys = {action: sent.get(action, default) for action, default in DEFAULTS.items()}
    taken: dict[str, str] = {}
    for action, key in keys.items():
        if key not in allowed(action):
            raise RefusedError(
                "key is not allowed", f"Die Taste „{key[:20]}“ gehört dem Browser oder einem Vorleseprogramm. Bitte eine andere wählen."
            )
        if key != OFF and key in taken:
            raise RefusedError("key does two things", f"Die Taste „{key}“ ist zweimal vergeben. Bitte jede nur einmal wählen.")
        taken[key] = action
    return {action: key for action, key in keys.items() if key != DEFAULTS[action]}
