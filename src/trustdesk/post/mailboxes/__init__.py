"""The mailboxes of the desk: settings with versions and sealed passwords, IMAP in, SMTP out, and whether they work.

`settings` says what a mailbox is made of (pure), `viewing` asks, `keeping` changes, `imap` and `fetching` take mail in,
`outgoing` lets letters leave, `trying` connects and says what is wrong, `troubles` says it in words.
"""
