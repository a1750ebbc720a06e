"""What the command line shows to people: tables and stories in German, by rich."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bridge.domain.model import Delivery, Document, Event, Fax
from bridge.ports import LedgerLine, LedgerTotals, Settlement
from bridge.services.read import FileReading
from bridge.services.reading import OFFICE_TIME
from bridge.services.status import Status

STATES: Final[Mapping[str, str]] = {
    "received": "angenommen",
    "unpacked": "ausgepackt",
    "decoded": "geöffnet",
    "laid_out": "gelesen (Seite)",
    "located": "Felder gefunden",
    "read": "gelesen",
    "decided": "bearbeitet",
    "no_content": "kein Fax enthalten",
    "unreadable": "unlesbar",
    "encrypted": "verschlüsselt",
    "unsupported": "fremdes Format",
    "too_large": "zu groß",
    "quarantined": "Quarantäne",
    "closed": "abgeschlossen",
    "working": "in Arbeit",
    "missing": "fehlt",
    "pending": "unterwegs",
    "dead": "unzustellbar",
    "discarded": "verworfen",
    "waiting": "wartet auf einen Menschen",
    "released": "unterwegs",
    "delivered": "zugestellt",
    "filed": "abgelegt",
    "rejected": "zurückgewiesen",
    "replaced": "ersetzt",
}


_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
EVENTS: Final[Mapping[str, str]] = {
    "fax added": "Fax angelegt",
    "fax moved": "Fax",
    "mail had problems": "E-Mail nicht ganz geöffnet",
    "fax rearranged": "Seiten von Hand geordnet",
    "results forgotten": "Lesung verworfen",
    "document added": "Dokument angelegt",
    "document moved": "Dokument",
    "review opened": "Prüfung angefordert",
    "review closed": "Prüfung beendet",
    "released without required": "Freigegeben ohne Pflichtangaben",
    "follow-up closed": "Nachfrage geschlossen",
    "document withdrawn": "Dokument zurückgezogen",
    "delivery added": "Zustellung begonnen",
    "delivery moved": "Zustellung",
    "work quarantined": "Arbeitsschritt in Quarantäne",
    "work forgotten": "Arbeitsschritte verworfen",
    "page closed": "Unlesbare Seite abgeschlossen",
}
PROBLEMS: Final[Mapping[str, str]] = {
    "part_left_aside": "Teil beiseitegelassen (Signatur, kleines Bild)",
    "too_many_parts": "zu viele Teile",
    "nested_too_deep": "zu tief verschachtelt",
    "header_too_long": "Kopf zu lang",
    "content_elsewhere": "Inhalt liegt nicht in dieser E-Mail",
    "parts_outside_boundary": "Teile außerhalb ihrer Grenze",
    "encoding_unknown": "unbekannte Kodierung",
    "other": "anderes Hindernis",
}


_SETTLED: Final[Mapping[Settlement, str]] = {
    Settlement.DELIVERED: "zugestellt",
    Settlement.WAITING: "wartet auf einen Menschen",
    Settlement.FILED: "abgelegt",
    Settlement.REJECTED: "zurückgewiesen",
    Settlement.WORKING: "in Arbeit",
    Settlement.MISSING: "fehlt",
}

# Control and format characters, surrogates (bytes of a name that is no text), line and paragraph separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_CONTROL_PICTURES: Final = 0x2400


def german(state: str) -> str:
    """Return the German word for a fax's or document's state."""
    return STATES.get(state, state)


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun: "1 Fax", "2 Faxe"."""
    return f"{number} {one if number == 1 else many}"


def local(moment: datetime) -> str:
    """Return a time as people in Germany read it."""
    return moment.astimezone(OFFICE_TIME).strftime("%d.%m.%Y %H:%M:%S")


def visible(text: str) -> str:
    """Return `text` with a sign for each character that would steer the terminal or cannot be written, not shown."""
    return "".join(_sign(character) if unicodedata.category(character) in _UNSEEN else character for character in text)


def _sign(character: str) -> str:
    return chr(_CONTROL_PICTURES + ord(character)) if character < " " else "\N{REPLACEMENT CHARACTER}"


def json_text(value: object, indent: int | None = None) -> str:
    """Return JSON that standard output can carry: readable, and escaped where a file's name is no text."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


class PlainConsole(Console):
    """A console to which every string is just text: none of it is markup or emoji, and control characters are seen.

    Faxes, mails and file names are others' words and go through here as they are; what we emphasise ourselves is a `Text`.
    """

    def __init__(self, **options: Any) -> None:
        """Take rich's options, but for those that give strings a meaning."""
        super().__init__(markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Every string comes by here, a table's cells and titles too."""
        return super().render_str(visible(text), **options)


def console(*, to_stderr: bool = False) -> PlainConsole:
    """Return a console, wide enough for our tables where it is no terminal."""
    plain = PlainConsole(stderr=to_stderr)
    return plain if plain.is_terminal else PlainConsole(stderr=to_stderr, width=140)


def _headline(name: str, rest: str) -> Text:
    """Return a line that begins with a name to be noticed."""
    return Text.assemble((visible(name), "bold"), visible(rest))


def print_reading(file: str, reading: FileReading) -> None:
    """Print what came of one file: its documents with every field, or why there are none."""
    out = console()
    out.print(_headline(file, f": {german(reading.state.value)}" + (f" – {reading.reason}" if reading.reason else "")))
    for document in reading.documents_as_json():
        out.print_json(visible(json.dumps(document, ensure_ascii=False)))


def print_faxes(faxes: Sequence[Fax]) -> None:
    """Print faxes, one a line."""
    table = Table("Fax", "Eingang", "Postfach", "Absender", "Seiten", "Stand", box=None)
    for fax in faxes:
        sender = fax.sender.number or fax.sender.tsid or "–"
        pages = "–" if fax.page_count is None else str(fax.page_count)
        table.add_row(fax.id, local(fax.received_at), fax.mailbox, sender, pages, german(fax.state.value))
    console().print(table)


@dataclass(frozen=True, slots=True)
class Story:
    """All there is to tell about one fax."""

    fax: Fax
    documents: Sequence[Document]
    deliveries: Sequence[Delivery]
    events: Sequence[Event]
    ledger: LedgerLine


def print_story(story: Story) -> None:
    """Print one fax: where it stands, its documents with their values and doubts, its ledger, its events."""
    out = console()
    fax = story.fax
    out.print(_headline(f"Fax {fax.id}", f" – {german(fax.state.value)}" + (f" – {fax.reason}" if fax.reason else "")))
    out.print(f"Eingang {local(fax.received_at)} · Postfach {fax.mailbox} · Absender {fax.sender.number or fax.sender.tsid or '–'}")
    out.print(f"Seiten: {_pages(story)}")
    if fax.possible_duplicate_of:
        out.print(told_duplicate(fax.possible_duplicate_of), style="yellow")
    for document in story.documents:
        out.print(_document_table(document))
    for delivery in story.deliveries:
        tries = counted(delivery.attempts, "Versuch", "Versuche")
        out.print(f"Fassung {delivery.version} an {delivery.target}: {german(delivery.state.value)}, {tries}")
    for event in story.events:
        out.print(f"  {local(event.at)}  {tell(event)}", highlight=False)


def told_duplicate(fax_id: str) -> str:
    """Return the sentence that names the fax which likely is the same."""
    return f"Mögliches Duplikat von Fax {fax_id} (ansehen: bridge show {fax_id})."


def tell(event: Event) -> str:
    """Return a line of a fax's story in German: what became what, where it goes, and why."""
    told = EVENTS.get(event.what, event.what)
    kinds, new, missing, target, reason = (event.detail.get(key) for key in ("kinds", "to", "missing", "target", "reason"))
    if isinstance(target, str):
        told += f" an {target}"
    if isinstance(kinds, dict):
        return f"{told}: " + ", ".join(f"{count} × {PROBLEMS.get(kind, kind)}" for kind, count in kinds.items())
    if isinstance(missing, list):
        return f"{told}: {', '.join(map(str, missing))}"
    told = f"{told}: {german(new)}" if isinstance(new, str) else told
    return f"{told} ({german(reason)})" if isinstance(reason, str) else told


def _pages(story: Story) -> str:
    announced = "nicht angekündigt" if story.ledger.announced is None else f"{story.ledger.announced} angekündigt"
    return f"{announced}, {story.ledger.decoded} geöffnet. Kassenbuch: {ledger_sum(story.ledger)}"


def ledger_sum(ledger: LedgerLine | LedgerTotals) -> str:
    """Return the ledger as a sum that a reader can check: every page announced or received, and where it is."""
    parts = [f"{_SETTLED[kind]} {ledger.settled[kind]}" for kind in _SETTLED if ledger.settled.get(kind)]
    total = counted(ledger.expected, "Seite", "Seiten")
    return f"{total} angekündigt oder eingegangen = {' + '.join(parts) or 'nichts'}; Lücke {ledger.gap}"


def ledger_text(ledger: LedgerTotals) -> str:
    """Return the whole ledger in one line."""
    pageless = ledger.expected - ledger.settled[Settlement.MISSING] - ledger.decoded
    unopened = counted(
        pageless, "Fax, das sich nicht (oder noch nicht) öffnen ließ", "Faxe, die sich nicht (oder noch nicht) öffnen ließen"
    )
    told = f"; mitgezählt als je eine Seite: {unopened}" if pageless > 0 else ""
    return f"Kassenbuch, {counted(ledger.faxes, 'Fax', 'Faxe')}: {ledger_sum(ledger)}{told}."


def _document_table(document: Document) -> Table:
    pages = ", ".join(map(str, document.pages))
    title = f"Dokument {document.id}: {document.type}, Seiten {pages} – {german(document.state.value)}"
    table = Table(
        "Feld", "Wert", "Sicherheit", "Hinweis", title=title, title_justify="left", caption=document.reason, caption_justify="left"
    )
    notes = _notes(document)
    for field in document.fields:
        shown = json.dumps(field.value, ensure_ascii=False) if not isinstance(field.value, str) else field.value
        table.add_row(field.path, shown, f"{field.confidence:.3f}", notes.pop(field.path, ""), style=None if field.is_sure else "yellow")
    for path, note in notes.items():
        table.add_row(path, "–", "", note, style="yellow")
    return table


def _notes(document: Document) -> dict[str, str]:
    notes: dict[str, str] = {}
    for issue in document.issues:
        notes[issue.field] = "; ".join(filter(None, (notes.get(issue.field), issue.message)))
    return notes


def print_status(status: Status) -> None:
    """Print the snapshot: every stage, then what waits, then the ledger."""
    out = console()
    table = Table("Stufe", "bereit", "in Arbeit", "Quarantäne", "Ältestes (s)", box=None)
    for depth in status.stages:
        age = status.age(depth)
        oldest = "–" if age is None else f"{age:.0f}"
        table.add_row(depth.stage.value, str(depth.ready), str(depth.claimed), str(depth.quarantined), oldest)
    out.print(table)
    counts = status.counts
    waiting = (
        counted(counts.documents, "Dokument", "Dokumente"),
        counted(counts.follow_ups, "Nachfrage", "Nachfragen"),
        counted(counts.failed, "nicht lesbares Fax", "nicht lesbare Faxe"),
    )
    verb = "wartet" if counts.documents == 1 else "warten"
    out.print(f"Es {verb} {', '.join(waiting)}; {counts.dead_letters} unzustellbar, {counts.quarantine} in Quarantäne.")
    out.print(ledger_text(status.ledger))


def print_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a plain table, in which no id is cut or broken: the next command needs it whole."""
    listed = [list(row) for row in rows]
    table = Table(box=None)
    for heading, cells in zip(headings, zip(*listed, strict=True) if listed else ([],) * len(headings), strict=True):
        has_ids = any(_ID.fullmatch(cell) for cell in cells)
        table.add_column(heading, no_wrap=has_ids, min_width=36 if has_ids else None)
    for row in listed:
        table.add_row(*row)
    console().print(table)
