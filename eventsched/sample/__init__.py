"""What the demo starts with: the webcast release of November 2, 2011, as facts."""
