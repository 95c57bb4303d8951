"""The functions every expression knows: those of DMN 1.5 (10.3.4), and the additions named in `additions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.feel.builtins import (
    additions,
    aggregates,
    contexts,
    conversions,
    dates,
    lists,
    numbers,
    ranges,
    regexes,
    strings,
)
from engine.feel.builtins.signature import Builtin

STANDARD: Final[Mapping[str, Builtin]] = {
    **conversions.FUNCTIONS,
    **strings.FUNCTIONS,
    **regexes.FUNCTIONS,
    **numbers.FUNCTIONS,
    **lists.FUNCTIONS,
    **aggregates.FUNCTIONS,
    **contexts.FUNCTIONS,
    **dates.FUNCTIONS,
    **ranges.FUNCTIONS,
}
BUILTINS: Final[Mapping[str, Builtin]] = {
    name: Builtin(name, (*STANDARD[name].signatures, *added.signatures)) if name in STANDARD else added
    for name, added in additions.FUNCTIONS.items()
} | {name: function for name, function in STANDARD.items() if name not in additions.FUNCTIONS}

__all__ = ["BUILTINS", "STANDARD"]
