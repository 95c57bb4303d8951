"""FEEL, the expression language of DMN 1.5: compiled once to closures, bounded, answering values and warnings.

compile_expression('status = "active" and joined < date("2026-01-01")').evaluate(variables, environment)
"""

from engine.feel.compiler import Expression, UnaryTests, compile_expression, compile_unary_tests
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.limits import Budget
from engine.feel.run import Environment, Evaluation, Warning  # noqa: A004 - the standard's word
from engine.feel.static import StaticText, static_number, static_or_expression
from engine.feel.types import FeelType
from engine.feel.values import Function, Value

__all__ = [
    "Budget",
    "Environment",
    "Evaluation",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "FeelType",
    "Function",
    "StaticText",
    "UnaryTests",
    "Value",
    "Warning",
    "compile_expression",
    "compile_unary_tests",
    "static_number",
    "static_or_expression",
]
