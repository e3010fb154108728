"""What reading one file may cost. Readers check sizes, counts and ratios; time and memory are enforced by the worker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one file. Sizes are bytes; times are seconds; ``ocr`` switches image recognition off altogether.

    >>> DEFAULT.seconds(30), DEFAULT.seconds(30, images=30)
    (120.0, 570.0)
    """

    file_bytes: int = 200 * 1024**2
    pages: int = 2_000
    seconds_base: float = 60.0
    seconds_a_page: float = 2.0
    seconds_an_image: float = 15.0
    memory_bytes: int = 1_500 * 1024**2
    characters: int = 20_000_000
    cells: int = 1_000_000
    stream_bytes: int = 256 * 1024**2
    image_pixels: int = 100_000_000
    zip_entries: int = 10_000
    zip_ratio: float = 100.0
    nesting: int = 3
    ocr: bool = True

    def seconds(self, pages: int = 0, images: int = 0) -> float:
        """The time limit of a file of so many pages, of which so many may be images that want recognition."""
        recognised = min(images, pages) * self.seconds_an_image if self.ocr else 0.0
        return self.seconds_base + self.seconds_a_page * pages + recognised


DEFAULT = Limits()
