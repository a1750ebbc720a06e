"""Invented people, practices, laboratories and offices: realistic names, right check digits, nobody real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.places import Address, Phone, Place, invent_address, invent_phone, invent_place


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FEMALE = _words(
    "Anna Lena Sophie Käthe Ursula Marlene Hannelore Birgit Zoë Emilia Frieda Gisela Ingrid Johanna Anneliese Katrin "
    "Süheyla Ayşe Mia Charlotte Annelie Heidemarie Renate Dörte Bärbel Sigrid Wiebke Magdalena Theresa Yvonne Nele Greta "
    "Martha Helene Clara Anna-Lena Eva-Maria Marie-Luise"
)
MALE = _words(
    "Jürgen Günther Björn Lukas Maximilian Felix Jörg Götz Sören Paul Emil Anton Heinz Karl-Heinz Hans-Peter Wolfgang "
    "Matthias Tobias Andreas Mehmet Ali Piotr Ole Henning Rüdiger Uwe Detlef Konstantin Leon Noah Theodor Friedrich "
    "Benedikt Arne Klaus-Dieter Jan Mohammed Vincent Torsten Kaspar"
)
FAMILY = _words(
    "Müller Schmidt Böhm Weiß Krüger Schröder Köhler Jäger Groß Günther Löwe Bäcker Schäfer Hoffmann Lehmann Fischer Wagner "
    "Becker Schulz Koch Richter Klein Wolf Neumann Schwarz Zimmermann Braun Hofmann Hartmann Lange Krause Werner Meier "
    "Schmitt Schulze Maier Köster Mayer Walter Kaiser Fuchs Peters Scholz Möller Vogel Jung Friedrich Keller Berger Winkler "
    "Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhme Winter Kraus Schumacher Vogt Stein Jansen Otto "
    "Sommer Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt "
    "Sauer Arnold Öztürk Yilmaz Nguyen Kowalczyk Novák Petrović Hübner Kößler Strauß Grünwald Zöllner Übelacker Nitzsche "
    "Preuß Wünsche Szymański Hoang d'Angelo Müller-Lüdenscheid Schmidt-Böhm Groß-Wilde Meyer-Köhler Hansen-Weiß"
)
TITLES = ("Dr. med.", "Dr. med.", "Dr.", "Dipl.-Med.", "Prof. Dr. med.", "PD Dr. med.", "Dr. med. dent.")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient or contact; `sex` as in the contract."""

    family: str
    given: str
    sex: str
    birth: date
    address: Address
    phone: Phone | None
    email: str | None


def invent_person(rng: Random, place: Place, today: date, *, oldest: int = 92, youngest: int = 0, family: str | None = None) -> Person:
    """Invent somebody living in `place`, aged `youngest` to `oldest` years on `today`."""
    sex = rng.choices(("female", "male", "diverse"), weights=(49, 49, 2))[0]
    given = rng.choice(FEMALE if sex == "female" or (sex == "diverse" and rng.random() < 0.5) else MALE)
    if rng.random() < 0.07:
        given += " " + rng.choice([name for name in (FEMALE if sex == "female" else MALE) if name != given])
    name = family or rng.choice(FAMILY)
    if family is None and rng.random() < 0.03:
        name = rng.choice(("von ", "van der ", "zu ", "de ")) + name
    birth = today - timedelta(days=rng.randint(youngest * 365 + 20, oldest * 365))
    chance = rng.random()
    phone = None if chance < 0.2 else invent_phone(rng, place, is_mobile=chance < 0.55, is_bare=chance > 0.985)
    email = (
        f"{_ascii(given.split()[0])}.{_ascii(name)}@{rng.choice(('example.de', 'mail.example', 'post.example'))}".lower()
        if rng.random() < 0.3
        else None
    )
    return Person(name, given, sex, birth, invent_address(rng, place), phone, email)


def _ascii(name: str) -> str:
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ö", "Oe"), ("Ü", "Ue"), (" ", "-"), ("'", "")):
        name = name.replace(umlaut, letters)
    return name.encode("ascii", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Practice:
    """Who notifies or submits: a doctor in a practice or hospital."""

    doctor: str
    organization: str
    speciality: str
    address: Address
    phone: Phone
    fax: Phone
    lanr: str
    bsnr: str


_SPECIALITIES = (
    (
        "Facharzt für Allgemeinmedizin",
        "03",
        ("Hausarztpraxis {place}", "Gemeinschaftspraxis {name} & Kollegen", "Praxis {title} {name}", "Hausarztzentrum {place}"),
    ),
    ("Fachärztin für Innere Medizin", "23", ("Internistische Praxis {name}", "MVZ am {spot}", "Praxis {title} {name}")),
    (
        "Kinder- und Jugendarzt",
        "40",
        ("Kinderarztpraxis {name}", "Praxis für Kinder- und Jugendmedizin {name}", "Kinderarztpraxis am {spot}"),
    ),
    ("Oberarzt", "31", ("Städtisches Klinikum {place}", "Krankenhaus St. Elisabeth", "Klinikum am {spot}", "Universitätsklinikum {place}")),
)
_SPOTS = ("Stadtpark", "Rathaus", "Mühlenteich", "Bahnhof", "Markt", "Schlossgarten", "Wall", "Südring")
_KV_AREAS = ("01", "17", "38", "46", "52", "71", "72", "83", "93", "98")


def lanr_of(six: str, speciality: str) -> str:
    """Return the physician's number: six digits, their check digit (weights 4 and 9), two digits of the speciality."""
    total = sum(int(digit) * weight for digit, weight in zip(six, (4, 9, 4, 9, 4, 9), strict=True))
    return f"{six}{(10 - total % 10) % 10}{speciality}"


def invent_practice(rng: Random, place: Place) -> Practice:
    """Invent a practice or hospital in `place`."""
    title, family, given = rng.choice(TITLES), rng.choice(FAMILY), rng.choice(FEMALE + MALE)
    speciality, code, names = rng.choice(_SPECIALITIES)
    short = place.city.split(" (")[0]
    organization = rng.choice(names).format(place=short, name=family, title=title, spot=rng.choice(_SPOTS))
    doctor = f"{title} {given} {family}" if rng.random() < 0.8 else f"{title} {family}"
    phone = invent_phone(rng, place)
    return Practice(
        doctor,
        organization,
        speciality,
        invent_address(rng, place),
        phone,
        invent_phone(rng, place),
        lanr_of(f"{rng.randint(100000, 899999)}", code),
        f"{rng.choice(_KV_AREAS)}{rng.randint(1000000, 9999999)}",
    )


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A laboratory that reports what it found."""

    organization: str
    doctor: str
    address: Address
    phone: Phone


def invent_laboratory(rng: Random, place: Place) -> Laboratory:
    """Invent a laboratory in `place`."""
    family, short = rng.choice(FAMILY), place.city.split(" (")[0]
    organization = rng.choice(
        (
            f"Labor {rng.choice(TITLES[:3])} {family} MVZ GmbH",
            f"Medizinisches Labor {short}",
            f"MVZ Labor {family} & Partner",
            f"Institut für Medizinische Mikrobiologie {short}",
            f"Laborzentrum {short} GbR",
        )
    )
    doctor = f"{rng.choice(TITLES[:5])} {rng.choice(FEMALE + MALE)} {rng.choice(FAMILY)}"
    return Laboratory(organization, doctor, invent_address(rng, place), invent_phone(rng, place))


@dataclass(frozen=True, slots=True)
class Office:
    """A health office; `name` is what the record's `recipient` must be."""

    name: str
    address: Address
    phone: Phone
    fax: Phone


def invent_office(rng: Random, place: Place) -> Office:
    """Name the health office of the place's region in one of the usual ways."""
    kind, _, rest = place.region.partition(" ")
    names = [f"Gesundheitsamt {place.city}", f"Gesundheitsamt {place.region}"]
    if kind in {"Landkreis", "Kreis"}:
        names += [f"Landratsamt {rest}, Gesundheitsamt", f"Gesundheitsamt des {kind}es {rest}"]
    elif kind == "Stadt":
        names += [f"Gesundheitsamt der Stadt {rest}", f"Stadt {rest}, Gesundheitsamt"]
    return Office(rng.choice(names), invent_address(rng, place), invent_phone(rng, place), invent_phone(rng, place))


def invent_today(rng: Random) -> date:
    """Choose the day on which the fax is sent, late in 2026."""
    return date(2026, 9, 1) + timedelta(days=rng.randint(0, 79))


@dataclass(frozen=True, slots=True)
class Scene:
    """What all papers of one fax share: day, place, office, and who sends."""

    today: date
    place: Place
    office: Office
    practice: Practice
    laboratory: Laboratory


def invent_scene(rng: Random) -> Scene:
    """Invent the circumstances of one fax."""
    place = invent_place(rng)
    lab_place = place if rng.random() < 0.5 else invent_place(rng)
    return Scene(invent_today(rng), place, invent_office(rng, place), invent_practice(rng, place), invent_laboratory(rng, lab_place))
