"""The families of processes that a year can play, by the names of the command line.

A new family is a module with a `Family`, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workflows.association.year.attending import ATTENDING
from workflows.association.year.bank import BANK
from workflows.association.year.erasing import ERASING
from workflows.association.year.giving import GIVING
from workflows.association.year.grouping import GROUPING
from workflows.association.year.hosting import HOSTING
from workflows.association.year.incidents import INCIDENTS
from workflows.association.year.leavers import LEAVERS
from workflows.association.year.mentoring import MENTORING
from workflows.association.year.newcomers import NEWCOMERS
from workflows.association.year.promising import PROMISING
from workflows.association.year.renewing import RENEWING
from workflows.association.year.world import Family

# The bank, and what people do about payments that came back, belong to whatever is paid for.
ALWAYS: Sequence[Family] = (BANK, INCIDENTS)
FAMILIES: Mapping[str, Sequence[Family]] = MappingProxyType(
    {
        "membership": (NEWCOMERS, RENEWING, LEAVERS, ERASING),
        "donation": (GIVING, PROMISING),
        "event": (HOSTING, ATTENDING),
        "mentorship": (MENTORING,),
        "cohort": (GROUPING,),
    }
)


def played(names: Sequence[str]) -> tuple[Family, ...]:
    """The families of these names, and those that are always there. Raises KeyError for an unknown name."""
    return (*ALWAYS, *(family for name in names for family in FAMILIES[name]))
