"""How German forms word what they ask: many authors, many labels for the same thing."""

from __future__ import annotations

from random import Random

# key of a question: what its label may say; separated by |
_LABELS = """
patient.name: Name, Vorname|Familienname, Vorname|Zuname, Vorname|Nachname, Vorname(n)|Name, Vorn.|Patient (Name, Vorname)
patient.family_name: Name|Nachname|Familienname|Zuname|Name (Familienname)|Fam.-Name
patient.given_name: Vorname|Vorn.|Vorname(n)|Vornamen|Vorname (Rufname)
patient.birth_date: Geburtsdatum|geb.|geb. am|Geb.-Dat.|Geb.-Datum|geboren am|Geburtstag|Geburtsdatum (TT.MM.JJJJ)
patient.sex: Geschlecht|Geschl.|Geschlecht (m/w/d)
patient.street: Straße, Hausnummer|Str./Nr.|Straße u. Nr.|Straße, Haus-Nr.|Straße / Hausnr.|Straße
patient.town: PLZ/Ort|PLZ, Wohnort|PLZ Ort|PLZ und Ort|Postleitzahl, Ort
patient.postal_code: PLZ|Postleitzahl|Postleitz.
patient.city: Ort|Wohnort|Stadt / Gemeinde
patient.address: Anschrift|wohnh.|wohnhaft|Adresse|Hauptwohnung|Wohnanschrift|wohnhaft in
patient.phone: Telefon|Tel.-Nr.|Tel.|Telefon (privat/mobil)|Rufnummer|Telefonnr.|Fon|Tel. Patient
patient.email: E-Mail|Mail|E-Mail-Adresse|Email
disease: Krankheit|Diagnose|Meldepflichtige Krankheit|Diagnose bzw. Verdachtsdiagnose|Gemeldete Krankheit|Erkrankung an
case_status: Art der Meldung|Fallstatus|Meldegrund|Es handelt sich um|Meldung wegen|Status
onset_date: Erkrankungsbeginn|erkrankt seit|Krankheitsbeginn|Erkr.-Beginn|Beginn der Symptomatik|Erkrankungstag|Beginn der Beschwerden
diagnosis_date: Datum der Diagnose|Diagnosedatum|Diagnose gestellt am|Diagnose vom|Diagnosestellung am
death_date: Todesdatum|verstorben am|Sterbedatum|Todestag
symptoms: Symptome|Symptomatik|Beschwerden|Krankheitszeichen|Klinische Symptome
hospital.admitted: Stationäre Behandlung|Krankenhausaufenthalt|In Krankenhaus aufgenommen|stationär aufgenommen|Hospitalisiert|KH-Aufnahme
hospital.name: Krankenhaus|Klinik|Name des Krankenhauses|Name der Klinik|Klinik / Station
hospital.admission_date: Aufnahme am|Aufnahmedatum|stat. seit|aufgenommen am|Einweisung am
exposure.place: Infektionsort|vermutl. Infektionsort|Ort der Ansteckung|Wahrscheinlicher Infektionsort|angesteckt in
exposure.country: Infektionsland|Land|Land der Infektion|Reiseland|Staat
facility.role: In Gemeinschaftseinrichtung|Tätigkeit/Betreuung in Einrichtung|Gemeinschaftseinrichtung (§ 33/36)|Kontakt zu Einrichtung
facility.name: Name der Einrichtung|Einrichtung|Bezeichnung der Einrichtung|welche Einrichtung
vaccination.status: Impfstatus|Geimpft|Impfschutz|Gegen die Krankheit geimpft|Schutzimpfung
vaccination.last_date: Letzte Impfung|letzte Impfung am|letzte Dosis am|Datum der letzten Impfung
vaccination.doses: Anzahl Dosen|Zahl der Impfungen|Impfdosen|Dosen (Anzahl)
laboratory.commissioned: Labor beauftragt|Laboruntersuchung veranlasst|Probe eingesandt|Labordiagnostik|Erregerdiagnostik veranlasst
laboratory.name: Labor|Beauftragtes Labor|Name des Labors|Untersuchungsstelle|Labor / Institut
laboratory.sample_date: Probe vom|Probenentnahme|Entnahmedatum|Probe entnommen am|Abnahme am
notifier.name: Meldende Person|Arzt/Ärztin|Meldender Arzt|Ärztin/Arzt|Name der meldenden Person|Melder
notifier.organization: Praxis / Einrichtung|Praxis/Klinik|Meldende Einrichtung|Praxis|Krankenhaus / Praxis|Institution
notifier.address: Anschrift|Praxisanschrift|Adresse|Anschrift der Praxis
notifier.street: Straße, Hausnummer|Str./Nr.|Straße|Straße u. Nr.
notifier.town: PLZ/Ort|PLZ, Ort|PLZ Ort
notifier.phone: Telefon|Tel.-Nr.|Tel.|Tel. Praxis|Rückfragen unter|Telefon für Rückfragen
notifier.fax: Fax|Telefax|Fax-Nr.|Faxnummer
notifier.lanr: LANR|Arzt-Nr.|Arztnummer (LANR)|lebenslange Arztnummer
notifier.bsnr: BSNR|Betriebsstätten-Nr.|Betriebsstättennummer|BS-Nr.
notification_date: Datum|Meldedatum|Datum der Meldung|gemeldet am|Meldung vom
recipient: Empfänger|An|An das|Zuständiges Gesundheitsamt|Meldung an
pathogen: Erreger|Krankheitserreger|Nachgewiesener Erreger|Keim|Nachweis von
specimen.material: Material|Untersuchungsmaterial|Probenmaterial|Art des Materials|Probenart|Unters.-Material
specimen.collected_on: Entnahmedatum|Entnahme|entnommen am|Entnahmetag|Abnahmedatum|Abnahme|Probenentnahme am
specimen.received_on: Eingang|Eingangsdatum|Probeneingang|eingegangen am|Material erhalten am|Eingang im Labor
method: Methode|Nachweismethode|Verfahren|Untersuchungsverfahren|Nachweisverfahren|Untersuchung mittels
result: Ergebnis|Resultat|Bewertung|Nachweis|Testergebnis
finding: Befund|Untersuchungsbefund|Befundtext|Untersuchungsergebnis|Einzelbefund
order_number: Auftragsnummer|Auftrags-Nr.|Labornummer|Labor-Nr.|Untersuchungs-Nr.|Tagesnummer|Probennummer
submitter.name: Einsendender Arzt|Ärztin/Arzt|Anforderer|Einsender (Arzt)|Auftraggeber
submitter.organization: Einsender|Einsendende Praxis|Einsendende Einrichtung|Einsender/Station|Praxis/Klinik
submitter.address: Anschrift|Anschrift des Einsenders|Adresse
submitter.phone: Telefon|Tel.|Tel. Einsender|Rückfragen an
laboratory.organization: Labor|Meldendes Labor|Meldende Untersuchungsstelle|Untersuchungsstelle|Institut
laboratory.doctor: Verantwortlich|Laborarzt|Meldende Person|Befund freigegeben durch|Ärztliche Leitung
laboratory.address: Anschrift|Laboranschrift|Adresse
laboratory.phone: Telefon|Tel.|Rückfragen|Fon
facility.kind: Art der Einrichtung|Einrichtungsart|Einrichtungstyp|Es handelt sich um eine/n
facility.address: Anschrift|Anschrift der Einrichtung|Adresse
facility.street: Straße, Hausnummer|Straße, Nr.|Str./Nr.
facility.town: PLZ/Ort|PLZ, Ort|PLZ Ort
facility.phone: Telefon|Tel.|Telefon der Einrichtung|Tel.-Nr.
contact_person: Ansprechpartner/in|Ansprechperson|Leitung|Leiterin / Leiter|Kontaktperson in der Einrichtung|Meldende Person
affected_children: Anzahl erkrankter Kinder|Erkrankte Kinder|Kinder (Anzahl)|Zahl der betroffenen Kinder|Betroffene Kinder/Schüler
affected_staff: Anzahl erkranktes Personal|Erkranktes Personal|Personal (Anzahl)|Betroffene Beschäftigte|Mitarbeitende (Anzahl)
"""


def _parse() -> dict[str, tuple[str, ...]]:
    lines = (line.partition(": ") for line in _LABELS.strip().splitlines())
    return {key: tuple(labels.split("|")) for key, _, labels in lines}


LABELS = _parse()

# how the answers to a question are printed beside their boxes; the keys are the contract's, or yes, no, not_known
CHOICES: dict[str, tuple[tuple[tuple[str, str], ...], ...]] = {
    "patient.sex": (
        (("female", "weiblich"), ("male", "männlich"), ("diverse", "divers")),
        (("male", "männlich"), ("female", "weiblich"), ("diverse", "divers"), ("unknown", "unbekannt")),
        (("female", "weibl."), ("male", "männl."), ("diverse", "div.")),
        (("male", "m"), ("female", "w"), ("diverse", "d")),
    ),
    "case_status": (
        (("suspected", "Verdacht"), ("ill", "Erkrankung"), ("deceased", "Tod")),
        (("suspected", "Krankheitsverdacht"), ("ill", "Erkrankung"), ("deceased", "Todesfall")),
        (("ill", "Erkrankung"), ("suspected", "Verdachtsfall"), ("deceased", "verstorben")),
        (("suspected", "Verdacht"), ("ill", "klinische Diagnose"), ("deceased", "Tod")),
    ),
    "hospital.admitted": (
        (("yes", "ja"), ("no", "nein")),
        (("no", "nein"), ("yes", "ja"), ("not_known", "nicht bekannt")),
        (("yes", "ja"), ("no", "nein"), ("not_known", "nicht erhoben")),
    ),
    "facility.role": (
        (("works", "tätig"), ("cared_for", "betreut"), ("none", "nein")),
        (("none", "nein"), ("works", "als Personal"), ("cared_for", "als Betreute/r")),
        (("works", "Tätigkeit"), ("cared_for", "Betreuung"), ("none", "keine")),
    ),
    "vaccination.status": (
        (("vaccinated", "geimpft"), ("unvaccinated", "ungeimpft"), ("unknown", "unbekannt")),
        (("vaccinated", "ja"), ("unvaccinated", "nein"), ("unknown", "nicht bekannt")),
        (("unvaccinated", "nicht geimpft"), ("vaccinated", "geimpft"), ("unknown", "unbek.")),
    ),
    "laboratory.commissioned": ((("yes", "ja"), ("no", "nein")), (("no", "nein"), ("yes", "ja"))),
    "result": (
        (("positive", "positiv"), ("negative", "negativ"), ("indeterminate", "grenzwertig")),
        (("positive", "nachgewiesen"), ("negative", "nicht nachgewiesen"), ("indeterminate", "fraglich")),
    ),
}


def label(rng: Random, key: str) -> str:
    """Choose how this author words the question `key`."""
    return rng.choice(LABELS[key])


def choices(rng: Random, key: str) -> tuple[tuple[str, str], ...]:
    """Choose how this author words the answers to the question `key`."""
    return rng.choice(CHOICES[key])
