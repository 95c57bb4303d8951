"""Names, towns and trades for the demo association, read from `names.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Names of one origin, the country some went back to, and how often it occurs, per thousand."""

    country: str
    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameLists:
    """Everything that is drawn by lot. The first origin is the French one."""

    origins: tuple[Origin, ...]
    weights: tuple[int, ...]
    cities: Mapping[str, Pairs]  # country: (postcode, town)
    streets: tuple[str, ...]
    positions: Pairs  # (title, NAF section)
    employers: tuple[str, ...]


def read() -> NameLists:
    """Reads the lists that the package brings."""
    table = load("names.toml")
    origins = tuple(
        Origin(entry["country"], entry["weight"], words(entry["women"]), words(entry["men"]), words(entry["families"]))
        for entry in table["origin"]
    )
    return NameLists(
        origins,
        tuple(origin.weight for origin in origins),
        {country: _pairs(places) for country, places in table["cities"].items()},
        tuple(table["streets"]),
        _pairs(table["positions"]),
        tuple(table["employers"]),
    )


def load(file: str) -> dict[str, Any]:
    """A table of this package."""
    return tomllib.loads((resources.files("workflows.association.demo") / file).read_text(encoding="utf-8"))


def words(text: str) -> tuple[str, ...]:
    """Names apart by white space; `_` stands for a space inside one."""
    return tuple(word.replace("_", " ") for word in text.split())


def _pairs(entries: list[list[str]]) -> Pairs:
    return tuple((first, second) for first, second in entries)
