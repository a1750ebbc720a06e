"""What a person says of a fax, and what the team has taught, with the whole of reading behind it, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.desk import Arrangement
from bridge.domain.lifecycle import DocumentState, Stage
from bridge.domain.model import Fax, PageKind
from bridge.services.accept import Transmission
from bridge.services.process import Process
from bridge.services.reading import LocatedFax
from bridge.services.rearrange import Rearrange
from bridge.services.review import Review
from bridge.services.steps.locate import LOCATED
from bridge.stages.placing import placing_of
from bridge.stages.typed import parse_value
from tests.integration.bench import Bench, sample


def rearranged(bench: Bench, fax: Fax, arrangement: Arrangement) -> list[Stage]:
    """Rearrange a fax that has been read and read it again; return what was done for that, in order."""
    done: list[Stage] = []
    Rearrange(bench.store, bench.bell, bench.clock, bench.tools.catalog.types).once(fax.id, arrangement)
    bench.work(until=lambda work: work.stage is Stage.DELIVER or bool(done.append(work.stage)))
    return done


def test_what_the_machine_took_for_one_document_is_split_by_hand_without_laying_a_page_out_again(bench: Bench) -> None:
    fax = bench.arrive(sample("05-fallliste-zwei-seiten.tif"))
    bench.work(until=lambda work: work.stage is Stage.DELIVER)
    (joined,) = bench.store.documents(fax.id)
    assert joined.pages == (1, 2)

    done = rearranged(bench, fax, Arrangement((((1,), None), ((2,), "case_list"))))

    first, second = bench.store.documents(fax.id)
    assert (first.pages, second.pages) == ((1,), (2,))
    assert (second.type, second.type_confidence) == ("case_list", 1.0)
    names = [{field.value for field in document.fields if field.path.endswith(".family_name")} for document in (joined, first, second)]
    assert names[0] == names[1] | names[2]
    assert {field.page for field in second.fields} == {2}
    assert bench.store.document(joined.id).state is DocumentState.REPLACED
    assert set(done) == {Stage.LOCATE, Stage.READ_VALUES, Stage.DECIDE}
    assert bench.store.ledger(fax.id)[0].gap == 0


def test_two_notifications_are_joined_and_split_again_and_what_is_in_no_document_is_filed(bench: Bench) -> None:
    fax = bench.arrive(sample("07-deckblatt-zwei-meldungen-asterisk.eml"), Transmission("smtp", ("amt",), "message/rfc822", "127.0.0.1"))
    bench.work(until=lambda work: work.stage is Stage.DELIVER)
    if any(document.version for document in bench.store.documents(fax.id)):
        pytest.fail("this sample has to wait for a person")
    apart = [(document.pages, document.type) for document in bench.store.documents(fax.id)]

    rearranged(bench, fax, Arrangement((((2, 3), "disease_notification"),)))
    assert [(document.pages, document.type) for document in bench.store.documents(fax.id)] == [((2, 3), "disease_notification")]
    rearranged(bench, fax, Arrangement((((2,), None), ((3,), None))))

    assert [(document.pages, document.type) for document in bench.store.documents(fax.id)] == apart
    assert [page.kind for page in bench.store.pages(fax.id)] == [PageKind.COVER, PageKind.CONTENT, PageKind.CONTENT]
    assert bench.store.ledger(fax.id)[0].gap == 0


def test_a_page_is_turned_and_read_as_the_person_says_and_turned_back(bench: Bench) -> None:
    fax = bench.arrive(sample("04-ankreuzbogen-noisy.tif"))
    bench.work(until=lambda work: work.stage is Stage.DELIVER)
    (upright,) = bench.store.documents(fax.id)
    words = bench.store.layout(fax.id, 1).words

    done = rearranged(bench, fax, Arrangement(turns={1: 180}))
    assert done[0] is Stage.LAYOUT
    assert bench.store.layout(fax.id, 1).rotation == 180, "the machine knew better, but it is the person's word"
    assert bench.store.documents(fax.id)[0].fields != upright.fields
    rearranged(bench, fax, Arrangement(turns={1: 270}))
    lying, [page] = bench.store.layout(fax.id, 1), bench.store.pages(fax.id)
    assert page.image is not None
    placing = placing_of(bench.tools.decoder.load(bench.blobs.path(page.image.sha256), page.x_dpi, page.y_dpi), lying.rotation)
    assert (lying.rotation, lying.width, lying.height) == (90, placing.width, placing.height), "its words lie on its picture"
    rearranged(bench, fax, Arrangement(turns={1: 270}))

    assert bench.store.layout(fax.id, 1).rotation == 0
    assert bench.store.layout(fax.id, 1).words == words
    assert [field.value for field in bench.store.documents(fax.id)[0].fields] == [field.value for field in upright.fields]
    assert bench.store.ledger(fax.id)[0].gap == 0


def test_what_a_person_arranged_holds_when_the_fax_is_read_from_its_original_again(bench: Bench) -> None:
    fax = bench.arrive(sample("05-fallliste-zwei-seiten.tif"))
    bench.work(until=lambda work: work.stage is Stage.DELIVER)
    rearranged(bench, fax, Arrangement((((1,), "case_list"), ((2,), "case_list"))))
    catalog = bench.tools.catalog
    review = Review(bench.store, bench.bell, bench.clock, catalog.types, catalog.routes, parse_value, "http://here", bench.tools.schemas)

    review.replay(fax.id)
    bench.work(until=lambda work: work.stage is Stage.DELIVER)

    assert [document.pages for document in bench.store.documents(fax.id)] == [(1,), (2,)]


def test_values_are_located_by_what_the_team_has_taught_meanwhile(bench: Bench) -> None:
    catalog = bench.tools.catalog
    mute = {name: replace(kind, fields=()) for name, kind in catalog.types.items()}  # no label at all is known
    taught = replace(bench.tools, taught=lambda: replace(catalog, types=mute))
    fax = bench.arrive(sample("04-ankreuzbogen-noisy.tif"))
    bench.work(until=lambda work: work.stage is Stage.LOCATE)

    Process(taught, bench.bell, bench.process._lock, bench.process._patience, "worker").run(bench.bell.rung.pop(0).id)

    located = bench.store.result(fax.id, 0, LOCATED, LocatedFax)
    assert located is not None
    assert [place.path for document in located.documents for place in document.located if place.path.startswith("patient.")] == []
