"""The terms of the grammar: literals, names, lists, contexts, ranges, functions, `if`, `for`, `some`, `every`."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engine.feel.cursor import Cursor
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import NAME, NUMBER, STRING, unescape
from engine.feel.names import joined, label_end
from engine.feel.syntax import (
    AtLiteral,
    ContextLiteral,
    For,
    FunctionLiteral,
    If,
    Iterator,
    ListLiteral,
    Literal,
    Name,
    Node,
    Parameter,
    Quantified,
    RangeLiteral,
    Span,
    TypeName,
)
from engine.feel.typenames import TypeNames

_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_RANGE_ENDS: Final = {"]": True, ")": False, "[": False}


class Terms(TypeNames, Cursor):
    """What can stand between operators."""

    def term(self) -> Node:
        """One term, without what is attached behind it."""
        token = self.tokens[self.index]
        kind, text = token.kind, token.text
        if kind == NAME:
            return Name(position=self.count(), name=self.name())
        if kind in (NUMBER, STRING) or text in _CONSTANTS:
            return self._literal(kind, text)
        if text in ("(", "[", "]"):
            return self._bracket(text)
        if self.names.longest(self.tokens, self.index) > self.index + 1:
            return Name(position=self.count(), name=self.name())
        if text == "not" and self.at_word("("):
            position = self.count()
            self.index += 1
            return Name(position=position, name="not")
        if text == "{":
            return self._context()
        if text == "@":
            return self._at_literal()
        return self._statement(text)

    def _statement(self, text: str) -> Node:
        if text == "if":
            return self._if()
        if text == "for":
            return self._for()
        if text in ("some", "every"):
            return self._quantified(text)
        if text != "function":
            self.fail("a value")
        return self._function()

    def _literal(self, kind: str, text: str) -> Node:
        position = self.count()
        self.index += 1
        if kind == NUMBER:
            return Literal(Decimal(text), position=position)
        if kind == STRING:
            return Literal(unescape(text), position=position)
        return Literal(_CONSTANTS[text], position=position)

    def _at_literal(self) -> Node:
        position = self.count()
        self.index += 1
        token = self.tokens[self.index]
        if token.kind != STRING:
            self.fail('a text, as in @"2026-01-31"')
        self.index += 1
        return AtLiteral(unescape(token.text), position=position)

    def _bracket(self, opening: str) -> Node:
        position = self.count()
        self.index += 1
        if opening == "[" and self.accept("]"):
            return ListLiteral((), position=position)
        first = self.nested()
        if self.accept(".."):
            return self.range_from(first, opening == "[", position)
        if opening == "(":
            self.expect(")")
            return first
        if opening == "]":
            self.fail("“..”")
        items = [first]
        while self.accept(","):
            items.append(self.nested())
        self.expect("]", "“,” or “]”")
        return ListLiteral(tuple(items), position=position)

    def range_from(self, low: Node, low_included: bool, position: int) -> Node:
        start, depth, bare = self.index, self.depth, self.bare
        try:
            high = self.nested()
            closing = self._range_end()
        except FeelSyntaxError:
            # `[1..10[`: the bracket was taken for a filter. Once more, with `[` as the end.
            self.attempt(start, depth)
            self.bare = True
            high = self.expression()
            self.bare = bare
            closing = self._range_end()
        return RangeLiteral(low, high, low_included, closing, position=position)

    def _range_end(self) -> bool:
        closing = self.tokens[self.index].text
        if closing not in _RANGE_ENDS:
            self.fail("“]” or “)”")
        self.index += 1
        return _RANGE_ENDS[closing]

    def _context(self) -> Node:
        position = self.count()
        self.index += 1
        entries: list[tuple[str, Node]] = []
        while not self.accept("}"):
            key = self._key()
            self.expect(":")
            self.names.add(key)
            entries.append((key, self.nested()))
            if not self.accept(","):
                self.expect("}", "“,” or “}”")
                break
            if self.at("}"):
                self.fail("the name of an entry")
        return ContextLiteral(tuple(entries), position=position)

    def _key(self) -> str:
        token = self.tokens[self.index]
        if token.kind == STRING:
            self.index += 1
            return unescape(token.text)
        return self.label(":", "the name of an entry")

    def label(self, closing: str, expected: str) -> str:
        """A new name, of any characters, up to `closing`."""
        start = self.index
        stop = label_end(self.tokens, start, closing)
        if stop == start:
            self.fail(expected)
        self.index = stop
        return joined(self.tokens, start, stop)

    def _if(self) -> Node:
        position = self.count()
        self.index += 1
        condition = self.nested()
        self.expect("then")
        yes = self.nested()
        self.expect("else")
        return If(condition, yes, self.nested(), position=position)

    def _for(self) -> Node:
        position = self.count()
        self.index += 1
        iterators = self._iterators("return")
        return For(iterators, self.nested(), position=position)

    def _quantified(self, kind: str) -> Node:
        position = self.count()
        self.index += 1
        iterators = self._iterators("satisfies")
        return Quantified(kind, iterators, self.nested(), position=position)

    def _iterators(self, closing: str) -> tuple[Iterator, ...]:
        iterators = []
        while True:
            position = self.count()
            name = self.label("in", "a name and “in”")
            self.names.add(name)
            self.index += 1
            domain = self.nested()
            if self.accept(".."):
                domain = Span(domain, self.nested(), position=domain.position)
            iterators.append(Iterator(name, domain, position=position))
            if not self.accept(","):
                break
        self.expect(closing)
        return tuple(iterators)

    def _function(self) -> Node:
        position = self.count()
        self.index += 1
        self.expect("(")
        parameters: list[Parameter] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",", "“,” or “)”")
            parameters.append(self._parameter())
        external = self.accept("external")
        return FunctionLiteral(tuple(parameters), self.nested(), external, position=position)

    def _parameter(self) -> Parameter:
        ends = [closing for closing in ":,)" if label_end(self.tokens, self.index, closing) > self.index]
        if not ends:
            self.fail("the name of a parameter")
        name = self.label(ends[0], "a parameter")
        self.names.add(name)
        typed: TypeName | None = self.type_name() if self.accept(":") else None
        return Parameter(name, typed)
