"""What a diagram shows beside its steps and ways: data, notes, groups, and the messages between pools.

None of it is run; a reader of the list view is told of it as whoever sees the picture is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from webapp.studio.merging.trees import Tree, local
from webapp.words import _
from workflows.association.wording import typographic

__all__ = ["KINDS", "Beside", "beside"]

KINDS: Final = ("dataObjectReference", "dataStoreReference", "textAnnotation", "group", "messageFlow")
Naming = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Beside:
    """One such thing: what it is called, what it is, and what it belongs to in sentences."""

    id: str
    name: str
    kind: str
    says: tuple[str, ...]


def beside(tree: Tree, process: str, language: str, naming: Naming) -> Iterator[Beside]:
    """All of it that belongs to a process, in the order of the file. What stands between pools belongs to each process
    that it touches, and to the first of the file where it touches none. `naming` calls a step by its id."""
    telling = _Telling(tree, language, naming)
    for id_, node in tree.units.items():
        if local(node) in KINDS and process in telling.owners(id_):
            yield Beside(id_, telling.name(id_), _kinds()[local(node)], tuple(telling.says(id_)))


class _Telling:
    def __init__(self, tree: Tree, language: str, naming: Naming) -> None:
        self.tree, self.language, self.naming = tree, language, naming

    def owners(self, id_: str) -> set[str]:
        """The processes that it belongs to."""
        inside = self._process(id_)
        touched = {inside} if inside else {self._process(each) for each in self._touched(id_)} - {""}
        first = next((each for each, node in self.tree.units.items() if local(node) == "process"), "")
        return touched or {first}

    def name(self, id_: str) -> str:
        """What it is called; without a name, by its kind."""
        node = self.tree.units[id_]
        text = _english(node) if self.language == "en" else ""
        text = text or node.get("name") or node.findtext("{*}text") or self._category(node)
        kind = _kinds().get(local(node), "")
        plain = " ".join(text.split())
        return typographic(plain) or (_("%(kind)s without a name", kind=kind) if kind else id_)

    def says(self, id_: str) -> Iterator[str]:
        """What it belongs to."""
        node = self.tree.units[id_]
        if local(node) == "messageFlow":
            ends = {
                "source": self._called(node.get("sourceRef", "")),
                "target": self._called(node.get("targetRef", "")),
            }
            yield _("From “%(source)s” to “%(target)s”.", **ends)
            return
        if local(node) == "group":
            held = self._around(id_)
            yield _("Around %(names)s.", names=held) if held else _("Around nothing.")
            return
        readers, writers, others = (self._list(each) for each in self._links(id_))
        if readers:
            yield _("Read by %(names)s.", names=readers)
        if writers:
            yield _("Written by %(names)s.", names=writers)
        if others:
            yield _("Drawn beside %(names)s.", names=others)
        if not (readers or writers or others):
            yield _("Connected to nothing.")

    def _links(self, id_: str) -> tuple[list[str], list[str], list[str]]:
        """Who reads it, who writes it, and what a dotted line joins it to."""
        readers, writers, others = list[str](), list[str](), list[str]()
        for node in self.tree.root.iter("{*}dataInputAssociation", "{*}dataOutputAssociation", "{*}association"):
            if local(node) == "association":
                ends = [node.get("sourceRef", ""), node.get("targetRef", "")]
                others += [each for each in ends if id_ in ends and each != id_]
            elif id_ in {(each.text or "").strip() for each in node.iter("{*}sourceRef", "{*}targetRef")}:
                holder = node.getparent()
                found = "" if holder is None else holder.get("id", "")
                (readers if local(node) == "dataInputAssociation" else writers).append(found)
        return readers, writers, others

    def _touched(self, id_: str) -> list[str]:
        """The elements that it is joined to."""
        node = self.tree.units[id_]
        if local(node) == "messageFlow":
            return [node.get("sourceRef", ""), node.get("targetRef", "")]
        return self._within(id_) if local(node) == "group" else [each for ends in self._links(id_) for each in ends]

    def _around(self, group: str) -> str:
        return self._list(self._within(group))

    def _within(self, group: str) -> list[str]:
        """The steps whose middle lies in a group: a group holds what it is drawn around."""
        frame = self._bounds(group)
        if frame is None:
            return []
        left, top, width, height = frame
        found = []
        for id_, node in self.tree.units.items():
            bounds = None if local(node) in {*KINDS, "participant", "lane"} else self._bounds(id_)
            if bounds is not None:
                x, y = bounds[0] + bounds[2] / 2, bounds[1] + bounds[3] / 2
                if left <= x <= left + width and top <= y <= top + height:
                    found.append(id_)
        return found

    def _bounds(self, id_: str) -> tuple[float, float, float, float] | None:
        """Where it is drawn; None where it is not, or where the file says so in what is no number."""
        drawn = self.tree.drawn.get(id_)
        bounds = None if drawn is None else drawn.find("{*}Bounds")
        if bounds is None:
            return None
        try:
            left, top, width, height = (float(bounds.get(each, "0")) for each in ("x", "y", "width", "height"))
        except ValueError:  # drawn nowhere: a draft may hold such a file, and is opened to mend it
            return None
        return left, top, width, height

    def _process(self, id_: str) -> str:
        """The process that an element stands in, or that a pool is drawn for; "" for none."""
        node: etree._Element | None = self.tree.units.get(id_)
        if node is not None and local(node) == "participant":
            return node.get("processRef", "")
        while node is not None and local(node) != "process":
            node = node.getparent()
        return "" if node is None else node.get("id", "")

    def _category(self, node: etree._Element) -> str:
        """The words at a group: they stand in the value of a category."""
        wanted = node.get("categoryValueRef", "")
        found = (each for each in self.tree.root.iter("{*}categoryValue") if each.get("id") == wanted)
        return next((each.get("value", "") for each in found), "") if wanted else ""

    def _called(self, id_: str) -> str:
        node = self.tree.units.get(id_)
        return self.name(id_) if node is not None and local(node) in {*KINDS, "participant"} else self.naming(id_)

    def _list(self, ids: list[str]) -> str:
        return ", ".join(_("“%(name)s”", name=self._called(each)) for each in dict.fromkeys(ids))


def _english(node: etree._Element) -> str:
    found = (each for each in node.iterfind("{*}extensionElements/{*}properties/{*}property"))
    return next((each.get("value", "") for each in found if each.get("name") == "i18n.en.name"), "")


def _kinds() -> Mapping[str, str]:
    return {
        "dataObjectReference": _("data object"), "dataStoreReference": _("data store"), "textAnnotation": _("note"),
        "group": _("group"), "messageFlow": _("message between participants"),
    }  # fmt: skip
