"""What the rest protocol says, without a network; the way to the receiver is in test_http.py."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bridge.delivery.dialect import Answer, UnsendableError
from bridge.delivery.rest import Rest
from bridge.domain.errors import ConfigurationError, NotFoundError
from bridge.domain.model import JsonObject, Record
from bridge.domain.targets import PaperKind
from bridge.ports import Message, Paper, Verdict
from tests.deliveries import START, target

DOCUMENT, FAX = "0199c1f0-7c1e-7b3a-9d55-0d4a3c1b2e10", "0199c1f0-0000-7b3a-9d55-0d4a3c1b2e10"
BODY: JsonObject = {"id": DOCUMENT, "version": 2, "fax": {"id": FAX}, "pages": [2, 3], "data": {"name": "Böhm"}}
RECORD = Message(Record(DOCUMENT, 2, BODY, START))
WITHDRAWAL = Message(Record(DOCUMENT, 3, {"id": DOCUMENT, "schema": "withdrawal/1", "fax": {"id": FAX}}, START), is_withdrawal=True)


@dataclass
class Drawer:
    """Gives a paper that says what was asked for; with `is_empty` none."""

    is_empty: bool = False
    asked: list[tuple[str, Sequence[int]]] = field(default_factory=list)

    def searchable(self, fax_id: str, pages: Sequence[int]) -> Paper:
        if self.is_empty:
            raise NotFoundError("page without a picture")
        self.asked.append((fax_id, pages))
        return Paper(b"%PDF", "application/pdf")

    def original(self, fax_id: str) -> Paper:
        return Paper(b"II*\0", "image/tiff")


def rest(papers: Drawer | None = None, **changes: object) -> Rest:
    return Rest(target("https://office.example/records", **changes), papers or Drawer(), "https://bridge.example")


def sent(message: Message = RECORD, **changes: object) -> object:
    return json.loads(rest(**changes).request(message).content)


def test_a_record_is_posted_as_it_is_under_its_key() -> None:
    request = rest().request(RECORD)
    assert (request.method, request.url) == ("POST", "https://office.example/records")
    assert request.headers == {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": f"{DOCUMENT}:2",
    }
    assert json.loads(request.content) == BODY


def test_the_bytes_do_not_depend_on_the_order_of_keys() -> None:
    turned = Message(Record(DOCUMENT, 2, dict(reversed(BODY.items())), START))
    assert rest().request(turned).content == rest().request(RECORD).content
    assert '"name":"Böhm"'.encode() in rest().request(RECORD).content


class TestShape:
    def test_the_receiver_gets_its_own_json(self) -> None:
        assert sent(shape="{Nr: id, Name: data.name, Seiten: length(pages)}") == {"Nr": DOCUMENT, "Name": "Böhm", "Seiten": 2}

    def test_a_shape_may_treat_withdrawals_on_their_own(self) -> None:
        shape = "(schema == 'withdrawal/1' && {storno: id, art: schema}) || {neu: id}"
        assert sent(shape=shape) == {"neu": DOCUMENT}
        assert sent(WITHDRAWAL, shape=shape) == {"storno": DOCUMENT, "art": "withdrawal/1"}

    def test_a_withdrawal_that_would_look_like_a_record_of_nothing_is_not_sent(self) -> None:
        with pytest.raises(UnsendableError, match="hides") as refused:
            rest(shape="{nr: id, name: data.name}").request(WITHDRAWAL)
        assert "Rücknahme" in refused.value.reason

    @pytest.mark.parametrize("shape", ["{nr: id}", "data", "keys(data)"])
    def test_nor_is_such_an_expression_taken_when_the_service_starts(self, shape: str) -> None:
        with pytest.raises(ConfigurationError, match="withdrawals") as refused:
            rest(shape=shape).check()
        assert (refused.value.file, refused.value.key) == ("targets/office.toml", "shape")
        rest(shape="{nr: id, art: schema}").check()

    @pytest.mark.parametrize("shape", ["contains(data.name, data.missing)", "[::0]", "{n: to_number('Infinity')}", "keys(data.name)"])
    def test_an_expression_that_fails_on_a_record_is_that_records_trouble(self, shape: str) -> None:
        with pytest.raises(UnsendableError):
            rest(shape=shape).request(RECORD)

    @pytest.mark.parametrize("shape", ["data.nothing", "data.name", "`[]`", "length(data.nothing)"])
    def test_what_gives_nothing_sendable_goes_to_a_person_without_a_value_of_the_fax(self, shape: str) -> None:
        with pytest.raises(UnsendableError) as refused:
            rest(shape=shape).request(RECORD)
        assert "bridge targets preview office" in refused.value.reason
        assert "Böhm" not in f"{refused.value} {refused.value.reason}"

    def test_what_the_fax_does_not_say_is_null_in_the_receivers_shape_too(self) -> None:
        assert sent(shape="{id: id, sex: data.sex}") == {"id": DOCUMENT, "sex": None}


class TestPaper:
    def test_a_link_names_the_pages_of_this_document_only(self) -> None:
        href = f"https://bridge.example/api/v1/faxes/{FAX}/searchable.pdf?page=2&page=3"
        assert sent(paper=PaperKind.LINK) == {**BODY, "paper": {"href": href}}

    def test_inline_brings_the_pdf_itself(self) -> None:
        papers = Drawer()
        body = json.loads(rest(papers, paper=PaperKind.INLINE).request(RECORD).content)
        assert b64decode(body["paper"]["content"]) == b"%PDF"
        assert body["paper"]["media_type"] == "application/pdf"
        assert papers.asked == [(FAX, [2, 3])]

    def test_the_original_comes_as_it_is(self) -> None:
        body = json.loads(rest(paper=PaperKind.ORIGINAL).request(RECORD).content)
        assert (b64decode(body["paper"]["content"]), body["paper"]["media_type"]) == (b"II*\0", "image/tiff")

    def test_a_withdrawal_brings_none(self) -> None:
        assert "paper" not in json.loads(rest(paper=PaperKind.INLINE).request(WITHDRAWAL).content)

    def test_without_a_picture_a_person_is_asked(self) -> None:
        with pytest.raises(UnsendableError) as refused:
            rest(Drawer(is_empty=True), paper=PaperKind.INLINE).request(RECORD)
        assert 'paper = "none"' in refused.value.reason


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, body=b'{"id": 17}'), "17"),
        (Answer(201, {"location": "/records/R1/"}), "R1"),
        (Answer(201, {"location": "https://office.example/records/R2?x=1"}), "R2"),
        (Answer(201, {"location": "http://[bad"}), None),
        (Answer(200, body=b'{"id": true}'), None),
        (Answer(200, body=b'["id"]'), None),
        (Answer(200, body=b"\xff\xfe"), None),
        (Answer(200, body=b"[" * 60_000), None),
        (Answer(204), None),
    ],
)
def test_the_receivers_own_id_is_taken_from_body_or_location(answer: Answer, expected: str | None) -> None:
    judged = rest().judge(answer)
    assert (judged.verdict, judged.receiver_id) == (Verdict.TAKEN, expected)


@pytest.mark.parametrize(
    ("verdict", "statuses"),
    [
        (Verdict.TAKEN, (200, 201, 202, 204)),
        (Verdict.AGAIN, (408, 425, 429, 500, 502, 503, 504, 599)),
        (Verdict.REFUSED, (301, 302, 307, 308, 400, 401, 403, 404, 409, 413, 415, 422)),
        (Verdict.GONE, (410,)),
    ],
)
def test_other_answers_go_by_their_status(verdict: Verdict, statuses: tuple[int, ...]) -> None:
    assert {rest().judge(Answer(status)).verdict for status in statuses} == {verdict}
