"""When to look. What to do is the services' business; what is true is the clock's."""
