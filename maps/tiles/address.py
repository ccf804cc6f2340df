"""Which tile: zoom, column and row of the square world of Web Mercator."""

from __future__ import annotations

from dataclasses import dataclass

from geopolity.errors import RequestError

DEEPEST_ZOOM = 16


class TileError(RequestError):
    """There is no such tile, or no such range of zooms."""

    code = "tile"


@dataclass(frozen=True, slots=True)
class TileAddress:
    """A tile that the world has; rows are counted from the north."""

    zoom: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.zoom <= DEEPEST_ZOOM:
            raise TileError(
                "Tiles have zooms 0 to {deepest}, not {zoom}.",
                deepest=DEEPEST_ZOOM,
                zoom=self.zoom,
            )
        if not (0 <= self.x < 2**self.zoom and 0 <= self.y < 2**self.zoom):
            raise TileError(
                "Zoom {zoom} has columns and rows 0 to {last}; there is no tile {zoom}/{x}/{y}.",
                zoom=self.zoom,
                last=2**self.zoom - 1,
                x=self.x,
                y=self.y,
            )
