"""From text to tokens (DMN 1.5, 10.3.1.2: grammar rules 21 to 42).

Names with spaces and symbols cannot be told from the text alone: tokens remember whether white space stood
before them, and `engine.feel.names` joins them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import MAX_CHARACTERS

NAME: Final = "name"
KEYWORD: Final = "keyword"
NUMBER: Final = "number"
STRING: Final = "string"
SYMBOL: Final = "symbol"
END: Final = "end"

KEYWORDS: Final = frozenset(
    {
        "and",
        "or",
        "not",
        "true",
        "false",
        "null",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
    }
    | {"satisfies", "between", "instance", "function", "external", "of"}
)
_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_BLANK = r"\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF"
_TOKEN = re.compile(
    rf"(?P<blank>(?:[{_BLANK}]+|//[^\n\r]*|/\*(?s:.*?)\*/)+)"
    rf"|(?P<name>[{_START}][{_PART}]*)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<symbol>\.\.|->|\*\*|<=|>=|!=|[-+*/<>=(){}\[\],:.@'])",
    re.DOTALL,
)
_SIMPLE = re.compile(rf"[{_START}][{_PART}]*\Z")


class Token(NamedTuple):
    """A piece of the text: its kind, its characters, where it begins, whether white space came before."""

    kind: str
    text: str
    position: int
    spaced: bool

    @property
    def end(self) -> int:
        """The position after the last character."""
        return self.position + len(self.text)


def tokenize(text: str) -> list[Token]:
    """The tokens of an expression, END last. FeelSyntaxError at a character that begins none."""
    if len(text) > MAX_CHARACTERS:
        refuse(text, MAX_CHARACTERS, f"more than {MAX_CHARACTERS} characters", f"at most {MAX_CHARACTERS} characters")
    tokens: list[Token] = []
    position, spaced, end = 0, False, len(text)
    match_at = _TOKEN.match
    while position < end:
        match = match_at(text, position)
        if match is None:
            _refuse_character(text, position)
        kind = match.lastgroup
        if kind == "blank":
            spaced = True
        else:
            found = match.group()
            if kind == NAME and found in KEYWORDS:
                kind = KEYWORD
            tokens.append(Token(kind or SYMBOL, found, position, spaced))
            spaced = False
        position = match.end()
    tokens.append(Token(END, "", end, spaced))
    return tokens


def is_simple_name(name: str) -> bool:
    """Whether a name is one token: no space, no symbol, no keyword."""
    return _SIMPLE.match(name) is not None and name not in KEYWORDS


def refuse(text: str, position: int, found: str, expected: str) -> NoReturn:
    """Raise FeelSyntaxError with line and column of `position`."""
    before = text[:position]
    line = before.count("\n") + 1
    raise FeelSyntaxError(
        expression=text if len(text) <= 200 else text[:200] + "…",
        position=position,
        line=line,
        column=position - (before.rfind("\n") + 1) + 1,
        found=found,
        expected=expected,
    )


def _refuse_character(text: str, position: int) -> NoReturn:
    character = text[position]
    if character == '"':
        refuse(text, position, "a text that is not closed", 'a closing "')
    if text.startswith("/*", position):
        refuse(text, position, "a comment that is not closed", "*/")
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    refuse(text, position, f"“{shown}”", "a name, a number, a text or an operator")


_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))",
    re.DOTALL,
)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def unescape(quoted: str) -> str:
    """The text that a string literal, with its quotes, stands for. Unknown escapes stay (`\\d`)."""
    inner = quoted[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(match: re.Match[str]) -> str:
    high, low, short, long, simple = match.groups()
    if simple is not None:
        return _SIMPLE_ESCAPES.get(simple, "\\" + simple)
    if high is not None:
        code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
    else:
        code = int(short or long, 16)
    # Half a surrogate pair is no character, and neither is what lies beyond Unicode.
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def quote(text: str) -> str:
    """A string literal that stands for `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace("\t", "\\t") + '"'
