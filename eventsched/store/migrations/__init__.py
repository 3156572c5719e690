"""How a database comes to the shape of `tables`, step by step, on SQLite and PostgreSQL."""
