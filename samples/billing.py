"""Invented invoices whose sums are right: sellers, items, tax, IBANs with check digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from samples.people import Scene
from samples.places import Address, invent_address, invent_place

_CENT = Decimal("0.01")
_SELLERS = (
    (
        "Elektro {name} GmbH",
        (("Prüfung ortsveränderlicher Geräte", 4, 9), ("Anfahrt", 30, 60), ("Prüfprotokoll", 15, 40), ("Kabel NYM-J 3x1,5", 1, 3)),
    ),
    (
        "Bürobedarf {name} e.K.",
        (("Kopierpapier A4, Karton", 20, 40), ("Ordner A4 breit", 2, 5), ("Toner schwarz", 60, 140), ("Haftnotizen", 1, 4)),
    ),
    (
        "{name} Gebäudereinigung GmbH & Co. KG",
        (("Unterhaltsreinigung", 300, 900), ("Glasreinigung", 80, 220), ("Sonderreinigung nach Aufwand", 30, 60)),
    ),
    (
        "Labor {name} MVZ GmbH",
        (("Legionellenuntersuchung", 30, 60), ("Trinkwasserprobe nach TrinkwV", 40, 95), ("Probenahme vor Ort", 45, 80)),
    ),
    ("Dolmetscherbüro {name}", (("Übersetzung Normzeilen", 1, 3), ("Dolmetscheinsatz Stunden", 70, 95), ("Fahrtkosten km", 1, 2))),
    (
        "Autohaus {name} OHG",
        (("Inspektion", 180, 320), ("Motoröl 5W-30 Liter", 12, 22), ("Ölfilter", 9, 25), ("Hauptuntersuchung", 110, 140)),
    ),
)
_NAMES = ("Kramer", "Lindner", "Heß", "Baumgärtner", "Stöcker", "Rößler", "Wendt", "Oelschläger")
_BANKS = ("Sparkasse {city}", "Volksbank {city}", "Commerzbank {city}", "Postbank")


@dataclass(frozen=True, slots=True)
class Item:
    """One position: what, how many, the price of one and of all."""

    text: str
    count: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """The price of all."""
        return self.price * self.count


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice to the health office."""

    number: str
    day: date
    due: date
    seller: str
    address: Address
    buyer: str
    items: tuple[Item, ...]
    iban: str
    bank: str

    @property
    def net(self) -> Decimal:
        """The sum before tax."""
        return sum((item.total for item in self.items), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Value added tax of 19 %."""
        return (self.net * Decimal("0.19")).quantize(_CENT, ROUND_HALF_UP)

    @property
    def gross(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax

    def values(self) -> dict[str, Any]:
        """Return every field of the contract an invoice may show; a layout takes those it prints."""
        return {
            "invoice_number": self.number,
            "invoice_date": self.day.isoformat(),
            "due_date": self.due.isoformat(),
            "seller.name": self.seller,
            "buyer.name": self.buyer,
            "total_net": str(self.net),
            "total_gross": str(self.gross),
            "currency": "EUR",
            "iban": self.iban,
        }


def money(amount: Decimal) -> str:
    """Print an amount as Germans do: points between thousands, a comma before cents."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def grouped(iban: str) -> str:
    """Print an IBAN in groups of four."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def invent_iban(rng: Random) -> str:
    """Invent a German IBAN with the check digits of ISO 13616 (bank code and account are nobody's)."""
    account = f"{rng.randint(10**7, 10**8 - 1)}{rng.randint(0, 10**10 - 1):010d}"
    check = 98 - int(f"{account}131400") % 97
    return f"DE{check:02d}{account}"


def invent_invoice(rng: Random, scene: Scene) -> Invoice:
    """Invent an invoice of up to five items, sent on the scene's day or a little after its own."""
    name, goods = rng.choice(_SELLERS)
    items = tuple(
        Item(text, rng.randint(1, 24), (Decimal(rng.randint(low * 100, high * 100)) / 100).quantize(_CENT))
        for text, low, high in rng.sample(goods, rng.randint(1, len(goods)))
    )
    day = scene.today - timedelta(days=rng.randint(0, 6))
    place = scene.place if rng.random() < 0.6 else invent_place(rng)
    number = rng.choice(("{y}-{n:05d}", "RE{n:06d}", "R-{y}/{n:04d}", "{y}{n:05d}", "{n:06d}")).format(y=day.year, n=rng.randint(40, 9900))
    return Invoice(
        number,
        day,
        day + timedelta(days=rng.choice((10, 14, 14, 30))),
        name.format(name=rng.choice(_NAMES)),
        invent_address(rng, place),
        scene.office.name,
        items,
        invent_iban(rng),
        rng.choice(_BANKS).format(city=place.city.split(" (")[0]),
    )
