"""A reading position in the tokens of an expression, with the limits and the errors of reading."""

from __future__ import annotations

from typing import NoReturn

from engine.feel.lexer import END, NAME, Token, refuse, tokenize
from engine.feel.limits import MAX_DEPTH, MAX_NODES
from engine.feel.names import KnownNames, joined, juxtaposed
from engine.feel.syntax import Node


class Cursor:
    """Reads tokens from left to right. `bare` says that a `[` closes a range instead of opening a filter."""

    def __init__(self, text: str, names: KnownNames) -> None:
        self.text = text
        self.tokens: list[Token] = tokenize(text)
        self.index = 0
        self.names = KnownNames(parent=names)
        self.bare = False
        self._nodes = 0
        self._visits = 0
        self._depth = 0

    def expression(self) -> Node:
        """The grammar fills this in."""
        raise NotImplementedError

    def nested(self) -> Node:
        """An expression one level deeper: in brackets, or after a keyword."""
        self._depth += 1
        self._visits += 1
        if self._visits > 4 * MAX_NODES:
            self.fail("a simpler expression", found="too many levels of brackets")
        if self._depth > MAX_DEPTH:
            self.fail(f"at most {MAX_DEPTH} levels of nesting", found="one level more")
        bare, self.bare = self.bare, False
        node = self.expression()
        self.bare = bare
        self._depth -= 1
        return node

    def count(self) -> int:
        """Note one more node and answer where it begins."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.fail(f"at most {MAX_NODES} parts in one expression", found="one part more")
        return self.tokens[self.index].position

    def at(self, text: str) -> bool:
        """Whether the next token is this symbol or keyword."""
        return self.tokens[self.index].text == text

    def at_word(self, text: str) -> bool:
        """Whether the token after the next is this symbol or keyword."""
        return self.index + 1 < len(self.tokens) and self.tokens[self.index + 1].text == text

    def accept(self, text: str) -> bool:
        """Take the next token if it is this symbol or keyword."""
        if self.tokens[self.index].text != text:
            return False
        self.index += 1
        return True

    def expect(self, text: str, expected: str = "") -> None:
        """Take this symbol or keyword, or FeelSyntaxError."""
        if not self.accept(text):
            self.fail(expected or f"“{text}”")

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.tokens[self.index].kind != END:
            self.fail("an operator or the end")

    def name(self, expected: str = "a name") -> str:
        """The name that begins here: the longest known one, else the words that follow one another."""
        start = self.index
        token = self.tokens[start]
        stop = self.names.longest(self.tokens, start)
        if stop == start:
            if token.kind != NAME:
                self.fail(expected)
            stop = juxtaposed(self.tokens, start)
        self.index = stop
        return joined(self.tokens, start, stop) if stop > start + 1 else token.text

    def attempt(self, index: int, depth: int) -> None:
        """Go back to where an attempt began."""
        self.index, self._depth = index, depth

    @property
    def depth(self) -> int:
        """How deep reading is, for `attempt`."""
        return self._depth

    def fail(self, expected: str, *, found: str = "") -> NoReturn:
        """FeelSyntaxError at the next token."""
        token = self.tokens[self.index]
        if not found:
            found = "the end of the expression" if token.kind == END else f"“{token.text}”"
        refuse(self.text, token.position, found, expected)
