"""The programming interface: the verbs of `engine.commands` and the lists, for other programs. See docs/api.md."""
