"""calibrate and train: what the bridge learns from faxes whose truth is known, or that people confirmed."""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bridge.bootstrap import house
from bridge.commands.reading import faxes_with_truth, read_with_truth, track_files
from bridge.domain.errors import ConfigurationError, DecodeError

Folder = Annotated[Path, typer.Argument(help="Faxe, daneben je NAME.truth.json", exists=True, file_okay=False)]
OptionalFolder = Annotated[Path | None, typer.Argument(help="Faxe, daneben je NAME.truth.json", exists=True, file_okay=False)]
Confirmed = Annotated[bool, typer.Option("--confirmed", help="Auch aus den Faxen lernen, die Menschen bestätigt oder berichtigt haben.")]
Out = Annotated[Path | None, typer.Option(help="Wohin geschrieben wird (sonst in die Konfiguration).")]

_MOST_CONFIRMED: Final = 5000  # documents: all are held in memory, and older forms go out of use


def calibrate(folder: Folder, out: Out = None) -> None:
    """Passt die Sicherheit gelesener Werte an Faxe an, deren richtiger Inhalt bekannt ist."""
    learning = _learning("calibrate")
    types = house().catalog.types
    samples = [sample for _, truth, reading in read_with_truth(folder) for sample in learning.samples_of(truth, reading, types)]
    try:
        fitted = learning.fit(samples)
    except ConfigurationError as error:
        raise typer.BadParameter(str(error)) from None
    _write(out, "calibration.toml", learning.to_toml(fitted))
    sys.stdout.write(learning.to_markdown(fitted))


def train(folder: OptionalFolder = None, confirmed: Confirmed = False, out: Out = None) -> None:
    """Lernt die Dokumentarten aus Faxen, deren Art bekannt ist."""
    if folder is None and not confirmed:
        raise typer.BadParameter("Bitte einen Ordner mit bewerteten Faxen nennen, --confirmed oder beides.")
    learning = _learning("train")
    texts = _texts_in(folder, learning) if folder else []
    if confirmed:
        texts += learning.confirmed_texts(house().store, _MOST_CONFIRMED)
    try:
        model = learning.train(texts, datetime.now(UTC).date())
    except ConfigurationError as error:
        raise typer.BadParameter(str(error)) from None
    file = _write(out, "type_model.json", learning.to_json(model))
    sys.stdout.write(f"{model.version}: {', '.join(model.types)}; {len(model.grams)} Wortteile in {file}.\n")


def _texts_in(folder: Path, learning: Any) -> list[tuple[str, str]]:
    faxes = faxes_with_truth(folder)
    texts: list[tuple[str, str]] = []
    for file in track_files(faxes):
        try:
            texts += learning.texts_of(faxes[file], house().read.lay_out(file))
        except DecodeError:
            continue  # what cannot be opened has no words to learn from
    return texts


def _learning(name: str) -> Any:
    """Load a service that needs scikit-learn, which no other command shall wait for."""
    return importlib.import_module(f"bridge.services.{name}")


def _write(out: Path | None, name: str, content: str) -> Path:
    file = out or house().settings.config_dir / name
    file.write_text(content, encoding="utf-8")
    return file
