"""Insights: what the desk's own history tells, for other systems and for leads.

Owns the feed of facts, the tally of work by the hour, and the leads' live board.
Promises that whoever follows positions misses nothing and meets nothing twice; that the board costs the same on a full desk.
Never hands out a personal value: the feed carries its seal. Never ranks people.
"""
