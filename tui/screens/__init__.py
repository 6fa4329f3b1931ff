"""One screen, or one part of the explorer, a file."""
