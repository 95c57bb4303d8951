"""Chapter 10 of DMN 1.5, line by line: its tables of semantics and built-in functions, and the corners they leave.

The files of `standard/` hold `expression  =>  value  ! code code`: the value as `string()` writes it, and the codes of
the warnings (a null that comes from an error says why).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.feel import FeelSyntaxError
from engine.feel.builtins import STANDARD
from engine.feel.values import to_text
from tests.fixtures.feel import evaluate

FILES = sorted((Path(__file__).parent / "standard").glob("*.txt"))


def lines(file: Path) -> Iterator[tuple[str, str]]:
    """Expressions and what is written behind the arrow."""
    for line in file.read_text(encoding="utf-8").splitlines():
        expression, _arrow, outcome = line.partition("  =>")
        yield expression, outcome.strip()


def outcome_of(expression: str) -> str:
    """An outcome as the files write it."""
    try:
        evaluation = evaluate(expression)
    except FeelSyntaxError:
        return "no expression"
    codes = " ".join(dict.fromkeys(warning.code for warning in evaluation.warnings))
    return f"{to_text(evaluation.value)}{f'  ! {codes}' if codes else ''}".strip()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_tables_of_the_standard(file: Path) -> None:
    differences = [(text, want, got) for text, want in lines(file) if (got := outcome_of(text)) != want]
    assert differences == []


def test_every_built_in_is_tried() -> None:
    written = "\n".join(text for file in FILES for text, _outcome in lines(file))
    assert [name for name in STANDARD if f"{name}(" not in written and f"{name} (" not in written] == []
