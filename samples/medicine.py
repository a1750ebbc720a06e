"""Diseases and pathogens as forms print them, with their DEMIS codes, and the invented courses of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.people import Person, Practice, Scene, invent_person


@dataclass(frozen=True, slots=True)
class Disease:
    """A notifiable disease: DEMIS code, names in print, symptoms its forms list."""

    code: str
    names: tuple[str, ...]
    symptoms: tuple[str, ...]


_D = Disease
DISEASES = (
    _D("msvd", ("Masern",), ("Fieber", "Exanthem", "Katarrh", "Husten", "Konjunktivitis", "Koplik-Flecken")),
    _D(
        "bpsd",
        ("Keuchhusten", "Keuchhusten (Pertussis)", "Pertussis"),
        ("Husten > 2 Wochen", "Hustenanfälle", "Keuchen", "Erbrechen nach Husten"),
    ),
    _D("cvdd", ("COVID-19", "Coronavirus-Krankheit-2019 (COVID-19)"), ("Fieber", "Husten", "Schnupfen", "Geruchsverlust", "Pneumonie")),
    _D("havd", ("Hepatitis A",), ("Ikterus", "Oberbauchbeschwerden", "Fieber", "erhöhte Transaminasen")),
    _D("hbvd", ("Hepatitis B",), ("Ikterus", "Oberbauchbeschwerden", "erhöhte Transaminasen")),
    _D("hevd", ("Hepatitis E",), ("Ikterus", "Oberbauchbeschwerden", "Fieber")),
    _D(
        "neid",
        ("Meningokokken, invasive Erkrankung", "Meningokokken-Meningitis/-Sepsis"),
        ("Fieber", "Meningeale Zeichen", "Purpura fulminans", "Ekchymosen"),
    ),
    _D("mytd", ("Tuberkulose",), ("Husten", "Nachtschweiß", "Gewichtsabnahme", "Fieber")),
    _D("ruvd", ("Röteln", "Röteln, postnatal"), ("Exanthem", "Fieber", "Lymphknotenschwellung", "Arthralgien")),
    _D("vzwd", ("Windpocken", "Windpocken (Varizellen)"), ("Exanthem", "Fieber", "Juckreiz")),
    _D("mpvd", ("Mumps",), ("Speicheldrüsenschwellung", "Fieber", "Orchitis")),
    _D(
        "husd",
        ("HUS", "Hämolytisch-urämisches Syndrom (HUS)"),
        ("blutiger Durchfall", "Nierenfunktionsstörung", "Anämie", "Thrombozytopenie"),
    ),
    _D("styd", ("Typhus", "Typhus abdominalis"), ("Fieber", "Kopfschmerzen", "Durchfall", "Bauchschmerzen")),
    _D("spad", ("Paratyphus",), ("Fieber", "Durchfall", "Bauchschmerzen")),
    _D("cord", ("Diphtherie",), ("Halsschmerzen", "Pseudomembranen", "Fieber")),
    _D("clod", ("Botulismus",), ("Doppelbilder", "Mundtrockenheit", "Schluckstörung")),
    _D("dend", ("Denguefieber",), ("Fieber", "Kopfschmerzen", "Gelenkschmerzen", "Exanthem")),
    _D("htvd", ("Hantavirus-Erkrankung",), ("Fieber", "Nierenfunktionsstörung", "Kopfschmerzen")),
    _D("mpxd", ("Mpox", "Affenpocken (Mpox)"), ("Exanthem", "Fieber", "Lymphknotenschwellung")),
    _D("vchd", ("Cholera",), ("wässriger Durchfall", "Erbrechen", "Dehydratation")),
    _D("povd", ("Poliomyelitis",), ("schlaffe Lähmung", "Fieber")),
    _D("vzzd", ("Herpes zoster", "Gürtelrose (Herpes zoster)"), ("Bläschen", "Schmerzen")),
    _D("band", ("Milzbrand",), ("Hautulkus", "Fieber")),
    _D("ypsd", ("Pest",), ("Fieber", "Lymphknotenschwellung")),
    _D("rbvd", ("Tollwut",), ("Hydrophobie", "Unruhe")),
    _D("ttvd", ("Tollwutexpositionsverdacht",), ()),
    _D("cjkd", ("Creutzfeldt-Jakob-Krankheit (CJK)",), ("Demenz", "Myoklonien")),
    _D("hcvd", ("Hepatitis C",), ("Ikterus", "erhöhte Transaminasen")),
    _D("hdvd", ("Hepatitis D",), ("Ikterus",)),
    _D("izvd", ("Zoonotische Influenza",), ("Fieber", "Husten")),
    _D("hfad", ("Hämorrhagisches Fieber",), ("Fieber", "Blutungen")),
    _D("cdfd", ("Clostridioides difficile, schwer",), ("Durchfall", "Fieber")),
)
COMMON = DISEASES[:19]


@dataclass(frozen=True, slots=True)
class Pathogen:
    """A notifiable pathogen: DEMIS code, names in print, materials, (method, finding) pairs."""

    code: str
    names: tuple[str, ...]
    materials: tuple[str, ...]
    findings: tuple[tuple[str, str], ...]


_P = Pathogen
_STOOL = ("Stuhl", "Stuhlprobe", "Rektalabstrich")
_SWAB = ("Rachenabstrich", "Nasopharyngealabstrich", "Nasen-Rachen-Abstrich")
_SERUM = ("Serum", "Vollblut", "Blut")
PATHOGENS = (
    _P(
        "cvdp",
        ("SARS-CoV-2", "SARS-Coronavirus-2"),
        _SWAB,
        (("PCR", "SARS-CoV-2-RNA nachgewiesen (Ct 24,3)"), ("Antigennachweis", "Antigen positiv")),
    ),
    _P("novp", ("Norovirus", "Noroviren"), _STOOL, (("PCR", "Norovirus-RNA nachgewiesen"), ("Antigen-EIA", "Norovirus-Antigen positiv"))),
    _P(
        "camp",
        ("Campylobacter jejuni", "Campylobacter spp., darmpathogen"),
        _STOOL,
        (("Kultur", "Campylobacter jejuni kulturell nachgewiesen"),),
    ),
    _P(
        "salp",
        ("Salmonella Enteritidis", "Salmonella Typhimurium"),
        _STOOL,
        (("Kultur", "massenhaft Salmonellen"), ("Kultur", "Salmonellen nachgewiesen, Gruppe B")),
    ),
    _P("rtvp", ("Rotavirus", "Rotaviren"), _STOOL, (("Antigen-EIA", "Rotavirus-Antigen positiv"),)),
    _P("ehcp", ("EHEC", "E. coli, enterohämorrhagisch"), _STOOL, (("PCR", "Shigatoxin-Gen stx2 nachgewiesen"),)),
    _P(
        "msvp",
        ("Masernvirus",),
        (*_SERUM, "Rachenabstrich", "Urin"),
        (("IgM-Antikörper (ELISA)", "Masern-IgM positiv, IgG negativ"), ("PCR", "Masernvirus-RNA nachgewiesen")),
    ),
    _P(
        "bpsp",
        ("Bordetella pertussis",),
        _SWAB,
        (("PCR", "Bordetella-pertussis-DNA nachgewiesen"), ("IgA-/IgG-Antikörper", "Pertussis-Toxin-IgG 182 IU/ml")),
    ),
    _P("havp", ("Hepatitis-A-Virus",), _SERUM, (("IgM-Antikörper (ELISA)", "Anti-HAV-IgM positiv"),)),
    _P("hbvp", ("Hepatitis-B-Virus",), _SERUM, (("ELISA", "HBs-Antigen positiv"), ("PCR", "HBV-DNA 12.400 IU/ml"))),
    _P("hcvp", ("Hepatitis-C-Virus",), _SERUM, (("PCR", "HCV-RNA nachgewiesen"),)),
    _P("hevp", ("Hepatitis-E-Virus",), _SERUM, (("IgM-Antikörper (ELISA)", "Anti-HEV-IgM positiv"),)),
    _P("legp", ("Legionella pneumophila",), ("Urin", "Bronchialsekret"), (("Antigennachweis", "Legionella-Antigen im Urin positiv"),)),
    _P("invp", ("Influenza A", "Influenzavirus A", "Influenzavirus"), _SWAB, (("PCR", "Influenza-A-RNA nachgewiesen"),)),
    _P("neip", ("Neisseria meningitidis",), ("Liquor", "Blutkultur"), (("Kultur", "Neisseria meningitidis, Serogruppe B"),)),
    _P(
        "mytp",
        ("Mycobacterium tuberculosis",),
        ("Sputum", "Bronchialsekret"),
        (("Kultur", "Mycobacterium-tuberculosis-Komplex angezüchtet"), ("Mikroskopie", "säurefeste Stäbchen nachgewiesen")),
    ),
    _P("lisp", ("Listeria monocytogenes",), ("Blutkultur", "Liquor"), (("Kultur", "Listeria monocytogenes angezüchtet"),)),
    _P("htvp", ("Hantavirus",), _SERUM, (("IgM-Antikörper (ELISA)", "Hantavirus-IgM positiv (Puumala)"),)),
    _P("bobp", ("Borrelia burgdorferi",), _SERUM, (("Immunoblot", "Borrelien-IgG positiv"),)),
    _P("gilp", ("Giardia lamblia",), _STOOL, (("Mikroskopie", "Zysten von Giardia lamblia nachgewiesen"),)),
    _P("yenp", ("Yersinia enterocolitica",), _STOOL, (("Kultur", "Yersinia enterocolitica O:3"),)),
    _P("rsvp", ("RSV", "Respiratorisches-Synzytial-Virus"), _SWAB, (("PCR", "RSV-RNA nachgewiesen"),)),
)

COUNTRIES = ("Deutschland", "Deutschland", "Deutschland", "Rumänien", "Türkei", "Italien", "Thailand", "Polen", "Österreich", "Ägypten")
_TOWNS_ABROAD = {
    "Rumänien": "Cluj-Napoca", "Türkei": "Antalya", "Italien": "Rimini", "Thailand": "Phuket",
    "Polen": "Breslau", "Österreich": "Ischgl", "Ägypten": "Hurghada",
}  # fmt: skip
FACILITIES = (
    "Kita Spatzennest",
    "Kindergarten Löwenzahn",
    "Grundschule am Stadtpark",
    "Seniorenheim Abendfrieden",
    "Pflegeheim Haus Sonnenschein",
    "Kita Zwergenland",
    "12. Oberschule",
    "Gymnasium St. Benno",
    "Wohnheim Lindenhof",
    "Kinderhaus Regenbogen",
)
HOSPITALS = (
    "Universitätsklinikum",
    "Städtisches Klinikum",
    "Krankenhaus St. Joseph-Stift",
    "Elblandklinikum",
    "Diakonissenkrankenhaus",
    "Kreiskrankenhaus",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One notified case. None means the sender left it empty; `yes`, `no`, `not_known` are ticked answers.

    `is_impossible`: a date was mistyped so that no careful clerk would let it pass.
    """

    disease: Disease
    disease_name: str
    status: str
    patient: Person
    symptoms: tuple[str, ...]
    onset: date | None
    diagnosis: date | None
    death: date | None
    admitted: str | None
    hospital: str | None
    admission: date | None
    exposure_place: str | None
    exposure_country: str | None
    role: str | None
    facility: str | None
    vaccinated: str | None
    last_dose: date | None
    doses: int | None
    lab_commissioned: str | None
    lab_name: str | None
    sample_date: date | None
    notifier: Practice
    notified: date
    is_impossible: bool


def maybe(rng: Random, chance: float, value: str) -> str | None:
    """Return `value` with the given chance, else None: what people fill in and what they leave out."""
    return value if rng.random() < chance else None


def _maybe_day(rng: Random, chance: float, day: date) -> date | None:
    return day if rng.random() < chance else None


def invent_case(rng: Random, scene: Scene, disease: Disease | None = None) -> Case:
    """Invent a course whose dates stand in order, with optional answers missing at random."""
    disease = disease or rng.choice(COMMON)
    notified = scene.today - timedelta(days=rng.choices((0, 1, 2), weights=(7, 2, 1))[0])
    diagnosis = notified - timedelta(days=rng.randint(0, 2))
    onset = diagnosis - timedelta(days=rng.randint(0, 12))
    patient = invent_person(rng, scene.place, onset)
    status = rng.choices(("suspected", "ill", "deceased"), weights=(40, 55, 5))[0]
    admitted = rng.choices(("yes", "no", "not_known", None), weights=(25, 50, 5, 20))[0]
    role = rng.choices(("works", "cared_for", "none", None), weights=(15, 25, 35, 25))[0]
    vaccinated = rng.choices(("vaccinated", "unvaccinated", "unknown", None), weights=(30, 30, 20, 20))[0]
    lab = rng.choices(("yes", "no", None), weights=(60, 20, 20))[0]
    country = maybe(rng, 0.45, rng.choice(COUNTRIES))
    abroad = _TOWNS_ABROAD.get(country or "", scene.place.city)
    is_impossible = rng.random() < 0.02
    age_days = (onset - patient.birth).days
    return Case(
        disease,
        rng.choice(disease.names),
        status,
        patient,
        tuple(s for s in disease.symptoms if rng.random() < 0.55),
        onset.replace(year=onset.year + rng.choice((1, 36)), day=min(onset.day, 28)) if is_impossible else _maybe_day(rng, 0.85, onset),
        _maybe_day(rng, 0.7, diagnosis),
        max(diagnosis, notified - timedelta(days=rng.randint(0, 1))) if status == "deceased" else None,
        admitted,
        rng.choice(HOSPITALS) if admitted == "yes" else None,
        _maybe_day(rng, 0.8, onset + timedelta(days=rng.randint(0, (diagnosis - onset).days))) if admitted == "yes" else None,
        maybe(rng, 0.6, abroad) if country else None,
        country,
        role,
        rng.choice(FACILITIES) if role in {"works", "cared_for"} else None,
        vaccinated,
        onset - timedelta(days=rng.randint(20, min(4000, age_days - 1)))
        if vaccinated == "vaccinated" and age_days > 60 and rng.random() < 0.7
        else None,
        rng.randint(1, 4) if vaccinated == "vaccinated" and rng.random() < 0.6 else None,
        lab,
        scene.laboratory.organization if lab == "yes" and rng.random() < 0.8 else None,
        _maybe_day(rng, 0.6, diagnosis) if lab == "yes" else None,
        scene.practice,
        notified,
        is_impossible,
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """One laboratory result of one pathogen; `text` as printed."""

    pathogen: Pathogen
    name: str
    method: str
    result: str
    text: str


def invent_finding(rng: Random, pathogen: Pathogen | None = None) -> Finding:
    """Invent a positive finding."""
    pathogen = pathogen or rng.choice(PATHOGENS)
    method, text = rng.choice(pathogen.findings)
    return Finding(pathogen, rng.choice(pathogen.names), method, "positive", text)
