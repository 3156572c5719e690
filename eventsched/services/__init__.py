"""A use case each: collect facts, let the domain decide, save in one transaction. Never Flask."""
