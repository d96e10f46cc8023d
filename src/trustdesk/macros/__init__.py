"""Macros: saved replies with variables, and what happens to a case when one is used.

Owns macros with their versions and how often each is used.
Promises that no variable goes out unfilled, that what was used stays readable, and that strangers' names stay names.
Never knows cases: it says what should be done to one, and whoever owns the case does it.
"""
