"""Wellbeing: what the work does to those who do it, and what the desk does about it.

Owns care settings, the exposure ledger, budgets, opt-outs, breaks, offers of urgent work, the support contact.
Promises that nobody is dealt work past their budget, and that what is known of a person is shown to that person alone.
Never says a person's figures to anyone else: leads see groups of five people or more, of weeks that are over.
"""
