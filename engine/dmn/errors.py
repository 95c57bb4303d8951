"""What DMN refuses when a decision file is read: which code, where in the table, and the English words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.errors import AmicaleError

REASONS: Final[Mapping[str, str]] = {
    "file_too_large": "the file is larger than {limit} MB. Split it",
    "not_utf8": "the file is not in UTF-8. Save it in UTF-8",
    "not_xml": "the file is not well-formed XML (line {line}, character {column}). Export it again from the editor",
    "doctype": "a document type declaration is not allowed. Remove the DOCTYPE line",
    "not_dmn": "this is not a DMN file (1.1 to 1.5). Choose a .dmn file",
    "import_missing": "the imported model {namespace} is not at hand. Put its file beside this one — known: {known}",
    "import_circle": "it imports {file}, which imports this file. Move what both need into a third",
    "import_name": "the name of this import, {alias}, is that of another import or element. Rename one of them",
    "names_twice": "it requires two elements that are called {twice}. Rename one, or give the import a name",
    "id_twice": "the id {id} is used twice. Give each element its own",
    "no_logic": "it has no logic. Give it an expression or a table",
    "requirement_missing": "what it requires, {href}, does not exist. Connect it anew — known: {known}",
    "hit_policy": "the hit policy {policy} is unknown. Choose one of DMN — known: {known}",
    "several_outputs": "{policy} works on one output column only. Leave the aggregation out, or keep one column",
    "no_output": "the table has no output column. Add one",
    "input_empty": "the input column “{input}” has no expression. Fill it in",
    "cells": "it has another number of cells than the table has columns. Open and save it in the editor",
    "syntax": "in “{expression}”, line {line}, character {column}: found {found}, expected {expected}",
    "not_runnable": "{part} is not an expression that can run. Use a literal expression or a table",
    "empty": "{part} “{label}” has no expression. Fill it in",
    "language": "the expression language {language} is not FEEL. Write it in FEEL",
    "relation": "a row of the relation has another number of cells than columns. Fill in each cell",
    "binding": "a binding has no parameter. Choose one",
    "part_missing": "{part} has no “{missing}”. Fill it in",
    "type_unknown": "the type {type} is unknown. Choose another, or define it — known: {known}",
}
IN_ROW: Final = "row {row}: {said}"
IN_CELL: Final = "row {row}, column “{heading}”: {said}"
IN_COLUMN: Final = "column “{heading}”: {said}"


class DmnRefused(AmicaleError):
    """“{element}” in {name}: {reason}

    `params`: name (of the file), element (its name or id), reason (in English), why (a key of `REASONS`) with the
    parameters of that sentence; `row` (from 1) and `heading` (of the column) where it is a cell; for expressions those
    of FeelSyntaxError.
    """

    code = "dmn_refused"


def place_of(params: Mapping[str, object]) -> str | None:
    """The template that says in which cell of a table it is; None where it is in none."""
    row, heading = params.get("row"), params.get("heading")
    if row:
        return IN_CELL if heading else IN_ROW
    return IN_COLUMN if heading else None
