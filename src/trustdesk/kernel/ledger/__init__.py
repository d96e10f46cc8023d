"""Ledger: what happened, in order, unchangeable.

Owns facts, their order, their seals, personal values and the outbox (deliveries).
Promises that facts are append-only, that reading by position never skips a late commit, that a delivery is done once.
Never interprets a fact: it does not know what a review is.
"""
