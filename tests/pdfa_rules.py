"""What ISO 19005-2 (PDF/A-2), level B, asks of files made of pictures and text, as far as it can be told from their objects.

Anything these files have no need of (annotations, forms, actions, transparency, attachments …) is a breach by being there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Object, Pdf, Stream

FILTERS = {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode"}
OPERATORS = {"q", "Q", "cm", "Do", "BT", "ET", "Tr", "Tf", "Tz", "Tm", "Tj"}
UNWANTED_OF_CATALOG = ("AcroForm", "AA", "Names", "OCProperties", "OpenAction", "Perms", "Requirements", "NeedsRendering")
UNWANTED_OF_PAGES = ("AA", "Annots", "Group", "PresSteps", "Trans")
UNWANTED_OF_PICTURES = ("Alternates", "Intent", "Mask", "OPI", "SMask")
OF_INFO = {"/Title": "dc:title", "/Producer": "pdf:Producer", "/CreationDate": "xmp:CreateDate"}


def breaches(content: bytes) -> set[str]:
    """Return the clauses of ISO 19005-2 that the file breaks, each with what is wrong."""
    found = {*_of_bytes(content)}
    with Pdf.open(BytesIO(content)) as pdf:
        if pdf.is_encrypted:
            return found | {"6.1.3: encrypted"}
        found |= {f"6.1.4: {problem}" for problem in pdf.check_pdf_syntax()}
        for rule in (_of_catalog, _of_streams, _of_intent, _of_metadata):
            found |= {*rule(pdf)}
        for page in pdf.pages:
            found |= {*_of_page(page)}
    return found


def _of_bytes(content: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", content):
        yield "6.1.2: header"
    if not content.endswith((b"%%EOF", b"%%EOF\n", b"%%EOF\r\n")):
        yield "6.1.3: bytes after the end"
    if b"/ID [" not in content[content.rfind(b"trailer") :]:
        yield "6.1.3: no id"
    if re.search(rb"[^\r\n]endstream", content):
        yield "6.1.7.1: no line break before endstream"


def _of_catalog(pdf: Pdf) -> Iterator[str]:
    yield from (f"6.4 to 6.11: /{key}" for key in UNWANTED_OF_CATALOG if f"/{key}" in pdf.Root)
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", str(pdf.Root.get("/Lang", ""))):
        yield "6.7.4: language"


def _of_streams(pdf: Pdf) -> Iterator[str]:
    for each in pdf.objects:
        if not isinstance(each, Stream):
            continue
        yield from (f"6.1.7.1: {key} of a stream" for key in ("/F", "/FFilter", "/FDecodeParms") if key in each)
        filters = each.get("/Filter", pikepdf.Array())
        names = {str(name) for name in (filters if isinstance(filters, pikepdf.Array) else [filters])}
        yield from (f"6.1.7.2: filter {name}" for name in names - FILTERS)


def _of_intent(pdf: Pdf) -> Iterator[str]:
    """There is one for PDF/A, with a profile of a screen or printer; only then is DeviceGray a colour."""
    intents = [intent for intent in pdf.Root.get("/OutputIntents", []) if intent.get("/S") == Name.GTS_PDFA1]
    if len(intents) != 1 or "/DestOutputProfile" not in intents[0]:
        yield "6.2.3: output intent"
        return
    profile = intents[0].DestOutputProfile
    head = profile.read_bytes()[:128]
    components = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}.get(head[16:20])
    is_profile = head[36:40] == b"acsp" and head[12:16] in {b"mntr", b"prtr"} and head[8] < 5
    if not is_profile or components != profile.N or int.from_bytes(head[:4], "big") != len(profile.read_bytes()):
        yield "6.2.3: profile"


def _of_metadata(pdf: Pdf) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if stream is None or stream.get("/Type") != Name.Metadata or stream.get("/Subtype") != Name.XML:
        yield "6.6.2.1: no metadata"
        return
    packet = stream.read_bytes()
    if re.search(rb"<\?xpacket[^>]*\b(bytes|encoding)=", packet) or not packet.startswith(b"<?xpacket begin="):
        yield "6.6.2.1: packet"
    with pdf.open_metadata() as metadata:
        if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("2", "B"):
            yield "6.6.4: identification"
        for key, name in OF_INFO.items():
            told = str(pdf.docinfo.get(key, ""))
            if key == "/CreationDate":
                told = pikepdf.models.metadata.decode_pdf_date(told).isoformat()
            if not told or metadata.get(name) != told:
                yield f"6.1.5: {key} differs from {name}"


def _of_page(page: pikepdf.Page) -> Iterator[str]:
    yield from (f"6.2 to 6.5: /{key} of a page" for key in UNWANTED_OF_PAGES if f"/{key}" in page.obj)
    left, bottom, right, top = map(float, page.mediabox)
    if not all(3 <= side <= 14_400 for side in (right - left, top - bottom)):
        yield "6.1.13: size of a page"
    resources = page.obj.get("/Resources", Dictionary())
    shown, names, depth, deepest = _written(page)
    if deepest > 28:
        yield "6.1.13: q too deep"
    kinds = {**resources.get("/XObject", Dictionary()), **resources.get("/Font", Dictionary())}
    yield from (f"6.2.2: {name} is no resource" for name in names if name not in kinds)
    for picture in resources.get("/XObject", Dictionary()).values():
        yield from _of_picture(picture)
    for name, font in resources.get("/Font", Dictionary()).items():
        yield from _of_font(font, shown.get(name, set()))
    if {str(instruction.operator) for instruction in pikepdf.parse_content_stream(page)} - OPERATORS or depth:
        yield "6.2.2: operators"


def _written(page: pikepdf.Page) -> tuple[dict[str, set[int]], set[str], int, int]:
    """Return the codes that are shown by each font, the names of resources used, and how deep `q` is nested at the end and at most."""
    shown: dict[str, set[int]] = {}
    names, font, depth, deepest = set(), "", 0, 0
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        depth += {"q": 1, "Q": -1}.get(operator, 0)
        deepest = max(deepest, depth)
        if operator in {"Do", "Tf"}:
            names.add(str(operands[0]))
        if operator == "Tf":
            font = str(operands[0])
        elif operator == "Tj":
            code = bytes(operands[0])
            shown.setdefault(font, set()).update(int.from_bytes(code[i : i + 2], "big") for i in range(0, len(code), 2))
    return shown, names, depth, deepest


def _of_picture(picture: Object) -> Iterator[str]:
    if picture.get("/Subtype") != Name.Image:
        yield "6.2.9: no image"
    if picture.get("/Interpolate", False):
        yield "6.2.8: /Interpolate"
    yield from (f"6.2.8: /{key} of an image" for key in UNWANTED_OF_PICTURES if f"/{key}" in picture)
    if picture.get("/ColorSpace") != Name.DeviceGray or picture.get("/BitsPerComponent") not in {1, 8}:
        yield "6.2.4: colour"


def _of_font(font: Object, shown: set[int]) -> Iterator[str]:
    if font.get("/Type") != Name.Font or font.get("/Subtype") != Name.Type0 or font.get("/Encoding") != Name("/Identity-H"):
        yield "6.2.11.3: encoding"
        return
    descendant = font.DescendantFonts[0]
    if "/FontFile2" not in descendant.FontDescriptor:
        yield "6.2.11.4.1: not embedded"
        return
    if not isinstance(descendant.get("/CIDToGIDMap"), Stream):
        yield "6.2.11.3.2: no CIDToGIDMap"
        return
    mapping = descendant.CIDToGIDMap.read_bytes()
    glyphs = {int.from_bytes(mapping[2 * code : 2 * code + 2], "big") for code in shown}
    program = TTFont(BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
    if 0 in glyphs or 0 in shown:
        yield "6.2.11.8: .notdef is shown"
    if any(glyph >= program["maxp"].numGlyphs for glyph in glyphs):
        yield "6.2.11.4.1: glyph not embedded"
        return
    widths = {program["hmtx"][program.getGlyphName(glyph)][0] * 1000 // program["head"].unitsPerEm for glyph in glyphs}
    if "/W" in descendant or widths - {descendant.get("/DW", 1000)}:
        yield "6.2.11.5: widths"
    told = {int(code, 16): value for code, value in re.findall(rb"<(\w{4})> <(\w+)>\n", font.ToUnicode.read_bytes()) if code != b"0000"}
    if shown - told.keys() or {b"0000", b"FEFF", b"FFFE"} & {*told.values()}:
        yield "6.2.11.7.2: ToUnicode"
