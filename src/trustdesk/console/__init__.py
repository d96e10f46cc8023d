"""Console: the staff's pages that belong to no single slice: my work, items, people, keys, the ledger, what is stuck.

Owns the shell's places and nothing in the database.
Promises that a page shows and offers only what its reader may see and do.
Never decides anything: every button is another slice's verb.
"""
