"""People: who may do what, where.

Owns staff, teams, roles, skills, sources, markets, API keys.
Promises that a right is a verb on a scope and that platform users only ever see a handle.
Never knows what the desk judges.
"""
