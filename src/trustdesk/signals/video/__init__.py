"""What models say about videos and streams. Pure: no Django, no database; hostile files are opened with limits."""
