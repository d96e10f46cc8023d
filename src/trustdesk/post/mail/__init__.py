"""How a raw mail is understood: pure functions from bytes to what a person would have seen, and what a machine may trust.

`reading.understand` takes a mail apart, `telling.told` says it as JSON. Nothing here asks a database, a clock or the net;
keys, mailboxes and who takes part in a case are handed in.
"""
