"""The association's records and work: what its diagrams' service tasks, connectors and form records are.

`registry.registry(association)` is what an engine is opened with; `record_set.record_set()` is what forms read and
write. Nothing is imported here, so that whoever needs one of its tables does not load all of its work.
"""
