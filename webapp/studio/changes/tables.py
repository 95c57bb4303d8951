"""Differences between two decision tables: rows, cells, columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.dmn import Text
from engine.dmn.texts import texts_of
from engine.dmn.xml import parse
from webapp.studio.changes import table_texts
from webapp.studio.changes.change import Change
from webapp.words import _

__all__ = ["changes"]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as it is read: its name, its columns, its rows by id: the texts of their cells. `drawn`: its name and
    columns as drawn, `texts`: what people read of it, in every language."""

    name: str
    columns: tuple[str, ...]
    drawn: tuple[str, tuple[str, ...]]
    rows: dict[str, tuple[str, ...]]
    policy: str
    literal: str
    texts: tuple[Text, ...]


def changes(file: str, before: bytes, after: bytes, language: str) -> Iterator[Change]:
    """Every difference between the tables of two files, called as in this language. Raises DmnRefused."""
    was, now = (_tables(parse(each, file), language) for each in (before, after))
    for id_ in [*now, *(id_ for id_ in was if id_ not in now)]:
        if id_ not in was:
            yield Change("added", file, id_, _("New: the table “%(name)s”.", name=now[id_].name))
        elif id_ not in now:
            yield Change("removed", file, id_, _("Gone: the table “%(name)s”.", name=was[id_].name))
        else:
            yield from (Change("changed", file, row or id_, text) for row, text in _table(was[id_], now[id_]))


def _table(was: _Table, now: _Table) -> Iterator[tuple[str, str]]:
    """Each difference with the row that it is about, "" for the table."""
    name = now.name
    yield from (("", text) for text in _called(was, now))
    if was.policy != now.policy:
        yield (
            "",
            _("Table “%(name)s”: its rule is %(new)s instead of %(old)s.", name=name, new=now.policy, old=was.policy),
        )
    if was.literal != now.literal:
        yield (
            "",
            _("“%(name)s” is %(new)s instead of %(old)s.", name=name, new=f"`{now.literal}`", old=f"`{was.literal}`"),
        )
    places = {id_: number for number, id_ in enumerate(now.rows, 1)}
    for id_, cells in now.rows.items():
        if id_ not in was.rows:
            said = _row(now.columns, cells)
            yield id_, _("Table “%(name)s”: row %(row)s is new: %(cells)s.", name=name, row=places[id_], cells=said)
        elif was.drawn[1] == now.drawn[1] and was.rows[id_] != cells:
            yield from ((id_, text) for text in _cells(now, places[id_], was.rows[id_], cells))
    for number, (id_, cells) in enumerate(was.rows.items(), 1):
        if id_ not in now.rows:
            said = _row(was.columns, cells)
            yield (
                id_,
                _("Table “%(name)s”: the former row %(row)s is gone: %(cells)s.", name=name, row=number, cells=said),
            )
    yield from table_texts.changes(name, was.texts, now.texts, places)
    kept = [id_ for id_ in was.rows if id_ in now.rows]
    if kept != [id_ for id_ in now.rows if id_ in was.rows]:
        yield "", _("Table “%(name)s”: its rows stand in another order.", name=name)


def _called(was: _Table, now: _Table) -> Iterator[str]:
    """Its name and its columns, as the reader calls them, or where those are the same as drawn."""
    name = now.name
    (old_name, old_columns), (new_name, new_columns) = was.drawn, now.drawn
    if old_name != new_name and was.name != name:
        yield _("The table “%(old)s” is now called “%(name)s”.", old=was.name, name=name)
    elif old_name != new_name:
        shown = {"name": name, "new": new_name, "old": old_name}
        yield _("The table “%(name)s” is now called “%(new)s” in French instead of “%(old)s”.", **shown)
    if old_columns != new_columns and was.columns != now.columns:
        columns = {"name": name, "new": ", ".join(now.columns), "old": ", ".join(was.columns)}
        yield _("Table “%(name)s”: its columns are %(new)s instead of %(old)s.", **columns)
    elif old_columns != new_columns:
        columns = {"name": name, "new": ", ".join(new_columns), "old": ", ".join(old_columns)}
        yield _("Table “%(name)s”: its columns are %(new)s in French instead of %(old)s.", **columns)


def _cells(now: _Table, row: int, was: tuple[str, ...], cells: tuple[str, ...]) -> Iterator[str]:
    for column, old, new in zip(now.columns, was, cells, strict=True):
        if old != new:
            shown = {"name": now.name, "row": row, "column": column, "new": new or "–", "old": old or "–"}
            yield _("Table “%(name)s”, row %(row)s: “%(column)s” is %(new)s instead of %(old)s.", **shown)


def _row(columns: tuple[str, ...], cells: tuple[str, ...]) -> str:
    return ", ".join(f"{column} {cell}" for column, cell in zip(columns, cells, strict=False) if cell not in {"", "-"})


def _tables(root: etree._Element, language: str) -> dict[str, _Table]:
    found, texts = {}, texts_of(root)
    called = {(each.element, each.kind): each.within(language) for each in texts if each.element}
    for decision in root.iter("{*}decision"):
        table, literal = decision.find("{*}decisionTable"), decision.find("{*}literalExpression")
        columns: tuple[str, ...] = ()
        drawn: tuple[str, ...] = ()
        rows: dict[str, tuple[str, ...]] = {}
        if table is not None:
            clauses = [column for column in table if _local(column) in {"input", "output"}]
            columns = tuple(called.get((each.get("id", ""), "label")) or _heading(each) for each in clauses)
            drawn = tuple(map(_heading, clauses))
            for number, rule in enumerate(table.findall("{*}rule")):
                cells = [each for each in rule if _local(each) in {"inputEntry", "outputEntry"}]
                rows[rule.get("id") or str(number)] = tuple(_text(cell) for cell in cells)
        policy = table.get("hitPolicy", "UNIQUE") if table is not None else ""
        id_ = decision.get("id", "")
        name, own = decision.get("name") or id_, tuple(each for each in texts if each.decision == id_)
        shown, formula = called.get((id_, "name")) or name, _text(literal) if literal is not None else ""
        found[id_] = _Table(shown, columns, (name, drawn), rows, policy, formula, own)
    return found


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _heading(column: etree._Element) -> str:
    expression = column.find("{*}inputExpression")
    return column.get("label") or column.get("name") or (_text(expression) if expression is not None else "") or "?"


def _text(node: etree._Element) -> str:
    return (node.findtext("{*}text") or "").strip()
