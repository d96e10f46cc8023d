"""Procedures: help with accounts, step by step: who is it, how do they get back in, what was done to them.

Owns what the steps are (data, in versions), how far each case is, who ticked what, what was proven.
Promises that no required step is skipped, that two who tick at once do not both go on, that what must never be asked is said
at every step, and that a document is deleted on its day. Keeps what a document showed, never its numbers.
"""
