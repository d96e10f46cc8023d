"""Content: what platform users posted, as they posted it.

Owns platform accounts, items and their versions, media references, notes pinned to what people know.
Promises that a version never changes and that an item is one per source, kind and external id.
Never judges: status is written here only by screening and decisions.
"""
