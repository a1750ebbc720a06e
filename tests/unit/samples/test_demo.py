"""What the demonstration prints fits a screen."""

from __future__ import annotations

from samples.demo import shortened


def test_a_record_is_shown_with_all_its_data_and_a_little_of_what_explains_it() -> None:
    entry = {"text": "15.03.2020", "confidence": 0.998, "origin": "read", "page": 1, "box": [0.1, 0.2, 0.3, 0.4]}
    issue = {"field": "patient.phone", "code": "withheld", "message": "Nicht sicher.", "page": 1, "box": [0.1, 0.2, 0.3, 0.4]}
    data = {"a": 1, "b": 2, "c": 3}

    shown = shortened({"id": "x", "fax": {"id": "f"}, "data": data, "evidence": dict.fromkeys(data, entry), "issues": [issue] * 3})

    assert (shown["id"], shown["data"], shown["fax"]) == ("x", data, "…")
    explained = {"text": "15.03.2020", "confidence": 0.998, "origin": "read"}
    assert shown["evidence"] == {"a": explained, "b": explained, "…": "1 weitere"}
    told = {"field": "patient.phone", "code": "withheld", "message": "Nicht sicher."}
    assert shown["issues"] == [told, told, "… 1 weitere"]


def test_a_short_record_says_nothing_of_more() -> None:
    assert shortened({"fax": {}, "data": {}, "evidence": {}, "issues": []}) == {"fax": "…", "data": {}, "evidence": {}, "issues": []}
