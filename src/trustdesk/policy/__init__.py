"""Policy: documents that people read and the machine obeys.

Owns policy documents and their versions, word lists, the label taxonomy, pack settings, rulesets and compiled plans.
Promises that nothing goes live unchecked or by one person alone, and that a version once checked never changes.
Never judges an item: it hands out the plan and the words.
"""
