"""Base: ids, time, refusals, facts' shape, and the action.

Owns what every slice stands on.
Promises that nothing changes without a recorded fact, and that every refusal has a code and a sentence.
Never reads the wall clock inside a verb.
"""
