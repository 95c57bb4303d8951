"""Decisions: tables, graphs and boxed expressions of DMN 1.1 to 1.5, over FEEL.

read(xml, name="dues.dmn").evaluate("dues_quote", {"age": Decimal(30)}, environment).value
"""

from engine.dmn.errors import DmnRefused
from engine.dmn.folder import Folder
from engine.dmn.model import Decision, DecisionModel
from engine.dmn.reader import read
from engine.dmn.run import FAILURES, DecisionResult, Matched
from engine.dmn.texts import Text

__all__ = ["FAILURES", "Decision", "DecisionModel", "DecisionResult", "DmnRefused", "Folder", "Matched", "Text", "read"]
