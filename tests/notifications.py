"""Records of notifications: two written out in full, and those of the samples' forms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from bridge.domain.model import Record

RECEIVED = datetime(2026, 11, 22, 14, 32, 5, tzinfo=timezone(timedelta(hours=1)))
NOTIFICATIONS = ("disease_notification", "laboratory_notification")
RECORD_ID = "0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10"

PATIENT = {
    "family_name": "Böhm", "given_name": "Anna Luise", "birth_date": "2020-03-15", "sex": "female", "street": "Lange Gasse 3",
    "postal_code": "01445", "city": "Radebeul", "phone": "+493515550101", "email": "boehm@example.org",
}  # fmt: skip
DISEASE: dict[str, Any] = {
    "patient": PATIENT,
    "disease": {"code": "msvd", "name": "Masern"},
    "case_status": "deceased",
    "onset_date": "2026-11-12", "diagnosis_date": "2026-11-15", "death_date": "2026-11-20",
    "symptoms": ["Fieber", "Exanthem"],
    "hospital": {"admitted": True, "name": "Elblandklinikum", "admission_date": "2026-11-16"},
    "exposure": {"place": "Antalya", "country": "Türkei"},
    "facility": {"role": "cared_for", "name": "Kita Zwergenland"},
    "vaccination": {"status": "vaccinated", "last_date": "2024-05", "doses": 1},
    "laboratory": {"commissioned": True, "name": "Labor Dr. Jung", "sample_date": "2026-11-15"},
    "notifier": {
        "name": "Dr. med. Meier", "organization": "Kinderarztpraxis am Wall", "street": "Wallstr. 1", "postal_code": "01445",
        "city": "Radebeul", "phone": "+493515550102", "fax": "+493515550103", "lanr": "123456601", "bsnr": "123456789",
    },
    "notification_date": "2026-11-21",
    "recipient": "Gesundheitsamt Meißen",
}  # fmt: skip
LABORATORY: dict[str, Any] = {
    "patient": PATIENT,
    "pathogen": {"code": "cvdp", "name": "SARS-CoV-2"},
    "specimen": {"material": "Rachenabstrich", "collected_on": "2026-11-18", "received_on": "2026-11-19"},
    "method": "PCR", "result": "positive", "finding": "SARS-CoV-2-RNA nachgewiesen (Ct 24,3)", "order_number": "26-4522671",
    "submitter": {
        "name": "Dr. med. Horn", "organization": "Praxis am Markt", "street": "Markt 2", "postal_code": "01445", "city": "Radebeul",
        "phone": "+493515550104",
    },
    "laboratory": {
        "name": "Dr. Haas", "organization": "Laborzentrum Heide GbR", "street": "Am Mühlbach 24", "postal_code": "25746",
        "city": "Heide", "phone": "+494815550105",
    },
    "notification_date": "2026-11-20",
    "recipient": "Gesundheitsamt Meißen",
}  # fmt: skip


def record(data: dict[str, Any], version: int = 1, *, kind: str = "", record_id: str = RECORD_ID) -> Record:
    """Return a version of a record with that data, of `kind` or the notification it looks like."""
    kind = kind or ("laboratory_notification" if "pathogen" in data or "result" in data else "disease_notification")
    body = {
        "id": record_id, "type": kind, "schema": f"{kind}/1", "version": version, "replaces": version - 1 or None,
        "fax": {"id": "0199c1ef-0000-7000-8000-000000000000", "mailbox": "infektionsschutz", "received_at": RECEIVED.isoformat()},
        "data": deepcopy(data),
    }  # fmt: skip
    return Record(record_id, version, body, RECEIVED + timedelta(minutes=version))


def leaves(data: dict[str, Any], before: str = "") -> Iterator[str]:
    """Yield the dotted path of every value."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{before}{key}.")
        else:
            yield before + key


def changed(data: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return `data` with other values at paths (`__` for the point); ... takes a value away."""
    result = deepcopy(data)
    for path, value in values.items():
        *parents, last = path.split("__")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        if value is ...:
            place.pop(last, None)
        else:
            place[last] = value
    return result


def sample_records(seed: int, count: int, kinds: Collection[str] = NOTIFICATIONS) -> Iterator[Record]:
    """Yield the records of `count` filled forms of the samples, as a careful clerk would take them; no page is drawn."""
    from samples.layouts import LAYOUTS
    from samples.people import invent_scene

    layouts = [layout for layout in LAYOUTS if layout.kind in kinds]
    for number in range(count):
        rng = Random(f"{seed}/{number}")
        drawing = layouts[number % len(layouts)].draw(rng, invent_scene(rng))
        for at, paper in enumerate(drawing.papers):
            if paper.kind in kinds:
                yield record(paper.truth()["data"], kind=paper.kind, record_id=f"{seed}/{number}/{at}")
