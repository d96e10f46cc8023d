"""Engine: rule language, matcher, text folding, verdict. Pure Python: no Django, no I/O.

Owns the condition language and how a plan runs.
Promises that a rule that passes the check cannot raise, and that evidence points into the original text.
Never reads a clock, a file or a database.
"""
