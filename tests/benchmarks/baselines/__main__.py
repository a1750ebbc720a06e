"""./run bench baselines DIR: the same extraction by ours and by the words of the usual tools, side by side in one table."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import typer

from bridge.commands.reading import faxes_with_truth
from tests.benchmarks.baselines.measure import PROCESSES, measure
from tests.benchmarks.baselines.table import table
from tests.benchmarks.baselines.tools import missing_for_ocrmypdf
from tests.benchmarks.baselines.ways import WAYS

_HEAD = """\
# {faxes} faxes of {folder}, {minutes:.0f} minutes in {processes} processes

Everything after the words of a page is the bridge's own and the same for all: rules, check boxes, splitting, types, places, grammars and
decisions. The tools read each page once, and a value is what the page says; one reader's word alone lets hardly anything be released.
Words of OCRmyPDF's text layer come without confidence and are given 0.9. "Wrong of those read" is what would be silent if all of it left;
doubtful values withheld from a released record count as not read, so that what leaves by itself costs ours fields that are right.

"""


def main(arguments: list[str]) -> int:
    """Measure all ways over a folder; print the table and write it."""
    parser = argparse.ArgumentParser(prog="./run bench baselines", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="faxes, beside each its NAME.truth.json")
    parser.add_argument("--out", type=Path, default=Path("build/baselines.md"), help="where to write the table (%(default)s)")
    chosen = parser.parse_args(arguments)
    if missing := missing_for_ocrmypdf():
        parser.error(
            f"missing: {', '.join(missing)}. ./run bench baselines installs them; by hand: pip install --require-hashes -r requirements-bench.lock, "
            "and as root: apt-get install unpaper tesseract-ocr-deu tesseract-ocr-osd poppler-utils"
        )
    try:
        faxes = faxes_with_truth(chosen.folder)
    except (OSError, typer.BadParameter) as error:
        parser.error(str(error))
    os.nice(10)
    began = time.monotonic()
    ways = measure(WAYS, faxes)
    minutes = (time.monotonic() - began) / 60
    head = _HEAD.format(faxes=len(faxes), folder=chosen.folder, minutes=minutes, processes=PROCESSES)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(head + table(ways), encoding="utf-8")
    print(chosen.out.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
