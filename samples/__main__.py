"""`python -m samples --out DIR --count N --seed S`: writes sample faxes with their truth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from samples.degrade import CONDITIONS
from samples.generate import generate
from samples.layouts import GROUPS, KINDS


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, generate, and say where the faxes lie."""
    parser = argparse.ArgumentParser(prog="python -m samples", description="Draws German forms as faxes with the truth beside them.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--count", type=int, default=200, help="how many faxes (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (%(default)s)")
    parser.add_argument("--condition", action="append", choices=CONDITIONS, help="only these; may be repeated")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only these document types; may be repeated")
    parser.add_argument(
        "--group", choices=GROUPS, help="only layouts of this group: rules and models learn from train, confidences from calibration"
    )
    chosen = parser.parse_args(arguments)
    paths = generate(chosen.out, chosen.count, chosen.seed, chosen.condition, chosen.kind, chosen.group)
    sys.stdout.write(f"{len(paths)} faxes in {chosen.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
