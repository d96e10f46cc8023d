"""Cases: what somebody asks the desk, and the conversation about it.

Owns cases, their messages, notes, drafts, links and custom fields. Promises that a note never leaves the desk, that a reply
leaves once its time to undo is over and never over a newer message unseen, that each case's clocks tell what happened.
Never carries a message itself: channels bring them in and take them out.
"""
