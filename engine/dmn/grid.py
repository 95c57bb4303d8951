"""A decision table as boxes in the space of its inputs, for its analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.dmn.atoms import Constants
from engine.dmn.axis import Axis, axis_of, is_constant, limits_of, literal
from engine.dmn.graph import DecisionNode, InputData
from engine.dmn.model import DecisionModel
from engine.dmn.names import Testable
from engine.dmn.regions import Box
from engine.dmn.tables import Input, Table
from engine.feel.compiler import Expression, UnaryTests, compile_unary_tests
from engine.feel.errors import FeelSyntaxError
from engine.feel.types import FeelType

COMPARED = "<>"


@dataclass(frozen=True, slots=True)
class Possible:
    """What can come as an input: unary tests that it meets, and whether numbers are whole."""

    tests: str = "-"
    whole: bool = False


@dataclass(frozen=True, slots=True)
class RowBox:
    """A row: what it surely admits, and what it may admit, where its cells are expressions.

    `blurred`: it asks something of a column that has no axis.
    """

    surely: Box
    perhaps: Box
    blurred: bool


@dataclass(frozen=True, slots=True)
class StrangeCell:
    """A cell that waits for what cannot come; `value` is the one that no form gives, `known` what comes."""

    row: int
    column: str
    cell: str
    value: str | None
    known: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Axes, the row boxes on them, and the columns that cannot be decided. `given`: the axes without what forms say."""

    axes: tuple[Axis, ...]
    given: tuple[Axis, ...]
    rows: tuple[RowBox, ...]
    cells: tuple[tuple[Testable | None, ...], ...]
    undecided: tuple[str, ...]

    @property
    def whole(self) -> Box:
        """The space of inputs that a table has to foresee."""
        return tuple(axis.domain for axis in self.axes)

    def within(self, box: Box) -> Box:
        """The part of a box inside that space."""
        return tuple(mine & axis.domain for mine, axis in zip(box, self.axes, strict=True))

    def example(self, box: Box) -> dict[str, str]:
        """One input inside a box, as FEEL by the text of the column; columns that do not matter are left out."""
        shown = ((axis.text, axis.example(pieces)) for axis, pieces in zip(self.axes, box, strict=True))
        return {text: value for text, value in shown if value is not None}

    def region(self, box: Box) -> str:
        """A box in words: `age = (17..18), category = "GUEST"`, `failures < 3`."""
        words = [(axis.label, axis.words(pieces)) for axis, pieces in zip(self.axes, box, strict=True)]
        said = (f"{label} {cell if cell[0] in COMPARED else f'= {cell}'}" for label, cell in words if cell != "-")
        return ", ".join(said) or "-"

    def tests(self, box: Box) -> list[str]:
        """The cells of a row that holds for a box; “-” where a cell cannot name its values one by one."""
        words = (axis.words(pieces) for axis, pieces in zip(self.axes, box, strict=True))
        return ["-" if "…" in cell else cell for cell in words]

    def strange_cells(self) -> Iterator[StrangeCell]:
        """Cells that wait for what cannot come, by the column's type and values or by the forms."""
        for row, cells in enumerate(self.cells):
            for axis, given, cell in zip(self.axes, self.given, cells, strict=True):
                pieces = None if cell is None else given.admitted(cell)
                if cell is None or pieces is None:
                    continue
                if not pieces & given.domain:
                    yield StrangeCell(row, axis.label, cell.text, None, given.known())
                for value in _never_given(axis, given, cell, pieces):
                    yield StrangeCell(row, axis.label, cell.text, value, axis.known())


def _never_given(axis: Axis, given: Axis, cell: Testable, pieces: int) -> Iterator[str]:
    """The single values of a cell that no form gives."""
    named = Constants()
    if not isinstance(cell, UnaryTests) or not is_constant(cell, named):
        return
    for place, atom in enumerate(axis.atoms):
        piece = 1 << place
        missing = pieces & piece and given.domain & piece and not axis.domain & piece
        if missing and atom.is_point and (type(atom.sample), atom.sample) in named.values:
            yield literal(atom.sample)


def grid_of(table: Table, model: DecisionModel, possible: Mapping[str, Possible]) -> Grid:
    """The grid of a table. Columns with the same expression are one axis."""
    columns = _columns(table)
    axes: list[Axis] = []
    given: list[Axis] = []
    undecided: list[str] = []
    rows: list[list[Testable | None]] = [[] for _ in table.rules]
    blurred: set[int] = set()
    for places in columns:
        made = _axis(table, places, model, None)
        limited = _axis(table, places, model, possible.get(table.inputs[places[0]].expression.text))
        cells = [_cells(table, row, places) for row in range(len(table.rules))]
        if made is None or limited is None or any(len(own) > 1 for own in cells):
            asking = {row for row, own in enumerate(cells) if own}
            blurred |= asking
            undecided += [table.inputs[places[0]].label] if asking else []
            continue
        axes.append(limited)
        given.append(made)
        for row, tests in enumerate(cells):
            rows[row].append(tests[0] if tests else None)
    tangled = _tangled(table, [places[0] for places in columns])
    open_ends = [axis.label for axis in axes if axis.undecided]
    boxes = [_box(axes, cells, number in blurred) for number, cells in enumerate(rows)]
    names = tuple(dict.fromkeys([*undecided, *tangled, *open_ends]))
    return Grid(tuple(axes), tuple(given), tuple(boxes), tuple(map(tuple, rows)), names)


def _columns(table: Table) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for place, column in enumerate(table.inputs):
        found.setdefault(column.expression.text, []).append(place)
    return [*found.values()]


def _cells(table: Table, row: int, places: Sequence[int]) -> list[Testable]:
    return [test for place, _shortcut, test in table.rules[row].tests if place in places]


def _axis(table: Table, places: Sequence[int], model: DecisionModel, known: Possible | None) -> Axis | None:
    column = table.inputs[places[0]]
    kind = _kind(column, model)
    cells = [cell for row in range(len(table.rules)) for cell in _cells(table, row, places)]
    limits = [*limits_of(kind), *(table.inputs[place].allowed for place in places)]
    if known is not None:
        limits.append(_tests(known))
    given = [limit for limit in limits if limit is not None]
    whole = known is not None and known.whole
    return axis_of(column.expression.text, column.label, kind, cells, given, whole)


def _tests(known: Possible) -> UnaryTests | None:
    """The tests of what can come; None for more of them than FEEL reads at once (a list of all countries)."""
    try:
        return compile_unary_tests(known.tests)
    except FeelSyntaxError:
        return None


def _kind(column: Input, model: DecisionModel) -> FeelType | None:
    """The type of the column; where it has none, that of the input or decision that it names."""
    if column.kind is not None and column.kind.name != "Any":
        return column.kind
    node = model.find(column.expression.text)
    return node.kind if isinstance(node, (InputData, DecisionNode)) else column.kind


def _tangled(table: Table, places: Sequence[int]) -> Iterator[str]:
    """Columns that share a variable: their values come together, so their boxes are not independent."""
    readers: dict[str, list[str]] = {}
    for place in places:
        expression = table.inputs[place].expression
        for name in expression.names if isinstance(expression, Expression) else ():
            readers.setdefault(name, []).append(table.inputs[place].label)
    for labels in readers.values():
        if len(labels) > 1:
            yield from labels


def _box(axes: Sequence[Axis], cells: Sequence[Testable | None], blurred: bool) -> RowBox:
    admitted = [axis.admitted(cell) for axis, cell in zip(axes, cells, strict=True)]
    return RowBox(
        tuple(0 if pieces is None else pieces for pieces in admitted),
        tuple(axis.everything if pieces is None else pieces for axis, pieces in zip(axes, admitted, strict=True)),
        blurred,
    )
