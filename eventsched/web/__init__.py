"""The only Flask: blueprints by audience. No SQL and no business rule lives here."""
