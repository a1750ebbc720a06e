"""What the command line tells: every line of a fax's story in German."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.commands.console import EVENTS, PROBLEMS, tell
from bridge.domain.model import Event
from bridge.services.steps.unpack import problem_kind
from tests.conftest import REPOSITORY
from tests.deliveries import START


def sources() -> str:
    return "".join(file.read_text("utf-8") for room in ("store", "services") for file in Path(REPOSITORY / "bridge" / room).rglob("*.py"))


def test_every_event_there_is_has_a_german_name() -> None:
    told = set(re.findall(r'_tell(?:_of_delivery)?\([\w.]+, "([^"]+)"', sources())) | set(
        re.findall(r'Event\([^"()]+, "([^"]+)"', sources())
    )
    assert told >= {"fax moved", "follow-up closed"}
    assert told | {"mail had problems"} == set(EVENTS)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Event("f", START, "fax moved", {"from": "read", "to": "decided"}), "Fax: bearbeitet"),
        (Event("f", START, "results forgotten"), "Lesung verworfen"),
        (
            Event("f", START, "mail had problems", {"kinds": {"too_many_parts": 1, "part_left_aside": 2}}),
            "E-Mail nicht ganz geöffnet: 1 × zu viele Teile, 2 × Teil beiseitegelassen (Signatur, kleines Bild)",
        ),
    ],
)
def test_a_line_of_the_story_is_german(event: Event, line: str) -> None:
    assert tell(event) == line


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        ("left aside: image of 20x20 pixels", "part_left_aside"),
        ("more than 100 parts", "too_many_parts"),
        ("nested deeper than 8 levels", "nested_too_deep"),
        ("header block longer than 262144 bytes", "header_too_long"),
        ("message/partial holds no whole content", "content_elsewhere"),
        ("parts outside their boundary", "parts_outside_boundary"),
        ("yEnc content was not decoded", "encoding_unknown"),
        ("Böhm", "other"),
    ],
)
def test_a_mails_problem_is_told_by_its_kind_only(problem: str, kind: str) -> None:
    assert problem_kind(problem) == kind
    assert kind in PROBLEMS
