from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationError
from bridge.domain.layout import Box, Layout, Word
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Record, ReviewOutcome
from bridge.domain.type_model import TypeModel
from bridge.services.train import confirmed_texts, texts_of, to_json, train
from bridge.store.sql import SqlStore
from tests.deliveries import START, add_document, add_fax

TODAY = date(2026, 11, 22)
NOTIFICATION = "meldung gemass paragraph 6 infektionsschutzgesetz erkrankungsbeginn diagnosedatum meldende person verdacht"
INVOICE = "rechnung rechnungsnummer zahlbar bis gesamtbetrag mehrwertsteuer bankverbindung kundennummer lieferdatum"
MENU = "speiseplan montag dienstag mittwoch donnerstag freitag suppe nachtisch vegetarisch kartoffeln gemuse"
TEXTS = [("disease_notification", f"{NOTIFICATION} {name}") for name in ("bohm", "kraus", "arnold", "stein", "franke", "moller")]
TEXTS += [("invoice", f"{INVOICE} {name}") for name in ("toner", "papier", "miete", "strom", "wasser", "telefon")]
TEXTS += [("unknown", f"{MENU} {name}") for name in ("fisch", "nudeln", "reis", "salat", "eintopf", "quark")]


@pytest.fixture(scope="module")
def model() -> TypeModel:
    return train(TEXTS, TODAY)


def page(text: str) -> Layout:
    return Layout(100, 100, tuple(Word(word, 0.9, Box(0, 0, 10, 10), 0, 0) for word in text.split()))


def test_it_tells_types_apart_by_their_wording(model: TypeModel) -> None:
    told = model.probabilities("meldung erkrankungsbeginn und diagnosedatum der person bei verdacht auf masern")
    assert max(told, key=lambda kind: told[kind]) == "disease_notification"
    assert math.isclose(sum(told.values()), 1.0)


def test_it_forgives_misread_letters(model: TypeModel) -> None:
    told = model.probabilities("rechnunq rechnunqsnummer gesarntbetrag mehrwertsteuer bankverb1ndung kundennumrner")
    assert max(told, key=lambda kind: told[kind]) == "invoice"


@pytest.mark.parametrize("text", ["", "abc", "qwx yzzv kkkj"])
def test_it_knows_when_it_does_not_know(model: TypeModel, text: str) -> None:
    assert model.probabilities(text) == {}


def test_what_stands_in_one_document_only_is_not_learnt(model: TypeModel) -> None:
    assert not any("bohm" in gram for gram in model.grams)


def test_the_version_tells_day_and_size(model: TypeModel) -> None:
    assert model.version == "2026-11-22, 18 documents"


def test_what_is_written_can_be_read_again(model: TypeModel) -> None:
    read = json.loads(to_json(model))
    assert read["types"] == list(model.types)
    assert {gram: tuple(weights) for gram, weights in read["grams"].items()} == model.grams


def test_two_types_are_enough() -> None:
    told = train(TEXTS[:12], TODAY).probabilities(INVOICE)
    assert told["invoice"] > 0.8


@pytest.mark.parametrize("texts", [[], TEXTS[:6], [*TEXTS[:6], *TEXTS[6:8]]], ids=["nothing", "one type", "too few of the second"])
def test_nothing_is_learnt_from_too_little(texts: list[tuple[str, str]]) -> None:
    with pytest.raises(ConfigurationError, match="too little"):
        train(texts, TODAY)


def test_each_document_gives_the_words_of_its_pages() -> None:
    truth = {"documents": [{"type": "letter", "pages": [1, 3]}, {"type": "invoice", "pages": [2]}, {"type": "unknown", "pages": [4]}]}
    layouts = {1: page("Sehr geehrte"), 2: page("Rechnung"), 3: page("Mit Grüßen"), 4: page("")}
    assert [(kind, text.split()) for kind, text in texts_of(truth, layouts)] == [
        ("letter", ["sehr", "geehrte", "mit", "grussen"]),
        ("invoice", ["rechnung"]),
    ]


def sent(store: SqlStore, outcome: ReviewOutcome, *, kind: str, text: str | None, state: DocumentState = DocumentState.DELIVERED) -> None:
    fax = add_fax(store)
    document = add_document(store, fax, state, type=kind)
    with store.begin() as tx:
        if text is not None:
            tx.save_result(fax.id, 1, "layout", page(text))
        tx.add_record(Record(document.id, 1, {"review": {"outcome": outcome.value, "at": None}}, START))


def test_it_learns_from_what_people_confirmed_or_corrected_and_from_nothing_else(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    sent(store, ReviewOutcome.CONFIRMED, kind="invoice", text="Rechnung Toner")
    sent(store, ReviewOutcome.CORRECTED, kind="letter", text="Sehr geehrte", state=DocumentState.RELEASED)
    sent(store, ReviewOutcome.AUTOMATIC, kind="disease_notification", text="Meldung Masern")
    add_document(store, add_fax(store), DocumentState.WAITING)
    assert {(kind, text.strip()) for kind, text in confirmed_texts(store, 100)} == {
        ("invoice", "rechnung toner"),
        ("letter", "sehr geehrte"),
    }


def test_pages_that_were_put_aside_have_no_words_to_learn_from(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    sent(store, ReviewOutcome.CORRECTED, kind="invoice", text=None)
    assert list(confirmed_texts(store, 100)) == []


def test_of_many_confirmed_documents_the_newest_teach(sqlite_url: str, tmp_path: Path) -> None:
    store = SqlStore(sqlite_url, tmp_path)
    sent(store, ReviewOutcome.CONFIRMED, kind="letter", text="Sehr geehrte")
    sent(store, ReviewOutcome.CONFIRMED, kind="invoice", text="Rechnung Toner")
    assert [kind for kind, _ in confirmed_texts(store, 1)] == ["invoice"]
