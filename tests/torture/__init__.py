"""The replay promise under random edits, load, killed processes and lost databases.

`make test` runs a short form of each; `make torture` the long ones, and prints what it counted.
"""
