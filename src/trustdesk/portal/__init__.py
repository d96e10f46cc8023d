"""Portal: what the public sees: statements of reasons, the rules in plain words.

Owns public pages, phone first, that work without script and without an account.
Promises that a signed link opens one statement and nothing else.
Never shows a colleague's name or an internal note.
"""
