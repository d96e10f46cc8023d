"""Knowledge: articles that answer before anybody has to ask, and the public form of guidelines.

Owns articles with their versions, topics, synonyms, what is searched and read, and whether it helped.
Promises that what is published was looked at, stays as it was, and is found in the reader's own words.
Never knows who reads: searches are kept without their asker, votes under a mark that cannot be traced back.
"""
