"""Real German postal codes with their places and area codes (facts), and plausible street names (invented)."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Place:
    """A postal code with its place, telephone area code and the region whose health office is in charge."""

    postal_code: str
    city: str
    area_code: str
    region: str


_ROWS = """
01067 Dresden|0351|Stadt Dresden
01099 Dresden|0351|Stadt Dresden
01445 Radebeul|0351|Landkreis Meißen
01640 Coswig|03523|Landkreis Meißen
01662 Meißen|03521|Landkreis Meißen
01796 Pirna|03501|Landkreis Sächsische Schweiz-Osterzgebirge
02625 Bautzen|03591|Landkreis Bautzen
02708 Löbau|03585|Landkreis Görlitz
02826 Görlitz|03581|Landkreis Görlitz
03046 Cottbus|0355|Stadt Cottbus
04109 Leipzig|0341|Stadt Leipzig
04275 Leipzig|0341|Stadt Leipzig
04860 Torgau|03421|Landkreis Nordsachsen
06108 Halle (Saale)|0345|Stadt Halle (Saale)
06618 Naumburg (Saale)|03445|Burgenlandkreis
06844 Dessau-Roßlau|0340|Stadt Dessau-Roßlau
07743 Jena|03641|Stadt Jena
08056 Zwickau|0375|Landkreis Zwickau
09111 Chemnitz|0371|Stadt Chemnitz
10115 Berlin|030|Bezirk Mitte
12043 Berlin|030|Bezirk Neukölln
14467 Potsdam|0331|Stadt Potsdam
15230 Frankfurt (Oder)|0335|Stadt Frankfurt (Oder)
16816 Neuruppin|03391|Landkreis Ostprignitz-Ruppin
17489 Greifswald|03834|Landkreis Vorpommern-Greifswald
18055 Rostock|0381|Stadt Rostock
19053 Schwerin|0385|Stadt Schwerin
23552 Lübeck|0451|Hansestadt Lübeck
23909 Ratzeburg|04541|Kreis Herzogtum Lauenburg
24103 Kiel|0431|Stadt Kiel
25746 Heide|0481|Kreis Dithmarschen
26122 Oldenburg|0441|Stadt Oldenburg
27568 Bremerhaven|0471|Stadt Bremerhaven
28195 Bremen|0421|Stadt Bremen
30159 Hannover|0511|Region Hannover
33602 Bielefeld|0521|Stadt Bielefeld
34117 Kassel|0561|Region Kassel
37073 Göttingen|0551|Stadt und Landkreis Göttingen
38100 Braunschweig|0531|Stadt Braunschweig
39104 Magdeburg|0391|Stadt Magdeburg
40210 Düsseldorf|0211|Stadt Düsseldorf
44135 Dortmund|0231|Stadt Dortmund
48143 Münster|0251|Stadt Münster
50667 Köln|0221|Stadt Köln
52062 Aachen|0241|StädteRegion Aachen
53111 Bonn|0228|Bundesstadt Bonn
55116 Mainz|06131|Kreis Mainz-Bingen
56130 Bad Ems|02603|Rhein-Lahn-Kreis
56410 Montabaur|02602|Westerwaldkreis
59065 Hamm|02381|Stadt Hamm
60311 Frankfurt am Main|069|Stadt Frankfurt am Main
64283 Darmstadt|06151|Stadt Darmstadt
66111 Saarbrücken|0681|Regionalverband Saarbrücken
69117 Heidelberg|06221|Rhein-Neckar-Kreis
70173 Stuttgart|0711|Stadt Stuttgart
72070 Tübingen|07071|Landkreis Tübingen
78462 Konstanz|07531|Landkreis Konstanz
79098 Freiburg im Breisgau|0761|Landkreis Breisgau-Hochschwarzwald
82467 Garmisch-Partenkirchen|08821|Landkreis Garmisch-Partenkirchen
83022 Rosenheim|08031|Stadt Rosenheim
84028 Landshut|0871|Stadt Landshut
86150 Augsburg|0821|Stadt Augsburg
87435 Kempten (Allgäu)|0831|Stadt Kempten (Allgäu)
88131 Lindau (Bodensee)|08382|Landkreis Lindau (Bodensee)
90402 Nürnberg|0911|Stadt Nürnberg
93047 Regensburg|0941|Stadt Regensburg
97070 Würzburg|0931|Landkreis Würzburg
99084 Erfurt|0361|Stadt Erfurt
"""


def _parse() -> tuple[Place, ...]:
    places = []
    for row in _ROWS.strip().splitlines():
        town, area_code, region = row.split("|")
        postal_code, city = town.split(" ", 1)
        places.append(Place(postal_code, city, area_code, region))
    return tuple(places)


PLACES = _parse()

_STREET_NAMES = (
    "Hauptstraße|Bahnhofstr.|Goethestraße|Schillerstr.|Lessingstraße|Am Mühlbach|An der Alten Ziegelei|"
    "Königsbrücker Straße|Birkenweg|Käthe-Kollwitz-Ufer|Rosa-Luxemburg-Platz|Schäfergasse|Zum Sägewerk|"
    "Straße des Friedens|Kirchplatz|Lindenallee|Dr.-Külz-Ring|Gartenstraße|Bergstr.|Friedrich-Ebert-Straße|"
    "August-Bebel-Str.|Rathausplatz|Am Weinberg|Sonnenhalde|Mozartstraße|Nelkenweg|Obere Gasse|Feldstr.|"
    "Hölderlinweg|Karl-Marx-Allee|Waldstraße|Industriestr.|Ahornweg|Kastanienallee|Neuer Markt|Pestalozzistr.|"
    "Clara-Zetkin-Straße|Mühlenweg|Wiesengrund|Sankt-Georg-Straße|Heinrich-Heine-Str.|Am Krähenhügel|"
    "Eichendorffstraße|Robert-Koch-Straße|Fährstraße|Jägerstr."
)

_STREETS = tuple(_STREET_NAMES.split("|"))


@dataclass(frozen=True, slots=True)
class Address:
    """A street with its house number, in a real place."""

    street: str
    place: Place

    @property
    def town(self) -> str:
        """Postal code and city as on an envelope."""
        return f"{self.place.postal_code} {self.place.city}"


def invent_place(rng: Random) -> Place:
    """Choose a place."""
    return rng.choice(PLACES)


def invent_address(rng: Random, place: Place) -> Address:
    """Choose a street and a house number, now and then with a letter or a range."""
    number = str(rng.randint(1, 148))
    kind = rng.random()
    if kind < 0.12:
        number += rng.choice("abc")
    elif kind < 0.16:
        number += " " + rng.choice("abd")
    elif kind < 0.2:
        number += f"-{int(number) + 2}"
    return Address(f"{rng.choice(_STREETS)} {number}", place)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as printed, and as the contract wants it (E.164; as printed where no area code stands there)."""

    printed: str
    value: str


def invent_phone(rng: Random, place: Place, *, is_mobile: bool = False, is_bare: bool = False) -> Phone:
    """Invent a number of the place in one of the usual spellings; `is_bare` leaves the area code out."""
    area = rng.choice(("0151", "0160", "0172", "0176", "0177")) if is_mobile else place.area_code
    local = str(rng.randint(2, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(7 if is_mobile else rng.randint(4, 6)))
    if is_bare and not is_mobile:
        return Phone(local, local)
    e164 = f"+49{area[1:]}{local}"
    grouped = " ".join(local[i : i + 3] for i in range(0, len(local), 3)) if len(local) % 3 != 1 else local
    printed = rng.choices(
        (
            f"{area} {local}",
            f"{area}/{local}",
            f"{area} / {local}",
            f"({area}) {local}",
            f"{area}-{local}",
            f"+49 {area[1:]} {local}",
            f"{area} {grouped}",
        ),
        weights=(6, 5, 2, 2, 2, 2, 2),
    )[0]
    return Phone(printed, e164)
