"""eventsched: investor events and webcasts, told right everywhere and closed when promised."""

__version__ = "0.1.0"
