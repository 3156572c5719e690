"""The tests, a folder for each floor."""
