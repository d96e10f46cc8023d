"""Customers: everything about one person who asks the desk something, over all channels, on one page.

Owns who is one and the same, how they are reached, what they allowed and what they were promised.
Promises that one address or account is one customer, that a consent is never overwritten, that a merge can be undone to the
letter for thirty days, and that whoever looks is recorded. Never decides by itself that two are one.
"""
