"""The only SQL: tables, queries and migrations. Hands out domain objects, takes domain objects.

Functions take an open session first. They never commit: the transaction is the caller's.
"""
