"""The grammar of FEEL: operators by precedence, what is attached to terms, unary tests (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from typing import Final

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import END
from engine.feel.names import KnownNames, label_end
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Filter,
    InstanceOf,
    Logical,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Tests,
    UnaryRange,
)
from engine.feel.terms import Terms

_LEVELS: Final = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "between": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip
_COMPARISONS: Final = frozenset(("=", "!=", "<", "<=", ">", ">="))
_ADDITION: Final = 4
# What may follow a closing parenthesis that belongs to a longer term.
_CONTINUATIONS: Final = frozenset(("+", "-", "*", "/", "**", ".", "[", "(", "instance"))


class Parser(Terms):
    """Reads one expression or one cell of unary tests."""

    def expression(self) -> Node:
        """Any expression; one that begins with a comparison stands for all that is on that side."""
        token = self.tokens[self.index]
        if token.text in _COMPARISONS:
            position = self.count()
            self.index += 1
            return UnaryRange(token.text, self.operators(_ADDITION), position=position)
        return self.operators(1)

    def operators(self, floor: int) -> Node:
        """Terms joined by operators that bind at least as tightly as `floor`."""
        left = self._signed()
        while True:
            operator = self.tokens[self.index].text
            level = _LEVELS.get(operator, 0)
            if level < floor:
                return left
            position = self.count()
            self.index += 1
            if level >= _ADDITION:
                left = Arithmetic(operator, left, self.operators(level + 1), position=position)
            elif level < 3:
                left = self._logical(operator, left, self.operators(level + 1), position)
            elif operator == "in":
                left = Membership(left, self._membership_tests(), position=position)
            elif operator == "between":
                low = self.operators(_ADDITION)
                self.expect("and")
                left = Between(left, low, self.operators(_ADDITION), position=position)
            else:
                left = Comparison(operator, left, self.operators(_ADDITION), position=position)

    def _logical(self, operator: str, left: Node, right: Node, position: int) -> Node:
        if isinstance(left, Logical) and left.operator == operator:
            return Logical(operator, (*left.operands, right), position=left.position)
        return Logical(operator, (left, right), position=position)

    def _membership_tests(self) -> tuple[Node, ...]:
        """`in` takes one test, or several in parentheses."""
        if self.tokens[self.index].text in _COMPARISONS:
            return (self.expression(),)
        start, depth = self.index, self.depth
        if self.accept("("):
            tests = self._tests_in_parentheses(self.tokens[start].position)
            if len(tests) > 1 or self.tokens[self.index].text not in _CONTINUATIONS:
                return tests
            self.attempt(start, depth)
        return (self.operators(_ADDITION),)

    def _tests_in_parentheses(self, position: int) -> tuple[Node, ...]:
        tests = [self.nested()]
        if self.accept(".."):
            return (self.range_from(tests[0], False, position),)
        while self.accept(","):
            tests.append(self.nested())
        self.expect(")")
        return tuple(tests)

    def _signed(self) -> Node:
        if not self.at("-"):
            return self._attached(self.term())
        position = self.count()
        self.index += 1
        self._deeper(1)
        operand = self._signed()
        self._deeper(-1)
        return Negation(operand, position=position)

    def _deeper(self, levels: int) -> None:
        self.attempt(self.index, self.depth + levels)
        if self.depth > 40:
            self.fail("at most 40 levels of nesting", found="one level more")

    def _attached(self, node: Node) -> Node:
        while True:
            token = self.tokens[self.index]
            text = token.text
            if text == ".":
                position = self.count()
                self.index += 1
                node = Path(node, self.name("the name of an entry or property"), position=position)
            elif text == "[" and not self.bare:
                node = self._filter(node)
            elif text == "(":
                node = self._call(node)
            elif text == "instance" and self.at_word("of"):
                position = self.count()
                self.index += 2
                node = InstanceOf(node, self.type_name(), position=position)
            else:
                return node

    def _filter(self, source: Node) -> Node:
        position = self.count()
        self.index += 1
        condition = self.nested()
        self.expect("]")
        return Filter(source, condition, position=position)

    def _call(self, function: Node) -> Node:
        position = self.count()
        self.index += 1
        arguments: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.accept(")"):
            if arguments or named:
                self.expect(",", "“,” or “)”")
            if label_end(self.tokens, self.index, ":") > self.index and not arguments:
                name = self.label(":", "the name of a parameter")
                self.index += 1
                named.append((name, self.nested()))
            elif named:
                self.fail("the name of a parameter and “:”")
            else:
                arguments.append(self.nested())
        position = function.position if isinstance(function, Name) else position
        return Call(function, tuple(arguments), tuple(named), position=position)

    def tests(self) -> Tests:
        """A whole cell of unary tests."""
        position = self.tokens[0].position
        if self.at("-") and self.at_word(""):
            self.index += 1
            return Tests((), position=position)
        if self.at("not") and self.at_word("("):
            try:
                self.index += 2
                tests = self._test_list()
                self.expect(")")
                self.expect_end()
                return Tests(tests, True, position=position)
            except FeelSyntaxError:
                self.attempt(0, 0)
        tests = self._test_list()
        self.expect_end()
        return Tests(tests, position=position)

    def _test_list(self) -> tuple[Node, ...]:
        tests = [self.nested()]
        while self.accept(","):
            tests.append(self.nested())
        return tuple(tests)


def parse_expression(text: str, names: KnownNames) -> Node:
    """The syntax tree of an expression. FeelSyntaxError if it is none."""
    parser = Parser(text, names)
    if parser.tokens[0].kind == END:
        parser.fail("an expression")
    node = parser.nested()
    parser.expect_end()
    return node


def parse_tests(text: str, names: KnownNames) -> Tests:
    """The syntax tree of a cell of unary tests; an empty cell or `-` admits everything."""
    parser = Parser(text, names)
    return Tests(()) if parser.tokens[0].kind == END else parser.tests()
