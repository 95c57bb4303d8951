"""Random programs that mean something: each part is of the type its place asks for, so most of them have a value."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.feel.values import Value, from_python

VARIABLES = from_python(
    {"n": 3, "price": 12.5, "status": "active", "late": False, "scores": [3, 1, 2], "names": ["Zoé", "Ana"],
     "person": {"age": 41, "name": "Ana", "tags": ["a", "b"]}}
)  # fmt: skip
_one = st.sampled_from


def variables() -> dict[str, Value]:
    """What the programs read."""
    assert isinstance(VARIABLES, dict)
    return VARIABLES


def _number(depth: int) -> st.SearchStrategy[str]:
    leaf = st.integers(-99, 99).map(str) | _one(["n", "price", "person.age", "0.5", "1.25e2"])
    if depth == 0:
        return leaf
    number, text, items = _number(depth - 1), _text(depth - 1), _numbers(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, number, _one("+-*"), number),
        st.builds("({} / (abs({}) + 1))".format, number, number),
        st.builds("(if {} then {} else {})".format, _flag(depth - 1), number, number),
        st.builds("{}({})".format, _one(["sum", "count", "max", "mean", "median"]), items.map("append({}, 1)".format)),
        st.builds("string length({})".format, text),
        st.builds("decimal({}, 2)".format, number),
        st.builds("(function(x) x * 2 + {})({})".format, number, number),
        st.builds("{{a: {}, b: a + {}}}.b".format, number, number),
        st.builds("{}.{}".format, _date(depth - 1), _one(["year", "month", "day", "weekday"])),
    )


def _text(depth: int) -> st.SearchStrategy[str]:
    leaf = _one(["status", "person.name", '"été"', '""', '"a b,c"', '"2026-01-31"'])
    if depth == 0:
        return leaf
    text = _text(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, text, text),
        st.builds("{}({})".format, _one(["upper case", "lower case", "string", "trim"]), text),
        st.builds("string({})".format, _number(depth - 1) | _flag(depth - 1) | _date(depth - 1)),
        st.builds('replace({}, "[a-c]+", "x")'.format, text),
        st.builds("substring({} + {}, 1, 3)".format, _one(['"abc"']), text),
        st.builds("string join({}, {})".format, _one(["names", '["p", "q"]']), text),
    )


def _flag(depth: int) -> st.SearchStrategy[str]:
    leaf = _one(["true", "false", "late", "n > 2", 'status = "active"'])
    if depth == 0:
        return leaf
    number, flag = _number(depth - 1), _flag(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, number, _one(["<", "<=", ">", ">=", "=", "!="]), number),
        st.builds("({} {} {})".format, flag, _one(["and", "or"]), flag),
        st.builds("not({})".format, flag),
        st.builds("({} between {} and {})".format, number, number, number),
        st.builds("({} in [-9..{}])".format, number, st.integers(0, 9)),
        st.builds("({} x in {} satisfies x > {})".format, _one(["some", "every"]), _numbers(depth - 1), number),
        st.builds("contains({}, {})".format, _text(depth - 1), _text(depth - 1)),
        st.builds("list contains({}, {})".format, _numbers(depth - 1), number),
        st.builds("({} instance of {})".format, number, _one(["number", "string"])),
        st.builds("({} < {})".format, _date(depth - 1), _date(depth - 1)),
    )


def _numbers(depth: int) -> st.SearchStrategy[str]:
    leaf = _one(["scores", "[1, 2, 3]", "[]", "[n, price]"])
    if depth == 0:
        return leaf
    number, items = _number(depth - 1), _numbers(depth - 1)
    return st.one_of(
        leaf,
        st.lists(number, max_size=4).map(", ".join).map("[{}]".format),
        st.builds("(for x in {} return x + {})".format, items, number),
        st.builds("(for i in 1..{} return i * {})".format, st.integers(1, 5), number),
        st.builds("{}[item > {}]".format, items, number),
        st.builds("{}({})".format, _one(["sort", "reverse", "distinct values", "flatten"]), items),
        st.builds("concatenate({}, {})".format, items, items),
        st.builds("sort({}, function(a, b) a > b)".format, items),
    )


def _date(depth: int) -> st.SearchStrategy[str]:
    leaf = _one(["today()", 'date("2024-02-29")', '@"2026-03-29"', "date(2026, 11, 22)"])
    if depth == 0:
        return leaf
    days = st.integers(0, 400).map('duration("P{}D")'.format)
    months = st.integers(0, 30).map('@"P{}M"'.format)
    return leaf | st.builds("({} + {})".format, _date(depth - 1), _one(['@"P1D"', '@"P1Y2M"']) | months | days)


programs = st.one_of(_number(3), _text(3), _flag(3), _numbers(3), _date(2))
