"""What is wrong with decision tables by their rows alone: overlaps, gaps, rows that never hold, values that never come.

Exact for cells of constants: numbers, days, durations, texts, booleans, enumerations. Cells that are expressions are
counted as undecided: what rests on them is said to be so, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice
from typing import Final

from engine.dmn.axis import inputs_in_words
from engine.dmn.grid import Grid, Possible, grid_of
from engine.dmn.mentions import MESSAGES as UNKNOWN
from engine.dmn.mentions import unknown_names
from engine.dmn.model import DecisionModel
from engine.dmn.outputs import ranks, same_output
from engine.dmn.regions import Box, Cover, TooLarge, common
from engine.dmn.tables import Table
from engine.findings import Finding

__all__ = ["MESSAGES", "Possible", "analyse"]

MOST: Final = 20
TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
DECIMAL: Final = re.compile(r"(?<![\w.,])\d+,\d+(?![\w.,])")
MESSAGES: Final[Mapping[str, str]] = {
    **UNKNOWN,
    "table_overlap": "Rows {rows} both hold for {example}, where only one row may. Make them exclude one another.",
    "table_contradiction": "Rows {rows} both hold for {example}, with different results. Make the results the same.",
    "table_gap": "No row holds for {example} (all of {region}). Add a row, or a result for all other cases.",
    "row_unreachable": "Row {row} is never used: rows before it take all its cases, for instance {example}. Remove it, "
    "or move it up.",
    "cell_impossible": "Row {row} can never hold: “{column}” is never {cell}; it can be {known}. Correct the cell.",
    "value_not_given": "Row {row} waits for “{column}” to be {value}, which no form gives; forms give {known}. Correct "
    "one of the two.",
    "decimal_comma": "Row {row}: “{column}” says {cell}, which is read as several values: {values}. Write a decimal "
    "with a point, or a blank behind the comma between two values.",
    "table_undecided": "Expressions (row {rows}): whether they overlap other rows or close gaps is not decided.",
    "columns_undecided": "The columns {columns} depend on one another or are of types that cannot be cut into ranges: "
    "overlaps and gaps are not decided.",
    "table_too_large": "The table has too many combinations: its gaps are not decided.",
}


def analyse(
    model: DecisionModel,
    *,
    possible: Mapping[str, Possible] | None = None,
    functions: Collection[str] = (),
    around: Collection[str] = (),
) -> tuple[Finding, ...]:
    """What is wrong with the tables of a model, and names in it that nobody gives, as warnings.

    `possible`: what forms give, by the name of the input; `functions`: those that the host adds to FEEL; `around`: the
    variables that are known of a case.
    """
    unknown = unknown_names(model.mentions, open_to_all=not model.declares_inputs, functions=functions, around=around)
    tables = (_Analysis(table, model, possible or {}).all() for table in model.tables)
    return tuple(chain(islice(unknown, MOST), chain.from_iterable(tables)))


@dataclass(frozen=True, slots=True)
class _Analysis:
    table: Table
    model: DecisionModel
    possible: Mapping[str, Possible]

    def all(self) -> Iterator[Finding]:
        grid = grid_of(self.table, self.model, self.possible)
        yield from islice(self.commas(), MOST)
        yield from islice(self.cells(grid), MOST)
        yield from islice(self.unreachable(grid), MOST)
        if grid.undecided:
            yield self.finding("columns_undecided", columns=", ".join(grid.undecided))
            return
        yield from islice(self.overlaps(grid), MOST)
        yield from self.gaps(grid)

    def finding(self, code: str, **params: object) -> Finding:
        """A warning about this table."""
        sentence = f"“{self.table.owner}” ({self.table.element}): {MESSAGES[code].format_map(params)}"
        return Finding("warning", code, sentence, params, self.table.element or None, self.table.owner)

    def cells(self, grid: Grid) -> Iterator[Finding]:
        for strange in grid.strange_cells():
            params = {"row": strange.row + 1, "column": strange.column, "known": strange.known}
            if strange.value is None:
                yield self.finding("cell_impossible", cell=strange.cell, **params)
            else:
                yield self.finding("value_not_given", value=strange.value, **params)

    def commas(self) -> Iterator[Finding]:
        """Cells in which a comma between two digits may be meant as that of a decimal."""
        for row, rule in enumerate(self.table.rules, 1):
            for column, _, test in rule.tests:
                if found := DECIMAL.search(TEXT.sub("", test.text)):
                    values = " | ".join(found[0].split(","))
                    label = self.table.inputs[column].label
                    yield self.finding("decimal_comma", row=row, column=label, cell=test.text, values=values)

    def overlaps(self, grid: Grid) -> Iterator[Finding]:
        policy = self.table.policy.name
        if policy not in ("UNIQUE", "ANY"):
            return
        code = "table_overlap" if policy == "UNIQUE" else "table_contradiction"
        for one, other in combinations(range(len(grid.rows)), 2):
            shared = common(grid.within(grid.rows[one].surely), grid.rows[other].surely)
            if shared is None or (policy == "ANY" and same_output(self.table, one, other) is not False):
                continue
            yield self.found(code, grid, shared, rows=f"{one + 1}, {other + 1}")

    def gaps(self, grid: Grid) -> Iterator[Finding]:
        if self.table.policy.lists or self.table.policy.aggregator or not grid.axes:
            yield from self.expressions(grid)
            return
        if all(column.default is not None for column in self.table.outputs):
            return
        try:
            for hole in islice(Cover([row.perhaps for row in grid.rows]).holes(grid.whole), MOST):
                yield self.found("table_gap", grid, hole, region=grid.region(hole), cells=grid.tests(hole))
        except TooLarge:
            yield self.finding("table_too_large")
        yield from self.expressions(grid)

    def found(self, code: str, grid: Grid, box: Box, **params: object) -> Finding:
        """A finding with an example: as words, and by input for programs."""
        example = grid.example(box)
        return self.finding(code, example=inputs_in_words(example) or "-", inputs=example, **params)

    def expressions(self, grid: Grid) -> Iterator[Finding]:
        rows = [str(number) for number, row in enumerate(grid.rows, 1) if row.surely != row.perhaps]
        if rows and self.table.policy.name in ("UNIQUE", "ANY", "FIRST", "PRIORITY"):
            yield self.finding("table_undecided", rows=", ".join(rows))

    def unreachable(self, grid: Grid) -> Iterator[Finding]:
        for row, before in self.hidden_by(grid):
            own = grid.rows[row].perhaps
            if not all(own):
                continue
            try:
                over = [grid.rows[each].surely for each in before if not grid.rows[each].blurred]
                hidden = next(Cover(over).holes(own), None) is None
            except TooLarge:
                continue
            if hidden:
                yield self.found("row_unreachable", grid, own, row=row + 1)

    def hidden_by(self, grid: Grid) -> Iterator[tuple[int, Sequence[int]]]:
        """Each row with those that win over it, where the hit policy lets rows win."""
        if self.table.policy.name == "FIRST":
            yield from ((row, range(row)) for row in range(len(grid.rows)))
        elif self.table.policy.name == "PRIORITY":
            ranked = ranks(self.table)
            for row, rank in enumerate(ranked):
                if rank is not None:
                    better = [n for n, other in enumerate(ranked) if other is not None and (other, n) < (rank, row)]
                    yield row, better
