"""Appeals: a decision is challenged, and somebody else looks again.

Owns appeals, what was said in them, cases before out-of-court bodies, the record of misuse.
Promises that a person decides each, never who made or reviewed the decision; a table's constraint holds both.
Never lifts a restriction itself: `decisions.reverse` does, in the same transaction.
"""
