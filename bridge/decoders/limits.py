"""What foreign bytes may cost. Apart from the sandbox, so that its child need not load what the parent needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecoderLimits:
    """Bounds of one child process; bytes, pixels and seconds as `[limits]` in `config/defaults.toml` has them.

    `seconds` bounds wall and CPU time of a whole file and grows by `seconds_per_page` once the pages are counted.
    `output_bytes` bounds all files of one call together. `header_bytes` bounds the header block of a mail.
    """

    max_pages: int = 300
    max_pixels_per_page: int = 40_000_000
    max_mime_parts: int = 100
    max_mime_depth: int = 8
    header_bytes: int = 262_144
    memory_bytes: int = 1_073_741_824
    seconds: float = 60.0
    seconds_per_page: float = 2.0
    output_bytes: int = 1_073_741_824

    def seconds_for(self, pages: int) -> float:
        """Return the time a file of `pages` pages may take; more pages than allowed buy no more time."""
        return self.seconds + self.seconds_per_page * min(max(pages, 0), self.max_pages)
