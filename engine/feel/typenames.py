"""Reading types: `number`, `date and time`, `list<number>`, `context<a: number>`, `function<number> -> string`."""

from __future__ import annotations

from typing import Final

from engine.feel.cursor import Cursor
from engine.feel.lexer import NAME
from engine.feel.names import KnownNames, joined, juxtaposed
from engine.feel.syntax import TypeName

_COMPOUND: Final = KnownNames(
    [
        "date and time",
        "date time",
        "days and time duration",
        "years and months duration",
        "day time duration",
        "year month duration",
        "function",
    ]
)


class TypeNames(Cursor):
    """The part of the grammar that reads types."""

    def type_name(self) -> TypeName:
        """The type that begins here."""
        position = self.count()
        name = self._plain_type_name()
        if name == "context" and self.accept("<"):
            return TypeName(name, entries=self._entry_types(), position=position)
        if name == "function" and self.accept("<"):
            return self._function_type(position)
        arguments: tuple[TypeName, ...] = ()
        if name in ("list", "range") and self.accept("<"):
            arguments = (self.type_name(),)
            self.expect(">")
        return TypeName(name, arguments, position=position)

    def _plain_type_name(self) -> str:
        start = self.index
        if self.accept("function"):
            return "function"
        stop = max(_COMPOUND.longest(self.tokens, start), self.names.longest(self.tokens, start))
        if stop == start:
            if self.tokens[start].kind != NAME:
                self.fail("a type")
            stop = juxtaposed(self.tokens, start)
        while self.tokens[stop].text == "." and self.tokens[stop + 1].kind == NAME:
            stop = juxtaposed(self.tokens, stop + 1)
        self.index = stop
        return joined(self.tokens, start, stop)

    def _entry_types(self) -> tuple[tuple[str, TypeName], ...]:
        entries: list[tuple[str, TypeName]] = []
        while not self.accept(">"):
            if entries:
                self.expect(",", "“,” or “>”")
            start = self.index
            if self.tokens[start].kind != NAME:
                self.fail("the name of an entry")
            self.index = juxtaposed(self.tokens, start)
            key = joined(self.tokens, start, self.index)
            self.expect(":")
            entries.append((key, self.type_name()))
        return tuple(entries)

    def _function_type(self, position: int) -> TypeName:
        arguments: list[TypeName] = []
        while not self.accept(">"):
            if arguments:
                self.expect(",", "“,” or “>”")
            arguments.append(self.type_name())
        self.expect("->")
        return TypeName("function", tuple(arguments), result=self.type_name(), position=position)
