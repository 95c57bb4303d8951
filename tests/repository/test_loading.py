"""What a start loads: a person who types a command waits for it, and so does every process that a test begins."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LOADED = "import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"


def loaded_by(module: str) -> set[str]:
    """Every module that a process has loaded which imported this one alone."""
    said = subprocess.run([sys.executable, "-c", LOADED.format(module=module)], capture_output=True, check=True).stdout
    return set(json.loads(said))


def test_the_list_of_commands_loads_no_command() -> None:
    ours = {
        name for name in loaded_by("webapp.cli") if name.split(".")[0] in {"webapp", "workflows", "engine", "forms"}
    }
    assert ours == {"webapp", "webapp.cli", "webapp.cli.later"}


@pytest.mark.parametrize(
    ("module", "without"),
    [("webapp.settings", {"flask", "SpiffWorkflow", "engine.models", "engine.feel", "workflows.association.registry"})],
)
def test_it_loads_no_more_than_it_needs(module: str, without: set[str]) -> None:
    assert loaded_by(module) & without == set()
