"""Warnings in words, and the names that are free to use."""

from __future__ import annotations

import re
from pathlib import Path

from engine.feel.wording import MESSAGES, describe
from tests.fixtures.feel import evaluate

ENGINE = Path(__file__).parents[3] / "engine"
_CODE = re.compile(r"(?:warn|_failing)\(\s*\"([a-z_]+)\"")


def test_an_unknown_name_in_words() -> None:
    [warning, *_more] = evaluate("agee > 3", {"age": 1, "joined": 2, "status": 3}).warnings
    assert describe(warning) == "unknown name “agee” — known: age, joined, status; did you mean “age”?"


def test_every_warning_has_words() -> None:
    sources = [
        path.read_text(encoding="utf-8") for folder in ("feel", "dmn") for path in (ENGINE / folder).rglob("*.py")
    ]
    codes = {code for source in sources for code in _CODE.findall(source)}
    assert len(codes) > 20
    assert codes <= MESSAGES.keys()
