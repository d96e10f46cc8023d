"""Transparency: what the desk tells the public about its own work, in figures that add up.

Owns the reports on a stretch of days, their reconciliation and what was published of them.
Promises that a figure nobody measured is left empty and never told as 0; that a report which does not add up is not published.
Never tells accuracy without precision and recall, and never a figure about one person.
"""
