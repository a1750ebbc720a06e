"""By which words a fax is found again, however they are written."""

from __future__ import annotations

import pytest

from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document, Field, JsonValue, Origin, Sender
from bridge.domain.terms import LONGEST, sought, terms_of_document, terms_of_sender, words


def document(**values: JsonValue) -> Document:
    fields = tuple(Field(path.replace("__", "."), value, str(value), 1.0, Origin.READ) for path, value in values.items())
    return Document("d", "f", 1, "letter", 1.0, (1,), DocumentState.WAITING, fields)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Müller-Lüdenscheidt", ["mueller", "luedenscheidt"]),
        ("MU\N{COMBINING DIAERESIS}LLER", ["mueller"]),  # as some systems write an umlaut
        ("Groß", ["gross"]),
        ("Renée Çelik", ["renee", "celik"]),
        ("2020-03-15", ["2020-03-15"]),
        ("15.03.2020", ["15.03.2020"]),
        ("  ", []),
        ("x" * 100, ["x" * LONGEST]),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("5.3.2020", ["05.03.2020"]),
        ("Müller 5.3.2020", ["mueller", "05.03.2020"]),
        ("03581 / 85-6379", ["03581856379"]),
        ("+49 (3581) 856379", ["493581856379"]),
        ("03581 85637 15.03.2020", ["0358185637", "15.03.2020"]),
        ("03581 2020-03-15", ["03581", "2020-03-15"]),
        ("Meier 03581 856", ["meier", "03581856"]),
        ("15.03.2020", ["15.03.2020"]),
        ("05.03.2020", ["05.03.2020"]),
        ("2020-03-15", ["2020-03-15"]),
        ("Auftrag A-0815-3", ["auftrag", "a-0815-3"]),
    ],
)
def test_a_search_finds_days_and_numbers_however_they_are_typed(typed: str, found: list[str]) -> None:
    assert sought(typed) == found


@pytest.mark.parametrize("typed", ["+49 3581 856379", "03581/856379", "3581856379", "493581", "0049 3581 856379", "Praxis", "wei"])
def test_a_sender_is_found_by_number_and_name(typed: str) -> None:
    terms = terms_of_sender(Sender("+493581856379", "PRAXIS DR WEISS", None))
    assert all(any(term.startswith(word) for term in terms) for word in sought(typed))


def test_a_document_is_found_by_persons_dates_and_diseases() -> None:
    terms = terms_of_document(
        document(
            patient__family_name="Böhm",
            patient__birth_date="2020-03-15",
            disease__name="Masern",
            rows__0__family_name="Öztürk",
            notifier__name="Dr. Weiß",
            finding="Streng vertraulich",
        )
    )
    assert terms == {"boehm", "2020-03-15", "15.03.2020", "masern", "oeztuerk", "dr", "weiss"}


def test_a_long_list_of_cases_does_not_grow_without_end() -> None:
    rows = {f"rows__{number}__family_name": f"Name{number}" for number in range(1000)}
    assert len(terms_of_document(document(**rows))) == 300
