"""Answers are kept without what was sent, however it is written there."""

from __future__ import annotations

import json
import time

import pytest

from bridge.delivery.redact import MARK, redact, redacted_answer, sent_values
from bridge.domain.model import JsonObject

BODY: JsonObject = {
    "id": "0199c1f0",
    "fax": {"id": "f", "sender": {"number": "+4935811234", "name": "Praxis Grün"}},
    "data": {
        "patient": {"family_name": "Böhm", "given_name": "Änne Ö", "birth_date": "2020-03-15", "city": "Görlitz"},
        "rows": [{"n": 12345}],
    },
    "evidence": {"patient.family_name": {"text": "BÖHM, Änne"}},
}
VALUES = sent_values(BODY)


def kept(text: str, media_type: str = "application/json", *, is_whole: bool = True) -> str:
    content, _ = redacted_answer(text.encode(), media_type, is_whole, VALUES, {"s3cret"})
    return content.decode()


@pytest.mark.parametrize(
    "told",
    [
        *("Böhm", "böhm", "BÖHM", "Boehm", "Bohm", "B?hm", "B\ufffdhm", "B\\u00f6hm", "B&ouml;hm", "B&#246;hm", "B&amp;ouml;hm"),
        *("B%C3%B6hm", "B%F6hm", "BÃ¶hm", "2020-03-15", "15.03.2020", "15.3.2020", "15.03.20", "20200315", "2020/03/15", "03/15/2020"),
        *("15. März", "Mar 15", "15-Mar-2020", "[2020,3,15]", "1584230400000", "1584226800000"),
        *("+4935811234", "12345", "Görlitz", "Praxis Grün", "s3cret"),
    ],
)
@pytest.mark.parametrize("media_type", ["application/json", "text/html", "text/plain", ""])
def test_a_value_is_found_as_machines_write_it(told: str, media_type: str) -> None:
    answer = kept(f'{{"error": "invalid {told} given"}}', media_type)
    assert MARK in answer
    assert answer.startswith('{"error": "invalid ')
    for part in ("hm", "2020", "15", "rlitz", "s3cret"):
        assert part not in answer


def test_json_within_json_is_found_too() -> None:
    answer = kept(json.dumps({"cause": json.dumps({"family_name": "Böhm", "birth": "2020-03-15"})}))
    assert "hm" not in answer
    assert "2020" not in answer


def test_what_was_not_sent_stays() -> None:
    assert kept('{"field": "patient.family_name", "code": 17}') == '{"field": "patient.family_name", "code": 17}'


def test_half_a_word_at_a_cut_is_dropped_for_it_could_be_half_a_value() -> None:
    assert kept("unknown name Böh", "text/plain", is_whole=False) == "unknown name "


def test_pictures_and_controls_are_not_kept() -> None:
    assert kept("x " + "QUJD" * 100, "text/plain") == f"x {MARK}"
    assert redacted_answer(b"PK\x03\x04", "application/zip", True, VALUES, ()) == (b"", "")


def test_a_long_answer_takes_no_longer_than_it_is_long() -> None:
    """Two lengths in one run: a pattern that tries every beginning takes sixty-four times as long for eight times the text."""

    def seconds(length: int) -> float:
        text = "a" * length + '"}'
        began = time.perf_counter()
        kept(text, "text/plain", is_whole=False)
        return time.perf_counter() - began

    short = min(seconds(8_000) for _ in range(3))
    assert min(seconds(64_000) for _ in range(3)) < 32 * max(short, 0.001)


def test_secrets_go_whatever_is_around_them() -> None:
    assert redact("Bearer s3cretX", (), {"s3cret"}) == f"Bearer {MARK}X"
