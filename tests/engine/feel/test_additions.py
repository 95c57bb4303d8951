"""What is added to the standard is named as added."""

from __future__ import annotations

from pathlib import Path

from engine.feel.builtins import BUILTINS, STANDARD
from engine.feel.builtins.additions import FUNCTIONS
from engine.feel.special import SPECIAL

PAGE = Path(__file__).parents[3] / "docs" / "feel.md"


def test_every_addition_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in (*FUNCTIONS, *SPECIAL) if f"`{name}(" not in page] == []


def test_additions_take_nothing_away() -> None:
    assert STANDARD.keys() <= BUILTINS.keys()
    for name, function in STANDARD.items():
        assert BUILTINS[name].signatures[: len(function.signatures)] == function.signatures
