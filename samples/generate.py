"""Makes a folder of sample faxes with the truth beside each: the same seed gives the same bytes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from samples import covers, files, header, mails
from samples.degrade import CONDITIONS, Raster, degrade
from samples.form import Drawing, Paper
from samples.layouts import LAYOUTS, Layout
from samples.mishaps import befall
from samples.people import Scene, invent_scene
from samples.places import invent_phone
from samples.sheet import Sheet
from samples.wear import NONE, Wear, choose_wear

_CONDITION_WEIGHTS = {"fine-clean": 28, "fine-noisy": 22, "standard-clean": 20, "standard-noisy": 15, "scan": 15}
_KIND_WEIGHTS = {
    "disease_notification": 40, "laboratory_notification": 22, "case_list": 11, "facility_notification": 8, "letter": 6, "invoice": 5,
    "advertisement": 5, "unknown": 4,
}  # fmt: skip
_PLAIN = {ord("Ä"): "AE", ord("Ö"): "OE", ord("Ü"): "UE", ord("ß"): "SS"}
_TRADERS = ("Angebotszentrale", "Fax-Info-Dienst", "Vertrieb Sued")
_CENTRAL_EUROPE = timezone(timedelta(hours=1))


@dataclass(frozen=True)
class Fax:
    """What a sender lays on the glass: sheets, how far they are turned, and the papers with their first pages."""

    scene: Scene
    sheets: tuple[Sheet, ...]
    papers: tuple[tuple[Paper, int], ...]
    rotation: int


@dataclass(frozen=True)
class Wrapping:
    """How a fax is kept: `kind` of files.TIFF_KINDS or `pdf`, in a mail of `server` or bare."""

    kind: str
    server: str | None = None
    quality: int = 75
    has_resolution: bool = True


@dataclass(frozen=True)
class Sample:
    """One file of an evaluation folder and its truth."""

    name: str
    content: bytes
    truth: dict[str, Any]


def generate(
    folder: Path,
    count: int,
    seed: int,
    conditions: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    group: str | None = None,
) -> list[Path]:
    """Write `count` faxes and their `.truth.json` into `folder` and return the faxes' paths.

    `conditions` of CONDITIONS, `kinds` of document types and `group` of GROUPS narrow the choice down. Fax
    number n of a seed is the same whatever `count` is. Raises ValueError where nothing is left to choose from.
    """
    layouts = [layout for layout in LAYOUTS if (not kinds or layout.kind in kinds) and (not group or layout.group == group)]
    chosen = [condition for condition in CONDITIONS if not conditions or condition in conditions]
    if not layouts or not chosen:
        raise ValueError("no layout or condition is left: see samples.layouts.LAYOUTS and samples.degrade.CONDITIONS")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(count):
        paths.append(write(make(seed, index, layouts, chosen), folder))
    return paths


def write(sample: Sample, folder: Path) -> Path:
    """Write a fax and its truth into `folder` and return the fax's path."""
    path = folder / sample.name
    path.write_bytes(sample.content)
    (folder / f"{path.stem}.truth.json").write_text(json.dumps(sample.truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def make(seed: int, index: int, layouts: Sequence[Layout], conditions: Sequence[str]) -> Sample:
    """Make fax number `index` of `seed`."""
    rng = Random(f"{seed}/{index}")
    condition = rng.choices(conditions, weights=[_CONDITION_WEIGHTS[c] for c in conditions])[0]
    chance = Random(f"{seed}/{index}/chance")  # its own, so that what befalls a fax does not change what is drawn
    fax = _compose(rng, layouts, chance)
    name = f"{index + 1:04d}-{fax.papers[0][0].kind}-{condition}"
    return send(rng, name, fax, condition, _choose_wrapping(rng, condition), choose_wear(chance, condition))


def send(rng: Random, name: str, fax: Fax, condition: str, wrapping: Wrapping, wear: Wear = NONE) -> Sample:
    """Transmit `fax` under `condition`, so worn, and wrap what arrives into a file called `name`."""
    call = _call(rng, fax)
    pages = _transmit(rng, fax, condition, call, wear)
    if wrapping.kind == "pdf":
        content, extension = files.write_pdf(pages, call.at, quality=wrapping.quality), "pdf"
    else:
        content, extension = files.write_tiff(pages, wrapping.kind, has_resolution=wrapping.has_resolution), "tif"
    truth: dict[str, Any] = {"documents": [paper.truth(first) for paper, first in fax.papers], "condition": condition}
    if wrapping.server:
        seen = mails.Reception(call, len(pages), condition.startswith("fine"), rng.randint(1000, 99999))
        return Sample(f"{name}.eml", mails.SERVERS[wrapping.server](seen, mails.Attachment(content, extension)), truth)
    return Sample(f"{name}.{extension}", content, truth)


def _choose_wrapping(rng: Random, condition: str) -> Wrapping:
    kind = "pdf" if condition == "scan" or rng.random() < 0.25 else rng.choice(files.TIFF_KINDS)
    server = mails.choose_server(rng, "pdf" if kind == "pdf" else "tif") if rng.random() < 0.4 else None
    return Wrapping(kind, server, rng.choice((50, 65, 75, 85)), rng.random() > 0.04)


def _draw_one(rng: Random, layouts: Sequence[Layout], scene: Scene) -> Drawing:
    kinds = sorted({layout.kind for layout in layouts})
    kind = rng.choices(kinds, weights=[_KIND_WEIGHTS[k] for k in kinds])[0]
    return rng.choice([layout for layout in layouts if layout.kind == kind]).draw(rng, scene)


def _compose(rng: Random, layouts: Sequence[Layout], chance: Random) -> Fax:
    """Put one fax together: mostly one document, sometimes two, a cover sheet before, an empty sheet behind."""
    scene = invent_scene(rng)
    drawings = [_draw_one(rng, layouts, scene)]
    is_official = drawings[0].papers[0].kind not in {"advertisement", "unknown"}
    if is_official and rng.random() < 0.09:
        drawings.append(_draw_one(rng, layouts, scene))
    if is_official:
        drawings[0] = befall(chance, drawings[0])
    has_cover, rotation = is_official and rng.random() < 0.15, 180 if rng.random() < 0.07 else 0
    fax = assemble(rng, scene, drawings, cover=covers.choose(chance) if has_cover else None, rotation=rotation)
    return replace(fax, sheets=(*fax.sheets, Sheet())) if rng.random() < 0.03 else fax


def assemble(rng: Random, scene: Scene, drawings: Sequence[Drawing], *, cover: covers.Cover | None = None, rotation: int = 0) -> Fax:
    """Lay documents one behind the other, a cover sheet before them if wanted."""
    sheets: list[Sheet] = []
    papers: list[tuple[Paper, int]] = []
    if cover:
        sheets.append(cover(rng, scene, sum(len(drawing.sheets) for drawing in drawings) + 1))
    for drawing in drawings:
        papers += [(paper, len(sheets) + 1) for paper in drawing.papers]
        sheets += drawing.sheets
    return Fax(scene, tuple(sheets), tuple(papers), rotation)


def _call(rng: Random, fax: Fax) -> header.Call:
    scene = fax.scene
    at = datetime.combine(scene.today, time(rng.randint(7, 18), rng.randint(0, 59), rng.randint(0, 59)), _CENTRAL_EUROPE)
    digits = invent_phone(rng, scene.place).value
    area = scene.place.area_code[1:]
    number = f"+49 {area} {digits[3 + len(area) :]}"
    is_trade = fax.papers[0][0].kind == "advertisement"
    source = rng.choice(_TRADERS if is_trade else (scene.practice.organization, scene.laboratory.organization, scene.practice.doctor))
    plain = unicodedata.normalize("NFKD", source.upper().translate(_PLAIN))
    tsid = "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter in " .-"))[:20].strip()
    return header.Call(at, number, tsid, f"0{area}{rng.randint(10000, 999999)}")


def _transmit(rng: Random, fax: Fax, condition: str, call: header.Call, wear: Wear) -> list[Raster]:
    """Send all sheets, each degraded by itself, with the header line of the machine on top of each."""
    style = header.invent_style(rng)
    is_over = rng.random() < 0.5
    sideways = rng.choice((90, 270))
    pages = []
    for number, sheet in enumerate(fax.sheets, start=1):
        noise = np.random.default_rng(rng.getrandbits(64))
        rotation = (fax.rotation + (sideways if sheet.is_landscape else 0)) % 360
        raster = degrade(sheet.pixels, condition, noise, rotation, wear)
        if style != "none" and condition != "scan":
            raster = header.print_header(raster, header.header_text(style, call, number, len(fax.sheets)), is_over=is_over)
        pages.append(raster)
    return pages
