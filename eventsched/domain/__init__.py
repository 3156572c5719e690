"""The rules, pure: standard library, pytz and dataclasses only.

No clock (``now`` is always a keyword argument), no input or output, no framework.
Instants are aware datetimes in UTC; wall times are naive datetimes that live beside a zone.
"""
