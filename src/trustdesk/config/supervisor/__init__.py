"""The supervisor: `trustdesk up` alone owns the life of the embedded database, the web process and the worker."""
