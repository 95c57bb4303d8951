"""What rows cover of the space of all inputs. A row is one set of pieces for each axis, as bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

Box: TypeAlias = tuple[int, ...]
# Steps of one search: about a second. Ten columns with ten pieces each are far below, with common tables.
MAX_STEPS: Final = 400_000


class TooLarge(Exception):
    """The space has too many pieces to be searched."""


class Cover:
    """Rows, and the search for what none of them covers."""

    __slots__ = ("rows", "steps")

    def __init__(self, rows: Sequence[Box]) -> None:
        self.rows = rows
        self.steps = 0

    def holes(self, within: Box) -> Iterator[Box]:
        """Boxes inside `within` that no row covers, disjoint. TooLarge if they cannot be found in time."""
        own = [tuple(mine & given for mine, given in zip(row, within, strict=True)) for row in self.rows]
        rows = [row for row in own if all(row)]
        if not all(within):
            return
        by_piece = [_rows_by_piece(rows, axis, pieces) for axis, pieces in enumerate(within)]
        yield from self._walk(by_piece, _indifferent(rows, within), within, (), (1 << len(rows)) - 1, set())

    def _walk(
        self, by_piece: list[dict[int, int]], indifferent: list[int], within: Box, done: Box, alive: int,
        covered: set[tuple[int, int]],
    ) -> Iterator[Box]:  # fmt: skip
        axis = len(done)
        if not alive:
            yield (*done, *within[axis:])
            return
        if alive & indifferent[axis] or (axis, alive) in covered:
            return
        groups: dict[int, int] = {}
        for piece, rows in by_piece[axis].items():
            self._spend()
            groups[alive & rows] = groups.get(alive & rows, 0) | piece
        whole = True
        for rest, pieces in groups.items():
            for hole in self._walk(by_piece, indifferent, within, (*done, pieces), rest, covered):
                whole = False
                yield hole
        if whole:
            covered.add((axis, alive))

    def _spend(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TooLarge


def _rows_by_piece(rows: Sequence[Box], axis: int, pieces: int) -> dict[int, int]:
    """For each piece of an axis the rows that admit it, as bits."""
    found = {}
    for place in range(pieces.bit_length()):
        piece = 1 << place
        if pieces & piece:
            found[piece] = sum(1 << number for number, row in enumerate(rows) if row[axis] & piece)
    return found


def _indifferent(rows: Sequence[Box], within: Box) -> list[int]:
    """For each axis the rows that admit everything from it on, as bits; the last entry is all rows."""
    return [
        sum(1 << number for number, row in enumerate(rows) if row[axis:] == within[axis:])
        for axis in range(len(within) + 1)
    ]


def common(left: Box, right: Box) -> Box | None:
    """What two rows share; None if nothing."""
    shared = tuple(mine & other for mine, other in zip(left, right, strict=True))
    return shared if all(shared) else None
