"""What German paper prints, as hypothesis strategies: each gives a value in the contract's form beside one of its usual prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st
from stdnum.iso7064 import mod_97_10

from bridge.stages.grammars import Parsed
from bridge.stages.places import is_place_of
from samples.places import PLACES

LATEST = date(2026, 11, 22)  # the day on which every fax of these tests arrives
DAYS = st.dates(date(1900, 1, 1), LATEST)
RECENT = st.dates(LATEST - timedelta(days=4000), LATEST)

MONTHS = (
    ("Januar", "Jan."), ("Februar", "Febr.", "Feb."), ("März", "Mrz.", "Mär."), ("April", "Apr."), ("Mai",), ("Juni", "Jun."),
    ("Juli", "Jul."), ("August", "Aug."), ("September", "Sept.", "Sep."), ("Oktober", "Okt."), ("November", "Nov."), ("Dezember", "Dez."),
)  # fmt: skip
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_DAY_FORMS = (
    "{d:02}.{m:02}.{y}", "{d}.{m}.{y}", "{d:02}. {m:02}. {y}", "{d}. {m}. {y}", "{y}-{m:02}-{d:02}", "{d:02}/{m:02}/{y}", "{d:02}-{m:02}-{y}",
    "{d:02} . {m:02} . {y}", "{d}. {name} {y}", "{d:02}. {name} {y}", "{d}.{name} {y}", "{d} {name} {y}",
)  # fmt: skip
_AROUND_DAYS = (
    "{}", " {} ", "am {}", "seit {}", "vom {}", "ab dem {}", "Görlitz, den {}", "Bad Muskau, {}", "{weekday}, {}", "{weekday}, den {}", "{short}., {}",
    "{short} {}", "({})", "{},", "{}, 14:30 Uhr", "{} um 8.05 Uhr", "{} 07:15", "| {} |", "{} ........", "Stand: {}",
)  # fmt: skip


def _folded(text: str, fold: int) -> str:
    """Return `text` with one of its blanks, if any, as the end of a line."""
    blanks = [place for place, sign in enumerate(text) if sign == " "]
    at = blanks[fold % len(blanks)] if fold and blanks else None
    return text if at is None else f"{text[:at]}\n{text[at + 1 :]}"


FOLDS = st.integers(0, 4)


@st.composite
def printed_days(draw: st.DrawFn) -> tuple[str, str]:
    """A day, and how forms, letters and programs print it, among the words that stand around it."""
    day = draw(DAYS)
    printed = draw(st.sampled_from(_DAY_FORMS)).format(
        d=day.day, m=day.month, y=f"{day.year}", name=draw(st.sampled_from(MONTHS[day.month - 1]))
    )
    weekday = _WEEKDAYS[day.weekday()]
    around = draw(st.sampled_from(_AROUND_DAYS)).format(printed, weekday=weekday, short=weekday[:2])
    return day.isoformat(), _folded(around, draw(FOLDS))


@st.composite
def combed_days(draw: st.DrawFn) -> tuple[str, str]:
    """A day in the boxes of a comb, one digit each."""
    day = draw(DAYS)
    return day.isoformat(), draw(st.sampled_from(["{}", "|{}|", "[{}]"])).format(
        draw(st.sampled_from([" ", "|", " | ", "]["])).join(f"{day:%d%m%Y}")
    )


@st.composite
def printed_months(draw: st.DrawFn) -> tuple[str, str]:
    """A month or a year alone: a partial date."""
    year, month = draw(st.integers(1900, 2026)), draw(st.integers(1, 12))
    if draw(st.integers(0, 4)) == 0:
        return f"{year}", f"{year}"
    form = draw(st.sampled_from(["{m:02}/{y}", "{m}/{y}", "{m:02}.{y}", "{m:02} / {y}", "{name} {y}", "{y}-{m:02}"]))
    return f"{year}-{month:02}", form.format(m=month, y=year, name=draw(st.sampled_from(MONTHS[month - 1])))


@st.composite
def impossible_days(draw: st.DrawFn) -> str:
    """The print of a day that no calendar has."""
    year = draw(st.integers(1900, 2026))
    day, month = draw(
        st.sampled_from([(30, 2), (31, 2), (31, 4), (31, 6), (31, 9), (31, 11), (32, 1), (45, 5), (0, 7), (12, 13), (12, 0), (99, 99)])
    )
    names = MONTHS[month - 1] if 1 <= month <= 12 else ("",)
    forms = _DAY_FORMS if names != ("",) else _DAY_FORMS[:8]
    return draw(st.sampled_from([*forms, "{d:02}{m:02}{y}"])).format(d=day, m=month, y=year, name=draw(st.sampled_from(names)))


LETTERS = "abcdefghijklmnopqrstuvwxyzäöüéèçğ"
# titles, particles and the words of forms are no names
_NO_NAMES = frozenset(
    [
        "dr",
        "prof",
        "st",
        "nr",
        "med",
        "str",
        "inh",
        "allg",
        "de",
        "ot",
        "tel",
        "fax",
        "name",
        "vom",
        "geb",
        "dent",
        "rer",
        "nat",
        "phil",
        "vet",
        "habil",
        "dipl",
        "univ",
        "städt",
        "praxis",
        "station",
        "datum",
    ]
)
WORDS = st.text(LETTERS, min_size=3, max_size=10).filter(lambda word: word not in _NO_NAMES).map(str.capitalize)
_FAMILY_NAMES = st.one_of(
    WORDS, st.tuples(WORDS, WORDS).map("-".join), WORDS.map("von der {}".format), WORDS.map("zu {}".format), WORDS.map("Mc{}".format), WORDS.map("O'{}".format),
    st.sampled_from(["Groß", "Weiß", "Yıldız", "Nguyễn", "Łukasiewicz", "Šimić", "D’Angelo", "Al-Sayed", "El Masri"]),
)  # fmt: skip
_GIVEN_NAMES = st.one_of(WORDS, st.tuples(WORDS, WORDS).map("-".join), st.tuples(WORDS, WORDS).map(" ".join))
_TITLES = (
    "",
    "Dr. ",
    "Dr. med. ",
    "Prof. Dr. med. ",
    "Dr. med. dent. ",
    "PD Dr. med. ",
    "Dipl.-Med. ",
    "Prof. Dr. Dr. ",
    "Dr. rer. nat. ",
    "Priv.-Doz. Dr. ",
)


@st.composite
def printed_names(draw: st.DrawFn) -> tuple[str, str]:
    """A person's name with its titles; the print may be folded or hyphened with a blank."""
    name = draw(st.sampled_from(_TITLES)) + draw(st.one_of(_FAMILY_NAMES, st.tuples(_GIVEN_NAMES, _FAMILY_NAMES).map(" ".join)))
    return name, _folded(draw(st.sampled_from(["{}", "{} ", "| {}", "{} ....", ": {}"])).format(name), draw(FOLDS))


@st.composite
def printed_full_names(draw: st.DrawFn) -> tuple[tuple[str, str], str]:
    """Family and given name with the comma that tells them apart."""
    family, given_name = draw(_FAMILY_NAMES), draw(_GIVEN_NAMES)
    return (family, given_name), draw(st.sampled_from(["{}, {}", "{},{}", "{} , {}", "{},\n{}", "| {}, {} |", "{}, {} ....."])).format(
        family, given_name
    )


_ROADS = st.one_of(
    st.tuples(WORDS, st.sampled_from(["straße", "str.", "weg", "platz", "gasse", "ring", "allee"])).map("".join), WORDS.map("Am {}".format),
    st.tuples(WORDS, WORDS, st.sampled_from(["Straße", "Str.", "Weg", "Ring"])).map("-".join),
    st.sampled_from(["Straße des 17. Juni", "Unter den Linden", "Alte Str.", "Str. der Einheit", "An der Ziegelei", "Dr.-Külz-Ring", "Platz der Luftbrücke"]),
)  # fmt: skip
_HOUSES = st.tuples(st.integers(1, 399), st.sampled_from(["", "a", " a", "-7", " - 9", "/3"])).map(lambda parts: f"{parts[0]}{parts[1]}")


@st.composite
def printed_streets(draw: st.DrawFn) -> tuple[str, str]:
    """A street with its house number."""
    road = f"{draw(_ROADS)} {draw(_HOUSES)}"
    return road, _folded(draw(st.sampled_from(["{}", "{} ", "| {} |", "{} ......", "{}."])).format(road), draw(FOLDS))


@st.composite
def printed_addresses(draw: st.DrawFn) -> tuple[dict[str, str], str]:
    """Street, postal code and place, as windows, stamps and lines have them."""
    place = draw(st.sampled_from([place for place in PLACES if is_place_of(place.postal_code, place.city)]))
    road = f"{draw(_ROADS)} {draw(st.integers(1, 399))}{draw(st.sampled_from(['', 'a', ' b', '-12']))}"
    town = draw(st.sampled_from(["{} {}", "D-{} {}", "D - {} {}", "DE-{} {}", "{}  {}"])).format(place.postal_code, place.city)
    printed = draw(st.sampled_from(["{}, {}", "{}\n{}", "{} · {}", "{} | {}", "({}, {})", "{} , {}", "{}; {}", "{},\n{}"])).format(
        road, town
    )
    return {"street": road, "postal_code": place.postal_code, "city": place.city}, printed


_AREAS = ("30", "40", "89", "221", "351", "391", "3581", "3591", "7531", "35772")


@st.composite
def printed_phones(draw: st.DrawFn) -> tuple[str, str]:
    """A number with its area code, as DIN 5008, as people and as programs write it; an extension may be offered behind it."""
    area, own = draw(st.sampled_from(_AREAS)), f"{draw(st.integers(20_000, 8_999_999))}"
    apart = draw(st.sampled_from([own, f"{own[:2]} {own[2:]}", f"{own[:-2]} {own[-2:]}", f"{own[:3]}-{own[3:]}"]))
    forms = (
        "0{}/{}",
        "0{} {}",
        "(0{}) {}",
        "0{}-{}",
        "0{} / {}",
        "+49 {} {}",
        "+49 (0){} {}",
        "0049 {} {}",
        "+49 (0) {} / {}",
        "+49-{}-{}",
        "0{}.{}",
    )
    number = draw(st.sampled_from(forms)).format(area, apart)
    label = draw(st.sampled_from(["", "Tel.: ", "Tel. ", "Telefon: ", "Tel.-Nr.: ", "Fon: ", "privat: "]))
    behind = draw(st.sampled_from(["", " oder -12", " App. 12", ", Durchwahl -12", "; Fax -99", " ....."]))
    return f"+49{area}{own}", f"{label}{number}{behind}"


@st.composite
def printed_amounts(draw: st.DrawFn) -> tuple[str, str]:
    """An amount of euros, grouped or not, whole amounts with their stroke."""
    euros, cents = draw(st.integers(0, 10**9)), draw(st.integers(0, 99))
    printed = draw(
        st.sampled_from([str(euros), f"{euros:,}".replace(",", "."), f"{euros:,}".replace(",", " "), f"{euros:,}".replace(",", "\u202f")])
    )
    end = draw(st.sampled_from([",-", ",--", ",–", ",—"])) if cents == 0 and draw(st.booleans()) else f",{cents:02}"
    sign = draw(st.sampled_from(["", "-"]))
    printed = draw(st.sampled_from(["{} €", "EUR {}", "{}", "{} Euro", "{} EUR", "€ {}", "{}\u00a0€"])).format(f"{sign}{printed}{end}")
    return f"{sign}{euros}.{cents:02}", printed


@st.composite
def printed_ibans(draw: st.DrawFn) -> tuple[str, str]:
    """A German account with right check digits, in groups of four, in one, in a comb, over two lines."""
    account = f"{draw(st.integers(0, 10**18 - 1)):018}"
    number = f"DE{mod_97_10.calc_check_digits(f'{account}DE')}{account}"
    groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    return number, draw(
        st.sampled_from([number, " ".join(groups), "\n".join(map(" ".join, (groups[:3], groups[3:]))), " ".join(number), number.lower()])
    )


@st.composite
def printed_lanrs(draw: st.DrawFn) -> tuple[str, str]:
    """A physician's number with the right check digit."""
    number, speciality = f"{draw(st.integers(0, 999_999)):06}", f"{draw(st.integers(0, 99)):02}"
    check = -sum(int(digit) * (4, 9)[place % 2] for place, digit in enumerate(number)) % 10
    lanr = f"{number}{check}{speciality}"
    return lanr, draw(
        st.sampled_from([lanr, " ".join(lanr), "|".join(lanr), f"{lanr[:6]} {lanr[6]} {lanr[7:]}", f"{lanr[:7]}/{lanr[7:]}", f"| {lanr}"])
    )


@st.composite
def printed_emails(draw: st.DrawFn) -> tuple[str, str]:
    """An e-mail address, in which a reader may see a blank or a line may end."""
    mail = draw(st.from_regex(r"[a-z]{1,8}([._+-][a-z0-9]{1,8})?@[a-z]{2,8}(-[a-z]{2,5})?[.](example|de|info)", fullmatch=True))
    at = draw(st.integers(0, len(mail)))
    return mail, mail[:at] + draw(st.sampled_from(["", " ", "\n"])) + mail[at:]


# Anything at all, much of it of what values are made of: letters, digits of several scripts, signs, prints torn and joined.
_SCRAPS = st.sampled_from(
    ["15.03.2020", "31.02.", "2020", "März", "0351", "/", "4516268", "+49", "(0)", "01067", "Dresden", "Ringweg 5", "D-", "Dr. med.", "Böhm", ",", ";", "\n", " ",
     "|", "-", "€", "1.234,56", ",-", "DE89", "3704 0044 0532 0130 00", "@", ".de", "ja", "nein", "geb.", "*", "seit", "w", "Masern", "Tel.", "oder -12",
     "Gesundheitsamt", "Praxis", "....", "ß", "ı", "İ", "１２", "٣", "０１０６７", "٩٣١٢٣٤٥٠٠", "１.２３４,５６", "１５.０３.２０２０", "²", "½", "Ⅻ", "早", "\u00ad", "\u202e", "\ufeff", "\0"]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(max_size=40), st.lists(_SCRAPS, max_size=9).map("".join), st.lists(_SCRAPS, max_size=9).map(" ".join))


def told(parsed: Parsed | None) -> tuple[object, str | None] | None:
    """Return value and problem of what a grammar found, None where it found nothing."""
    return None if parsed is None else (parsed.value, parsed.problem)


def letters_and_digits(*texts: str) -> Counter[str]:
    """Return how often each letter and digit stands in some texts."""
    return Counter(sign for text in texts for sign in text if sign.isalnum())


def strings_of(value: object) -> Sequence[str]:
    """Return the strings that a value is or holds."""
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
