"""Mentoring as the association does it: mentors, demands, rounds, proposals, and pairs from introduction to end.

`workflows.association.matching` knows who fits whom; here are the rows, the service tasks of the four diagrams, what
their forms read and write, and what their mails say. Source: domain §P3.
"""
