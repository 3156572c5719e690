"""The steps, oldest first. A step that has landed is never edited."""
