"""The pages of articles: reading and searching, writing and publishing, topics and words."""
