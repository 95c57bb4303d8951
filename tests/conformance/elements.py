"""Which elements the conformance runs have shown: writes the README's table.

`python -m tests.conformance.elements [--pack FILE.json --root DIR] [--write]`: plays every case of a pack (our own
without one), collects the elements, events and markers of the files whose case passed, and prints the table
(`--write`: into README.md). What runs, but stands in no case of the pack, is marked: our own tests show it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from engine.bpmn.supported import ELEMENTS, place_of
from engine.bpmn.xml import BPMN
from tests.conformance.bpmn import verdict

README: Final = Path(__file__).resolve().parents[2] / "README.md"
CASES: Final = Path(__file__).parent / "cases"
OWN: Final = (CASES / "pack.json", CASES)
TABLE: Final = re.compile(r"(<!-- supported elements: [^\n]*-->\n)(.*?)(<!-- end of supported elements -->)", re.DOTALL)
MARK: Final = "°"
LOOPS: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
Shown = frozenset[tuple[str, str]]  # the place of an element, and an event, “” for itself, or “loop”


def shown(packs: Iterable[tuple[Path, Path]]) -> Shown:
    """What the passed cases of these packs contain; a pack comes with the folder of its files."""
    found: set[tuple[str, str]] = set()
    for pack, root in packs:
        cases = json.loads(pack.read_text(encoding="utf-8"))["cases"]
        for case in cases:
            if verdict(case, root).outcome == "passed":
                for name in case["files"]:
                    found.update(_contained(etree.fromstring((root / name).read_bytes())))
    return frozenset(found)


def rows(what: Shown) -> list[str]:
    """The lines of the table: what the gate lets through, in its order, with a mark where no case shows it."""
    lines = ["| element | events | multi-instance, loop |", "|---|---|---|"]
    for place, support in ELEMENTS.items():
        name = _marked(support.name, (place, "") in what)
        events = [_marked(event, (place, event) in what) for event in sorted(support.events - {"none"})]
        loops = _marked("yes", (place, "loop") in what) if support.loops else "–"
        lines.append(f"| {name} | {', '.join(events) or '–'} | {loops} |")
    return lines


def _marked(name: str, is_shown: bool) -> str:
    return name if is_shown else f"{name}{MARK}"


def written(readme: str, lines: list[str]) -> str:
    """The README with this table in its place."""
    table = "".join(f"{line}\n" for line in lines)
    return TABLE.sub(lambda found: found.group(1) + table + found.group(3), readme)


def _contained(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The places, events and loops of a file."""
    definitions = {node.get("id"): node for node in root if _is_event(node)}
    for node in root.iter():
        name = _name(node)
        place = place_of(name, _in_event_sub_process(node))
        if place not in ELEMENTS:
            continue
        yield place, ""
        for child in node:
            referred = definitions.get((child.text or "").strip()) if _name(child) == "eventDefinitionRef" else None
            for one in (child, referred):
                if one is not None and _is_event(one):
                    yield place, _name(one).removesuffix("EventDefinition")
            if _name(child) in LOOPS:
                yield place, "loop"


def _is_event(node: etree._Element) -> bool:
    return _name(node).endswith("EventDefinition")


def _in_event_sub_process(node: etree._Element) -> bool:
    around = node.getparent()
    return around is not None and around.get("triggeredByEvent") == "true"


def _name(node: etree._Element) -> str:
    tag = node.tag
    return tag.removeprefix(f"{{{BPMN}}}") if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def main(arguments: list[str] | None = None) -> int:
    """Prints or writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, default=OWN[0])
    parser.add_argument("--root", type=Path, default=OWN[1])
    parser.add_argument("--write", action="store_true", help="into README.md")
    options = parser.parse_args(arguments)
    lines = rows(shown([(options.pack, options.root)]))
    if options.write:
        README.write_text(written(README.read_text(encoding="utf-8"), lines), encoding="utf-8")
    else:
        print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
