"""One piece of work after the other, on both databases: what fails is tried, counted and put aside, never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bridge.decoders.sandbox import DecoderLimits, SandboxedDecoder
from bridge.domain.errors import DecoderCrashError, EncryptedError, TooLargeError
from bridge.domain.lifecycle import DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import Claim, Work
from bridge.ports import Settlement
from bridge.queue.host_lock import FileHostLock
from bridge.services import process as process_module
from bridge.services.accept import Transmission
from bridge.services.process import Process
from bridge.services.review import Review
from bridge.services.steps.tools import Tools
from bridge.services.unread import list_unread
from bridge.stages.typed import parse_value
from tests.integration.bench import Bench, sample


def failing(error: Exception) -> Callable[[Tools, Claim], list[Work]]:
    def step(tools: Tools, claim: Claim) -> list[Work]:
        raise error

    return step


def test_a_fax_goes_all_the_way_to_a_decision_and_its_ledger_has_no_gap(bench: Bench) -> None:
    fax = bench.arrive(sample("08-kopfstand.tif"))

    bench.work(until=lambda work: work.stage is Stage.DELIVER)

    assert bench.store.fax(fax.id).state is FaxState.DECIDED
    assert [page.state for page in bench.store.pages(fax.id)] == [PageState.READ]
    assert bench.store.documents(fax.id)
    assert bench.store.ledger(fax.id)[0].gap == 0


def test_work_that_is_done_is_not_done_again(bench: Bench) -> None:
    fax = bench.arrive(sample("08-kopfstand.tif"))
    unpack = bench.bell.rung[0]
    bench.process.run(unpack.id)
    events = len(bench.store.events(fax.id))

    bench.process.run(unpack.id)

    assert len(bench.store.events(fax.id)) == events


def test_the_same_original_in_another_mail_is_linked_and_never_merged(bench: Bench) -> None:
    first = bench.arrive(sample("08-kopfstand.tif"))
    bench.work(until=lambda work: work.stage is Stage.DECODE)
    second = bench.arrive(sample("08-kopfstand.tif"))
    bench.bell.rung = [work for work in bench.bell.rung if work.stage is Stage.UNPACK]
    bench.work(until=lambda work: work.stage is Stage.DECODE)

    assert second.id != first.id
    assert bench.store.fax(second.id).possible_duplicate_of == first.id


def test_a_second_attachment_of_the_same_name_is_read_too_and_waits_as_a_possible_duplicate(bench: Bench) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Zwei Meldungen"
    mail.add_attachment(sample("08-kopfstand.tif"), "image", "tiff", filename="fax.tif")
    mail.add_attachment(sample("12-laborbrief-scan.pdf"), "application", "pdf", filename="fax.pdf")
    first = bench.arrive(mail.as_bytes(), Transmission("smtp", ("infektionsschutz",), "message/rfc822", "127.0.0.1"))

    bench.work(until=lambda work: work.stage is Stage.DELIVER)

    _, second = sorted(bench.store.faxes_of(first.envelope_id), key=lambda fax: fax.ordinal)
    (document,) = bench.store.documents(second.id)
    assert second.possible_duplicate_of == first.id
    assert document.state is DocumentState.WAITING
    assert str(document.reason).startswith(f"Mögliches Duplikat von Fax {first.id}")


def test_a_mail_gives_every_mailbox_its_own_fax_and_every_attachment_another(bench: Bench) -> None:
    mail = b"\r\n".join(
        [
            b"Subject: Neues Fax",
            b'Content-Type: multipart/mixed; boundary="b"',
            b"",
            b"--b",
            b"Content-Type: application/pdf",
            b"",
            b"%PDF-1.4 eins",
            b"--b",
            b"Content-Type: application/pdf",
            b"",
            b"%PDF-1.4 zwei",
            b"--b--",
            b"",
        ]
    )
    transmission = Transmission("smtp", ("infektionsschutz", "schule"), "message/rfc822", "127.0.0.1")
    fax = bench.arrive(mail, transmission)

    bench.work(until=lambda work: work.stage is Stage.DECODE)

    faxes = bench.store.faxes_of(fax.envelope_id)
    assert sorted((each.mailbox, each.ordinal) for each in faxes) == [(m, o) for m in ("infektionsschutz", "schule") for o in (1, 2)]
    assert len({each.original.sha256 for each in faxes if each.original}) == 2


def test_what_could_not_be_opened_of_a_mail_is_told_by_kind_in_the_story_of_its_fax(bench: Bench) -> None:
    mail = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 eins\r\n--b\r\n'
    mail += b'Content-Type: message/partial; number=1; total=2; id="frau.boehm"\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n'
    fax = bench.arrive(mail, Transmission("smtp", ("infektionsschutz",), "message/rfc822", "127.0.0.1"))

    bench.work(until=lambda work: work.stage is Stage.DECODE)

    [told] = [event.detail for event in bench.store.events(fax.id) if event.what == "mail had problems"]
    assert told == {"kinds": {"content_elsewhere": 1}}


def test_a_named_failure_ends_the_fax_with_a_german_reason(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(process_module.STEPS, Stage.DECODE, failing(EncryptedError()))
    fax = bench.arrive(sample("08-kopfstand.tif"))

    bench.work()

    ended = bench.store.fax(fax.id)
    assert (ended.state, ended.reason) == (FaxState.ENCRYPTED, EncryptedError.reason)
    assert bench.store.ledger(fax.id)[0].settled[Settlement.WAITING] == 1


def test_the_third_crash_of_the_decoder_puts_the_fax_into_quarantine(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(process_module.STEPS, Stage.DECODE, failing(DecoderCrashError("signal 11")))
    fax = bench.arrive(sample("08-kopfstand.tif"))

    bench.work()

    assert bench.store.fax(fax.id).state is FaxState.QUARANTINED
    (work,) = bench.store.quarantined(10)
    assert work.crashes == 2  # the third is the quarantine itself
    assert bench.store.ledger(fax.id)[0].gap == 0


def test_a_page_that_fails_again_and_again_is_put_aside_and_its_fax_goes_on_to_a_person(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    fax = bench.arrive(sample("05-fallliste-zwei-seiten.tif"))
    bench.work(until=lambda work: work.stage is Stage.LAYOUT)
    real = process_module.STEPS[Stage.LAYOUT]

    def first_page_fails(tools: Tools, claim: Claim) -> list[Work]:
        if claim.work.page == 1:
            raise ZeroDivisionError
        return real(tools, claim)

    monkeypatch.setitem(process_module.STEPS, Stage.LAYOUT, first_page_fails)
    bad = next(work for work in bench.bell.rung if work.page == 1)
    for _ in range(3):
        bench.clock.at += timedelta(hours=2)
        bench.process.run(bad.id)
    bench.work(until=lambda work: work.stage is Stage.DELIVER)

    assert [page.state for page in bench.store.pages(fax.id)] == [PageState.QUARANTINED, PageState.READ]
    assert bench.store.fax(fax.id).state is FaxState.DECIDED
    assert {document.state for document in bench.store.documents(fax.id)} == {DocumentState.WAITING}
    line = bench.store.ledger(fax.id)[0]
    assert (line.gap, line.settled[Settlement.WAITING]) == (0, 2)


def test_a_page_above_a_limit_lowered_meanwhile_waits_by_itself_until_a_person_closes_it(bench: Bench) -> None:
    fax = bench.arrive(sample("05-fallliste-zwei-seiten.tif"))
    bench.work(until=lambda work: work.stage is Stage.LAYOUT)
    lowered = replace(bench.tools, decoder=SandboxedDecoder(DecoderLimits(max_pixels_per_page=1000)))
    [second] = [work for work in bench.bell.rung if work.page == 2]

    Process(lowered, bench.bell, bench.process._lock, bench.process._patience, "worker").run(second.id)
    bench.work(until=lambda work: work.stage is Stage.DELIVER)

    assert bench.store.fax(fax.id).state is FaxState.DECIDED
    assert [(page.state, page.reason) for page in bench.store.pages(fax.id)] == [
        (PageState.READ, None),
        (PageState.QUARANTINED, TooLargeError.reason),
    ]
    assert [page.number for page in list_unread(bench.store, 10)] == [2]
    catalog = bench.tools.catalog
    review = Review(bench.store, bench.bell, bench.clock, catalog.types, catalog.routes, parse_value, "http://here", bench.tools.schemas)  # type: ignore[arg-type]
    for document in bench.store.documents(fax.id):
        review.reject(document.id, "Neu angefordert.")
    review.close_page(fax.id, 2, "Neu angefordert.")
    line = bench.store.ledger(fax.id)[0]
    assert (line.gap, line.settled) == (0, {Settlement.REJECTED: 2})
    assert bench.store.quarantined(10) == []


def test_a_fax_without_any_readable_page_is_put_where_a_person_finds_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(process_module.STEPS, Stage.LAYOUT, failing(ZeroDivisionError()))
    fax = bench.arrive(sample("08-kopfstand.tif"))
    bench.work(until=lambda work: work.stage is Stage.LAYOUT)
    (layout,) = bench.bell.rung
    for _ in range(3):
        bench.clock.at += timedelta(hours=2)
        bench.process.run(layout.id)

    bench.work()

    ended = bench.store.fax(fax.id)
    assert (ended.state, ended.reason is not None) == (FaxState.QUARANTINED, True)
    assert bench.store.ledger(fax.id)[0].settled[Settlement.WAITING] == 1


def test_work_whose_worker_vanishes_is_taken_over_then_done_alone_then_put_aside(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    monkeypatch.setitem(process_module.STEPS, Stage.DECODE, failing(EncryptedError()))
    fax = bench.arrive(sample("08-kopfstand.tif"))
    bench.work(until=lambda work: work.stage is Stage.DECODE)
    (decode,) = bench.bell.rung
    lock = bench.process._lock
    monkeypatch.setattr(
        lock.__class__, "hold", lambda self, *, alone, real=lock.__class__.hold: (held.append(alone), real(self, alone=alone))[1]
    )
    for _ in range(3):  # workers that claim, and are never seen again
        assert bench.store.claim(decode.id, "lost", timedelta(seconds=1), bench.clock.at)
        bench.clock.at += timedelta(minutes=5)

    bench.process.run(decode.id)

    assert held == []
    assert bench.store.fax(fax.id).state is FaxState.QUARANTINED
    assert bench.store.work(decode.id).state is WorkState.QUARANTINED


def test_the_last_chance_is_taken_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    bench.arrive(sample("08-kopfstand.tif"))
    bench.work(until=lambda work: work.stage is Stage.DECODE)
    (decode,) = bench.bell.rung
    real = FileHostLock.hold
    monkeypatch.setattr(FileHostLock, "hold", lambda self, *, alone: (held.append(alone), real(self, alone=alone))[1])
    for _ in range(2):
        assert bench.store.claim(decode.id, "lost", timedelta(seconds=1), bench.clock.at)
        bench.clock.at += timedelta(minutes=5)

    bench.process.run(decode.id)

    assert held == [True]
    assert bench.store.work(decode.id).state is WorkState.DONE


def test_who_has_lost_the_lease_saves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    fax = bench.arrive(sample("08-kopfstand.tif"))
    bench.work(until=lambda work: work.stage is Stage.DECODE)
    (decode,) = bench.bell.rung
    real = process_module.STEPS[Stage.DECODE]

    def overtaken(tools: Tools, claim: Claim) -> list[Work]:
        bench.clock.at += timedelta(minutes=5)
        assert bench.store.claim(decode.id, "faster", timedelta(seconds=60), bench.clock.at)
        return real(tools, claim)

    monkeypatch.setitem(process_module.STEPS, Stage.DECODE, overtaken)
    bench.process.run(decode.id)

    assert bench.store.fax(fax.id).state is FaxState.UNPACKED
    assert not bench.store.pages(fax.id)


def test_no_log_line_holds_the_message_of_an_unforeseen_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(process_module.STEPS, Stage.DECODE, failing(ValueError("Böhm, Anna")))
    bench.arrive(sample("08-kopfstand.tif"))

    bench.work()

    assert "ValueError" in caplog.text
    assert "Böhm" not in caplog.text
