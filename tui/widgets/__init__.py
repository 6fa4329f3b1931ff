"""What screens are made of. Every text that is shown passes through :mod:`tui.widgets.safe`; markup is never read."""
