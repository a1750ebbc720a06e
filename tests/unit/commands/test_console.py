"""What the command line tells: every line of a fax's story in German."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.commands.console import EVENTS, PROBLEMS, Story, print_faxes, print_reading, print_rows, print_story, tell
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState
from bridge.domain.model import Delivery, Document, Event, Fax, Field, Issue, IssueCode, JsonValue, Origin, Sender
from bridge.ports import LedgerLine, Settlement
from bridge.services.read import FileReading
from bridge.services.steps.unpack import problem_kind
from tests.conftest import REPOSITORY
from tests.deliveries import START


def sources() -> str:
    return "".join(file.read_text("utf-8") for room in ("store", "services") for file in Path(REPOSITORY / "bridge" / room).rglob("*.py"))


def test_every_event_there_is_has_a_german_name() -> None:
    told = set(re.findall(r'_tell(?:_of_deliveries)?\((?:[\w.]+, )?"([^"]+)"', sources())) | set(
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
            Event("f", START, "released without required", {"document": "d", "missing": ["kind", "rows"]}),
            "Freigegeben ohne Pflichtangaben: kind, rows",
        ),
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


# -- words of others are shown as they are, and steer nothing ----------------------------------------------------------

STRANGE = ["Praxis [/Weiss] Tel", "Praxis [bold] Weiss [red]Nord[/red]", "[fieber]", "Fax :warning: 1", "\\[x]", "https://x.test/[1]"]


def fax_of(tsid: str) -> Fax:
    return Fax("f1", "e1", "disease", "smtp", 1, FaxState.DECIDED, START, Sender(tsid=tsid))


def document_with(value: JsonValue, reason: str | None = None) -> Document:
    fields = (Field("notifier.organization", value, str(value), 0.99, Origin.READ, page=1, is_sure=True),)
    issues = (Issue("date", IssueCode.UNREADABLE, str(value)),)
    return Document("d1", "f1", 1, "letter", 1.0, (1,), DocumentState.WAITING, fields, issues, reason)


def story_of(words: str) -> Story:
    delivery = Delivery("v1", "d1", 1, words, DeliveryState.DEAD, 3, START)
    ledger = LedgerLine("f1", None, 1, 0, {Settlement.WAITING: 1})
    return Story(replace(fax_of(words), reason=words), [document_with(words, words)], [delivery], [Event("f1", START, words)], ledger)


@pytest.mark.parametrize("words", STRANGE)
def test_a_senders_words_are_never_taken_for_markup(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_faxes([fax_of(words)])
    assert words in capsys.readouterr().out
    print_story(story_of(words))
    shown = capsys.readouterr().out
    assert shown.count(words) == 7, "reason, sender, value, hint, caption, target, event"
    print_rows(("Warum",), [(words,)])
    assert words in capsys.readouterr().out


def test_the_pages_of_a_fax_are_told_in_german_and_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = LedgerLine("f1", 3, 2, 0, {Settlement.WAITING: 2, Settlement.MISSING: 1})
    print_story(replace(story_of("x"), ledger=ledger))
    told = " ".join(capsys.readouterr().out.split())
    assert "Seiten: 3 angekündigt, 2 geöffnet. Kassenbuch: 3 Seiten angekündigt oder eingegangen = " in told
    assert "= wartet auf einen Menschen 2 + fehlt 1; Lücke 0" in told


@pytest.mark.parametrize(("attempts", "told"), [(0, "0 Versuche"), (1, "1 Versuch\n"), (2, "2 Versuche")])
def test_tries_are_counted_in_german(attempts: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_story(replace(story_of("x"), deliveries=[Delivery("v1", "d1", 1, "office", DeliveryState.DEAD, attempts, START)]))
    assert told in capsys.readouterr().out


def test_a_list_of_values_keeps_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    print_story(replace(story_of("x"), documents=[document_with(["[fieber]", "Durchfall"])]))
    assert '["[fieber]", "Durchfall"]' in capsys.readouterr().out


@pytest.mark.parametrize("words", ["[/entwurf] fax.tif", "[entwurf] fax.tif"])
def test_the_name_of_a_file_is_shown_as_it_is(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_reading(words, FileReading(FaxState.UNREADABLE, f"Bitte {words} ansehen."))
    assert capsys.readouterr().out == f"{words}: unlesbar – Bitte {words} ansehen.\n"


@pytest.mark.parametrize(("control", "sign"), [("\x1b", "␛"), ("\r", "␍"), ("\x08", "␈"), ("\x9b", "�"), ("\u202e", "�"), ("\udcff", "�")])
def test_what_would_steer_the_terminal_is_seen_instead(control: str, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = f"Praxis{control}[2J Weiss"
    print_faxes([fax_of(words)])
    print_story(story_of(words))
    print_reading(words, FileReading(FaxState.UNREADABLE, words))
    shown = capsys.readouterr().out
    assert control not in shown
    assert shown.count(f"Praxis{sign}[2J Weiss") == 10


# -- from the command line ---------------------------------------------------------------------------------------------


def read(*arguments: bytes | str, encoding: str = "utf-8:strict") -> tuple[int, bytes]:
    """Run `bridge read` on files that cannot be read."""
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": encoding}
    command = (sys.executable, "-m", "bridge.cli", "read", *arguments)
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_every_file_gets_its_line_whatever_its_name_is(encoding: str) -> None:
    names = [b"bad\xff.tif", b"Gr\xc3\xbc\xc3\x9fe [/x].tif", b"\x1b[2J.tif", b"README.nope"]
    code, output = read("--json", *names, encoding=encoding)
    assert code == 1
    assert [os.fsencode(json.loads(line)["file"]) for line in output.splitlines()] == names


def test_people_see_every_file_too() -> None:
    code, output = read(b"bad\xff.tif", b"[/entwurf] fax.tif")
    assert code == 1
    assert [line.partition(":")[0] for line in output.decode().splitlines() if ": unlesbar" in line] == ["bad�.tif", "[/entwurf] fax.tif"]


def test_a_folder_is_called_a_folder(tmp_path: Path) -> None:
    code, output = read("--json", str(tmp_path))
    told = json.loads(output)
    assert (code, told["state"], told["documents"]) == (1, "unreadable", [])
    assert told["reason"] == "Das ist ein Ordner. Bitte die Dateien darin nennen, zum Beispiel ORDNER/*.tif."


def test_a_mail_without_a_fax_has_been_read(tmp_path: Path) -> None:
    mail = tmp_path / "note.eml"
    mail.write_bytes(b"From: a@b.example\r\nSubject: Hallo\r\n\r\nkein Fax\r\n")
    code, output = read("--json", str(mail))
    assert (code, json.loads(output)["state"]) == (0, "no_content")
