"""What the mails of fax servers tell, word for word from their templates, and what no other mail is made to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bridge.domain.errors import NoContentError
from bridge.domain.findings import MailFacts
from bridge.domain.model import Sender
from bridge.ports import Attachment, MailContent
from bridge.stages.unpack import fax_attachments, likely_copies, mail_facts, no_content_reason

DATE = "Sun, 22 Nov 2026 14:32:10 +0100"
CET = timezone(timedelta(hours=1))


def mail(
    subject: str = "", text: str = "", *, sender: str = "fax@example.org", problems: tuple[str, ...] = (), kinds: str = "", **headers: str
) -> MailContent:
    values = {
        "subject": (subject,),
        "from": (sender,),
        "date": (DATE,),
        **{name.replace("_", "-"): (value,) for name, value in headers.items()},
    }
    attachments = tuple(attachment(kind) for kind in kinds.split())
    return MailContent(values, text, attachments, problems)


def attachment(media_type: str, name: str | None = None) -> Attachment:
    return Attachment(Path("part"), "0" * 64, 10, media_type, name)


HYLAFAX_DE = """recvq/fax000000012.tif (ftp://faxserver:4559/recvq/fax000000012.tif):
                     Sender: {sender}
                     Seiten: 3
                   Qualität: Fein
                     Grösse: ISO A4
                  Empfangen: 2026:11:22 14:31:58
          Verarbeitungszeit: 1:02
Übertragungsgeschwindigkeit: 14400 bit/s
                Datenformat: 2-D MMR
            FehlerKorrektur: Ja
                Anrufe ID 1: {caller}
                Anrufe ID 2: <NONE>
                EmpfangenAn: ttyS0
"""
HYLAFAX_EN = """recvq/fax000000012.tif (ftp://faxserver:4559/recvq/fax000000012.tif):
          Sender: PRAXIS DR WEISS
           Pages: 2
         Quality: Fine
            Size: ISO A4
        Received: 2026:11:22 14:31:58
 Time To Receive: 0:41
     Signal Rate: 14400 bit/s
     Data Format: 2-D MMR
   Error Correct: Yes
         CallID1: +49 3581 8563790
         CallID2: <NONE>
     Received On: ttyS0
          CommID: 000000123 (ftp://faxserver:4559/log/c000000123)
"""


class TestHylaFax:
    def test_german_success(self):
        facts = mail_facts(mail("Fax empfangen von PRAXIS DR WEISS", HYLAFAX_DE.format(sender="PRAXIS DR WEISS", caller="03581 8563790")))
        assert facts.sender == Sender("+4935818563790", "PRAXIS DR WEISS", None)
        assert facts.announced_pages == 3
        assert facts.complete is True
        assert facts.sent_at == datetime(2026, 11, 22, 14, 31, 58, tzinfo=CET)

    def test_english_success(self):
        facts = mail_facts(mail('Fax received from "PRAXIS DR WEISS"', HYLAFAX_EN))
        assert facts.sender == Sender("+4935818563790", "PRAXIS DR WEISS", None)
        assert (facts.announced_pages, facts.complete) == (2, True)

    @pytest.mark.parametrize(
        ("subject", "text"),
        [
            (
                "Fax empfangen von X1",
                HYLAFAX_DE.format(sender="X1", caller="") + "\nDas ganze Dokument wurde nicht empfangen weil:\n\n   Verbindung verloren\n",
            ),
            ('Fax received from "X1"', HYLAFAX_EN + "\nErrors were received:\nNov 22 14:32:05.12: REMOTE HANGUP\n"),
            ("Facsimile received from X1", HYLAFAX_EN + "\nThe full document was not received because:\n\n    lost carrier\n"),
        ],
    )
    def test_a_partial_fax_has_the_subject_of_a_whole_one_and_is_told_by_its_body(self, subject, text):
        assert mail_facts(mail(subject, text)).complete is False

    def test_digits_as_tsid_are_the_number_where_no_caller_is_told(self):
        facts = mail_facts(mail("Fax empfangen von +49 3581 8563790", HYLAFAX_DE.format(sender="+49 3581 8563790", caller="<NONE>")))
        assert facts.sender == Sender("+4935818563790", "+49 3581 8563790", None)

    def test_a_subject_alone_says_nothing_of_completeness(self):
        assert mail_facts(mail("Fax empfangen von PRAXIS", "weitergeleitet")) == MailFacts(
            Sender(None, "PRAXIS", None), None, None, datetime(2026, 11, 22, 14, 32, 10, tzinfo=CET)
        )

    def test_a_clock_far_from_the_mail_is_not_believed(self):
        text = HYLAFAX_EN.replace("2026:11:22 14:31:58", "1999:01:01 00:00:00")
        assert mail_facts(mail('Fax received from "X1"', text)).sent_at == datetime(2026, 11, 22, 14, 32, 10, tzinfo=CET)

    def test_an_impossible_clock_is_not_believed(self):
        text = HYLAFAX_EN.replace("2026:11:22", "2026:13:45")
        assert mail_facts(mail('Fax received from "X1"', text)).sent_at == datetime(2026, 11, 22, 14, 32, 10, tzinfo=CET)


@pytest.mark.parametrize(
    ("subject", "text", "sender", "expected", "pages"),
    [
        ("New fax from: PRAXIS WEISS", "", "", Sender(None, "PRAXIS WEISS", None), None),
        ("Neues Fax von: 03581 8563790", "", "", Sender("+4935818563790"), None),
        (
            "New fax received",
            'Enclosed, please find a new fax from: "Dr. Weiss" <035818563790>\n',
            "",
            Sender("+4935818563790", None, "Dr. Weiss"),
            None,
        ),
        ("Neues Fax erhalten", "Anbei erhalten Sie ein neues Fax von: +4935818563790\n", "", Sender("+4935818563790"), None),
        ("New fax received", "Enclosed, please find a new fax\n", "", Sender(), None),
        ("Fax von Praxis Dr. Weiss (03581 8563790)", "", "", Sender("+4935818563790", None, "Praxis Dr. Weiss"), None),
        ("Fax von 035818563790 (Praxis Weiss)", "", "", Sender("+4935818563790", None, "Praxis Weiss"), None),
        ("WG: Fax von 035818563790", "", "", Sender("+4935818563790"), None),
        ("Fax von Praxis Weiss", "", "", Sender(None, None, "Praxis Weiss"), None),
        ("Fax von Unbekannt", "", "", Sender(), None),
        (
            "[fax] Neues Fax von 035818563790",
            "Sie haben ein 3-seitiges Fax von der Gegenstelle PRAXIS WEISS erhalten.\n",
            "",
            Sender("+4935818563790", "PRAXIS WEISS"),
            3,
        ),
        ('eFax message from "PRAXIS WEISS" - 4 page(s), Caller-ID: 1-613-701-0200', "", "", Sender("1-613-701-0200", "PRAXIS WEISS"), 4),
        ('Corporate eFax message from "unknown" - 1 page(s), Caller-ID: UNAVAILABLE', "", "", Sender(), 1),
        ("eFax from 19164574542", "", "", Sender("19164574542", "19164574542"), None),
        ("New Fax Message from (713) 555-0199 on 07/01/2026 6:03 PM", "You have a new fax.\nPages: 5\n", "", Sender("(713) 555-0199"), 5),
        ("MetroFax message from 7135550199", "", "", Sender("7135550199"), None),
        ("A fax has arrived from PRAXIS", "", "", Sender(None, "PRAXIS"), None),
        ("Fax (2 pages)", "", '"01316621345" <fax-admin@gw.example.org>', Sender("01316621345"), 2),
        ("Fax (1 page)", "", "FAX=01316621345@gw.example.org", Sender("01316621345"), 1),
    ],
)
def test_other_systems(subject, text, sender, expected, pages):
    facts = mail_facts(mail(subject, text, sender=sender))
    assert facts.sender == expected
    assert facts.announced_pages == pages
    assert facts.complete is None


class TestOtherFacts:
    def test_cisco_is_known_by_its_container(self):
        facts = mail_facts(mail("", sender='"01316621345" <a@b>', content_type="multipart/fax-message; boundary=x"))
        assert facts.sender.number == "01316621345"

    def test_freepbx_tells_the_time_with_its_offset(self):
        text = "Enclosed, please find a new fax from: X1\nReceived & processed: Sun, 22 Nov 2026 13:31:00 +0000\nOn: pbx\n"
        assert mail_facts(mail("New fax from: X1", text)).sent_at == datetime(2026, 11, 22, 13, 31, tzinfo=UTC)

    def test_a_forwarded_fax_mail_tells_what_it_told_itself(self):
        forwarded = MailContent(
            {"subject": ("WG: dringend", "Fax von Praxis (03581 8563790)"), "date": (DATE, "Sat, 21 Nov 2026 10:00:00 +0100")}, "", ()
        )
        facts = mail_facts(forwarded)
        assert facts.sender.number == "+4935818563790"
        assert facts.sent_at == datetime(2026, 11, 21, 10, tzinfo=CET)

    @pytest.mark.parametrize(
        "subject",
        ["", "Befund Böhm, Tel. 03581 8563790", "Rechnung 4711 vom 22.11.2026", "Re: Ihr Telefax von gestern?", "5 Seiten von Praxis"],
    )
    def test_a_mail_from_a_person_gives_no_number_and_no_pages(self, subject):
        facts = mail_facts(mail(subject, "Telefon: 03581 8563790\nSeiten: 3", sender='"035818563790" <praxis@example.org>'))
        assert facts.sender.number is None
        assert facts.announced_pages is None
        assert facts.complete is None

    @pytest.mark.parametrize("number", ["003581856379", "00 3581 856379"])
    def test_an_exchanges_leading_zero_does_not_make_a_foreign_number(self, number):
        assert mail_facts(mail(f"Neues Fax von: {number}")).sender.number == number

    def test_germany_by_two_zeros_is_germany(self):
        assert mail_facts(mail("Neues Fax von: 0049 3581 8563790")).sender.number == "+4935818563790"

    @pytest.mark.parametrize("number", ["0000000", "+1 23456", "12345"])
    def test_numbers_that_do_not_exist_stay_as_given(self, number):
        assert mail_facts(mail(f"Neues Fax von: {number}")).sender.number == number

    @pytest.mark.parametrize(
        ("date", "expected"),
        [
            ("Sun, 22 Nov 2026 13:32:10 -0000", datetime(2026, 11, 22, 13, 32, 10, tzinfo=UTC)),
            ("Sun, 22 Nov 2026 13:32:10", None),
            ("gestern", None),
            ("", None),
            ("Thu, 01 Jan 1970 00:00:00 +0000", None),
            ("Sun, 22 Nov 99999 13:32:10 +0000", None),
        ],
    )
    def test_only_a_date_that_is_a_moment_is_believed(self, date, expected):
        assert mail_facts(mail("x", date=date)).sent_at == expected

    @pytest.mark.parametrize("pages", ["0", "99999999999999999999"])
    def test_senseless_page_counts_are_not_announced(self, pages):
        assert mail_facts(mail(f"Fax ({pages} pages)")).announced_pages is None

    @pytest.mark.parametrize("subject", ["x", "Neues Fax von: X1"])
    @pytest.mark.parametrize("problem", ["more than 100 parts", "nested deeper than 8 levels"])
    def test_a_mail_cut_by_our_limits_is_not_whole(self, subject, problem):
        assert mail_facts(mail(subject, problems=(problem,))).complete is False


class TestFaxAttachments:
    @pytest.mark.parametrize(
        "kind",
        ["image/tiff", "application/pdf", "image/png", "image/jpeg", "application/postscript", "application/ms-tnef", "application/octet-stream",
         "application/zip", "application/x-empty", "message/rfc822"],
    )  # fmt: skip
    def test_faxes_and_what_may_be_one_are_kept(self, kind):
        assert [one.media_type for one in fax_attachments(mail(kinds=f"text/plain {kind} text/html"))] == [kind]

    def test_order_is_kept(self):
        assert [one.media_type for one in fax_attachments(mail(kinds="application/pdf image/tiff"))] == ["application/pdf", "image/tiff"]

    def test_one_fax_that_freepbx_sends_as_tiff_and_pdf_is_one(self):
        both = (attachment("application/pdf", "fax1.pdf"), attachment("image/tiff", "FAX1.tif"))
        freepbx = MailContent({"subject": ("New fax from: +493012345",)}, "", both)
        assert [one.media_type for one in fax_attachments(freepbx)] == ["image/tiff"]

    def test_no_other_system_is_believed_to_send_one_fax_twice(self):
        both = (attachment("application/pdf", "fax.pdf"), attachment("image/tiff", "fax.tif"))
        assert fax_attachments(MailContent({"subject": ("Zwei Meldungen",)}, "", both)) == both


class TestLikelyCopies:
    def test_of_a_pdf_and_a_tiff_of_one_name_the_later_is_likely_a_copy(self):
        assert likely_copies((attachment("application/pdf", "fax1.pdf"), attachment("image/tiff", "FAX1.tif"))) == {1: 0}

    @pytest.mark.parametrize("names", [("a.pdf", "b.tif"), (None, "a.tif"), (None, None), ("a.pdf", None)])
    def test_other_names_are_other_faxes(self, names):
        assert not likely_copies((attachment("application/pdf", names[0]), attachment("image/tiff", names[1])))


class TestNoContent:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (
                mail("Fax nicht empfangen", "Ein Versuch, ein Fax zu empfangen an ttyS0 schlug fehl da:\n\n   kein Träger"),
                "fehlgeschlagenen Empfang",
            ),
            (mail('Fax received from "X1"', "Fax not received.\n\n\tNo carrier\n"), "fehlgeschlagenen Empfang"),
            (mail("facsimile not received", ""), "fehlgeschlagenen Empfang"),
            (mail("Fax", problems=("more than 100 parts",)), "nicht vollständig geöffnet"),
            (mail("Undelivered Mail Returned to Sender"), "Zustellmeldung"),
            (mail("x", sender="MAILER-DAEMON@example.org"), "Zustellmeldung"),
            (mail("x", kinds="text/plain"), "nur Text"),
            (mail("x", problems=("left aside: an image of 27 x 27 pixels",)), "kleine Bilder"),
            (mail("Mittagessen?", "Um zwölf?"), NoContentError.reason),
        ],
    )
    def test_every_reason_is_a_sentence_that_says_what_to_do(self, content, words):
        reason = no_content_reason(content)
        assert words in reason
        assert "Bitte" in reason
        assert reason.endswith(".")
