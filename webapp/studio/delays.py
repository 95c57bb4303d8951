"""Where the figures of delays stand, for the panel of a timer, and what they are today, for the diagram as a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from flask import url_for
from sqlalchemy.orm import Session

from engine.bpmn import DiagramRefused, ProcessSpec
from webapp.studio.changes.facts import parts
from webapp.studio.changes.mentions import FIGURE
from webapp.studio.changes.wording import Wording
from webapp.studio.outline import names_drawn
from webapp.words import _, ngettext
from workflows.association import parameters
from workflows.association.parameters import Table
from workflows.association.wording import typographic

__all__ = ["figures", "in_words", "pictured", "side_by_side", "tables"]

MENTIONED: Final = re.compile(r"\bparameters\.([a-z][a-z0-9_]*)")
# Columns of which a moment can be calculated: a table without any of them says nothing about a timer.
OF_TIME: Final = frozenset({"minutes", "hours", "days", "working_days", "months", "month_day", "date", "integer"})
DELAY: Final = "timeDuration"
HEADER: Final = "table"  # of a service task: the tables that it reads


def figures(
    session: Session, specs: Iterable[ProcessSpec], files: Mapping[str, bytes], language: str, today: date
) -> Mapping[str, object]:
    """`tables`: by name, how each is called and where its page is, with the names of the rows that diagrams of these
    files mention. `read`: the tables from which the work of these processes takes lengths or days."""
    told = list(specs)
    known = parameters.declared()
    mentioned = _mentioned(files)
    tables = {name: _table(table, language) for name, table in known.items()}
    rows = {
        name: {row.key: row.label(language) for row in parameters.rows(session, name, on=today)}
        for name in sorted(mentioned & known.keys())
    }
    return {"tables": tables, "rows": rows, "read": _read(told, known)}


def tables(specs: Iterable[ProcessSpec], files: Mapping[str, bytes]) -> Sequence[Table]:
    """Every table of figures that these processes read, whatever it holds."""
    known = parameters.declared()
    return [known[name] for name in sorted((_mentioned(files) | _reads(specs, known)) & known.keys())]


def in_words(session: Session, body: bytes, language: str, today: date) -> Mapping[str, str]:
    """By the expression of a diagram that is nothing but a length of a dated table: how long that is today, and which
    figure it is."""
    found = {}
    for expression, (length, row, table) in _lengths(session, body, language, today).items():
        told = {"length": length, "row": row, "table": table}
        found[expression] = _("%(length)s (today’s figure of “%(row)s”, %(table)s)", **told)
    return found


def pictured(session: Session, body: bytes, language: str, today: date) -> Mapping[str, str]:
    """What a picture of a diagram says otherwise than the diagram: the names in the reader's language, and beneath the
    name of a timer how long it lasts today."""
    names = names_drawn(body, language)
    try:
        timers = {id_: part for id_, part in parts(body, "").items() if DELAY in part.facts and part.name}
    except DiagramRefused:  # says so itself
        return names
    lengths = {f"={each}": said[0] for each, said in _lengths(session, body, language, today).items()}
    for id_, part in timers.items():
        value = part.facts[DELAY]
        length = lengths.get(value.replace(" ", "")) if value.startswith("=") else Wording(language).duration(value)
        if length:
            names[id_] = f"{typographic(part.label(language))}\n{length}"
    return names


def side_by_side(session: Session, bodies: Iterable[bytes], language: str, today: date) -> list[Mapping[str, str]]:
    """The same of diagrams that stand beside one another."""
    return [pictured(session, body, language, today) for body in bodies]


def _lengths(session: Session, body: bytes, language: str, today: date) -> Mapping[str, tuple[str, str, str]]:
    """By the expression that is nothing but a length of a dated table: how long it is, and what its row and its table
    are called."""
    found = {}
    for mention in set(FIGURE.finditer(body.decode("utf-8", "replace"))):
        table = parameters.declared().get(mention[1])
        if table is None or len(table.columns) != 1 or table.columns[0].kind not in LENGTHS:
            continue
        try:
            row = parameters.row(session, table, mention[2], on=today)
        except parameters.ParameterMissing:
            continue
        length = row.values[table.columns[0].name]
        if isinstance(length, int):
            label = table.label_en if language == "en" else table.label_fr
            found[mention[0]] = (LENGTHS[table.columns[0].kind](length), row.label(language), label)
    return found


LENGTHS: Final[Mapping[str, Callable[[int], str]]] = {
    "minutes": lambda count: ngettext("%(num)d minute", "%(num)d minutes", count),
    "hours": lambda count: ngettext("%(num)d hour", "%(num)d hours", count),
    "days": lambda count: ngettext("%(num)d day", "%(num)d days", count),
    "working_days": lambda count: ngettext("%(num)d working day", "%(num)d working days", count),
    "months": lambda count: ngettext("%(num)d month", "%(num)d months", count),
}


def _table(table: Table, language: str) -> Mapping[str, str]:
    label = table.label_en if language == "en" else table.label_fr
    return {"label": label, "address": url_for("parameters.table", name=table.name)}


def _mentioned(files: Mapping[str, bytes]) -> set[str]:
    return {name for body in files.values() for name in MENTIONED.findall(body.decode("utf-8", "replace"))}


def _read(specs: Iterable[ProcessSpec], known: Mapping[str, Table]) -> list[str]:
    """Those of which a moment can be calculated."""
    found = _reads(specs, known) & known.keys()
    return sorted(name for name in found if any(each.kind in OF_TIME for each in known[name].columns))


def _reads(specs: Iterable[ProcessSpec], known: Mapping[str, Table]) -> set[str]:
    """As the tables declare it, and as service tasks say it in a header."""
    found: set[str] = set()
    for spec in specs:
        found |= {name for name, table in known.items() if spec.process_id in table.processes}
        jobs = [element.job for element in spec.elements.values() if element.job is not None]
        found |= {name.strip() for job in jobs for name in job.headers.get(HEADER, "").split(",")}
    return found
