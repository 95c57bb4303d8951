"""`python -m webapp.cli`: the same as `amicale`."""

from webapp.cli import main

main()
