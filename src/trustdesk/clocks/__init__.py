"""Clocks: what the desk promises to those who ask, and whether it keeps it.

Owns clock policies, the holidays of calendars as people give them, and for each piece of work that has a requester what
was said and when. Promises that the clocks of such work are those a minute-by-minute count would yield.
Never knows what was said, nor whose work it is; the clocks themselves are the kernel's.
"""
