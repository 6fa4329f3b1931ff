"""The version of wideview."""

VERSION = "0.1.0"
