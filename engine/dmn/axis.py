"""An input column as an axis: its pieces, which of them a cell admits, and how to say that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from engine.dmn.atoms import KINDS, Atom, Constants, atoms_of, constants_in
from engine.dmn.itemtypes import Allowed
from engine.dmn.names import Testable
from engine.feel.compiler import UnaryTests
from engine.feel.lexer import quote
from engine.feel.run import Environment, Run
from engine.feel.temporal import Date
from engine.feel.types import FeelType
from engine.feel.values import Value, to_text

_STILL: Final = Environment(now=lambda: dt.datetime(1970, 1, 1, tzinfo=dt.UTC), zone=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Axis:
    """A column, or several that ask the same. Sets of pieces are bits: piece n is bit n.

    `domain` are the pieces that can occur; `open` that we cannot tell: its constraints are expressions.
    """

    text: str
    label: str
    atoms: tuple[Atom, ...]
    domain: int
    null: int
    undecided: bool = False

    @property
    def everything(self) -> int:
        """All pieces that can occur, null among them."""
        return self.domain | self.null

    def admitted(self, cell: Testable | None) -> int | None:
        """The pieces that a cell admits; None for an expression. Without a cell, all of them."""
        if cell is None or cell.admits_all:
            return self.everything
        if not isinstance(cell, UnaryTests) or not is_constant(cell, Constants()):
            return None
        return _admitted(cell, self.atoms) & self.everything

    def example(self, pieces: int) -> str | None:
        """A value of these pieces as FEEL; None where every value will do."""
        if len(self.atoms) == 1 or pieces & self.domain == self.domain:
            return None
        atom = next(iter(_chosen(self.atoms, pieces & self.domain or pieces)))
        return literal(atom.sample)

    def words(self, pieces: int) -> str:
        """The pieces as a cell would say them; `-` for all."""
        if pieces & self.domain == self.domain:
            return "-"
        return ", ".join(_spans([*_chosen(self.atoms, pieces)]))

    def known(self) -> str:
        """What can come: the values, or the names of the types where all of theirs can."""
        coming = [*_chosen(self.atoms, self.domain)]
        names = [name for name, kind in KINDS.items() if any(atom.kind is kind for atom in coming)]
        whole = all(atom in coming for atom in self.atoms if any(atom.kind is KINDS[name] for name in names))
        return ", ".join(names if whole else _spans(coming))


def literal(value: Value) -> str:
    """A value as an expression."""
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, (bool, Decimal)):
        return to_text(value)
    return f'date("{value}")' if isinstance(value, Date) else f'@"{to_text(value)}"'


def is_constant(cell: UnaryTests, found: Constants) -> bool:
    """Whether a cell compares its input with constants alone, which are gathered."""
    return not cell.names and constants_in(cell.tree, found)


def axis_of(
    text: str, label: str, kind: FeelType | None, cells: Sequence[Testable], limits: Sequence[Testable], whole: bool
) -> Axis | None:
    """The axis of a column with these cells; `limits` say what can come. None if its type is not one we can cut."""
    constants = Constants()
    for cell in cells:
        if isinstance(cell, UnaryTests):
            own = Constants()
            if is_constant(cell, own):
                constants.values |= own.values
                constants.ordered |= own.ordered
    known = [limit for limit in limits if isinstance(limit, UnaryTests) and is_constant(limit, constants)]
    kinds = _kinds(kind, constants)
    if kinds is None:
        return None
    if not kinds:  # no cell asks anything: any value will do
        return Axis(text, label, (Atom(type(None), None, None, None),), 1, 0)
    # Types that a column does not have are kept as pieces outside its domain: cells may name them in error.
    strange = [
        found for found in KINDS.values() if found not in kinds and found in map(type, constants.values.values())
    ]
    atoms = tuple(atoms_of(constants, (*kinds, *strange), whole=whole))
    domain = sum(1 << place for place, atom in enumerate(atoms) if atom.kind in kinds)
    for limit in known:
        domain &= _admitted(limit, atoms)
    # Null is an input that a table need not foresee, unless one of its cells speaks of it.
    null = 1 << (len(atoms) - 1)
    foreseen = null if (type(None), None) in constants.values else 0
    return Axis(text, label, atoms, domain | foreseen, null, len(known) < len(limits))


def _kinds(kind: FeelType | None, constants: Constants) -> tuple[type, ...] | None:
    declared = None if kind is None or kind.name == "Any" else kind.name
    if declared is not None:
        return (KINDS[declared],) if declared in KINDS else None
    types = {type(value) for value in constants.values.values()}
    return tuple(found for found in KINDS.values() if found in types)


def _admitted(cell: UnaryTests, atoms: Sequence[Atom]) -> int:
    run = Run(_STILL)
    return sum(1 << place for place, atom in enumerate(atoms) if cell.within(atom.sample, {}, run) is True)


def _chosen(atoms: Sequence[Atom], pieces: int) -> Iterator[Atom]:
    return (atom for place, atom in enumerate(atoms) if pieces >> place & 1)


def _spans(atoms: Sequence[Atom]) -> Iterator[str]:
    """Neighbouring pieces are one range."""
    start = 0
    while start < len(atoms):
        end = start
        while end + 1 < len(atoms) and _joined(atoms[end], atoms[end + 1]):
            end += 1
        yield _span(atoms[start], atoms[end])
        start = end + 1


def _joined(left: Atom, right: Atom) -> bool:
    if left.kind is not right.kind or left.other or right.other or left.kind is bool:
        return False
    return left.high is not None and left.high == right.low and left.is_point is not right.is_point


def _span(first: Atom, last: Atom) -> str:
    if first.other:
        return "…"
    if first is last and first.is_point:
        return literal(first.sample)
    low, high = first.low, last.high
    if low is None or high is None:
        if low is None and high is None:
            return "-"
        operator, end = ("<", high) if low is None else (">", low)
        included = last.is_point if low is None else first.is_point
        return f"{operator}{'=' if included else ''} {literal(end)}"
    return f"{'[' if first.is_point else '('}{literal(low)}..{literal(high)}{']' if last.is_point else ')'}"


def limits_of(kind: FeelType | None) -> Iterator[Testable]:
    """The constraints that a type of item definitions puts on its values."""
    if kind is not None and isinstance(kind.allowed, Allowed):
        yield from kind.allowed.all()


def inputs_in_words(example: Mapping[str, str]) -> str:
    """`age = 17.5, category = "GUEST"`."""
    return ", ".join(f"{name} = {value}" for name, value in example.items())
