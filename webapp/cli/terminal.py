"""How the command line speaks: rich on a terminal, plain text elsewhere."""

from __future__ import annotations

from rich.console import Console
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from engine.errors import AmicaleError
from engine.findings import Finding
from webapp.expression_words import Say
from webapp.refusal_words import error_in_words, finding_in_words

UNTABLED = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")
SURROUNDINGS = (AmicaleError, OSError, DBAPIError)  # what a command may meet and cannot help


def console(*, stderr: bool = False) -> Console:
    """Where a command prints."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def sentence(error: AmicaleError | OSError | DBAPIError) -> str | None:
    """What went wrong around us, in a sentence without secrets; None for a defect, which keeps its trace."""
    if isinstance(error, AmicaleError):
        return worded(error)
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
    cause = error.orig if error.orig is not None else error
    if any(mark in f"{type(cause).__name__} {cause}" for mark in UNTABLED):
        return "The database lacks tables of this version. Run `amicale migrate` once."
    broken = isinstance(error, (OperationalError, InterfaceError)) or "not a database" in str(cause)
    if not broken or isinstance(error, ProgrammingError):
        return None
    said = " ".join(str(cause).split())
    return f"The database cannot be used ({said}). AMICALE_DATABASE_URL says where it is."


def worded(error: AmicaleError, say: Say = str) -> str:
    """The error's message, and its findings where it has some, one a line. `say`: gettext of a language."""
    findings = getattr(error, "findings", ())
    return "\n".join([error_in_words(error, say), *(f"  {line_of(finding, say)}" for finding in findings)])


def printable(text: str) -> str:
    """The text with what no terminal can show (halves of characters, bytes of a file's name) as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def line_of(finding: object, say: Say = str) -> str:
    """A finding as `amicale check` prints it; whatever else an error lists as its text."""
    if not isinstance(finding, Finding):
        return str(finding)
    place = f" [{finding.element}]" if finding.element else ""
    return f"{say(finding.severity)}{place}: {finding_in_words(finding, say)}"
