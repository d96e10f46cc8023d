"""Surveys: was somebody helped? Asked once after their case is resolved, by mail, in their language.

Owns what was asked and answered, who wants no such mail, when and how often people are asked.
Promises that only a press of a person counts, that nobody is asked often or after saying no, that no score stands
without its response rate. Never writes to a machine or to an address that sends letters back.
"""
