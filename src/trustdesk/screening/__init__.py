"""Screening: where content arrives and machines judge it.

Owns intake (the item schemas in force), verdicts with all their inputs, the second pass by the worker.
Promises that nothing ends in silence: every version gets a verdict, and what could not be known ends with a person.
Never holds a transaction open while it computes, fetches or waits.
"""
