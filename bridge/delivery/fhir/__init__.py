"""The `fhir` protocol: disease and laboratory notifications as the FHIR R4 documents that DEMIS takes.

Pure: `request` turns a message into headers and bytes, `judge` an answer into a verdict; neither knows a network or a clock. The
profiles are those of DEMIS (https://demis.rki.de/fhir/StructureDefinition/...). What a page lacks is left out; where a profile
wants it all the same, it has the null flavour of the profile, or FHIR's extension data-absent-reason where there is none.
"""

from bridge.delivery.fhir.bundle import bundle
from bridge.delivery.fhir.codes import Code, CodeMap, parse_code_map
from bridge.delivery.fhir.document import Options
from bridge.delivery.fhir.exchange import Fhir, judge, request
from bridge.delivery.fhir.options import options_of

__all__ = ["Code", "CodeMap", "Fhir", "Options", "bundle", "judge", "options_of", "parse_code_map", "request"]
