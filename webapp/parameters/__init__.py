"""Pages of the dated parameter tables: figures that somebody decides, from which day, and what is undone."""
