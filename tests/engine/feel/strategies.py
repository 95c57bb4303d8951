"""Random values and random syntax trees."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from engine.feel.kinds import Range, Value
from engine.feel.syntax import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    If,
    InstanceOf,
    Iterator,
    ListLiteral,
    Literal,
    Logical,
    Membership,
    Name,
    Negation,
    Node,
    Parameter,
    Path,
    Quantified,
    RangeLiteral,
    Span,
    TypeName,
    UnaryRange,
)
from engine.feel.temporal import MAX_YEAR, Date, DateTime, Time, days_in_month
from engine.feel.values import DaysDuration, YearsDuration


@st.composite
def dates(draw: st.DrawFn) -> Date:
    """Any day of any year."""
    year = draw(st.integers(-MAX_YEAR, MAX_YEAR) | st.integers(1900, 2100))
    month = draw(st.integers(1, 12))
    return Date(year, month, draw(st.integers(1, days_in_month(year, month))))


@st.composite
def times(draw: st.DrawFn) -> Time:
    """Any time of day, local, at an offset or in a zone."""
    offset = draw(st.none() | st.integers(-64_800, 64_800))
    zone = None if offset is not None else draw(st.sampled_from([None, "Europe/Paris", "Etc/UTC", "Asia/Kolkata"]))
    clock = [draw(st.integers(0, 23)), draw(st.integers(0, 59)), draw(st.integers(0, 59))]
    return Time(*clock, draw(st.integers(0, 999_999_999)), offset, zone)


numbers = st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000).map(Decimal)
durations = st.integers(-(10**20), 10**20).map(DaysDuration) | st.integers(-(10**9), 10**9).map(YearsDuration)
keys = st.sampled_from(["n", "c", "dt", "foo bar", "", "_", "typename"]) | st.text(max_size=5)
scalars = (
    st.none()
    | st.booleans()
    | numbers
    | st.text(st.characters(), max_size=20)
    | dates()
    | times()
    | st.builds(DateTime, dates(), times())
    | durations
)
ranges = st.builds(Range, numbers, numbers, st.booleans(), st.booleans(), st.sampled_from(["", "<", ">=", "!="]))
values: st.SearchStrategy[Value] = st.recursive(
    scalars | ranges,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)

names = st.sampled_from(["a", "b", "x", "foo bar", "data", "item", "total amount"])
functions = st.sampled_from(["sum", "count", "string", "not", "date and time", "list contains", "substring", "abs"])
_literals = (
    st.integers(0, 50).map(lambda n: Literal(Decimal(n)))
    | st.sampled_from(["", "a", 'q"', "é\n", "2026-01-31", "PT1H"]).map(Literal)
    | st.sampled_from([Literal(True), Literal(False), Literal(None)])
    | st.sampled_from(["2026-01-31", "10:00:00", "2026-03-29T01:30:00@Europe/Paris", "P1D", "P1Y", "x"]).map(AtLiteral)
)
types = st.sampled_from(["number", "string", "date and time", "days and time duration", "Any"]).map(TypeName) | st.just(
    TypeName("list", (TypeName("number"),))
)


def _pairs(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[tuple[str, Node], ...]]:
    return st.lists(st.tuples(names, inner), max_size=3, unique_by=lambda pair: pair[0]).map(tuple)


def _iterators(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Iterator, ...]]:
    domain = inner | st.builds(Span, inner, inner)
    return st.lists(st.builds(Iterator, names, domain), min_size=1, max_size=2).map(tuple)


def _bigger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, max_size=3).map(tuple)
    parameters = st.lists(st.builds(Parameter, names, st.none() | types), max_size=2, unique_by=lambda p: p.name)
    return (
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner)
        | st.builds(Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner)
        | st.builds(_logical, st.sampled_from(["and", "or"]), inner, inner)
        | st.builds(Negation, inner)
        | st.builds(Between, inner, inner, inner)
        | st.builds(Membership, inner, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(InstanceOf, inner, types)
        | st.builds(Path, inner, names)
        | st.builds(Filter, inner, inner)
        | st.builds(Call, functions.map(Name), several)
        | st.builds(Call, functions.map(Name), st.just(()), _pairs(inner))
        | st.builds(If, inner, inner, inner)
        | st.builds(For, _iterators(inner), inner)
        | st.builds(Quantified, st.sampled_from(["some", "every"]), _iterators(inner), inner)
        | st.builds(ListLiteral, several)
        | st.builds(ContextLiteral, _pairs(inner))
        | st.builds(RangeLiteral, inner, inner, st.booleans(), st.booleans())
        | st.builds(UnaryRange, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner)
        | st.builds(FunctionLiteral, parameters.map(tuple), inner)
    )


def _logical(operator: str, left: Node, right: Node) -> Node:
    """As the parser builds it: `a and b and c` is one node."""
    if isinstance(left, Logical) and left.operator == operator:
        return Logical(operator, (*left.operands, right))
    return Logical(operator, (left, right))


_trees: st.SearchStrategy[Node] = st.recursive(_literals | names.map(Name), _bigger, max_leaves=12)
trees: st.SearchStrategy[Node] = st.deferred(lambda: _trees)
