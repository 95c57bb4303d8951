"""What a dated parameter table is: its columns, the rows of a new association, and who decides them.

A table is declared by standing, as a `Table`, at the top of a module of `workflows.association`; nothing registers it.
Source: domain §1.6.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["BEGINNING", "KEY", "Choice", "Column", "Kind", "Row", "Table", "Value", "declared"]

Kind = Literal[
    "amount", "integer", "percent", "minutes", "hours", "days", "working_days", "months", "text", "long_text", "date",
    "month_day", "flag", "choice",
]  # fmt: skip
Value = Decimal | int | str | date | bool | None
OWNER: Final = "PROCESS_OWNER"
_PACKAGE: Final = "workflows.association"
BEGINNING: Final = date.min  # since when a row holds that came with the product
KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")  # a name in FEEL
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a column of the kind `choice`."""

    key: str
    label_fr: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a table. `minimum` and `maximum` bound numbers, both included; `required=False` may be left empty.

    Kinds: `amount` (euros, two decimals), `integer`, `percent`, the lengths `minutes`, `hours`, `days`, `working_days`
    and `months` (whole numbers, never negative), `text` (a line), `long_text`, `date`, `month_day` ("08-31", every
    year), `flag`, `choice`.
    """

    name: str
    kind: Kind
    label_fr: str
    label_en: str
    choices: tuple[Choice, ...] = ()
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, init=False)
class Row:
    """One row of a new association: its key, its name, and its values in the order of the table's columns."""

    key: str
    label_fr: str
    label_en: str
    values: tuple[Value, ...]
    applies_to_running: bool

    def __init__(
        self, key: str, label_fr: str, label_en: str, *values: Value, applies_to_running: bool = False
    ) -> None:
        for name, value in (("key", key), ("label_fr", label_fr), ("label_en", label_en), ("values", values)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "applies_to_running", applies_to_running)


@dataclass(frozen=True, slots=True)
class Table:
    """A dated parameter table. Keys are those of `first`; in an `open_keys` table the owner adds others.

    `owner` is the role that decides its rows (besides administrators); `about_fr`, `about_en` tell what it rules.
    A declared row is in force until the first one that somebody decides; not so in a table that says
    `until_decided=False`, whose first rows are an example (amounts that an assembly votes): without a decision there is
    none.
    `processes` are those whose service tasks read it (those whose diagrams read it are found by themselves).
    `check` raises an `Invalid`, with the parameter `field`, for values that do not go together.
    `rising` names pairs of keys: by the first column, the first of a pair is never above the second.
    """

    name: str
    label_fr: str
    label_en: str
    columns: tuple[Column, ...]
    first: tuple[Row, ...] = ()
    about_fr: str = ""
    about_en: str = ""
    owner: str = OWNER
    processes: tuple[str, ...] = ()
    open_keys: bool = False
    key_limit: int = 60
    until_decided: bool = True
    check: Callable[[Mapping[str, Value]], None] | None = None
    rising: tuple[tuple[str, str], ...] = ()
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot be kept."""
        object.__setattr__(self, "by_name", MappingProxyType({column.name: column for column in self.columns}))
        keys = [row.key for row in self.first]
        if not _NAME.fullmatch(self.name) or not self.columns or len(self.by_name) != len(self.columns):
            raise ValueError(f"the table {self.name!r} needs a name in lower case and columns that differ")
        if any(not KEY.fullmatch(key) or len(key) > self.key_limit for key in keys):
            raise ValueError(f"a key of the table {self.name!r} is no name: letters, digits and _, a letter first")
        if len(set(keys)) != len(keys) or any(len(row.values) != len(self.columns) for row in self.first):
            raise ValueError(f"each first row of {self.name!r} needs a key of its own and a value for each column")

    def first_row(self, key: str) -> Row | None:
        """The declared row of this key, None where the owner added it."""
        return next((row for row in self.first if row.key == key), None)


@cache
def declared() -> Mapping[str, Table]:
    """Every table of the association by name, in the order of names. Raises ValueError for a name declared twice."""
    found: dict[str, Table] = {}
    for table in _standing():
        if found.setdefault(table.name, table) is not table:
            raise ValueError(f"two tables are called {table.name!r}")
    return MappingProxyType(dict(sorted(found.items())))


def _standing() -> Iterator[Table]:
    package = importlib.import_module(_PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{_PACKAGE}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Table):
                yield value
