"""A test in a browser waits for what it asserts: a page that is slow to arrive is no defect.

A click is over when the answer begins to arrive, so whatever looks at the page at once sees it half there on a busy
machine. ``expect`` looks again until it is so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.repository.sources import files, tree

AT_ONCE = {
    "count", "is_visible", "is_hidden", "is_checked", "is_enabled", "is_disabled", "input_value", "inner_text",
    "all_inner_texts", "text_content", "all_text_contents", "get_attribute",
}  # fmt: skip
ROOTS = {"page", "window", "view", "small", "phone", "desk", "locator", "get_by_role", "get_by_label", "get_by_text"}


def names_in(node: ast.AST) -> set[str]:
    """Every name and attribute under the node."""
    return {
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Name | ast.Attribute)
    }


def located(function: ast.AST) -> set[str]:
    """The variables of the module that hold places of a page."""
    return {
        target.id
        for each in ast.walk(function)
        if isinstance(each, ast.Assign) and names_in(each.value) & ROOTS
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def hasty(module: Path) -> Iterator[str]:
    """The asserts that ask a page only once, as ``file:line``."""
    parsed = tree(module)
    places = located(parsed) | ROOTS
    for found in ast.walk(parsed):
        if not isinstance(found, ast.Assert):
            continue
        for call in ast.walk(found.test):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in AT_ONCE
                and names_in(call.func.value) & places
                and (call.func.attr != "count" or not call.args)
            ):
                yield f"{module}:{found.lineno}: {call.func.attr}"


def test_what_is_asserted_of_a_page_is_waited_for() -> None:
    modules = [each for each in files() if each.suffix == ".py" and each.parts[:2] == ("tests", "browser")]
    assert len(modules) > 20
    assert [place for each in modules for place in hasty(each)] == []


def test_nobody_waits_for_the_page_that_he_leaves() -> None:
    """After a click ``wait_for_load_state`` finds the old page loaded: what is opened next takes the click back. A page
    that follows is waited for by ``expect_navigation`` around the click, by its address, or by what it shows."""
    modules = [*Path("tests/browser").glob("*.py"), Path("tests/fixtures/chromium.py")]
    assert len(modules) > 20
    assert [str(each) for each in modules if "wait_for_load_state" in names_in(tree(each))] == []


def test_a_hasty_assert_is_found(tmp_path: Path) -> None:
    file = tmp_path / "test_hasty.py"
    file.write_text("def test(page):\n    rows = page.locator('tr')\n    assert rows.count() == 3\n", encoding="utf-8")
    assert [each.rpartition(":")[2].strip() for each in hasty(file)] == ["count"]
