"""Reviewing: the report served on this machine, what decisions say of quality, and the whole story of one row.

Importing this package costs nothing; each of its files is asked for by its name.
"""
