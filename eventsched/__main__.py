"""`python -m eventsched`: the same as the `eventsched` command."""

from eventsched.cli import main

main()
