"""The values of FEEL, in one place to import from."""

from engine.feel.durations import DaysDuration, YearsDuration
from engine.feel.kinds import Context, Function, Range, Value, type_name
from engine.feel.python import from_python, to_python
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.text import to_expression, to_text

__all__ = [
    "Context",
    "Date",
    "DateTime",
    "DaysDuration",
    "Function",
    "Range",
    "Time",
    "Value",
    "YearsDuration",
    "from_python",
    "to_expression",
    "to_python",
    "to_text",
    "type_name",
]
