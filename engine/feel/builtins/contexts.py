"""Context functions (DMN 1.5, 10.3.4.9)."""

from __future__ import annotations

from typing import Final

from engine.feel.builtins.signature import builtin, table
from engine.feel.run import Run
from engine.feel.values import Context, Value, type_name


def get_value(run: Run, context: Context, key: str | list[Value]) -> Value:
    """The entry of that name, or along a list of names."""
    keys = key if isinstance(key, list) else [key]
    value: Value = context
    for name in keys:
        if not isinstance(value, dict) or not isinstance(name, str) or name not in value:
            # A key that is computed may be data: which one was sought, `text`, is told at a prompt alone.
            run.warn("no_key", text=name, known=tuple(sorted(context)[:40]))
            return None
        value = value[name]
    return value


def _get_entries(_run: Run, context: Context) -> Value:
    return [{"key": key, "value": value} for key, value in context.items()]


def _context(run: Run, entries: list[Value]) -> Value:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "key" not in entry or "value" not in entry:
            run.warn("bad_argument", function="context", parameter="entries", expected="{key, value}")
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in made:
            run.warn("duplicate_entry" if isinstance(key, str) else "bad_argument", keys=(key,))
            return None
        made[key] = entry["value"]
    return made


def _put(run: Run, context: Context, key: str, value: Value) -> Value:
    return {**context, key: value}


def _put_deep(run: Run, context: Context, keys: list[Value], value: Value) -> Value:
    """`context put(context, key, context put(context.key, the other keys, value))`, and that by the letter: an entry
    that is no context makes the inner one null, which is then put."""
    if not keys or not all(isinstance(key, str) for key in keys):
        run.warn("bad_argument", function="context put", parameter="keys", expected="list<string>")
        return None
    first, rest = str(keys[0]), keys[1:]
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    if not isinstance(inner, dict):
        run.warn(
            "bad_argument",
            function="context put",
            parameter="keys",
            expected="keys of contexts",
            given=type_name(inner),
        )
        return {**context, first: None}
    return {**context, first: _put_deep(run, inner, rest, value)}


def _merge(run: Run, contexts: list[Value]) -> Value:
    merged: Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            run.warn("bad_argument", function="context merge", parameter="contexts", expected="list<context>")
            return None
        merged |= context
    return merged


FUNCTIONS: Final = table(
    builtin("get value", ("m: context; key: string", get_value), ("context: context; key: string", get_value)),
    builtin("get entries", ("m: context", _get_entries), ("context: context", _get_entries)),
    builtin("context", ("entries: list", _context)),
    builtin(
        "context put",
        ("context: context; key: string; value: any", _put),
        ("context: context; keys: list; value: any", _put_deep),
    ),
    builtin("context merge", ("contexts: list", _merge)),
)
