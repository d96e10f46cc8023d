"""Side conversations: what the desk writes with another department by mail, from a case.

Owns the departments, the conversations and their words.
Promises that an answer lands in its conversation, is noted on the case and wakes it.
Never shows any of it to who asked, nor puts it into the case's own conversation.
"""
