"""The twelve faxes that are checked in: one of each that matters, always the same; `python -m samples.selection` writes them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from samples import covers
from samples.generate import Wrapping, assemble, send, write
from samples.layouts import LAYOUTS
from samples.people import invent_scene

FOLDER = Path(__file__).parent / "checked_in"


@dataclass(frozen=True, slots=True)
class Choice:
    """One fax: its file name without extension, layouts one behind the other, and how it comes."""

    name: str
    layouts: tuple[str, ...]
    condition: str
    wrapping: Wrapping
    seed: int
    has_cover: bool = False
    rotation: int = 0


CHOICES = (
    Choice("01-meldung-hylafax-de", ("ruled_boxes",), "fine-clean", Wrapping("g3", "hylafax_de"), 5),
    Choice("02-labor-hylafax-en", ("lab_report",), "standard-clean", Wrapping("g3-2d", "hylafax_en"), 7),
    Choice("03-ausdruck-freepbx", ("practice_printout",), "fine-clean", Wrapping("pdf", "freepbx"), 1),
    Choice("04-ankreuzbogen-noisy", ("tick_list",), "fine-noisy", Wrapping("g3-2d"), 1),
    Choice("05-fallliste-zwei-seiten", ("ruled_list",), "fine-clean", Wrapping("g4"), 4),
    Choice("06-brief-fritzbox", ("business_letter",), "fine-clean", Wrapping("pdf", "fritzbox"), 1),
    Choice(
        "07-deckblatt-zwei-meldungen-asterisk", ("two_columns", "lab_form"), "fine-clean", Wrapping("g4", "asterisk"), 2, has_cover=True
    ),
    Choice("08-kopfstand", ("comb_boxes",), "fine-clean", Wrapping("g3"), 1, rotation=180),
    Choice("09-standard-noisy", ("two_columns",), "standard-noisy", Wrapping("g3"), 1),
    Choice("10-werbung-efax", ("toner_offer",), "standard-clean", Wrapping("pdf", "efax"), 1),
    Choice("11-speiseplan-cisco", ("menu",), "fine-clean", Wrapping("g3", "cisco"), 1),
    Choice("12-laborbrief-scan", ("lab_letter",), "scan", Wrapping("pdf", quality=50), 1),
)


def write_selection(folder: Path = FOLDER) -> list[Path]:
    """Write the twelve with their truth into `folder` and return the faxes' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    by_name = {layout.name: layout for layout in LAYOUTS}
    paths = []
    for choice in CHOICES:
        rng = Random(f"{choice.name}/{choice.seed}")
        scene = invent_scene(rng)
        drawings = [by_name[name].draw(rng, scene) for name in choice.layouts]
        fax = assemble(rng, scene, drawings, cover=covers.draw if choice.has_cover else None, rotation=choice.rotation)
        paths.append(write(send(rng, choice.name, fax, choice.condition, choice.wrapping), folder))
    return paths


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path}\n" for path in write_selection()))
