"""Rehearsal: what a version of a policy would do, before it does it.

Owns backtests on stored verdicts, shadow runs beside live traffic, their reports and samples.
Promises that both judge the stored inputs by the very plan that would go live, and say what they could not know.
Never changes an item, a verdict or a policy, and never asks a signal.
"""
