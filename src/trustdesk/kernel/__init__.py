"""The kernel: work > ledger > people > base. Not one trust & safety word inside."""
