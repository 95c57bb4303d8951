"""Each line of a feature is one step: what two definitions match is done by whichever was loaded last."""

from __future__ import annotations

import importlib
import pkgutil

from pytest_bdd.feature import get_features
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

import tests.steps
from tests.repository.sources import ROOT


def defined() -> list[StepFunctionContext]:
    """Every step definition."""
    for found in pkgutil.iter_modules(tests.steps.__path__):
        importlib.import_module(f"tests.steps.{found.name}")
    every = step_function_context_registry.values()
    return [each for each in every if each.step_func.__module__.startswith(tests.steps.__name__)]


def test_each_line_of_a_feature_has_one_definition() -> None:
    steps, wrong = defined(), []
    for feature in get_features([str(ROOT / "features")]):
        lines = [*(feature.background.steps if feature.background else [])]
        lines += [step for scenario in feature.scenarios.values() for step in scenario.steps]
        for line in lines:
            hits = [
                f"{step.step_func.__module__}: {step.parser.name}"
                for step in steps
                if step.type in {None, line.type} and step.parser.is_matching(line.name)
            ]
            if len(hits) != 1 and "<" not in line.name:  # lines of outlines match when they are filled in
                wrong.append(f"{feature.rel_filename}: {line.name} — {hits}")
    assert len(steps) > 400
    assert wrong == []
