"""Signals: what machines can say about texts and files.

Owns velocity counts, remembered texts, the registry of signals and the cache of their results.
Promises exact counts over any window, and that a signal that fails or is late is "unknown", never an answer.
Never knows an item: it is given texts, keys and file ids.
"""
