"""Trains the tiny demo model, measures it and writes its card; nothing else imports this."""
