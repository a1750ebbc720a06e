"""Mails as fax servers send them, each with its own subject, wording, part names and odd habits."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from random import Random

from samples.header import Call


@dataclass(frozen=True, slots=True)
class Attachment:
    """The fax as a file."""

    content: bytes
    extension: str

    @property
    def media_type(self) -> str:
        """The MIME type."""
        return "application/pdf" if self.extension == "pdf" else "image/tiff"


@dataclass(frozen=True, slots=True)
class Reception:
    """What the fax server knows: the call, the pages, the resolution, and its running number."""

    call: Call
    pages: int
    is_fine: bool
    serial: int
    recipient: str = "infektionsschutz@bridge.localhost"


@dataclass(frozen=True, slots=True)
class _Letter:
    """What tells one server's mail from another's; `part` are the attachment's headers, `more` stands behind the Date."""

    origin: str
    subject: str
    boundary: str
    text: str
    part: list[tuple[str, str]]
    more: tuple[tuple[str, str], ...] = ()
    recipient: str | None = None
    subtype: str = "multipart/mixed"
    is_wrapped: bool = True


def _mail(seen: Reception, file: Attachment, letter: _Letter) -> bytes:
    """Put a mail together by hand, since the email package would mend what servers do oddly."""
    headers = [
        ("From", letter.origin),
        ("To", letter.recipient or seen.recipient),
        ("Subject", letter.subject),
        ("Date", format_datetime(seen.call.at)),
        *letter.more,
    ]
    lines = [f"{name}: {value}" for name, value in headers]
    lines += ["MIME-Version: 1.0", f'Content-Type: {letter.subtype}; boundary="{letter.boundary}"', ""]
    if letter.text:
        charset, encoding = ("us-ascii", "7bit") if letter.text.isascii() else ("utf-8", "8bit")
        lines += [f"--{letter.boundary}", f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {encoding}"]
        lines += ["", letter.text, ""]
    body = base64.encodebytes(file.content) if letter.is_wrapped else base64.b64encode(file.content)
    lines += [f"--{letter.boundary}", *(f"{name}: {value}" for name, value in letter.part), "", body.decode().rstrip("\n")]
    lines += [f"--{letter.boundary}--", ""]
    return "\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _part(file: Attachment, name: str) -> list[tuple[str, str]]:
    return [
        ("Content-Type", f'{file.media_type}; name="{name}"'),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f'attachment; filename="{name}"'),
    ]


def hylafax_en(seen: Reception, file: Attachment) -> bytes:
    """HylaFAX faxrcvd in English: From without a domain, capital Boundary, CallID lines."""
    call, name = seen.call, f"fax{seen.serial:09d}.{'pdf' if file.extension == 'pdf' else 'tif'}"
    text = (
        f"{name} (ftp://faxserver:4559/recvq/{name}):\n          Sender: {call.tsid}\n           Pages: {seen.pages}\n"
        f"         Quality: {'Fine' if seen.is_fine else 'Normal'}\n"
        f"            Size: ISO A4\n        Received: {call.at:%Y:%m:%d %H:%M:%S}\n"
        f" Time To Receive: 1:{seen.serial % 60:02d}\n     Signal Rate: 14400 bit/s\n     Data Format: 2-D MMR\n   Error Correct: Yes\n"
        f"         CallID1: {call.number.replace(' ', '')}\n         CallID2: {call.tsid}\n"
        f"     Received On: ttyIAX0\n          CommID: {seen.serial:09d}"
    )
    kind, *encoding = _part(file, name)
    part = [kind, ("Content-Description", "FAX document"), *encoding]
    subject = f'Fax received from "{call.tsid}"'
    return _mail(
        seen,
        file,
        _Letter("The HylaFAX Receive Agent <fax>", subject, f"NextPart{seen.serial}", text, part, subtype="Multipart/Mixed"),
    )


def hylafax_de(seen: Reception, file: Attachment) -> bytes:
    """HylaFAX with its German templates."""
    call, name = seen.call, f"fax{seen.serial:09d}.{file.extension}"
    text = (
        f"{name}:\n          Sender: {call.tsid}\n          Seiten: {seen.pages}\n"
        f"        Qualität: {'Fein' if seen.is_fine else 'Normal'}\n"
        f"           Grösse: ISO A4\n       Empfangen: {call.at:%d.%m.%Y %H:%M:%S}\n Verarbeitungszeit: 0:58\n"
        f"Übertragungsgeschwindigkeit: 14400 bit/s\n"
        f"     Datenformat: 2-D MMR\n  FehlerKorrektur: Ja\n      Anrufe ID 1: {call.number}\n      Anrufe ID 2: {call.tsid}\n"
        f"    EmpfangenAn: ttyS0\nKommunikationsID: {seen.serial:09d}"
    )
    origin, subject = "HylaFAX Agent <fax@bridge.localhost>", f"Fax empfangen von {call.tsid}"
    more = (("Message-ID", f"<{seen.serial}.hylafax@faxserver.localdomain>"),)
    return _mail(seen, file, _Letter(origin, subject, f"NextPart{seen.serial}", text, _part(file, name), more))


def freepbx(seen: Reception, file: Attachment) -> bytes:
    """FreePBX fax2mail."""
    call = seen.call
    name = f"fax_{call.at:%Y%m%d_%H%M%S}.{file.extension}"
    number = call.number.replace(" ", "")
    text = (
        f"Enclosed, please find a new fax from: {number}\nReceived & processed: {format_datetime(call.at)}\nOn: pbx.localdomain\n"
        f"Via: {call.called}\nFor: infektionsschutz"
    )
    origin, subject = "Dial-a-Fax <fax@pbx.localdomain>", f"New fax from: {number}"
    more = (("Message-ID", f"<{seen.serial:x}.freepbx@pbx.localdomain>"),)
    return _mail(seen, file, _Letter(origin, subject, f"=_{seen.serial:032x}", text, _part(file, name), more))


def fritzbox(seen: Reception, file: Attachment) -> bytes:
    """FRITZ!Box: From is the office's own mailbox, name and number stand in the subject only; base64 as one long line."""
    call = seen.call
    number = "0" + call.number.removeprefix("+49").replace(" ", "")
    subject = Header(f"Fax von {call.tsid.title()} ({number})", "utf-8").encode()
    name = f"{call.at:%d.%m.%y_%H.%M}_Telefax.{number}.{file.extension}"
    text = f"FRITZ!Box hat am {call.at:%d.%m.%Y} um {call.at:%H:%M} Uhr ein Fax empfangen.\nVon: {number}"
    more = (("Message-ID", f"<{seen.serial}.fritz@fritz.box>"), ("X-Mailer", "AVM FRITZ!Box"))
    origin, boundary = f'"FRITZ!Box" <{seen.recipient}>', f"----=_Part_{seen.serial}"
    return _mail(seen, file, _Letter(origin, subject, boundary, text, _part(file, name), more, is_wrapped=False))


def asterisk(seen: Reception, file: Attachment) -> bytes:
    """Asterisk with CAPI, German wording."""
    call, number = seen.call, seen.call.number.replace(" ", "")
    text = f"Sie haben ein {seen.pages}-seitiges Fax von der Gegenstelle {call.tsid} erhalten.\n\nAbsender: {number}"
    part = [("Content-Type", f"{file.media_type}; name=fax-{seen.serial}.{file.extension}"), ("Content-Transfer-Encoding", "base64")]
    part.append(("Content-Disposition", "attachment"))
    origin, subject = "Faxserver <asterisk@bridge.localhost>", f"[fax] Neues Fax von {number}"
    return _mail(seen, file, _Letter(origin, subject, f"asterisk{seen.serial}", text, part))


def efax(seen: Reception, file: Attachment) -> bytes:
    """EFax: the number stands in quotes in the subject."""
    call, number = seen.call, seen.call.number.removeprefix("+").replace(" ", "-")
    subject = f'eFax from "{number}" - {seen.pages} page(s), Caller-ID: {number}'
    name = f"FAX_{call.at:%Y%m%d}_{seen.serial}.{file.extension}"
    text = (
        f"You have received a {seen.pages} page fax at {call.at:%Y-%m-%d %H:%M:%S}.\n* The reference number for this fax is {seen.serial}."
    )
    more = (("Message-ID", f"<{seen.serial}.efax@inbound.efax.com>"),)
    letter = _Letter("eFax <message@inbound.efax.com>", subject, f"efax{seen.serial:x}", text, _part(file, name), more)
    return _mail(seen, file, letter)


def cisco(seen: Reception, file: Attachment) -> bytes:
    """Cisco T.37 on-ramp: multipart/fax-message, no disposition, blanks after the encoding, an empty account header."""
    number = "0" + seen.call.number.removeprefix("+49").replace(" ", "")
    part = [
        ("Content-Type", f'{file.media_type}; name="Cisco_fax.{file.extension}"; application=faxbw'),
        ("Content-Transfer-Encoding", "base64 "),
    ]
    letter = _Letter(
        origin=f'"{number}" <fax-admin@gateway.localdomain>',
        subject=f"Fax ({seen.pages} pages)",
        boundary=f"yradnuoB=_{seen.serial:08X}",
        text="",
        part=part,
        more=(("X-Account-Id", ""), ("Message-ID", f"<{seen.serial:08X}@gateway.localdomain.>")),
        recipient=f"<FAX={seen.recipient}>",
        subtype="multipart/fax-message",
    )
    return _mail(seen, file, letter)


SERVERS: dict[str, Callable[[Reception, Attachment], bytes]] = {
    "hylafax_en": hylafax_en,
    "hylafax_de": hylafax_de,
    "freepbx": freepbx,
    "fritzbox": fritzbox,
    "asterisk": asterisk,
    "efax": efax,
    "cisco": cisco,
}
_PDF_ONLY = frozenset({"fritzbox", "efax"})


def choose_server(rng: Random, extension: str) -> str:
    """Choose a fax server that sends files of this kind."""
    return rng.choice(
        [name for name in SERVERS if (extension == "pdf" or name not in _PDF_ONLY) and not (name == "cisco" and extension == "pdf")]
    )
