"""All views of the explorer, by name: what the screen is made of. Another view is a module and a line here."""

from __future__ import annotations

from tui.screens.charts import ChartsPane
from tui.screens.desk import Pane
from tui.screens.flow import FlowPane
from tui.screens.keys import KeysPane
from tui.screens.place import CHARTS, FLOW, KEYS, STEPS, STREAM, TEMPLATES
from tui.screens.steps import StepsPane
from tui.screens.stream import StreamPane
from tui.screens.templates import TemplatesPane

PANES: dict[str, type[Pane]] = {
    STREAM: StreamPane,
    FLOW: FlowPane,
    KEYS: KeysPane,
    TEMPLATES: TemplatesPane,
    STEPS: StepsPane,
    CHARTS: ChartsPane,
}
