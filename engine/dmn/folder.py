"""Models that import one another: files of one folder, or of one deployment, read together (DMN 1.5, 6.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from engine.dmn.errors import DmnRefused
from engine.dmn.model import DecisionModel
from engine.dmn.reader import read
from engine.dmn.xml import children, label, parse, refuse

__all__ = ["Folder"]

SUFFIX = ".dmn"


class Folder:
    """Files by name, each read at most once, with the models that it imports. Other files than tables are left out.

    `lenient` as of `read`: for what was deployed by a version that refused less.
    """

    def __init__(self, files: Mapping[str, bytes], *, lenient: bool = False) -> None:
        self.lenient = lenient
        self.files = {name: body for name, body in files.items() if name.endswith(SUFFIX)}
        self._read: dict[str, DecisionModel] = {}
        self._open: set[str] = set()

    @cached_property
    def _by_namespace(self) -> Mapping[str, str]:
        """The names of the files, by the namespace that each declares; of two, the first."""
        found: dict[str, str] = {}
        for name in sorted(self.files):
            try:
                namespace = parse(self.files[name], name).get("namespace")
            except DmnRefused:
                continue  # told when that file is read
            found.setdefault(namespace or "", name)
        return found

    def model(self, name: str) -> DecisionModel:
        """The model of that file. DmnRefused, as of `read`, and for imports that go round in a circle."""
        if name not in self._read:
            self._open.add(name)
            try:
                imported = self._imported(name)
                self._read[name] = read(self.files[name], name=name, imported=imported, lenient=self.lenient)
            finally:
                self._open.discard(name)
        return self._read[name]

    def _imported(self, name: str) -> Mapping[str, DecisionModel]:
        imported: dict[str, DecisionModel] = {}
        for element in children(parse(self.files[name], name), "import"):
            namespace = element.get("namespace") or ""
            other = self._by_namespace.get(namespace)
            if other is None:
                continue  # refused by `read`, if it is a model that is asked for
            if other in self._open:
                refuse(name, label(element), "import_circle", file=other)
            imported[namespace] = self.model(other)
        return imported
