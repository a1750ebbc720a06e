"""What a printed value must look like, and its normal form: one grammar per kind. Nothing is repaired here.

Every grammar takes the text of one value (lines parted by newlines) and returns `Parsed`, or None where the text is no such value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import phonenumbers
from stdnum import iban
from stdnum.exceptions import ValidationError

from bridge.domain.forms import FieldKind
from bridge.domain.model import JsonValue
from bridge.stages.folding import fold_blanks
from bridge.stages.places import objection_to, place_and_rest


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value in the contract's form; `problem` is the German sentence saying why it needs a look, None where it is fine."""

    value: JsonValue
    problem: str | None = None


ALPHABET_PROBLEM: Final = "Der Eintrag enthält Zeichen, die in deutschen Vordrucken nicht vorkommen; vermutlich ist er verlesen."
FORM_PROBLEM: Final = "Im Namen steht ein Wort, das eher zum Formular gehört."
NAME_PROBLEM: Final = "Der Name enthält Zeichen, die in Namen nicht vorkommen."
COMMA_PROBLEM: Final = "Nach einer Abkürzung steht ein Komma; vermutlich ist es ein Punkt."
STREET_PROBLEM: Final = "Hinter „str“ ist kein Punkt zu lesen; vermutlich steht dort einer."
POINT_PROBLEM: Final = "Zwischen Familienname und Vorname steht ein Punkt; vermutlich ist es ein Komma."
NO_PLACE: Final = "In der Anschrift war hinter der Postleitzahl kein Ort zu lesen."
NO_SIGN: Final = "Zwischen Ort und Straße war kein Zeichen zu lesen; bitte prüfen, was wozu gehört."
ORDER_PROBLEM: Final = "Es ist nicht klar, welches der Familienname und welches der Vorname ist."
CASE_PROBLEM: Final = "Die Groß- und Kleinschreibung des Namens ist ungewöhnlich."
PHONE_PROBLEM: Final = "Die Rufnummer hat keine Vorwahl; sie steht da wie gedruckt."
PHONE_IMPOSSIBLE: Final = "Die Rufnummer kann so nicht stimmen."
PHONE_UNKNOWN: Final = "Eine Rufnummer mit dieser Vorwahl oder Länge gibt es nicht."
PHONE_SEVERAL: Final = "Es stehen mehrere Rufnummern im Feld."
LANR_PROBLEM: Final = "Die Prüfziffer der LANR stimmt nicht."

_COMMA_FOR_POINT: Final = re.compile(r"\b(?:Dr|Prof|med|dent|rer|nat|phil|vet|habil|Dipl|Med|St|[Ss]tr|Nr|Inh|Allg|Städt|Univ)\s?,")
_POINT_FOR_COMMA: Final = re.compile(
    r"(?<=[^\W\d_]{3})(?<!Prof)(?<!Dipl)(?<!Med)(?<!med)(?<!dent)(?<!nat)(?<!phil)(?<!rer)\.(?= [^\W\d_]{2})"
)
_HOUSE_NUMBER_GLUED: Final = re.compile(r"(?<=[^\W\d_]{3})(?=\d)|(?<=[Ss]tr\.)(?=\d)")
_EDGES: Final = " \t\n|_:;,*'‘’‚`´\"“”„~^°=«»\\"
_TORN_HYPHEN: Final = re.compile(r"(?<=[^\W\d_]{2})(?: -|- )(?=[A-ZÄÖÜ][^\W\d_])")  # "Schmidt -Böhm": names have no blank there
_SIGNS: Final = ",;·•|-–"  # between a place and its street
_LEADERS: Final = re.compile(r"(?:[.,_…·]\s?){3,}|(?:\s[.,]){2,}")
_PHONE_CUT: Final = re.compile(
    r"\s*(?:\boder\b|\bu\.|\bund\b|\bapp\.?|\bdw\b|\bdurchwahl\b|\bext\b|\bfax\b|;).*$", re.IGNORECASE | re.DOTALL
)
_PHONE_LABEL: Final = re.compile(
    r"^(?:tel(?:efon)?(?:nr|nummer)?|fon|mobil|handy|privat|dienstl)\b[.:\s\-]*(?:nr\.?[:\s]*)?", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}")
_LATIN: Final = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
_NAME: Final = re.compile(rf"[{_LATIN}][{_LATIN} .,'’\-/()]{{0,99}}")
_FOREIGN: Final = re.compile(rf"(?![{_LATIN}])[^\W\d_]")  # letters of another script, which readers make of noise
_DOTLESS: Final = "ı"  # in Turkish names only; elsewhere an i that lost its dot
_ODD_CASE: Final = re.compile(r"[a-zäöüß][A-ZÄÖÜ]")
_ODD_CASE_FINE: Final = re.compile(r"^(?:Mc|Mac|De|Di|La|Le|Van|Von|O['’])[A-ZÄÖÜ]")
_OFFICE_ADDRESS: Final = re.compile(r"^(?:tel|fax|telefax|telefon|postfach|per fax|z\. ?hd|e-?mail|abt)", re.IGNORECASE)
_ADDRESSED: Final = re.compile(
    r"^(?:(?:geht|ging|gerichtet|gesandt|adressiert) an(?: (?:das|den|die))?|an (?:das|den|die))\b\s*", re.IGNORECASE
)
_SENT_HOW: Final = re.compile(r"\s*(?:<[^<>@]*@[^<>]*>|\((?:vorab |nur |auch )?(?:per|via|z\. ?hd)\b[^)]*\)?)$", re.IGNORECASE)
_HOUSE_NUMBER: Final = re.compile(r"\d+\s?[a-zA-Z]?(?:\s?[-/–]\s?\d+\s?[a-zA-Z]?)?$")
_TOWN: Final = re.compile(r"(?:^|(?<=[\s,;·•|(]))(?:D|DE)?[\s-]{0,3}([0-9]{5})\s+([^\W\d_][^\d,;\n·•|]{1,60})")
_CODE_ALONE: Final = re.compile(r"([^\W\d].*?\d\s?[a-zA-Z]?)\s?[,.;]\s*([0-9]{5})\W*", re.DOTALL)
_NO_CENTS: Final = re.compile(r"(?<=\d),[-–—]{1,2}$")  # "1.200,-": the stroke that ends a whole amount
_LIST_SIGNS: Final = re.compile(r"[,;\n•·|]+(?![^()]*\))")


def tidy(text: str) -> str:
    """Return `text` in one line, white space folded, without what leaders and rules leave at its edges."""
    return fold_blanks(_LEADERS.sub(" ", text)).strip(_EDGES).strip()


def _without_point(text: str) -> str:
    """Return `text` without a point behind a whole word, as the first dot of a leader reads; abbreviations keep theirs."""
    return re.sub(r"(?<=[^\W\d_]{4})[.\s]+$", "", text)


def text_value(text: str) -> Parsed | None:
    """Return free text as written, in one line."""
    value = _balanced(tidy(text))
    if not any(c.isalnum() for c in value):
        return None
    if value.startswith(("/", ")")):
        return Parsed(value, "Der Eintrag beginnt mit einem Teil der Beschriftung.")
    mended = _with_points(value)
    return Parsed(mended, COMMA_PROBLEM if mended != value else _odd_letters(value))


def _with_points(value: str) -> str:
    """Return a text with points behind its abbreviations where readers saw commas."""
    return _COMMA_FOR_POINT.sub(lambda found: found.group().replace(",", "."), value)


def _odd_letters(value: str) -> str | None:
    """Return what is wrong with the letters of a German text, None where nothing is."""
    return ALPHABET_PROBLEM if _FOREIGN.search(value.replace("µ", "").replace("α", "").replace("β", "")) or _DOTLESS in value else None


def office(text: str) -> Parsed | None:
    """Return an office's name: the lines before its address; a name over several lines is doubtful."""
    names: list[str] = []
    for line in text.split("\n"):
        plain = _SENT_HOW.sub("", _ADDRESSED.sub("", tidy(line)))
        if any(c.isdigit() for c in plain) or _OFFICE_ADDRESS.match(plain):
            break
        if any(c.isalpha() for c in plain):
            names.append(plain)
    if not names:
        return None
    problem = "Der Name des Amtes steht über mehrere Zeilen; bitte prüfen, welche dazugehören." if len(names) > 1 else None
    return Parsed(" ".join(names), problem)


_FORM_WORD: Final = re.compile(
    r"\b(?:meldung|meldende\w*|praxis|telefon\w*|tel|pieper|fax|telefax|name|vornamen?|nachname|familienname|institution|hospital|practice"
    r"|notifier|patient\w*|klinik\w*|stempel|unterschrift|adresse|anschrift|datum|station|abteilung|einrichtung|vom|geb|geboren)\b",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset(
    {"von", "van", "de", "del", "della", "der", "den", "zu", "zum", "zur", "al", "el", "bin", "da", "di", "du", "le", "la", "ter", "ten"}
)
_LOWER_AFTER_HYPHEN: Final = re.compile(r"[^\W\d_]{3,}-[a-zäöü](?!ed\b|ng\b)")  # "Anna-lena"; "Dipl.-med." and "Dr.-ing." are titles


def name_value(text: str) -> Parsed | None:
    """Return a person's name with its titles as written; digits and other signs make it doubtful, as does a comma taken for a point."""
    value = _TORN_HYPHEN.sub("-", _without_point(tidy(text)))
    if sum(c.isalpha() for c in value) < 2:
        return None
    if _COMMA_FOR_POINT.search(value):
        return Parsed(_with_points(value), COMMA_PROBLEM)
    if not _NAME.fullmatch(value):
        return Parsed(value, NAME_PROBLEM)
    if _FORM_WORD.search(value):
        return Parsed(value, FORM_PROBLEM)
    if (value[0].islower() and value.split()[0] not in _PARTICLES) or _LOWER_AFTER_HYPHEN.search(value):
        return Parsed(value, CASE_PROBLEM)
    if any(_ODD_CASE.search(part) and not _ODD_CASE_FINE.match(part) for part in re.split(r"[ \-]", value)):
        return Parsed(value, CASE_PROBLEM)
    return Parsed(value)


def postal_code(text: str) -> Parsed | None:
    """Return a German postal code: five digits, as a comb prints them or with "D-" before."""
    digits = re.sub(r"^(?:DE|D)[\s-]*", "", tidy(text)).replace(" ", "").replace("|", "")
    return Parsed(digits) if re.fullmatch(r"[0-9]{5}", digits) else None


def city(text: str) -> Parsed | None:
    """Return a place as written."""
    value = _without_point(tidy(text)).strip(f"{_EDGES} -–")
    if sum(c.isalpha() for c in value) < 2:
        return None
    return Parsed(value, "Der Ort enthält Ziffern." if any(c.isdigit() for c in value) else _odd_letters(value))


_STREET_SHORT: Final = re.compile(r"((?<=[a-zäöüß])str|\bStr)[.,]? ?(?=\d)")  # "Bahnhofstr 34": a fax loses its point easily


def street(text: str) -> Parsed | None:
    """Return a street as written, its house number set apart, a point behind it left out; without one it is still a street.

    The point of "str." is offered where a reading lacks it, and then doubted.
    """
    printed = re.sub(r"(?:(?<=\d)|(?<=\d[a-z])|(?<=\d [a-z]))\.$", "", tidy(text))
    value = _HOUSE_NUMBER_GLUED.sub(" ", _STREET_SHORT.sub(r"\1. ", printed))
    if sum(c.isalpha() for c in value) < 3:
        return None
    is_as_printed = value.replace(" ", "") == printed.replace(" ", "")
    return Parsed(value, _odd_letters(value) if is_as_printed else STREET_PROBLEM)


def phone(text: str) -> Parsed | None:
    """Return a number in E.164 where an area or country code is printed, else as printed and doubtful.

    Extensions ("-0 oder -12") are cut off before parsing: phonenumbers would glue them together.
    """
    printed = tidy(text)
    if sum(c.isdigit() for c in printed) < 3:
        return None
    number = _PHONE_LABEL.sub("", _PHONE_CUT.sub("", printed)).strip(" ,/-")
    if re.search(r"\d\s*[,/]\s*(?:\+|0\d{2})[\d\s/\-]{5,}", number[5:]):
        return Parsed(printed, PHONE_SEVERAL)
    plain = number.replace("(0)", "")
    if plain.count("(") != plain.count(")"):
        return Parsed(printed, PHONE_IMPOSSIBLE)
    if not re.fullmatch(r"\+?[\d\s()/.\-–]+", plain):
        return Parsed(printed, PHONE_IMPOSSIBLE)
    digits = re.sub(r"[^\d+]", "", plain)
    if not digits.startswith(("+", "0")):
        return Parsed(printed, PHONE_PROBLEM)
    try:
        parsed = phonenumbers.parse(digits, "DE")
    except phonenumbers.NumberParseException:
        return Parsed(printed, PHONE_IMPOSSIBLE)
    if not phonenumbers.is_possible_number(parsed) or len(str(parsed.national_number)) < 6:
        return Parsed(printed, PHONE_IMPOSSIBLE)
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Parsed(number, None if phonenumbers.is_valid_number(parsed) else PHONE_UNKNOWN)


def email(text: str) -> Parsed | None:
    """Return an e-mail address; blanks that a reader saw inside are no part of it."""
    value = tidy(text).replace(" ", "")
    if "@" not in value:
        return None
    return Parsed(value, None if _EMAIL.fullmatch(value) else "Die E-Mail-Adresse ist nicht vollständig.")


def lanr(text: str) -> Parsed | None:
    """Return a physician's number of nine digits; the seventh checks the first six (weights 4, 9)."""
    digits = re.sub(r"[\s|/.\-]", "", tidy(text))
    if not re.fullmatch(r"[0-9]{5,12}", digits):
        return None
    if len(digits) != 9:
        return Parsed(digits, "Eine LANR hat neun Ziffern.")
    total = sum(int(d) * (4, 9)[i % 2] for i, d in enumerate(digits[:6]))
    return Parsed(digits, None if (10 - total % 10) % 10 == int(digits[6]) else LANR_PROBLEM)


def bsnr(text: str) -> Parsed | None:
    """Return a practice's number: nine digits, no check digit."""
    digits = re.sub(r"[\s|/.\-]", "", tidy(text))
    if not re.fullmatch(r"[0-9]{5,12}", digits):
        return None
    return Parsed(digits, None if len(digits) == 9 else "Eine BSNR hat neun Ziffern.")


def iban_value(text: str) -> Parsed | None:
    """Return an IBAN without blanks, its check digits verified."""
    value = re.sub(r"\s", "", tidy(text)).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{10,32}", value):
        return None
    try:
        return Parsed(iban.validate(value))
    except ValidationError:
        return Parsed(value, "Die Prüfziffern der IBAN stimmen nicht.")


def money(text: str) -> Parsed | None:
    """Return an amount as a decimal string with a point."""
    plain = re.sub(r"(?:Euro|EUR|€)", "", tidy(text), flags=re.IGNORECASE).replace(" ", "")
    plain = _NO_CENTS.sub(",00", plain)
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})*,\d{2}|-?\d+,\d{2}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif not re.fullmatch(r"-?\d+(?:\.\d{2})?", plain):
        return None
    try:
        return Parsed(str(Decimal(plain)))
    except InvalidOperation:
        return None


def integer(text: str) -> Parsed | None:
    """Return a whole number, with a unit or dot behind it forgiven."""
    match = re.fullmatch(r"(\d{1,5})\s*(?:[.)]|x|mal|mal\.|dosen|dosis|impfungen|personen)?", tidy(text), re.IGNORECASE)
    return Parsed(int(match.group(1))) if match else None


def list_value(text: str) -> Parsed | None:
    """Return several strings, printed with commas, semicolons or lines between."""
    joined = re.sub(r"(?<=[^\s,;])\n(?=\S)", " ", text.strip())
    items: list[JsonValue] = [item for part in _LIST_SIGNS.split(joined) if (item := tidy(part)) and any(c.isalpha() for c in item)]
    return Parsed(items) if items else None


def full_name(text: str, *, given_first: bool | None = None) -> dict[str, Parsed]:
    """Return `family_name` and `given_name` of "Böhm, Anna"; without a comma nobody knows which is which.

    `given_first` is the order that a column's title tells, where it tells one. A point where the comma belongs is doubted.
    """
    value = tidy(text)
    pointed = _POINT_FOR_COMMA.sub(",", value, count=1) if "," not in value else value
    first, comma, second = (part.strip() for part in pointed.partition(","))
    if comma and first and second:
        family, given = (second, first) if given_first else (first, second)
        found = {"family_name": name_value(family), "given_name": name_value(given)}
        parts = {key: parsed for key, parsed in found.items() if parsed is not None}
        problem = NAME_PROBLEM if len(parts) != 2 or "," in second else POINT_PROBLEM if pointed != value else None
        return {key: Parsed(p.value, p.problem or problem) for key, p in parts.items()}
    words = value.split()
    if len(words) < 2:
        return {}
    family, given = (words[0], " ".join(words[1:])) if given_first is False else (words[-1], " ".join(words[:-1]))
    return {"given_name": Parsed(given, ORDER_PROBLEM), "family_name": Parsed(family, ORDER_PROBLEM)}


def _balanced(text: str) -> str:
    """Return `text` without a bracket at its end that none opens: an address may stand in brackets, "Halle (Saale)" keeps its own."""
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip()
    return text


def address(text: str) -> dict[str, Parsed]:
    """Return `street`, `postal_code` and `city`, as many of them as stand there."""
    found: dict[str, Parsed] = {}
    town = list(_TOWN.finditer(text))
    if len(town) == 1:
        code, printed = town[0].group(1), _balanced(town[0].group(2).strip(" -–"))
        if not text[: town[0].start()].strip(_EDGES) and (turned := _street_last(code, town[0].group(2) + text[town[0].end() :])):
            return turned
        place = city(printed)
        found["postal_code"] = Parsed(code)
        if place is not None:
            # on the place alone: readings of the code itself must stay comparable
            found["city"] = Parsed(place.value, place.problem or objection_to(code, str(place.value)))
        rest = text[: town[0].start()]
        after = text[town[0].end() :].strip(_EDGES + ")")
        road = street(rest.strip(_EDGES + "·•-–("))
        if road is not None:
            problem = road.problem or (None if _HOUSE_NUMBER.search(str(road.value)) else "Der Straße fehlt die Hausnummer.")
            found["street"] = Parsed(road.value, problem)
        if after and any(c.isalnum() for c in after):
            found = {key: Parsed(p.value, p.problem or "Im Feld steht mehr als eine Anschrift.") for key, p in found.items()}
        return found
    alone = _CODE_ALONE.fullmatch(text.strip())
    if alone is not None and (road := street(alone.group(1))) is not None:
        return {"street": road, "postal_code": Parsed(alone.group(2), NO_PLACE)}
    road = street(text)
    if not town and road is not None and _HOUSE_NUMBER.search(str(road.value)):
        return {"street": road}
    return {}


def _street_last(code: str, printed: str) -> dict[str, Parsed]:
    """Return the parts of "Radebeul, Ringweg 5", also where the sign between place and street was lost; none where it is no such."""
    parted = place_and_rest(code, tidy(printed))
    rest = parted[1].strip(_EDGES + _SIGNS) if parted is not None else ""
    road = street(rest)
    if parted is None or road is None or _OFFICE_ADDRESS.match(rest) or not _HOUSE_NUMBER.search(str(road.value)):
        return {}
    problem = None if parted[1].lstrip()[:1] in _SIGNS else NO_SIGN
    return {"postal_code": Parsed(code), "city": Parsed(parted[0], problem), "street": Parsed(road.value, road.problem or problem)}


SIMPLE: Final[Mapping[FieldKind, Callable[[str], Parsed | None]]] = {
    FieldKind.TEXT: text_value,
    FieldKind.OFFICE: office,
    FieldKind.NAME: name_value,
    FieldKind.POSTAL_CODE: postal_code,
    FieldKind.CITY: city,
    FieldKind.STREET: street,
    FieldKind.PHONE: phone,
    FieldKind.EMAIL: email,
    FieldKind.LANR: lanr,
    FieldKind.BSNR: bsnr,
    FieldKind.IBAN: iban_value,
    FieldKind.MONEY: money,
    FieldKind.INTEGER: integer,
    FieldKind.LIST: list_value,
}
