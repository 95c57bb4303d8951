"""`amicale year`: a year of the whole association on virtual time, every step durable, and its invariants checked.

Whatever is deployed is played: people answer the real forms through the verbs of the pages, the bank sends real files.
How people behave is told by the families of `workflows.association.year`; here is the stage they play on.
"""
