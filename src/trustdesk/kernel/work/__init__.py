"""Work: the one queue for everything that needs a person.

Owns queues, work items, claims (leases), service-level clocks, business calendars.
Promises that two people never hold one item, that no open item starves, that a clock is never late by the calendar.
Never knows why an item is work.
"""
