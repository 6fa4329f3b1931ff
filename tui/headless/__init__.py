"""The headless twins of the screens: the same questions, answered as text or as JSON lines."""
