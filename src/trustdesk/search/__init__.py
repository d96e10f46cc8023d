"""Search: finding items, accounts and decisions, and what is done with what was found.

Owns what is looked through (an entry for each item, account and decision, read from their own slices a moment after they
changed), saved views, sweeps, bulk actions and exports.
Promises that a page costs the same few statements among a thousand things and a million, and that each thing a bulk
action touched is told of by itself.
Never is the truth about anything: what it shows is read where it belongs.
"""
