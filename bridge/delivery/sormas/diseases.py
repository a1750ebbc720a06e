"""Which disease of SORMAS a DEMIS category is, where both plainly mean the same; all others the operator must decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_OF_DISEASES: Final = {
    "band": "ANTHRAX",
    "bpsd": "PERTUSSIS",
    "cord": "DIPHTERIA",
    "cvdd": "CORONAVIRUS",
    "dend": "DENGUE",
    "ebvd": "EVD",
    "gfvd": "YELLOW_FEVER",
    "hxxd": "ACUTE_VIRAL_HEPATITIS",
    "lsvd": "LASSA",
    "mpxd": "MONKEYPOX",
    "msvd": "MEASLES",
    "mytd": "TUBERCULOSIS",
    "povd": "POLIO",
    "rbvd": "RABIES",
    "rund": "CONGENITAL_RUBELLA",
    "ruvd": "RUBELLA",
    "styd": "TYPHOID_FEVER",
    "vchd": "CHOLERA",
    "ypsd": "PLAGUE",
}
_OF_PATHOGENS: Final = {
    "banp": "ANTHRAX",
    "bpsp": "PERTUSSIS",
    "ckvp": "CHIKUNGUNYA",
    "corp": "DIPHTERIA",
    "cvdp": "CORONAVIRUS",
    "denp": "DENGUE",
    "ebvp": "EVD",
    "etvp": "ENTEROVIRUS",
    "gfvp": "YELLOW_FEVER",
    "lsvp": "LASSA",
    "mpxp": "MONKEYPOX",
    "msvp": "MEASLES",
    "mylp": "LEPROSY",
    "mytp": "TUBERCULOSIS",
    "plap": "MALARIA",
    "povp": "POLIO",
    "rbvp": "RABIES",
    "rsvp": "RESPIRATORY_SYNCYTIAL_VIRUS",
    "ruvp": "RUBELLA",
    "styp": "TYPHOID_FEVER",
    "vchp": "CHOLERA",
    "wnvp": "WEST_NILE_FEVER",
    "ypsp": "PLAGUE",
}
DISEASES: Final[Mapping[str, str]] = _OF_DISEASES | _OF_PATHOGENS
