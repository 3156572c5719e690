"""The calendar floor: bytes, parsers that we did not write, and zone rules."""
