"""Webhooks: telling other systems what happened, signed, at least once.

Owns endpoints and their secrets, events waiting to be sent, deliveries with their tries, dead letters.
Promises Standard Webhooks signatures, back-off over three days, that a slow endpoint delays nobody else.
Never calls out inside a transaction, never calls a private machine, never shows a secret twice.
"""
