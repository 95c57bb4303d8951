"""The structure that ARCHITECTURE.md promises, read from the sources."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.sources import ROOT, calls, files, forget, functions, modules, nodes, tree

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "services", "misc"}
PUBLIC_FOLDERS = {"workflows", "engine", "webapp", "forms", "features", "tests", "docs", "benchmarks", ".ci"}


@pytest.fixture(scope="module", autouse=True)
def trees_are_let_go() -> Iterator[None]:
    yield
    forget()


def test_import_contracts_hold() -> None:
    answer = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def _imports(module: Path, package: str) -> bool:
    for node in nodes(module):
        if isinstance(node, ast.Import) and any(name.name.split(".")[0].lower() == package for name in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0].lower() == package:
            return True
    return False


def test_spiffworkflow_is_imported_in_engine_bpmn_alone() -> None:
    outside = [
        str(module)
        for module in modules()
        if _imports(module, "spiffworkflow") and module.parts[:2] != ("engine", "bpmn")
    ]
    assert outside == []


@pytest.mark.parametrize("package", ["flask", "flask_wtf", "flask_babel", "werkzeug"])
def test_flask_is_imported_in_webapp_alone(package: str) -> None:
    outside = [str(module) for module in modules() if _imports(module, package) and module.parts[0] != "webapp"]
    allowed = {"werkzeug": {"forms"}}.get(package, set())
    assert [name for name in outside if name.split("/")[0] not in allowed] == []


def test_there_is_one_commit() -> None:
    commits = [
        f"{module}:{call.lineno}"
        for module in modules()
        for call in calls(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert [place.split(":")[0] for place in commits] == ["engine/transaction.py"], commits


def test_the_environment_is_read_in_one_module() -> None:
    readers = {
        str(module)
        for module in modules()
        for node in nodes(module)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    assert readers <= {"webapp/settings.py"}


def test_modules_are_short() -> None:
    lengths = {str(module): len((ROOT / module).read_text(encoding="utf-8").splitlines()) for module in modules()}
    too_long = {name: length for name, length in lengths.items() if length > 300}
    assert too_long == {}
    written = [length for name, length in lengths.items() if not name.endswith("__init__.py")]
    assert statistics.median(written) < 120


def test_functions_are_short() -> None:
    too_long = {
        f"{module}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in modules()
        for function in functions(module)
        if (function.end_lineno or 0) - function.lineno + 1 > 40
    }
    assert too_long == {}


def test_names_are_nouns_of_the_field() -> None:
    drawers = [str(module) for module in modules() if module.stem in FORBIDDEN_NAMES]
    services = [
        f"{module}:{node.lineno} {node.name}"
        for module in modules()
        for node in nodes(module)
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Service", "Manager", "Helper"))
    ]
    assert drawers + services == []


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{module}:{node.lineno}"
        for module in modules()
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(module)
        for module in modules()
        if not ast.get_docstring(tree(module)) and (ROOT / module).read_text(encoding="utf-8").strip()
    ]
    assert silent == []


def test_everything_is_typed() -> None:
    untyped = [
        f"{module}:{function.lineno} {function.name}"
        for module in modules()
        for function in functions(module)
        if function.returns is None
    ]
    assert untyped == []


def test_the_folders_are_the_agreed_ones() -> None:
    assert {file.parts[0] for file in files() if len(file.parts) > 1} <= PUBLIC_FOLDERS
