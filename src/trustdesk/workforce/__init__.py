"""Workforce: who is at work, available or away, and since when.

Owns the reasons for being away (AUX codes, as data), the state of each person as gapless, non-overlapping intervals, and the
guard by which work is dealt to nobody who is away. Promises that the intervals of a person add up to the time since the
first, and that an illegal change is refused in words. Never rates anybody: how long someone was away is theirs to see.
"""
