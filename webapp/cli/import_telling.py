"""What the commands of imports tell, in the association's language: counts, lines, reasons, and the way back."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console

from webapp.cli.feel import speaker
from webapp.expression_words import Say
from workflows.association import import_wording
from workflows.association.import_lines import Rejected
from workflows.association.import_log import RecordImport

SHOWN = 20


class Counted(Protocol):
    """What an import would do, or did."""

    @property
    def seen(self) -> int:
        """Lines of the file."""

    @property
    def unchanged(self) -> int:
        """Lines that say what is known."""

    @property
    def added(self) -> Sequence[object]:
        """Lines of what is new."""

    @property
    def changed(self) -> Sequence[object]:
        """Lines of what is known otherwise."""

    @property
    def rejected(self) -> Sequence[Rejected]:
        """Lines that cannot go in."""


def show_counts(planned: Counted, ignored: Sequence[str], out: Console, say: Say) -> None:
    """Prints how many lines of each kind there are, and the columns that nobody reads."""
    said = say("{seen} lines: {added} new, {changed} changed, {unchanged} unchanged, {rejected} rejected").format(
        seen=planned.seen, added=len(planned.added), changed=len(planned.changed), unchanged=planned.unchanged,
        rejected=len(planned.rejected),
    )  # fmt: skip
    out.print(said, markup=False)
    if ignored:
        told = say("Columns that mean nothing here: {columns}").format(columns=", ".join(ignored))
        out.print(told, markup=False)


def show_rejected(rejected: Sequence[Rejected], out: Console, language: str, limit: int | None) -> None:
    """Prints each rejected line with its reason, and how many are left out."""
    say = speaker(language)
    for each in rejected[:limit]:
        out.print(of_line(each.line, import_wording.reason(each, language), say), style="red", markup=False)
    if limit is not None and len(rejected) > limit:
        more = say("… and {count} more: --all shows them, --rejected FILE writes them.")
        out.print(more.format(count=len(rejected) - limit), markup=False)


def of_line(number: int, told: str, say: Say) -> str:
    """What is told of one line of the file."""
    return say("line {number}: {told}").format(number=number, told=told)


def say_taken_back(out: Console, say: Say, command: str) -> None:
    """Prints that it was imported, and the command that undoes it."""
    out.print(say("Imported. To take it back: {command}").format(command=command), markup=False)


def show_made(made: RecordImport, out: Console, say: Say) -> None:
    """Prints one import that was carried out."""
    counts = say("{added} new, {changed} changed").format(added=made.added, changed=made.changed)
    undone = "  " + say("undone {at}").format(at=f"{made.undone_at:%Y-%m-%d %H:%M}") if made.undone_at else ""
    out.print(f"{made.id}  {made.at:%Y-%m-%d %H:%M}  {made.name}{say(': ')}{counts}{undone}", markup=False)


def write_rejected(rejected: Sequence[Rejected], target: Path, language: str) -> None:
    """Writes line numbers and reasons, for a spreadsheet."""
    say = speaker(language)
    with target.open("w", encoding="utf-8-sig", newline="") as opened:
        rows = csv.writer(opened, delimiter=";")
        rows.writerow((say("line"), say("reason")))
        rows.writerows((each.line, import_wording.reason(each, language)) for each in rejected)
