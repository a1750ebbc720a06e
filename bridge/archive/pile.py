"""A pile of faxes as one PDF to print: a cover that lists them, and behind it each fax's own pages, every one with its number."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from bridge.domain.papers import Cover, CoverLine

_HERE: Final = ZoneInfo("Europe/Berlin")
_WIDTH, _HEIGHT = 595.0, 842.0  # A4 in points
_LEFT: Final = 45.0
_TOP: Final = 790.0
_LEADING: Final = 15.0
_LINES: Final = 44  # on a page
_COLUMNS: Final = ((0.0, 5), (26.0, 16), (102.0, 16), (178.0, 30), (312.0, 46))  # left edge, characters
_HEADINGS: Final = ("Nr.", "Eingang", "Frist", "Absender", "Was")
_SIZE: Final = 8.5


def bind_pile(cover: Cover, files: Sequence[Path], target: Path) -> None:
    """Write a PDF to `target`: the cover, then all pages of `files` (PDFs of our own making) in their order.

    Pages are copied from file to file, so that a pile of any size takes little memory.
    """
    with Pdf.new() as pdf, ExitStack() as opened:
        for lines in _sheets(cover):
            _add_sheet(pdf, lines)
        for file in files:
            pdf.pages.extend(opened.enter_context(Pdf.open(file)).pages)
        pdf.docinfo.Title = f"Wartende Faxe, {cover.made_at.astimezone(_HERE):%d.%m.%Y %H:%M}"
        pdf.save(target)


def _sheets(cover: Cover) -> list[list[CoverLine | str]]:
    """Return what stands on each sheet of the cover: sentences, and lines of the list."""
    count = len(cover.lines)
    said = [f"{count} {'Fax' if count == 1 else 'Faxe'}, das Dringendste zuerst. Frist: 24 Stunden nach dem Eingang (§ 9 IfSG)."]
    if cover.remaining or cover.is_more:
        said.append(f"Wartende Faxe, die nicht in dieser Datei stehen: {'mindestens ' if cover.is_more else ''}{cover.remaining}.")
    said.append("Was Sie auf Papier erledigen, schließen Sie bitte in der Fax-Brücke ab, sobald sie wieder liest.")
    title = f"Wartende Faxe, Stand {cover.made_at.astimezone(_HERE):%d.%m.%Y %H:%M}"
    entries: list[CoverLine | str] = []
    for line in cover.lines:
        entries.append(line)
        if line.remark is not None:
            entries.append(f"        {line.remark}")
    first = _LINES - len(said) - 2
    parts = [entries[:first], *(entries[start : start + _LINES] for start in range(first, len(entries), _LINES))]
    return [[title, *said, "", *parts[0]], *parts[1:]]


def _add_sheet(pdf: Pdf, lines: Sequence[CoverLine | str]) -> None:
    content = [b"BT"]
    heading_due = True
    for number, line in enumerate(lines):
        y = _TOP - number * _LEADING
        if isinstance(line, str):
            content.append(_text(line[:110], _LEFT, y, "F2" if number == 0 else "F1", 13.0 if number == 0 and lines[1:2] else _SIZE + 1))
            continue
        if heading_due:
            content += [
                _text(heading, _LEFT + x, y + _LEADING * 0.8, "F2", _SIZE) for heading, (x, _) in zip(_HEADINGS, _COLUMNS, strict=True)
            ]
            heading_due = False
        content += _row(line, y)
    content.append(b"ET")
    fonts = Dictionary(F1=_font("Helvetica"), F2=_font("Helvetica-Bold"))
    leaf = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, _WIDTH, _HEIGHT]),
        Resources=Dictionary(Font=fonts),
        Contents=Stream(pdf, b"\n".join(content)),
    )
    pdf.pages.append(Page(pdf.make_indirect(leaf)))


def _row(line: CoverLine, y: float) -> list[bytes]:
    what = f"{line.what}, {line.pages} S." if line.pages else line.what
    cells = (
        str(line.number),
        f"{line.received_at.astimezone(_HERE):%d.%m.%y %H:%M}",
        f"{line.due_at.astimezone(_HERE):%d.%m.%y %H:%M}",
        line.sender or "unbekannt",
        f"EILIG: {what}" if line.is_urgent else what,
    )
    font = "F2" if line.is_urgent else "F1"
    return [_text(_cut(cell, length), _LEFT + x, y, font, _SIZE) for cell, (x, length) in zip(cells, _COLUMNS, strict=True)]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _text(text: str, x: float, y: float, font: str, size: float) -> bytes:
    """Return the operators that write one line in Windows' Latin alphabet; what it lacks is shown as a question mark."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return f"/{font} {size:g} Tf 1 0 0 1 {x:g} {y:g} Tm <{printable.encode('cp1252', 'replace').hex()}> Tj".encode()


def _font(name: str) -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{name}"), Encoding=Name.WinAnsiEncoding)
