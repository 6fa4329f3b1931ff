"""A statement that a user wrote: whether it may be asked, which tables and columns it means, and where it is wrong.

The engine parses it; what is allowed is a list, and what is not on it is refused: only SELECT (with WITH, DESCRIBE,
SUMMARIZE and EXPLAIN), only our tables, no function that reaches anything else. That is a first fence. The others are
those of the store: no access to files, settings that are locked, and a transaction that can write nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import orjson

from tui.errors import SqlError

_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_REFERENCES = {
    "BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EMPTY", "EMPTY_FROM", "EXPRESSION_LIST", "SHOW_REF", "PIVOT"
}  # fmt: skip
_TABLE_FUNCTIONS = {"unnest", "range", "generate_series", "repeat", "repeat_row", "json_each", "json_tree"}
#: Functions that tell of this machine, keep something from one question to the next, or only take time.
_FUNCTIONS = re.compile(
    r"current_setting|getenv|getvariable|write_log|nextval|currval|setseed|.*sleep.*|pg_.*|has_.*_privilege"
)
_EXPLAIN = re.compile(r"\s*explain(?:\s+analyze)?(?:\s*\([^()]{0,100}\))?\s(?=\s*(?:\(|\w))", re.IGNORECASE)
_DOTTED = re.compile(r"\w+(?:\s*\.\s*\w+)+")
_READS = "sql only reads: one SELECT, which may begin with WITH, DESCRIBE, SUMMARIZE or EXPLAIN"

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that may be asked. *names* are all names in it that may be columns, in lower case; if *every*, all
    columns of its tables are meant, too."""

    text: str
    tables: frozenset[str]
    names: frozenset[str]
    every: bool
    plain: bool
    """It is a query, and not one about a query."""
    listing: bool = False
    """It asks for the list of tables."""
    first: int | None = None
    """Only so many rows of ``records`` are asked for, no matter which."""


def read(sql: str, serialize: Callable[[str], str], tables: Collection[str], keys: Mapping[str, bool]) -> Statement:
    """What *sql* asks for. *serialize* gives the engine's parse of a query, as JSON; *keys* are names of columns
    in lower case, and whether they hold text: where one with a dot stands without its quotes, the statement's text gets
    them, and where one that holds text is compared with a number, what makes that work.

    SqlError, with the place, for what does not parse and for what may not be asked.
    """
    explain = _EXPLAIN.match(sql)
    start = explain.end() if explain else 0
    query = sql[start:]
    tree = _tree(sql, start, serialize(query))
    data = query.encode()

    def wrong(message: str, node: Node) -> SqlError:
        place = node.get("query_location", 0)
        return error(message, sql, start + len(data[:place].decode("utf-8", "ignore")) if place < len(data) else 0)

    edits = _Edits(data, keys)
    used: set[str] = set()
    called: set[str] = set()  # what the tables are called in the statement
    references: list[Node] = []
    names: set[str] = set()
    every, plain, listing = False, not explain, False
    for node, known in _walk(tree):
        kind = node.get("type")
        names.update(value.lower() for value in _texts(node))
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _NODES:
            raise wrong(_READS, node)
        if "sample" in node and "class" not in node and kind not in _REFERENCES and not kind == "SELECT_NODE":
            raise wrong(f"sql does not know {kind}", node)
        if kind == "BASE_TABLE":
            name = node["table_name"].lower()
            if node["schema_name"] or node["catalog_name"] or (name not in known and name not in tables):
                raise wrong(_no_table(node, tables), node)
            every = every or bool(node["column_name_alias"])
            if name not in known:
                used.add(name)
            called |= {name, node["alias"].lower()}
        elif kind == "TABLE_FUNCTION" and (name := node["function"]["function_name"]) not in _TABLE_FUNCTIONS:
            raise wrong(f"sql has no access to anything but the data that were opened: {name}() is refused", node)
        elif kind == "SHOW_REF":
            plain = False
            if node["query"] is None:
                if node["table_name"].strip('"').lower() != "tables":
                    raise wrong(f"what sql can show is TABLES; {_READS}", node)
                listing = True
        elif kind in ("PIVOT", "STAR") or node.get("ref_type") == "NATURAL":
            every = True
        elif node.get("class") == "FUNCTION" and _FUNCTIONS.fullmatch(node["function_name"].lower()):
            raise wrong(f"sql has no access to anything but the data that were opened: {node['function_name']}()", node)
        elif isinstance(kind, str) and kind.startswith("COMPARE_"):
            edits.compare(node)
        elif kind == "COLUMN_REF":
            references.append(node)
            parts = [part.lower() for part in node["column_names"][:8]]
            names.update(".".join(parts[i:]) for i in range(len(parts)))
    every = every or any(node["column_names"][-1].lower() in called for node in references)
    for node in references:
        edits.quote(node, called)
    text = sql[:start] + edits.done()
    first = None if explain else _first(tree)
    return Statement(text, frozenset(used), frozenset(names), every, plain, listing, first)


def error(message: str, sql: str, place: int = 0) -> SqlError:
    """The SqlError for the character *place* of *sql*."""
    before = sql[:place]
    line = sql[before.rfind("\n") + 1 :].partition("\n")[0]
    return SqlError(message, line, place - (before.rfind("\n") + 1))


def near(name: str, names: Collection[str]) -> str:
    """``; perhaps "parsl.task"`` for a *name* that is like some of *names*; empty when it is like none."""
    folded = {re.sub(r"[\W_]", "", each.lower()): each for each in names}
    found = get_close_matches(re.sub(r"[\W_]", "", name.lower()), folded, 3, 0.75)
    return f"; perhaps {' or '.join(quoted(folded[each]) for each in found)}" if found else ""


def quoted(name: str) -> str:
    """*name* as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _tree(sql: str, start: int, answer: str) -> Any:
    try:
        found = orjson.loads(answer)
    except ValueError:
        raise error("this is nested too deeply", sql) from None
    if found["error"]:
        if found["error_type"] != "parser":
            raise error(_READS, sql, start)
        place = len(sql[start:].encode()[: int(found.get("position", 0))].decode("utf-8", "ignore"))
        raise error(found["error_message"].partition("\n")[0], sql, start + place)
    if len(found["statements"]) != 1:
        raise error("sql takes one statement" if found["statements"] else _READS, sql)
    return found["statements"][0]["node"]


def _walk(tree: Any) -> Iterator[tuple[Node, frozenset[str]]]:
    """Every node with the names that WITH gives tables there; each of them knows those before it, and itself."""
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, known = waiting.pop()
        if isinstance(node, list):
            waiting += [(each, known) for each in node]
        elif isinstance(node, dict):
            for named in (node.get("cte_map") or {}).get("map", ()):
                known |= {named["key"].lower()}
                waiting.append((named["value"], known))
            yield node, known
            waiting += [(value, known) for name, value in node.items() if name != "cte_map"]


def _texts(node: Node) -> Iterator[str]:
    if node.keys() == {"kind", "text"}:  # a constant
        return
    for value in node.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str))


def _no_table(node: Node, tables: Collection[str]) -> str:
    parts = (node["catalog_name"], node["schema_name"], node["table_name"])
    return f"there is no table {'.'.join(part for part in parts if part)}: there are {', '.join(tables)}"


class _Edits:
    """What is changed in a statement, the bytes *data*, before the engine gets it: *keys* get quotes where they have
    none, and may be compared with numbers, though they are text."""

    def __init__(self, data: bytes, keys: Mapping[str, bool]) -> None:
        self._data, self._keys = data, keys
        self._inserts: list[tuple[int, int, str]] = []  # place, length of what goes, what comes
        self._cast: set[int] = set()

    def quote(self, node: Node, called: Collection[str]) -> None:
        """Quotes for the reference *node*; *called* are names of tables, which may stand before a key."""
        parts, start, length = node["column_names"], node["query_location"], node["query_location_length"]
        here = self._data[start : start + length].decode("utf-8", "ignore")
        if start >= len(self._data):
            return
        text = here
        for i in range(len(parts) - 1) if _DOTTED.fullmatch(here) else ():
            if ".".join(parts[i:]).lower() in self._keys and all(part.lower() in called for part in parts[:i]):
                text = ".".join([*parts[:i], quoted(".".join(parts[i:]))])
                break
        if start in self._cast:
            text = f"TRY_CAST({text} AS DOUBLE)"
        if text != here:
            self._inserts.append((start, length, text))

    def compare(self, node: Node) -> None:
        """In ``key = 19`` the number becomes text, in ``key > 19`` the key a number."""
        parts = [node.get(name) for name in ("left", "right", "input", "lower", "upper")]
        sides: list[Node] = [side for side in [*parts, *node.get("children", ())] if isinstance(side, dict)]
        columns = [side for side in sides if side["type"] == "COLUMN_REF" and self._key(side)]
        kinds = ("INTEGER", "NUMERIC")
        numbers = [side for side in sides if (side.get("literal") or {}).get("kind") in kinds]
        if not columns or not numbers or len(columns) + len(numbers) < len(sides):
            return
        same = node["type"] in ("COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_IN", "COMPARE_NOT_IN")
        if same and all(side["literal"]["kind"] == "INTEGER" for side in numbers):
            for side in numbers:
                text = f"'{side['literal']['text']}'"
                self._inserts.append((side["query_location"], side["query_location_length"], text))
        else:
            self._cast |= {side["query_location"] for side in columns}

    def _key(self, node: Node) -> bool:
        parts = [part.lower() for part in node["column_names"]]
        return any(self._keys.get(".".join(parts[i:]), False) for i in range(min(len(parts), 8)))

    def done(self) -> str:
        """The statement as changed."""
        data = self._data
        for start, length, text in sorted(set(self._inserts), reverse=True):
            if start + length <= len(data):
                data = data[:start] + text.encode() + data[start + length :]
        return data.decode()


def _first(tree: Node) -> int | None:
    """How many rows are enough for *tree*, where it is ``SELECT columns FROM records LIMIT n`` and no more."""
    if tree.get("type") != "SELECT_NODE" or tree["cte_map"]["map"] or len(tree["modifiers"]) != 1:
        return None
    more = ("where_clause", "having", "sample", "qualify", "group_expressions", "group_sets")
    limit, table = tree["modifiers"][0], tree["from_table"]
    if any(tree[name] for name in more) or table["type"] != "BASE_TABLE" or table["sample"]:
        return None
    if limit["type"] != "LIMIT_MODIFIER" or limit.get("offset") or table["table_name"].lower() != "records":
        return None
    if any(node["type"] not in ("STAR", "COLUMN_REF") for node in tree["select_list"]):
        return None
    count = (limit.get("limit") or {}).get("literal") or {}
    return int(count["text"]) if count.get("kind") == "INTEGER" and len(count["text"]) < 10 else None
