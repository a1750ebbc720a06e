"""calibrate: what the bridge learns from faxes whose truth is known."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.bootstrap import house
from bridge.commands.reading import read_with_truth
from bridge.domain.errors import ConfigurationError

FILE = "calibration.toml"


def calibrate(
    folder: Annotated[Path, typer.Argument(help="Faxe, daneben je NAME.truth.json", exists=True, file_okay=False)],
    out: Annotated[Path | None, typer.Option(help=f"Wohin geschrieben wird (sonst {FILE} der Konfiguration).")] = None,
) -> None:
    """Passt die Sicherheit der gelesenen Werte an Faxe an, deren richtiger Inhalt bekannt ist."""
    learning: Any = importlib.import_module("bridge.services.calibrate")  # loads scikit-learn, which no other command needs
    samples = [sample for _, truth, reading in read_with_truth(folder) for sample in learning.samples_of(truth, reading)]
    try:
        fitted = learning.fit(samples)
    except ConfigurationError as error:
        raise typer.BadParameter(str(error)) from None
    file = out or house().settings.config_dir / FILE
    file.write_text(learning.to_toml(fitted), encoding="utf-8")
    sys.stdout.write(learning.to_markdown(fitted))
