"""Triggers: when something happens to a case and a condition holds, the desk does what somebody wrote down once.

Owns triggers with their versions, what each did, and what one would have done in the past. Promises that one event makes a
trigger act once, that what triggers do to each other ends, that a version counts only once it was put in force by a person.
Never writes to somebody who was written to by a machine, never stops a reply clock.
"""
