from __future__ import annotations

from bridge.domain.findings import Classification, LocatedDocument, Part
from bridge.stages.locate import locate
from bridge.stages.separate import separate
from tests.unit.stages.printed import Page, catalog

KIND = catalog().types["laboratory_notification"]


def report(*rows: tuple[str, str], title: str = "Ergebnis") -> tuple[LocatedDocument, ...]:
    page = Page()
    page.write(20, 20, "Labormeldung nach § 7 IfSG")
    page.write(20, 40, "Patient: Böhm, Anna")
    for left, text in ((20, "Erreger"), (90, "Methode"), (130, title)):
        page.write(left, 100, text)
    for i, (name, result) in enumerate(rows):
        page.write(20, 108 + 8 * i, name)
        page.write(90, 108 + 8 * i, "PCR")
        page.write(130, 108 + 8 * i, result)
    located = locate({1: page.layout()}, KIND, catalog().codes)
    return separate(LocatedDocument(Part((1,)), Classification(KIND.name, 0.99), located), KIND)


def text_of(document: LocatedDocument, path: str) -> str:
    return next(place.text for place in document.located if place.path == path)


def test_every_positive_finding_is_a_document_on_the_same_pages():
    documents = report(("Norovirus", "positiv"), ("Rotavirus", "negativ"), ("Campylobacter jejuni", "POSITIV"))
    assert [text_of(d, "pathogen") for d in documents] == ["Norovirus", "Campylobacter jejuni"]
    assert all(text_of(d, "patient.full_name") == "Böhm, Anna" and d.part.pages == (1,) for d in documents)
    assert not any(place.path.startswith("rows") for d in documents for place in d.located)


def test_a_single_negative_finding_is_one_document():
    (document,) = report(("Norovirus", "negativ"))
    assert text_of(document, "result") == "negativ"


def test_only_negative_findings_are_one_document_and_a_doubt():
    (document,) = report(("Norovirus", "negativ"), ("Rotavirus", "nicht nachweisbar"))
    assert any(place.doubt for place in document.located)


def test_a_finding_that_says_nothing_but_the_result_is_the_result():
    (document,) = report(("Norovirus", "nicht nachweisbar"), title="Befund")
    assert text_of(document, "result") == text_of(document, "finding") == "nicht nachweisbar"
    documents = report(("Norovirus", "positiv"), ("Rotavirus", "negativ"), title="Befund")
    assert [text_of(d, "pathogen") for d in documents] == ["Norovirus"]


def test_a_result_that_is_not_clear_makes_every_finding_doubtful():
    documents = report(("Norovirus", "positiv"), ("Rotavirus", "pxxtif"))
    assert all(any(place.doubt and place.path == "result" for place in d.located) for d in documents)


def test_other_types_stay_as_they_are():
    document = LocatedDocument(Part((1,)), Classification("letter", 0.9), ())
    assert separate(document, catalog().types["letter"]) == (document,)
