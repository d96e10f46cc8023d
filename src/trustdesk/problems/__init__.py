"""Problems: many cases with one cause, from the first suspicion until nobody asks any more.

Owns which cases have one cause, what was said to all of them, how it goes since the fix.
Promises that nobody is written to twice, that a lost worker goes on where it was, and that a problem is closed by a person
alone. Never links a case by itself: what looks alike is suggested.
"""
