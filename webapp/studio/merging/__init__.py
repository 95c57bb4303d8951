"""Two people changed one draft: what each of them did, side by side, and one draft of what is taken from either."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from engine.errors import Invalid
from webapp.studio.merging import components, trees
from webapp.studio.merging.composing import compose
from webapp.studio.merging.points import TREES, Point, Side, Versions, points

__all__ = ["Point", "Undecided", "Versions", "merged", "points", "whole"]


class Undecided(Invalid):
    """Say for each thing that both of you changed whose it shall be. Still open: {labels}."""

    code: ClassVar[str] = "studio_undecided"


def whole(versions: Versions, side: Side) -> dict[str, bytes | None]:
    """All that differs as one of the two has it; None takes a file out."""
    taken = versions.mine if side == "mine" else versions.theirs
    return {name: taken.get(name) for name in versions.names}


def merged(versions: Versions, found: Sequence[Point], chosen: Mapping[str, str]) -> dict[str, bytes | None]:
    """The files that differ, made of what was chosen by the keys of the points. Raises Undecided."""
    sides = {point.key: chosen.get(point.key) or point.proposed for point in found}
    open_ = [point.label for point in found if sides[point.key] not in {"mine", "theirs"}]
    if open_:
        raise Undecided(labels=", ".join(open_[:5]))
    mine = {
        name: [each for each in found if each.file == name and sides[each.key] == "mine"] for name in versions.names
    }
    return {name: _file(versions, name, taken, found) for name, taken in mine.items()}


def _file(versions: Versions, name: str, taken: Sequence[Point], found: Sequence[Point]) -> bytes | None:
    mine, theirs = versions.mine.get(name), versions.theirs.get(name)
    if any(not point.units for point in taken):
        return mine
    if mine is None or theirs is None or any(not point.units for point in found if point.file == name):
        return theirs
    wanted = frozenset(unit for point in taken for unit in point.units)
    if not name.endswith(TREES):
        return components.compose(name, theirs, mine, wanted) if wanted else theirs
    into, source = trees.read(name, theirs), trees.read(name, mine)
    moved = _moved(trees.read(name, versions.base[name]), into, source, wanted)
    return compose(into, source, wanted, moved) if wanted or moved else theirs


def _moved(was: trees.Tree, into: trees.Tree, source: trees.Tree, wanted: Collection[str]) -> list[str]:
    """What I alone have moved on the sheet: it stays where I put it."""
    return [
        id_
        for id_ in source.drawn
        if id_ in into.drawn and id_ not in wanted
        and into.place(id_) == was.place(id_) != source.place(id_)
    ]  # fmt: skip
