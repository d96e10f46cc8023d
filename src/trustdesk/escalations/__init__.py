"""Escalations: work handed over to a named team, its deadlines, and the answer that comes back.

Owns hand-overs, what was said in them, and the severities with their deadlines.
Promises that one person accepts each, that the work rests meanwhile and returns to who asked first.
Never knows what the work is about: it is given words, facts and an address.
"""
