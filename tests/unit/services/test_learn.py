"""What a correction teaches, and what must never be learnt from one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.desk import ProposalState, Step, StepKind
from bridge.domain.layout import Layout
from bridge.domain.model import Document, Field, Issue, IssueCode, Origin, Sender
from bridge.domain.teaching import Corrections
from bridge.services.learn import Learn, LearnedCatalog, pages_shown
from bridge.services.reading import locate_documents
from bridge.stages.learned import asked_by
from bridge.store.sql import SqlStore
from tests.deliveries import START, SetClock, add_document, add_fax
from tests.unit.stages.printed import Page, catalog

DISEASE = "disease_notification"
GIVEN = "patient.given_name"
LABEL = "Rufname lt. Ausweis"
PERSON = "0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10"
SENDERS = [Sender("+4935818563790"), Sender("+49351123456"), Sender(None, "PRAXIS WEISS")]


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(sqlite_url, tmp_path)
    yield opened
    opened.close()


def page(label: str = LABEL) -> Layout:
    sheet = Page()
    sheet.write(20, 60, f"{label}:")
    sheet.write(90, 60, "Anna")
    return sheet.layout()


def box(x: float = 90, y: float = 60) -> tuple[float, float, float, float]:
    """The place of what is printed at `x`, `y` (millimetres), as fractions of the page."""
    return (x / 210, y / 297, (x + 12) / 210, (y + 3) / 297)


def shown(path: str = GIVEN, text: str = "Anna", **changes: object) -> Step:
    return replace(Step(StepKind.VALUE, path, text, page=1, box=box()), **changes)


def corrected(store: SqlStore, *steps: Step, sender: Sender | None = SENDERS[0], layout: Layout | None = None, **facts: object) -> Document:
    """A fax that came from `sender` and was corrected by `steps`."""
    fax = add_fax(store)
    document = add_document(store, fax, **{"type": DISEASE, "fields": (), **facts})
    with store.begin() as tx:
        tx.set_fax_facts(fax.id, sender=sender)
        Learn(catalog().types).from_steps(tx, document, steps or (shown(),), {1: layout or page()}, START)
    return document


def offered(store: SqlStore) -> list[tuple[str, str, int]]:
    return [(each.path, each.label, each.times) for each in store.label_proposals(ProposalState.PROPOSED)]


def test_a_label_is_offered_once_faxes_of_two_senders_have_shown_it(store: SqlStore) -> None:
    corrected(store)
    corrected(store)
    assert offered(store) == [], "one sender's form may print what it likes"
    corrected(store, sender=SENDERS[1])
    corrected(store, sender=SENDERS[2])
    assert offered(store) == [(GIVEN, LABEL, 3)]


def test_faxes_of_nobody_knows_whom_do_not_count_as_of_different_senders(store: SqlStore) -> None:
    for sender in (Sender(), Sender(), SENDERS[0]):
        corrected(store, sender=sender)
    assert offered(store) == []


def both(store: SqlStore, *steps: Step, **facts: object) -> list[tuple[str, str, int]]:
    for sender in SENDERS[:2]:
        corrected(store, *steps, sender=sender, **facts)
    return offered(store)


def read(path: str, text: str, place: tuple[float, float, float, float] | None = None) -> Field:
    return Field(path, text, text, 0.4, Origin.READ, page=1, box=place)


def test_where_the_machine_had_looked_there_is_nothing_to_learn(store: SqlStore) -> None:
    assert both(store, fields=(read(GIVEN, "Anno", box()),)) == []
    assert both(store, issues=(Issue(GIVEN, IssueCode.UNREADABLE, "Unleserlich.", 1, box()),)) == []


def test_where_it_had_looked_elsewhere_there_is(store: SqlStore) -> None:
    assert both(store, fields=(read(GIVEN, "Praxis", box(90, 200)),)) == [(GIVEN, LABEL, 2)]


@pytest.mark.parametrize("name", ["Böhm", "BOEHM", "Dr. Böhm (Anna)"])
def test_no_word_of_the_documents_values_is_learnt(store: SqlStore, name: str) -> None:
    fields = (read("patient.family_name", "Böhm"), read("notifier.name", "Dr. BOEHM"))
    assert both(store, layout=page(name), fields=fields) == []


def test_nor_one_that_was_typed_or_read_in_another_way(store: SqlStore) -> None:
    assert both(store, shown(), shown("patient.family_name", "Weber", box=None), layout=page("Weber")) == []


@pytest.mark.parametrize("label", ["Nachname", "Geburtsdatum", "Vorname", "Klasse 4b"])
def test_what_the_type_knows_or_what_is_no_label_is_not_learnt(store: SqlStore, label: str) -> None:
    assert both(store, layout=page(label)) == []


def test_cells_of_a_list_and_what_the_type_does_not_ask_for_teach_no_label(store: SqlStore) -> None:
    assert both(store, shown("rows.0.given_name"), type="case_list") == []
    assert both(store, shown("patient.shoe_size")) == []


def test_a_label_is_one_of_the_type_that_the_person_said_it_is(store: SqlStore) -> None:
    both(store, Step(StepKind.TYPE, text=DISEASE), shown(), type="letter")
    assert [each.type for each in store.label_proposals()] == [DISEASE]


def test_what_was_typed_over_or_taken_for_absent_in_the_end_shows_nothing(store: SqlStore) -> None:
    assert both(store, shown(), Step(StepKind.ABSENT, GIVEN)) == []


def test_corrections_are_counted_by_field_whatever_the_row_and_whoever_sent_it(store: SqlStore) -> None:
    fields = (read("rows.0.city", "Pima"), read("rows.1.city", "Pirna"), read("rows.2.city", "x"))
    steps = (
        Step(StepKind.VALUE, "rows.0.city", "Pirna"),
        Step(StepKind.VALUE, "rows.1.city", "Pirna"),
        Step(StepKind.ABSENT, "rows.2.city"),
        Step(StepKind.CONFIRMED, "kind"),
        Step(StepKind.VALUE, "rows.1.phone", "1"),
    )
    for _ in range(2):
        corrected(store, *steps, sender=Sender(), type="case_list", fields=fields)
    assert store.corrections(START, 10) == [Corrections("case_list", "rows.city", 4), Corrections("case_list", "rows.phone", 2)]
    assert store.corrections(START, 1) == [Corrections("case_list", "rows.city", 4)]
    assert store.corrections(START + timedelta(days=1), 10) == []


def test_only_pages_on_which_something_was_shown_are_needed() -> None:
    assert pages_shown((shown(), shown(page=3), shown(box=None, page=4), Step(StepKind.ABSENT, GIVEN))) == {1, 3}


def test_what_is_approved_holds_within_a_minute_and_the_catalog_stays_the_same_until_then(store: SqlStore) -> None:
    clock = SetClock()
    both(store)
    now = LearnedCatalog(catalog(), store, clock)
    assert now() is catalog()

    store.decide_label(DISEASE, GIVEN, LABEL, ProposalState.APPROVED, PERSON)

    clock.advance(seconds=59)
    assert now() is catalog()
    clock.advance(seconds=1)
    taught = now()
    spec = asked_by(taught.types[DISEASE], GIVEN)
    assert spec is not None
    assert LABEL in spec.labels
    clock.advance(minutes=5)
    assert now() is taught


def test_a_taught_label_finds_the_value(store: SqlStore) -> None:
    sheet = Page()
    sheet.write(20, 20, "Meldung einer übertragbaren Krankheit gemäß § 6 IfSG", 4)
    sheet.write(20, 50, "Angaben zum Patienten")
    sheet.write(20, 60, "Rufsname-Eintrag:")
    sheet.write(90, 60, "Anna")
    both(store, layout=page("Rufsname-Eintrag"))
    store.decide_label(DISEASE, GIVEN, "Rufsname-Eintrag", ProposalState.APPROVED, PERSON)

    def found(where: object) -> set[str]:
        [document] = locate_documents({1: sheet.layout()}, where).documents
        return {place.path for place in document.located if place.text == "Anna"}

    assert GIVEN not in found(catalog())
    assert GIVEN in found(LearnedCatalog(catalog(), store, SetClock())())
