"""Notices: what people outside tell the desk is wrong.

Owns notices, who sends them and how far they are believed, trusted flaggers, alerts of danger to life.
Promises a receipt at once, an answer to every notifier, and that a flood of notices keeps nobody waiting who is trusted.
Never judges: reviews do, and tell it by facts.
"""
