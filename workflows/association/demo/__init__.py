"""A believable association, made from a seed: the same size gives the same people on every machine.

`load` writes the records; `begin_cases` then lets a handful of applications run, so that the inbox is alive.
"""

from workflows.association.demo.loading import SIZES, Demo, load
from workflows.association.demo.running_cases import begin_cases
from workflows.association.demo.staff import StaffMember

__all__ = ["SIZES", "Demo", "StaffMember", "begin_cases", "load"]
