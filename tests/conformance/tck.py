"""Runs the DMN Technology Compatibility Kit, or any folder of its layout, against `engine.dmn`.

    python -m tests.conformance.tck DIR… [--csv FILE] [--quiet] [--table docs/feel.md]

The last line is `N passed, M failed`.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree

from engine.dmn import DecisionModel, DmnRefused, read
from engine.dmn.graph import ServiceNode
from engine.feel import Environment
from engine.feel.equality import equals
from engine.feel.values import Value, to_text
from tests.conformance.tck_cases import Case, read_cases

_TOLERANCE = Decimal("1e-8")
BEGIN, END = "<!-- conformance: written by tests.conformance.tck -->", "<!-- /conformance -->"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. `level` is the folder of its folder."""

    level: str
    folder: str
    case: str
    passed: bool
    detail: str


def environment() -> Environment:
    """The world of the kit: the present, in universal time."""
    return Environment(now=lambda: dt.datetime.now(dt.UTC), zone=ZoneInfo("UTC"))


def run(directories: Iterable[Path]) -> Iterator[Outcome]:
    """The outcome of every case below some directories."""
    for directory in directories:
        for file in sorted(directory.rglob("*-test-*.xml")):
            yield from _run_file(file)


def _run_file(file: Path) -> Iterator[Outcome]:
    cases = list(read_cases(file))
    name = cases[0].model if cases else ""
    path = file.parent / name
    if not path.is_file():
        path = next(iter(sorted(file.parent.glob("*.dmn"))))
    try:
        model = load(path)
    except DmnRefused as problem:
        for case in cases:
            yield Outcome(file.parent.parent.name, case.folder, case.id, False, f"refused: {problem}")
        return
    for case in cases:
        yield _run_case(model, case, file.parent.parent.name)


def load(path: Path) -> DecisionModel:
    """A model with those of its folder that it imports."""
    beside = {_namespace(other): other for other in path.parent.glob("*.dmn") if other != path}
    return _load(path, beside)


def _namespace(path: Path) -> str:
    return etree.parse(path).getroot().get("namespace") or ""


def _load(path: Path, beside: dict[str, Path]) -> DecisionModel:
    root = etree.parse(path).getroot()
    wanted = {element.get("namespace") or "" for element in root.iterchildren("{*}import")}
    imported = {space: _load(beside[space], beside) for space in wanted if space in beside}
    return read(path.read_bytes(), name=path.name, imported=imported, lenient=True)


def _run_case(model: DecisionModel, case: Case, level: str) -> Outcome:
    problems = []
    for expected in case.expected:
        target = case.invoked or expected.name
        try:
            result = model.evaluate(target, case.inputs, environment())
        except KeyError:
            problems.append(f"{target}: no such decision")
            continue
        got = result.value
        if case.invoked and isinstance(got, dict) and _answers_several(model, case.invoked):
            got = got.get(expected.name)
        if not same(got, expected.value):
            reasons = "; ".join(f"{warning.code} {dict(warning.params)}" for warning in result.warnings[:3])
            problems.append(f"{expected.name}: expected {to_text(expected.value)}, got {to_text(got)} [{reasons}]")
    return Outcome(level, case.folder, case.id, not problems, " | ".join(problems))


def _answers_several(model: DecisionModel, name: str) -> bool:
    node = model.find(name)
    return isinstance(node, ServiceNode) and len(node.outputs) > 1


def same(got: Value, expected: Value) -> bool:
    """Whether a value is the expected one; numbers may differ beyond the eighth digit."""
    if isinstance(got, Decimal) and isinstance(expected, Decimal):
        return abs(got - expected) <= _TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(same(*pair) for pair in zip(got, expected, strict=True))
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(same(got[key], expected[key]) for key in got)
    return equals(got, expected) is True


def table(outcomes: Iterable[Outcome]) -> str:
    """The outcomes as a table in Markdown: one line for each folder, and one for each level."""
    counts: dict[str, dict[str, list[int]]] = {}
    for outcome in outcomes:
        passed = counts.setdefault(outcome.level, {}).setdefault(outcome.folder, [0, 0])
        passed[0] += outcome.passed
        passed[1] += 1
    lines = ["| part of the kit | cases | passed |", "|---|---:|---:|"]
    for level, folders in sorted(counts.items()):
        passed, cases = (sum(each[place] for each in folders.values()) for place in (0, 1))
        lines.append(f"| **{level}** | **{cases:,}** | **{passed:,}** |")
        lines += [f"| {folder} | {each[1]:,} | {each[0]:,} |" for folder, each in sorted(folders.items())]
    return "\n".join(lines)


def write_table(file: Path, outcomes: Iterable[Outcome]) -> None:
    """Puts the table between the two marks of a page. ValueError if the page has none."""
    before, mark, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{file} has no place for the table: {BEGIN} … {END}")
    file.write_text(f"{before}{BEGIN}\n\n{table(outcomes)}\n\n{END}{after}", encoding="utf-8")


def write_csv(file: Path, outcomes: Iterable[Outcome]) -> None:
    """One line for each case."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(("folder", "case", "passed", "detail"))
        writer.writerows((o.folder, o.case, o.passed, o.detail) for o in outcomes)


def main(arguments: list[str]) -> int:
    """The command line; 1 when a case failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.tck", description=__doc__)
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--csv", type=Path, help="write one line for each case")
    parser.add_argument("--table", type=Path, help="write the table of this page anew (Markdown)")
    parser.add_argument("--quiet", action="store_true", help="list folders instead of failures")
    options = parser.parse_args(arguments)
    outcomes = list(run(options.directories))
    failures = [outcome for outcome in outcomes if not outcome.passed]
    if options.csv:
        write_csv(options.csv, outcomes)
    if options.table:
        write_table(options.table, outcomes)
    if options.quiet:
        for folder, count in Counter(failure.folder for failure in failures).most_common():
            print(f"{count:5} {folder}")
    else:
        for failure in failures:
            print(f"{failure.folder} {failure.case}: {failure.detail}")
    print(f"{len(outcomes) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
