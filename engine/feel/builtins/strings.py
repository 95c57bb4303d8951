"""String functions (DMN 1.5, 10.3.4.3). Positions count characters, not bytes or halves of surrogates."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engine.feel.builtins.signature import builtin, table
from engine.feel.run import Run
from engine.feel.values import Value


def _substring(_run: Run, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    first = int(start)
    if first == 0 or abs(first) > len(text):
        raise ValueError("no such place")
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    if length < 1:
        raise ValueError("nothing")
    return text[begin : begin + int(length)]


def _before(_run: Run, text: str, match: str) -> Value:
    return text.partition(match)[0] if match and match in text else ""


def _after(_run: Run, text: str, match: str) -> Value:
    return text.partition(match)[2] if match else text


def join(run: Run, texts: list[Value], delimiter: str | None = None, *around: str | None) -> Value:
    """The texts with the delimiter between them; nulls are left out. `around`: a prefix and a suffix."""
    prefix, suffix = around or (None, None)
    parts: list[str] = []
    for part in texts:
        if isinstance(part, str):
            parts.append(part)
        elif part is not None:
            run.warn("bad_argument", function="string join", parameter="list", expected="list<string>")
            return None
    size = sum(map(len, parts)) + len(delimiter or "") * len(parts)
    run.fits("text", size)
    return run.text((prefix or "") + (delimiter or "").join(parts) + (suffix or ""))


FUNCTIONS: Final = table(
    builtin("substring", ("string: string; start position: number; [length]: number", _substring)),
    builtin("string length", ("string: string", lambda _run, text: Decimal(len(text)))),
    builtin("upper case", ("string: string", lambda run, text: run.text(text.upper()))),
    builtin("lower case", ("string: string", lambda run, text: run.text(text.lower()))),
    builtin("substring before", ("string: string; match: string", _before)),
    builtin("substring after", ("string: string; match: string", _after)),
    builtin("contains", ("string: string; match: string", lambda _run, text, match: match in text)),
    builtin("starts with", ("string: string; match: string", lambda _run, text, match: text.startswith(match))),
    builtin("ends with", ("string: string; match: string", lambda _run, text, match: text.endswith(match))),
    builtin("string join", ("list: list; [delimiter]: string?", join)),
)
