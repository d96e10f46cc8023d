"""Triage: what a new case seems to be about, in which language, how pressing and in which mood, with how sure that is.

Owns what was read of each case, what people made of it, and what cases of an intent usually needed.
Promises that nothing is done by itself, that every suggestion says how sure it is and by which model, that who overrules it
is kept as a label. Never reads a note, never stands between a case and the people who answer it.
"""
