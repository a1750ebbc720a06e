"""A mail taken apart (RFC 5322, 2045-2047, 2231), however broken. Runs in the child; no broken mail makes it raise.

The structure comes from Python's own parser, bounded in parts and depth while it parses. What a part holds is told by
its bytes; its headers only name it, and help to leave aside what is no fax (text, logos, signatures). Of what is left
aside or could not be opened, a line stands in `problems`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Policy, compat32
from pathlib import Path
from typing import Any, Final

from bridge.decoders import mailtext, sniff, transfer
from bridge.decoders.job import JsonResult, Scratch
from bridge.domain.media_types import MAIL

_CHUNK: Final = 1 << 16
_MAX_TEXT: Final = 400_000  # characters of mail text that are kept
_MAX_HEADERS: Final = 1000  # values that are kept
_LOGO_PIXELS: Final = 200  # a page of a fax is larger in one direction at least
_INLINE_PIXELS: Final = 400  # and a page shown within an HTML text is at least as wide
_SIGNATURES: Final = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_CONTENT_ID: Final = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)
_LOST_BOUNDARY: Final = re.compile(rb"^--([^\s-][^\r\n]{0,70}?)[ \t]*\r?\n(?=Content-|MIME-)", re.IGNORECASE | re.MULTILINE)


class _LimitError(Exception):
    """More parts, or deeper nested, than allowed; what came before is kept."""


class _Part(Message):
    """A part that knows how deep it lies and refuses to go deeper than allowed."""

    depth = 1
    deepest = 1

    def attach(self, payload: Any) -> None:
        """Take a part in; called by the parser before it reads that part's first line."""
        super().attach(payload)
        payload.depth, payload.deepest = self.depth + 1, self.deepest
        if payload.depth > self.deepest:
            raise _LimitError(f"nested deeper than {self.deepest} levels")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One part that holds content, decoded into `path`; `declared` is the media type it claims."""

    path: Path
    kind: str
    declared: str
    name: str | None
    content_id: str


@dataclass(slots=True)
class _Mail:
    """What has been found so far, over the mail and those forwarded in it."""

    scratch: Scratch
    headers: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    shown_inline: set[str] = field(default_factory=set)
    leaves: list[_Leaf] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    parts: int = 0
    files: int = 0

    def new_path(self) -> Path:
        """Return where the next file goes."""
        self.files += 1
        return self.scratch.folder / f"part-{self.files:04}"

    def new_part(self, policy: Policy = compat32) -> _Part:
        """Return an empty part; called by the parser for each it meets."""
        self.parts += 1
        if self.parts > self.scratch.limits.max_mime_parts:
            raise _LimitError(f"more than {self.scratch.limits.max_mime_parts} parts")
        return _Part(policy)


def unpack(path: Path, scratch: Scratch) -> JsonResult:
    """Take the mail at `path` apart into `scratch`; returns the fields of `ports.MailContent` as JSON."""
    mail = _Mail(scratch)
    _take_apart(path, mail, 1)
    attachments = [leaf for leaf in mail.leaves if not _is_left_aside(leaf, mail)]
    return {
        "headers": mail.headers,
        "text": "\n\n".join(mail.texts)[:_MAX_TEXT],
        "attachments": [{"file": leaf.path.name, "media_type": leaf.kind, "name": leaf.name} for leaf in attachments],
        "problems": mail.problems,
    }


def _take_apart(path: Path, mail: _Mail, depth: int) -> None:
    """Parse one mail file, whose outermost part lies at `depth`, into `mail`."""
    made: list[_Part] = []

    def new_part(policy: Policy = compat32) -> _Part:
        part = mail.new_part(policy)
        part.depth, part.deepest = depth, mail.scratch.limits.max_mime_depth  # right for the outermost, others are attached
        made.append(part)
        return part

    try:
        parser = BytesFeedParser(_factory=new_part)
        made.clear()  # the constructor tries the factory out
        mail.parts -= 1
        for chunk in _with_bounded_header(path, mail):
            parser.feed(chunk)
        parser.close()
    except _LimitError as error:
        mail.problems.append(str(error))
    if made:
        _visit(made[0], mail, is_mail=True)


def _with_bounded_header(path: Path, mail: _Mail) -> Iterator[bytes]:
    """Yield the file's bytes; of a header block beyond the limit only its beginning, and then the body."""
    limit = mail.scratch.limits.header_bytes
    with path.open("rb") as file:
        head = file.read(limit)
        end = re.search(rb"\r?\n\r?\n", head)
        if len(head) == limit and not end:
            mail.problems.append(f"header block longer than {limit} bytes")
            head = head.rpartition(b"\n")[0] + b"\n\n"
            while line := file.readline(_CHUNK):
                if not line.strip():
                    break
        yield head
        while chunk := file.read(_CHUNK):
            yield chunk


def _visit(part: Message, mail: _Mail, *, is_mail: bool) -> None:
    """Collect what `part` and all within it hold; `is_mail` where its headers are those of a mail."""
    if is_mail:
        _keep_headers(part, mail)
    payload = part.get_payload()
    declared = part.get_content_type()
    if not isinstance(payload, list):
        _take_leaf(part, declared, mail)
        return
    inner_parts = [inner for inner in payload if isinstance(inner, Message)]
    if declared in {"message/partial", "message/external-body"}:
        mail.problems.append(f"{declared} holds no whole content")
    encoding = str(part.get("Content-Transfer-Encoding", "")).lower()
    if declared == MAIL and "base64" in encoding and len(inner_parts) == 1:
        _take_encoded_mail(inner_parts[0], encoding, part, mail)
        return
    for inner in inner_parts:
        _visit(inner, mail, is_mail=declared.startswith("message/") and declared != "message/delivery-status")
    boundary = part.get_boundary()
    for stray in (part.preamble, part.epilogue):
        if boundary and stray and f"\n--{boundary}" in f"\n{stray}" and re.search(r"^Content-", stray, re.IGNORECASE | re.MULTILINE):
            _take_stray_parts(stray.encode("utf-8", "surrogateescape"), boundary, part, mail)


def _keep_headers(part: Message, mail: _Mail) -> None:
    room = _MAX_HEADERS - sum(map(len, mail.headers.values()))
    for name, value in list(part.raw_items())[:room]:
        mail.headers.setdefault(name.lower(), []).append(mailtext.header(str(value)))


def _body_of(part: Message) -> bytes:
    """Return a part's body as transmitted, and let go of the parser's copy."""
    del part["Content-Transfer-Encoding"]  # so that nothing is decoded on the way out
    raw = part.get_payload(decode=True)
    part.set_payload("")
    return raw if isinstance(raw, bytes) else b""


def _take_leaf(part: Message, declared: str, mail: _Mail) -> None:
    """Decode one part without parts, and sort it: text, forwarded mail, or attachment."""
    label = str(part.get("Content-Transfer-Encoding", ""))
    name = mailtext.file_name(part)
    charset, disposition = _parameters(part)
    content_id = str(part.get("Content-ID", "")).strip().strip("<>")
    raw = _body_of(part)
    if declared.startswith("multipart/") and (lost := _LOST_BOUNDARY.search(raw)):
        _take_stray_parts(raw, lost.group(1).decode("utf-8", "surrogateescape"), part, mail)
        return
    path = mail.new_path()
    head = transfer.write(transfer.decode(raw, label), path, mail.scratch)
    del raw
    kind = sniff.recognise(head)
    if kind in sniff.DECODABLE or not _is_body(declared, name, disposition):
        _take_attachment(_Leaf(path, kind, declared, name, content_id), part, mail)
        return
    content = path.read_bytes()
    path.unlink()
    _take_text(content, charset, mail, is_html=kind == sniff.HTML or declared == "text/html")


def _parameters(part: Message) -> tuple[str | None, str | None]:
    """Return charset and disposition; parameters can be malformed beyond what the email package bears."""
    try:
        return part.get_content_charset(), part.get_content_disposition()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None, None


def _is_body(declared: str, name: str | None, disposition: str | None) -> bool:
    is_textual = declared.startswith(("text/", "message/", "multipart/"))
    return is_textual and name is None and disposition != "attachment"


def _take_attachment(leaf: _Leaf, part: Message, mail: _Mail) -> None:
    """Keep an attachment; a mail in it is taken apart itself, as long as that is not too deep."""
    depth = getattr(part, "depth", 1) + 1
    if leaf.kind == sniff.EMPTY and leaf.name is None:
        leaf.path.unlink()
    elif leaf.kind == MAIL and depth <= mail.scratch.limits.max_mime_depth and not leaf.declared.startswith("text/"):
        _take_apart(leaf.path, mail, depth)
        leaf.path.unlink()
    else:
        mail.leaves.append(leaf)


def _take_text(content: bytes, charset: str | None, mail: _Mail, *, is_html: bool) -> None:
    """Keep a text, and what is uuencoded within it."""
    for name, chunks in transfer.blocks_of_uuencode(content):
        path = mail.new_path()
        head = transfer.write(chunks, path, mail.scratch)
        if not head:  # a sentence that begins like a block
            path.unlink()
            continue
        mail.leaves.append(_Leaf(path, sniff.recognise(head), "application/octet-stream", mailtext.header(name), ""))
    if b"\n=ybegin " in content:
        mail.problems.append("yEnc content was not decoded")
    text = mailtext.body(content[: 4 * _MAX_TEXT], charset)
    if is_html:
        mail.shown_inline.update(found.strip("<>") for found in _CONTENT_ID.findall(text))
        text = mailtext.strip_html(text)
    text = mailtext.clean(text).strip()
    if text:
        mail.texts.append(text)


def _take_encoded_mail(inner: Message, encoding: str, part: Message, mail: _Mail) -> None:
    """Take apart a forwarded mail that was sent in base64, which RFC 2046 forbids and some programs do."""
    path = mail.new_path()
    transfer.write(transfer.decode(inner.as_bytes() if inner.keys() else _body_of(inner), encoding), path, mail.scratch)
    _take_apart(path, mail, getattr(part, "depth", 1) + 1)
    path.unlink()


def _take_stray_parts(raw: bytes, boundary: str, part: Message, mail: _Mail) -> None:
    """Take apart parts that stand outside their multipart: its boundary is missing, wrong, or was closed too early."""
    depth = getattr(part, "depth", 1) + 1
    if depth > mail.scratch.limits.max_mime_depth:
        mail.problems.append(f"nested deeper than {mail.scratch.limits.max_mime_depth} levels")
        return
    mail.problems.append("parts outside their boundary")
    path = mail.new_path()
    quoted = boundary.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogateescape")
    transfer.write(iter((b'Content-Type: multipart/mixed; boundary="' + quoted + b'"\n\n', raw)), path, mail.scratch)
    _take_apart(path, mail, depth)
    path.unlink()


def _is_left_aside(leaf: _Leaf, mail: _Mail) -> bool:
    """Tell whether an attachment is certainly no fax, and note that it was left aside."""
    cause = _no_fax(leaf, mail)
    if cause:
        mail.problems.append(f"left aside: {cause}")
        leaf.path.unlink()
    return cause is not None


def _no_fax(leaf: _Leaf, mail: _Mail) -> str | None:
    """Return why an attachment is no fax, None where it may be one."""
    if leaf.declared in _SIGNATURES:
        return "a signature"
    if leaf.kind == "application/applefile":
        return "a Macintosh resource fork"
    if not leaf.kind.startswith("image/") or leaf.kind == sniff.TIFF:
        return None
    size = _pixels(leaf.path)
    if size is None:
        return None
    if max(size) < _LOGO_PIXELS:
        return f"an image of {size[0]} x {size[1]} pixels"
    has_document = any(other.kind in {sniff.TIFF, sniff.PDF} for other in mail.leaves)
    if leaf.content_id in mail.shown_inline and leaf.content_id and (min(size) < _INLINE_PIXELS or has_document):
        return f"an image of {size[0]} x {size[1]} pixels shown within the text"
    return None


def _pixels(path: Path) -> tuple[int, int] | None:
    """Return the size of an image from its header, None where it cannot be read."""
    from PIL import Image  # noqa: PLC0415 - few mails hold images

    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
