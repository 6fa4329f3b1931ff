"""Measures how fast wideview is, on runs of any size."""
