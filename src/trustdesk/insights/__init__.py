"""Insights: what the desk's own history tells, for other systems.

Owns the feed of facts.
Promises that whoever follows positions misses nothing and meets nothing twice.
Never hands out a personal value: the feed carries its seal.
"""
