"""What a check of a diagram, a table or a form has found: where, how grave, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

__all__ = ["Finding", "Severity"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `code` and `params` are for the web pages, which say it in French and English.

    `message` is the English sentence: the element, the reason and the mend, for logs and the command line.
    """

    severity: Severity
    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    element: str | None = None
    element_name: str | None = None

    def in_file(self, file: str) -> Finding:
        """The same, said of a file among others."""
        return replace(self, message=f"{file}: {self.message}", params={**self.params, "file": file})

    @property
    def is_error(self) -> bool:
        """Whether this refuses a deployment."""
        return self.severity == "error"
