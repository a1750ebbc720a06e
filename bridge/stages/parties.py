"""Stamps, letterheads and address blocks: several lines that name a person or organisation with address and phone."""

from __future__ import annotations

import re
from typing import Final

from bridge.stages.folding import similarity
from bridge.stages.grammars import Parsed, address, name_value, phone, text_value, tidy

_HOUSES: Final = r"[-–]\s+\d{1,3}\s?[a-z]?\s*(?:$|[,;·•|])"  # "Ringweg 3 - 5": numbers of one street
_SEPARATOR: Final = re.compile(rf"\s*[·•|*»«]\s*|\s+(?!{_HOUSES})(?:[-–—.,:;=+]{{1,2}})\s+")
_PHONE: Final = re.compile(
    r"\b(?:t[eo][lt](?:e[ft][oa]n)?|fon|ruf|t(?=[.:]|\s[+0]))\b[.:\s]*(?:nr\.?[:\s]*)?([+0(][\d\s()/.\-–]{5,})", re.IGNORECASE
)
_BARE_PHONE: Final = re.compile(
    r"(?!\d{9}$)[+0(][\d\s()/.\-–]{5,}"
)  # alone in its line, as stamps have it; nine figures are a practice's number
_OTHER_CONTACT: Final = re.compile(r"\b(?:fax|telefax|mobil|e-?mail|mail|www|internet|bsnr|lanr|@|sprechzeit|iban|zentrale)", re.IGNORECASE)
_TOWN: Final = re.compile(r"\b\d{5}\s+[^\W\d_]")
_ROAD: Final = re.compile(
    r"(?:str(?:\.|aße|asse)?|weg|platz|allee|gasse|ring|damm|ufer|markt|chaussee|berg|steig|hof|graben|promenade|park)"
    r"\s*\d+\s?[a-z]?(?:\s?[-/–]\s?\d+\s?[a-z]?)?$"
    r"|^(?:am|an der|an den|im|in der|zum|zur|auf dem|unter|alte|neue|große|kleine|obere|untere|stra(?:ß|ss)e|str|platz)\b.*\d+\s?[a-z]?$"
    r"|[^\W\d_]{3,}\s\d{1,4}\s?[a-z]?$",
    re.IGNORECASE,
)
_NAMED_ROAD: Final = re.compile(r"(?:dr|prof)\.?-", re.IGNORECASE)  # Dr.-Külz-Ring: a street called after somebody
_PERSON: Final = re.compile(r"^[A-ZÄÖÜ][a-zäöüßé-]+(?: [A-ZÄÖÜ][a-zäöüßé.-]*){1,2}$")
_LEGAL_FORM: Final = re.compile(
    r"(?:MVZ\s+)?(?:g?GmbH|GbR|mbH|AG|KG|UG|OHG|PartG(?:mbB)?|e\. ?[VKG]\.|GmbH & Co\. KG)"
)  # a line that goes on
_SAME_NAME: Final = 0.85
_TITLE: Final = re.compile(r"(?:\bdr\b\.?|\bprof\b\.?|dipl\.|\bmed\b\.?|\bfrau\b|\bherr\b|\bpd\b)", re.IGNORECASE)
_ORGANISATION: Final = re.compile(
    r"praxis|labor|klinik|krankenhaus|institut|gmbh|\beg\b|\bgbr\b|\bug\b|\bohg\b|& partner|& kollegen|anw[aä]lt|genossenschaft"
    r"|verband|stiftung|gemeinde|dienst|service|versicherung|krankenkasse"
    r"|\baok\b|büro"
    r"|mvz|e\. ?v\.|universit|zentrum|schule"
    r"|kita|kinder|verein|\bkg\b|\bag\b|\bamt\b|stadt\b|landkreis|ministerium|apotheke|heim|gesellschaft|mbh|kanzlei|behörde|verwaltung|diagnost|medizin",
    re.IGNORECASE,
)
_CALLING: Final = re.compile(
    r"^(?:fach(?:arzt|ärzt)|ärzt|arzt f|hausärzt|oberarzt|oberärzt"
    r"|chefarzt|chefärzt|allgemeinarzt|internist(?:in)?$|kinderarzt$|kinderärztin$|leiter|inhaber|assistenz)",
    re.IGNORECASE,
)

_PHYSICIAN: Final = re.compile(r"arzt\b|ärztin\b|internist|patholog|pädiater|mikrobiolog|virolog|leit(?:er|ung)\b", re.IGNORECASE)
_MOST_CALLING: Final = 5  # words

NUMBER_ALONE: Final = "Die Nummer steht ohne Beschriftung da; bitte prüfen, ob es die Telefonnummer ist."
UNCLEAR: Final = "Im Briefkopf ist nicht klar, was Name und was Einrichtung ist."


def has_title(text: str) -> bool:
    """Tell whether a line names a person with a title, as "Dr. med. Anna Böhm" does."""
    return bool(_TITLE.search(text)) and not _ORGANISATION.search(text)


def is_organisation(text: str) -> bool:
    """Tell whether a line names a company, a practice or an office by one of the words that such names are made of."""
    return bool(_ORGANISATION.search(text))


def party(text: str) -> dict[str, Parsed]:
    """Return name, organization, street, postal_code, city and phone of an address block, as many as stand there."""
    lines = [piece for line in text.split("\n") for part in _SEPARATOR.split(line) if (piece := tidy(part))]
    found: dict[str, Parsed] = {}
    names: list[str] = []
    lines = [_without_calling(line) for line in lines]
    for printed in (piece for line in lines for piece in _pieces(line)):
        line = _without_repeated(_without_phone(printed, found), names)
        if not line or _OTHER_CONTACT.search(line):
            continue
        if _TOWN.search(line):
            for key, parsed in address(line).items():
                found.setdefault(key, _without_name(parsed) if key == "street" else parsed)
        elif is_road(line) and names:
            found.setdefault("street", Parsed(line))
        elif "postal_code" not in found and "street" not in found:
            names += [f"{names.pop()} {line}"] if names and _LEGAL_FORM.fullmatch(line) else [line]
    _name(names, found)
    bare = next((line for line in map(tidy, text.split("\n")) if _BARE_PHONE.fullmatch(line)), None)
    if "phone" not in found and bare is not None and (number := phone(bare)) is not None:
        found["phone"] = Parsed(number.value, number.problem or NUMBER_ALONE)
    return found


def is_road(line: str) -> bool:
    """Tell whether a line is a street with a number, one called after somebody with a title included."""
    return bool(_ROAD.search(line)) and (bool(_NAMED_ROAD.match(line)) or not _TITLE.search(line))


def _pieces(line: str) -> list[str]:
    """Return the names before an address in one line ("Praxis am Markt, Ringweg 5, 01067 Dresden") apart from it."""
    pieces = [piece for part in line.split(",") if (piece := tidy(part))]
    town = next((n for n, piece in enumerate(pieces) if _TOWN.search(piece)), 0)
    road = next((n for n, piece in enumerate(pieces[:town]) if is_road(piece)), town)
    if road == 0 or (road == town and not any(_names(piece) for piece in pieces[:town])):
        return [line]
    return [*pieces[:road], ", ".join(pieces[road:])]


def _without_calling(line: str) -> str:
    """Return a line that names a person with a title without what that person is ("Dr. med. Anna Böhm, Kinder- und Jugendärztin")."""
    name, comma, calling = line.partition(",")
    is_calling = len(calling.split()) <= _MOST_CALLING and _PHYSICIAN.search(calling) and not any(c.isdigit() for c in calling)
    return name if comma and has_title(name) and is_calling else line


def _names(text: str) -> bool:
    return is_organisation(text) or has_title(text)


def _without_repeated(line: str, names: list[str]) -> str:
    """Return the line without a name at its head that stands above it already, as in the small sender's line of a letter."""
    words = line.split()
    for name in names:
        heads = range(1, min(len(words), len(name.split()) + 2) + 1)
        alike, count = max(((similarity(" ".join(words[:n]), name), n) for n in heads), default=(0.0, 0))
        if alike >= _SAME_NAME:
            return tidy(" ".join(words[count:]))
    return line


def _without_name(road: Parsed) -> Parsed:
    """Return a street; in doubt where a name stands before it that no separator keeps apart."""
    text = str(road.value)
    if not _names(text) or _NAMED_ROAD.match(text):
        return road
    return Parsed(text, road.problem or UNCLEAR)


def _without_phone(line: str, found: dict[str, Parsed]) -> str:
    """Keep the first telephone number of `line` in `found`; return what stands before it."""
    match = _PHONE.search(line)
    if match is None or line.lower().startswith(("fax", "telefax")):
        return line
    number = phone(match.group(1))
    if number is not None:
        found.setdefault("phone", number)
    return tidy(line[: match.start()])


def _name(lines: list[str], found: dict[str, Parsed]) -> None:
    """Tell the person's name from the organisation's; what is neither for sure is doubtful."""
    lines = [line for line in lines if not _CALLING.match(line) or re.search(r"praxis|klinik|mvz", line, re.IGNORECASE)]
    people = [line for line in lines if _TITLE.search(line) and not _ORGANISATION.search(line)]
    organisations = [line for line in lines if _ORGANISATION.search(line)]
    rest = [line for line in lines if line not in people and line not in organisations and sum(c.isalpha() for c in line) >= 3]
    if organisations:
        parsed = text_value(organisations[0])
        if parsed is not None:
            found["organization"] = Parsed(parsed.value, UNCLEAR if len(organisations) > 1 or (people and rest) else None)
    if people:
        parsed = name_value(people[0])
        if parsed is not None:
            found["name"] = Parsed(parsed.value, parsed.problem or (UNCLEAR if len(people) > 1 else None))
    if rest and not (people and organisations):
        is_person = bool(_PERSON.match(rest[0])) and not people
        key = "name" if is_person else "organization"
        parsed = name_value(rest[0]) if is_person else text_value(rest[0])
        if parsed is not None and key not in found:
            found[key] = Parsed(parsed.value, UNCLEAR)
