"""Names that contain spaces, operators or keywords: the longest name known in scope wins (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import KEYWORD, NAME, NUMBER, Token, is_simple_name, tokenize

# A trie: token text -> (subtree by "was white space before", whether a name ends here).
_Branch = dict[tuple[str, bool], "_Branch"]
_ENDS: Final = ("$end", True)


class KnownNames:
    """The names that are more than one token; single-token names need no knowing."""

    __slots__ = ("_root", "parent")

    def __init__(self, names: Iterable[str] = (), parent: KnownNames | None = None) -> None:
        self._root: _Branch = {}
        self.parent = parent
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known from here on."""
        if is_simple_name(name):
            return
        try:
            tokens = tokenize(name)
        except FeelSyntaxError:
            return  # no sequence of tokens can spell it: it is reached by `get value` only
        branch = self._root
        for index, token in enumerate(tokens[:-1]):
            branch = branch.setdefault((token.text, token.spaced and index > 0), {})
        branch[_ENDS] = {}

    def longest(self, tokens: list[Token], start: int) -> int:
        """The index after the longest known name that begins at token `start`; `start` if none does."""
        best = self._longest(tokens, start)
        if self.parent is not None:
            best = max(best, self.parent.longest(tokens, start))
        return best

    def _longest(self, tokens: list[Token], start: int) -> int:
        branch = self._root.get((tokens[start].text, False))
        index, best = start + 1, start
        while branch is not None:
            if _ENDS in branch:
                best = index
            token = tokens[index]
            branch = branch.get((token.text, token.spaced))
            index += 1
        return best


def joined(tokens: list[Token], start: int, stop: int) -> str:
    """The name spelt by these tokens, white space normalised to one space."""
    parts = [tokens[start].text]
    for token in tokens[start + 1 : stop]:
        parts.append(" " + token.text if token.spaced else token.text)
    return "".join(parts)


def juxtaposed(tokens: list[Token], start: int) -> int:
    """The index after the words that follow one another from `start`: nothing else can be meant by them."""
    index = start + 1
    while tokens[index].kind == NAME or (tokens[index].kind == NUMBER and tokens[index - 1].kind == NAME):
        if tokens[index].text.startswith("."):
            break
        index += 1
    return index


def label_end(tokens: list[Token], start: int, closing: str) -> int:
    """The index of the `closing` symbol after a label of any tokens (`foo+bar:`), or `start` if none."""
    index = start
    while tokens[index].text not in (closing, "", ",", "{", "}", "(", ")", "[", "]"):
        index += 1
    if tokens[index].text != closing or tokens[start].kind not in (NAME, KEYWORD):
        return start
    return index
