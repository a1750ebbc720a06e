"""`python -m samples.practice`: makes the faxes that people practise on from the checked-in samples as a demo has read them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from PIL import Image
from pydantic_core import to_jsonable_python

from bridge.bootstrap import House
from bridge.domain.model import Document
from bridge.ports import FaxFilter
from bridge.settings import default_config_dir, load_settings
from samples.demo import FAXES, FOLDER

PRACTICE: Final = default_config_dir() / "practice"
_GREYS: Final = 16


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One practice fax: from which sample, its document by order, and whether what was read rightly counts as sure."""

    name: str
    sample: str
    ordinal: int
    is_sure_where_right: bool = True


_LESSONS: Final = (
    _Lesson("1-klar", "08-kopfstand", 1),
    _Lesson("2-umlaute", "01-meldung-hylafax-de", 1),
    _Lesson("3-labor", "02-labor-hylafax-en", 1),
    _Lesson("4-ausdruck", "03-ausdruck-freepbx", 1),
    _Lesson("5-verrauscht", "09-standard-noisy", 1, is_sure_where_right=False),
    _Lesson("6-liste", "05-fallliste-zwei-seiten", 1),
)


def main() -> int:
    """Write all practice faxes; the demo must have run before."""
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(FOLDER.absolute())}))
    samples = sorted(path for path in FAXES.iterdir() if not path.name.endswith(".json"))
    faxes = list(reversed(house.store.faxes(FaxFilter(limit=100))))
    by_sample = dict(zip([path.stem for path in samples], faxes, strict=True))
    PRACTICE.mkdir(exist_ok=True)
    for lesson in _LESSONS:
        fax = by_sample[lesson.sample]
        document = next(each for each in house.store.documents(fax.id) if each.ordinal == lesson.ordinal)
        truth = json.loads((FAXES / f"{lesson.sample}.truth.json").read_text("utf-8"))["documents"][lesson.ordinal - 1]["data"]
        _write(house, lesson, document, truth)
    sys.stdout.write(f"{len(_LESSONS)} practice faxes in {PRACTICE.name}/\n")
    return 0


def _write(house: House, lesson: _Lesson, document: Document, truth: dict[str, Any]) -> None:
    pages = [page for page in house.store.pages(document.fax_id) if page.number in document.pages]
    for page in pages:
        if page.upright is not None:
            picture = Image.open(house.blobs.path(page.upright.sha256)).convert("L")
            greys = picture.quantize(_GREYS, dither=Image.Dither.NONE)
            greys.save(PRACTICE / f"{lesson.name}-{page.number}.png", optimize=True, bits=4)
    fax = house.store.fax(document.fax_id)
    content = {
        "sender": to_jsonable_python(fax.sender),
        "document": to_jsonable_python(_taught(document, truth) if lesson.is_sure_where_right else document),
        "pages": [to_jsonable_python(page) for page in pages],
        "layouts": {page.number: to_jsonable_python(house.store.layout(fax.id, page.number)) for page in pages},
        "truth": truth,
    }
    (PRACTICE / f"{lesson.name}.json").write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _taught(document: Document, truth: dict[str, Any]) -> Document:
    """Return the document with all that is right counted as sure, and doubts only about the rest."""
    right = {field.path for field in document.fields if _at(truth, field.path) == field.value}
    fields = tuple(replace(field, is_sure=True, confidence=0.99) if field.path in right else field for field in document.fields)
    issues = tuple(issue for issue in document.issues if issue.field not in right and not issue.field.startswith("unassigned"))
    return replace(document, fields=fields, issues=issues)


def _at(tree: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(tree, list) and step.isdigit() and int(step) < len(tree):
            tree = tree[int(step)]
        elif isinstance(tree, Mapping) and step in tree:
            tree = tree[step]
        else:
            return None
    return tree


if __name__ == "__main__":
    raise SystemExit(main())
