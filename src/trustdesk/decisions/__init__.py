"""Decisions: what was decided about a subject, why, what it restricts, and the letter that says so.

Owns decisions, restrictions, statements of reasons, and the rule by which an item's status follows from them.
Promises that a decision that restricts never exists without its restriction, complete statement and fact.
Never deletes: a change of mind is a new decision, an undo within its window is recorded as withdrawn.
"""
