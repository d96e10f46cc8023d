"""What models say about pictures. Pure: no Django, no database, no network; hostile files are opened with limits."""
