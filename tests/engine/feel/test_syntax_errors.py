"""What is said of texts that are no expression."""

from __future__ import annotations

import pytest

from engine.feel import FeelSyntaxError, StaticText, compile_expression, static_number, static_or_expression
from engine.feel.errors import NotFeelValue


@pytest.mark.parametrize(
    ("text", "line", "column", "found", "expected"),
    [
        ("", 1, 1, "the end of the expression", "an expression"),
        ("1 +", 1, 4, "the end of the expression", "a value"),
        ("if a then b", 1, 12, "the end of the expression", "“else”"),
        ("a = 1 b", 1, 7, "“b”", "an operator or the end"),
        ("a\n  and # 2", 2, 7, "“#”", "a name, a number, a text or an operator"),
        ("[1, 2", 1, 6, "the end of the expression", "“,” or “]”"),
        ("{a 1}", 1, 2, "“a”", "the name of an entry"),
        ("for x return 1", 1, 5, "“x”", "a name and “in”"),
        ("f(a: 1, 2)", 1, 9, "“2”", "the name of a parameter and “:”"),
    ],
)
def test_the_place_and_what_was_expected(text: str, line: int, column: int, found: str, expected: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    params = caught.value.params
    assert (params["line"], params["column"]) == (line, column)
    assert (params["found"], params["expected"]) == (found, expected)
    assert f"line {line}, column {column}" in str(caught.value)


def test_an_equals_sign_makes_an_expression() -> None:
    found = static_or_expression("  = a + 1 ")
    assert found.names == {"a"}
    assert static_or_expression("  a + 1 ") == StaticText("a + 1")


def test_where_a_number_is_asked() -> None:
    assert static_number(" 3 ").text == "3"
    assert static_number("=retries + 1").names == {"retries"}
    for wrong in ("three", "NaN", "Infinity", "1e99999"):
        with pytest.raises(NotFeelValue):
            static_number(wrong)
