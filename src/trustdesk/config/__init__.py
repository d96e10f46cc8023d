"""Config: settings, urls, wiring.

Owns the process: command line, supervisor, settings, which slice hears which fact.
Promises to be the only place that knows every slice.
Never holds a rule of the desk's work.
"""
