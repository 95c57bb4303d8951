"""What the repository tests read: the tracked files of the project, parsed once."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "forms", "workflows", "webapp")


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that git tracks or would track, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file())


@functools.cache
def modules() -> tuple[Path, ...]:
    """The Python modules of the product (not its tests, benchmarks and migrations)."""
    return tuple(
        file
        for file in files()
        if file.suffix == ".py" and file.parts[0] in PACKAGES and "migrations" not in file.parts
    )


@functools.cache
def tree(module: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=str(module))


@functools.cache
def nodes(module: Path) -> tuple[ast.AST, ...]:
    """Every node of that tree: to walk through them is half of what a test of the sources costs."""
    return tuple(ast.walk(tree(module)))


def forget() -> None:
    """Lets all trees go: a million objects that the garbage collector would look at in every later test."""
    tree.cache_clear()
    nodes.cache_clear()


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and inner ones included."""
    return (node for node in nodes(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(module: Path) -> Iterator[ast.Call]:
    """Every call of a module."""
    return (node for node in nodes(module) if isinstance(node, ast.Call))
