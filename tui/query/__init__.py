"""Questions and their answers: files in, records in one order, entities followed. No terminal here."""
