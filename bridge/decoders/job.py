"""What parent and child of the sandbox say to each other, and the folder the child writes into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.decoders.limits import DecoderLimits
from bridge.domain.errors import TooLargeError

if TYPE_CHECKING:
    from PIL import Image

UNPACK_MAIL = "unpack_mail"
DECODE = "decode"

JsonResult = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One call: `task` is UNPACK_MAIL or DECODE, `parent` the process id whose death ends the child."""

    task: str
    path: Path
    media_type: str
    scratch: Path
    limits: DecoderLimits
    parent: int

    def to_json(self) -> JsonResult:
        """Return the form in which it is handed to the child."""
        return {**asdict(self), "path": str(self.path), "scratch": str(self.scratch)}

    @classmethod
    def from_json(cls, message: JsonResult) -> Job:
        """Return the job that `to_json` described."""
        limits = DecoderLimits(**message["limits"])
        return cls(**{**message, "path": Path(message["path"]), "scratch": Path(message["scratch"]), "limits": limits})


@dataclass(slots=True)
class Scratch:
    """The folder for a call's files: counts bytes, raises TooLargeError once all together exceed the limit.

    `announce` is told how many pages there will be, which gives the child the time for them.
    """

    folder: Path
    limits: DecoderLimits
    announce: Callable[[int], None]
    written: int = 0
    pages: list[JsonResult] = field(default_factory=list)

    def account(self, size: int) -> None:
        """Count `size` more bytes; raises TooLargeError."""
        self.written += size
        if self.written > self.limits.output_bytes:
            raise TooLargeError(f"more than {self.limits.output_bytes} bytes of output")

    def check_page_count(self, count: int) -> None:
        """Raise TooLargeError for more pages than allowed; tell the parent otherwise."""
        if count > self.limits.max_pages:
            raise TooLargeError(f"more than {self.limits.max_pages} pages")
        self.announce(count)

    def check_pixels(self, width: int, height: int) -> None:
        """Raise TooLargeError for a page of more pixels than allowed. To be asked before anything is allocated."""
        if width * height > self.limits.max_pixels_per_page:
            raise TooLargeError(f"page of {width} x {height} pixels, allowed are {self.limits.max_pixels_per_page}")

    def add_page(self, image: Image.Image, x_dpi: float, y_dpi: float) -> None:
        """Write the next page, an image of mode 1 or L, as PNG with its resolution in dots per inch.

        Raises TooLargeError for one of more pixels than allowed, whatever was announced of it: no step could load it.
        """
        self.check_pixels(*image.size)
        name = f"page-{len(self.pages) + 1:04}.png"
        # zlib's fastest level: half the time of the default, and pages are read once and kept for a while
        image.save(self.folder / name, "PNG", compress_level=1, dpi=(x_dpi, y_dpi))
        self.account((self.folder / name).stat().st_size)
        self.pages.append({"file": name, "x_dpi": x_dpi, "y_dpi": y_dpi, "width": image.width, "height": image.height})
