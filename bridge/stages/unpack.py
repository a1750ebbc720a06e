"""unpack: what a fax server's mail says about its fax, which of its parts are faxes, and why there may be none.

Each system that sends faxes as mail has its own wording; `TEMPLATES` lists those that are known, the first that fits
counts. Of any other mail only the Date is believed: a number that merely looks like a sender's is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import PurePath
from typing import Final

import phonenumbers

from bridge.domain.errors import NoContentError
from bridge.domain.findings import MailFacts
from bridge.domain.model import Sender
from bridge.ports import Attachment, MailContent

_TIFF: Final = "image/tiff"
_PDF: Final = "application/pdf"
_MOST_PAGES: Final = 10_000
_ONE_DAY: Final = timedelta(days=1)


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """How one system words its mails.

    It is recognised by `subject`, or by `content_type` where that is given. All patterns may name the groups `number`,
    `tsid`, `name`, `pages`, `date`, and `sender` (whichever of the first three it turns out to be: digits are a number,
    other words what `words_are` says). `body` patterns count before `subject`, `origin` (From) last. `region` is where
    a number without country code is from, None where that cannot be known.
    """

    system: str
    subject: re.Pattern[str]
    body: tuple[re.Pattern[str], ...] = ()
    origin: re.Pattern[str] | None = None
    content_type: str | None = None
    words_are: str = "tsid"
    region: str | None = "DE"


# The wording stands in each system's source or manual; HylaFAX: etc/templates/{de,en}/faxrcvd-*.txt and bin/faxrcvd.
_HYLAFAX: Final = Template(
    "HylaFAX",
    _regex(
        r"^(?:Fax received from|Fax empfangen von|Facsimile received from)\s+(?P<tsid>.+)$|^Fax nicht empfangen|^facsimile not received"
    ),
    (
        _regex(r"^[ \t]*(?:Sender|Absender):[ \t]*(?P<tsid>\S.*)$"),
        _regex(r"^[ \t]*(?:Pages|Seiten):[ \t]*(?P<pages>\d+)[ \t]*$"),
        _regex(r"^[ \t]*(?:CallID ?1|Anrufe? ?ID ?1):[ \t]*(?P<number>\S.*)$"),
        _regex(r"^[ \t]*(?:Received|Empfangen):[ \t]*(?P<date>\d{4}[:-]\d\d[:-]\d\d \d\d:\d\d:\d\d)"),
    ),
)
_HYLAFAX_REPORT: Final = _regex(r"^[ \t]*(?:Signal ?Rate|Übertragungsgeschwindigkeit|Time ?To ?Rece?i?v?e?|Verarbeitungszeit|CommID):")

TEMPLATES: Final[tuple[Template, ...]] = (
    _HYLAFAX,
    Template(
        "Asterisk (CAPI)",
        _regex(r"^\[fax\]\s*Neues Fax von\s+(?P<sender>.+)$"),
        (_regex(r"\b(?P<pages>\d+)-seitiges Fax von der Gegenstelle (?P<tsid>.+?) erhalten"),),
    ),
    Template(
        "FreePBX",
        _regex(r"^(?:New fax from|Neues Fax von):\s*(?P<sender>.+)$|^New fax received$|^Neues Fax erhalten$"),
        (
            _regex(r"^(?:Enclosed, please find a new fax from|Anbei erhalten Sie ein neues Fax von):[ \t]*(?P<sender>\S.*)$"),
            _regex(r"^Received & processed:[ \t]*(?P<date>\S.*)$"),
        ),
    ),
    Template(
        "eFax",
        _regex(r"\beFax(?:®)?(?: message)? from\s+\"?(?P<tsid>[^\"]*?)\"?\s*(?:-\s*(?P<pages>\d+)\s*page|,|$)"),
        region=None,
    ),
    Template(
        "RingCentral",
        _regex(r"^New Fax Message from\s+(?P<sender>.+?)(?:\s+on\s+\d.*)?$"),
        (_regex(r"^[ \t]*Pages:[ \t]*(?P<pages>\d+)"),),
        region=None,
    ),
    Template("MetroFax", _regex(r"^(?:MetroFax message from|A fax has arrived from)\s+(?P<sender>.+)$"), region=None),
    Template(
        "Cisco (T.37)",
        _regex(r"^Fax \((?P<pages>\d+) pages?\)$"),
        origin=_regex(r"^\s*\"?(?:FAX=)?(?P<number>\+?\d{5,20})(?:\"?\s*<|@)"),
        content_type="multipart/fax-message",
    ),
    Template("FRITZ!Box", _regex(r"^(?:\S+:\s*)*(?:Tele)?Fax von\s+(?P<sender>.+?)(?:\s+an\s+\+?[\d ]{4,})?$"), words_are="name"),
)
_CALLER_ID: Final = _regex(r"\bCaller-ID:\s*(?P<number>[+\d(][\d() .-]{4,}\d)")

_PARTIAL: Final = _regex(
    r"The full document was not received because|Das ganze Dokument wurde nicht empfangen|^\s*Errors were received:"
    r"|Fax(?: wurde)? (?:nur )?(?:unvollständig|teilweise) empfangen|Fax (?:was )?(?:only )?partially received"
)
_FAILED: Final = _regex(
    r"^\s*Fax not received\.?\s*$|^\s*Fax nicht empfangen\.?\s*$|^facsimile not received|Ein Versuch, ein Fax zu empfangen"
    r"|An attempt to receive a (?:fax|facsimile)|Fax-?empfang (?:ist )?fehlgeschlagen|fax recei(?:ve|ption) failed"
)
_BOUNCE: Final = _regex(
    r"mailer-daemon@|postmaster@|^Undeliver|^Unzustellbar|^Mail delivery failed|^Delivery Status Notification|^Returned mail"
)
_NOBODY: Final = _regex(r"^\W*(?:unknown|unbekannt|unavailable|anonym(?:ous)?|private|privat|withheld|none|n/a|\$\w+)?\W*$")
_DIALLED: Final = re.compile(r"[+(]?[\d][\d ()/.\-]{3,28}\d")
_NAME_AND_NUMBER: Final = re.compile(r"^\"?(?P<name>[^\"<(]*[^\"<(\s])\"?\s*[<(](?P<number>[+\d][\d ()/.\-]*)[>)]$")
_NUMBER_AND_NAME: Final = re.compile(r"^(?P<number>[+\d][\d /.\-]*)\s*[<(](?P<name>[^>)]*[^\W\d][^>)]*)[>)]$")


def mail_facts(mail: MailContent) -> MailFacts:
    """Return what the mail says: sender, announced pages, completeness and time, each None where it does not say.

    `complete` is True only where the system reports every reception and this one without fault, False for a partial one
    and for a mail that broke our limits. A forwarded fax mail counts like one that came straight. `sent_at` is the fax
    server's time, else the innermost Date.
    """
    sent_at = _date_of(mail)
    found = _recognise(mail)
    if found is None:
        return MailFacts(complete=False if _is_cut(mail) else None, sent_at=sent_at)
    template, facts = found
    pages = int(facts.get("pages", "0")[:9])
    return MailFacts(
        sender=_sender(template, facts),
        announced_pages=pages if 0 < pages < _MOST_PAGES else None,
        complete=_completeness(template, mail),
        sent_at=_server_time(facts.get("date"), sent_at) or sent_at,
    )


def fax_attachments(mail: MailContent) -> tuple[Attachment, ...]:
    """Return the attachments that are faxes, or may be one in a kind that is not read; texts are none.

    FreePBX can be set to send one fax both as TIFF and as PDF of the same name: there the TIFF stands for both.
    """
    candidates = tuple(one for one in mail.attachments if not one.media_type.startswith("text/"))
    found = _recognise(mail)
    if found is None or found[0].system != "FreePBX" or len(candidates) != 2:
        return candidates
    is_twice = bool(likely_copies(candidates))
    return tuple(one for one in candidates if one.media_type == _TIFF) if is_twice else candidates


def likely_copies(attachments: Sequence[Attachment]) -> Mapping[int, int]:
    """Return of a TIFF and a PDF of one name the later one's index with the earlier's: likely one fax, but only its sender knows."""
    rasters = {_stem(one): number for number, one in enumerate(attachments) if one.media_type == _TIFF and one.name}
    pdfs = {number: _stem(one) for number, one in enumerate(attachments) if one.media_type == _PDF and one.name}
    pairs = [(number, rasters[stem]) for number, stem in pdfs.items() if stem in rasters]
    return {max(pair): min(pair) for pair in pairs}


def no_content_reason(mail: MailContent) -> str:
    """Return the German sentence saying why a mail without a fax has none, and what to do."""
    if any(_FAILED.search(text) for text in (*_values(mail, "subject"), mail.text)):
        return "Der Faxserver meldet einen fehlgeschlagenen Empfang. Bitte beim Absender nachfragen und das Fax neu anfordern."
    obstacles = [problem for problem in mail.problems if not problem.startswith("left aside")]
    if obstacles:
        return "Die E-Mail ist fehlerhaft aufgebaut und konnte nicht vollständig geöffnet werden. Bitte die E-Mail im Original ansehen."
    if any(_BOUNCE.search(text) for text in (*_values(mail, "from"), *_values(mail, "subject"))):
        return "Die E-Mail ist eine Zustellmeldung und enthält kein Fax. Bitte die E-Mail ansehen und den Eintrag danach abschließen."
    if mail.attachments:
        return "Die E-Mail enthält nur Text als Anhang und kein Fax. Bitte die E-Mail ansehen und den Eintrag danach abschließen."
    if mail.problems:
        return "Die E-Mail enthält nur kleine Bilder oder Signaturen, kein Fax. Bitte die E-Mail ansehen und den Eintrag abschließen."
    return NoContentError.reason


def _recognise(mail: MailContent) -> tuple[Template, Mapping[str, str]] | None:
    """Return the template of the mail with the groups found, the first find of each."""
    types = [value.split(";")[0].strip().lower() for value in _values(mail, "content-type")]
    for template in TEMPLATES:
        subjects = [match for subject in _values(mail, "subject") if (match := template.subject.search(subject.strip()))]
        if not subjects and (template.content_type is None or template.content_type not in types):
            continue
        finds = [match for pattern in template.body if (match := pattern.search(mail.text))]
        finds += [match for subject in _values(mail, "subject") if (match := _CALLER_ID.search(subject))]
        finds += subjects
        if template.origin:
            finds += [match for origin in _values(mail, "from") if (match := template.origin.search(origin))]
        facts: dict[str, str] = {}
        for match in finds:
            for group, value in match.groupdict().items():
                if value and value.strip():
                    facts.setdefault(group, value.strip())
        return template, facts
    return None


def _sender(template: Template, facts: Mapping[str, str]) -> Sender:
    """Return number, TSID and name, each as far as told; a TSID made of digits is the number where no other is."""
    number = _number(facts.get("number"), template.region)
    tsid = _words(facts.get("tsid"))
    name = _words(facts.get("name"))
    words = _words(facts.get("sender"))
    pair = (_NAME_AND_NUMBER.match(words) or _NUMBER_AND_NAME.match(words)) if words else None
    if pair:
        number = number or _number(pair["number"], template.region)
        name = name or _words(pair["name"])
    elif words and _DIALLED.fullmatch(words):
        number = number or _number(words, template.region)
    elif template.words_are == "name":
        name = name or words
    else:
        tsid = tsid or words
    return Sender(number or _number(tsid, template.region), tsid, name)


def _words(text: str | None) -> str | None:
    """Return a sender's words without quotes, None where they say that nobody is known."""
    if text is None or _NOBODY.match(text):
        return None
    folded = " ".join(text.split())
    return folded[1:-1].strip() if folded[0] == folded[-1] == '"' and len(folded) > 2 else folded


def _number(text: str | None, region: str | None) -> str | None:
    """Return a number in E.164 where its country is certain and it exists there, as given where not, None for no number.

    A number that begins with 00 may have an exchange's 0 in front: only 0049 is taken for what it seems to be.
    """
    if text is None or not _DIALLED.fullmatch(text.strip()):
        return None
    given = " ".join(text.split())
    digits = re.sub(r"[^\d+]", "", given)
    is_certain = digits.startswith(("+", "0049")) or (digits.startswith("0") and not digits.startswith("00") and region is not None)
    if not is_certain:
        return given
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return given
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else given


def _completeness(template: Template, mail: MailContent) -> bool | None:
    texts = (*_values(mail, "subject"), mail.text)
    if _is_cut(mail) or any(_PARTIAL.search(text) or _FAILED.search(text) for text in texts):
        return False
    return True if template is _HYLAFAX and _HYLAFAX_REPORT.search(mail.text) else None


def _is_cut(mail: MailContent) -> bool:
    """Tell whether a limit was hit while the mail was taken apart, so that faxes in it may have been passed over."""
    return any(problem.startswith(("more than", "nested deeper")) for problem in mail.problems)


def _date_of(mail: MailContent) -> datetime | None:
    """Return the innermost Date (that of the fax server, where a mail was forwarded), None where it is none."""
    for value in reversed(_values(mail, "date")):
        moment = _parse_date(value)
        if moment:
            return moment
    return None


def _parse_date(text: str) -> datetime | None:
    """Return an RFC 5322 date with its offset; a date without one tells no moment."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:  # "-0000" is UTC from an unknown place
        if not text.rstrip().endswith("-0000"):
            return None
        moment = moment.replace(tzinfo=UTC)
    return moment if 2000 <= moment.year < 2100 else None


def _server_time(text: str | None, sent_at: datetime | None) -> datetime | None:
    """Return the time in a mail's body; a local one has the offset of the mail's Date, and must be near it."""
    if text is None:
        return None
    moment = _parse_date(text)
    if moment:
        return moment
    parts = [int(part) for part in re.findall(r"\d+", text)]
    if sent_at is None or len(parts) != 6:
        return None
    try:
        year, month, day, hour, minute, second = parts
        local = datetime(year, month, day, hour, minute, second, tzinfo=sent_at.tzinfo)
    except ValueError:
        return None
    return local if abs(sent_at - local) <= _ONE_DAY else None


def _values(mail: MailContent, name: str) -> Sequence[str]:
    return mail.headers.get(name, ())


def _stem(attachment: Attachment) -> str:
    return PurePath(attachment.name or "").stem.lower()
