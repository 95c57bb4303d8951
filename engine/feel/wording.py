"""The English words for warnings. Other languages are worded where people are, from code and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.feel.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES
from engine.feel.run import Warning  # noqa: A004 - the standard's word

MESSAGES: Final[Mapping[str, str]] = {
    "unknown_name": "unknown name “{name}” — known: {known}",
    "no_entry": "there is no “{name}” in it — known: {known}",
    "no_key": "there is no “{text}” in it — known: {known}",
    "no_function": "unknown function “{name}”",
    "not_a_function": "a {type} cannot be called",
    "no_property": "a {type} has no “{name}”",
    "no_item": "the list of {length} has no item {index}",
    "bad_operands": "“{operator}” does not work on {left} and {right}",
    "not_comparable": "{left} and {right} cannot be compared",
    "not_boolean": "a {type} is neither true nor false",
    "not_iterable": "a {type} cannot be gone through",
    "not_sortable": "the items cannot be put in order",
    "not_readable": "“{text}” is no {type}",
    "not_temporal": "“{literal}” is no date, time or duration",
    "bad_range": "there is no range from {low} to {high}",
    "bad_argument": "{function}: “{parameter}” must be {expected}, not {given}",
    "wrong_arguments": "{function} takes {parameters}",
    "bad_pattern": "the pattern “{pattern}” cannot be used: {reason}",
    "out_of_range": "the result lies outside what can be represented",
    "division_by_zero": "division by zero",
    "zone_missing": "only one of the two has a time zone",
    "number_too_large": "{number} is beyond 10^6144",
    "duplicate_entry": "an entry is named twice: {keys}",
    "unknown_type": "unknown type “{name}”",
    "incomplete_type": "“{name}” does not say of what, as “list<Any>” or “context<name: string>” do",
    "external_function": "functions outside FEEL are not run",
    "assertion_failed": "the condition does not hold: {cause}",
    "budget_exceeded": "it takes too much: more than {limit} ({kind})",
    "several_hits": "{decision}: several rows match, only one may: {rules}",
    "different_outputs": "{decision}: the matching rows differ in their result: {rules}",
    "endless_decision": "{decision} rests on itself",
    "bad_input": "“{column}” must be {expected}, not {given}",
    "input_not_allowed": "“{column}” has a value that the table does not allow",
    "bad_result": "the result of {decision} must be {expected}, not {given}",
    "missing_input": "the input “{name}” is missing — known: {known}",
    "output_not_allowed": "the result “{column}” has a value that the table does not allow",
    "syntax": "line {line}, column {column}: found {found}, expected {expected}",
}

# What is wrong with a pattern: as RE2 says it, and as we do.
PATTERN_FAULTS: Final = (
    "invalid escape sequence", "invalid character class", "invalid character class range", "missing ]", "missing )",
    "unexpected )", "trailing \\", "no argument for repetition operator", "invalid repetition size",
    "bad repetition operator", "invalid perl operator", "invalid UTF-8", "invalid named capture group",
    "pattern too large - compile failed", "it is no regular expression", "it is too long",
    "a flag is none of s, m, i, x, q", "a back-reference within a class", "a negated class within a class",
    "it matches the empty text, or “$” stands alone",
)  # fmt: skip

# What reading found or expected, where it is no sign of the expression itself.
PHRASES: Final = (
    *PATTERN_FAULTS,
    "a closing \"", "a comment that is not closed", "a name", "a name and “in”", "a parameter",
    "a name, a number, a text or an operator",
    "a simpler expression", "a text that is not closed", "a text, as in @\"2026-01-31\"", "a type", "a value",
    "an expression", "an operator or the end", "one level more", "one part more", "the end of the expression",
    "the name of a parameter", "the name of a parameter and “:”", "the name of an entry",
    "the name of an entry or property", "too many levels", "too many levels of brackets", "“,” or “)”", "“,” or “>”",
    "“,” or “]”", "“,” or “}”", "“]” or “)”", f"at most {MAX_DEPTH} levels of nesting", "at most 40 levels of nesting",
    f"at most {MAX_NODES} parts in one expression", f"at most {MAX_CHARACTERS} characters",
    f"more than {MAX_CHARACTERS} characters",
)  # fmt: skip


class Shown(dict[str, str]):
    """Parameters as words; what may not be told, or is not known, is an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def describe(warning: Warning) -> str:
    """One sentence for a person: `unknown name “agee” — known: age, joined, status; did you mean “age”?`."""
    text = MESSAGES[warning.code].format_map(Shown({k: _words(v) for k, v in warning.params.items()}))
    nearest = warning.params.get("nearest")
    return f"{text}; did you mean “{nearest}”?" if nearest else text


def _words(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(part) for part in value) or "nothing"
    return str(value)
