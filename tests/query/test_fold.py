"""Tests of tui.query.fold: copies in several files of one run are one record."""

from __future__ import annotations

from pathlib import Path

from tests.query.making import Seen, line, load, parsl, see, text, write
from tui.query.catalog import Catalog

HOME = "000/htex_Local/block-0/2a2f67d0aedf"
WORKER = f"{HOME}/worker_1.jsonlog"
AT = 1.123456


def copies(catalog: Catalog) -> list[tuple[str, int]]:
    """(body, line) of what was folded away."""
    rows = catalog.reader().rows(
        f"SELECT {catalog.body('r')}, d.line FROM folds d JOIN records r ON d.record = r.rowid ORDER BY ALL"
    )
    return list(rows)


def one(catalog: Catalog) -> Seen:
    [seen] = see(catalog)
    return seen


def test_a_copy_in_another_file_of_the_run(tmp_path: Path) -> None:
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/parsl.jsonlog": record, WORKER: line(parsl(0, "other")) + record})
    catalog = load(tmp_path)
    assert [each.body for each in see(catalog)] == ["other", "x"]
    assert copies(catalog) == [("x", 1)] or copies(catalog) == [("x", 2)]
    kept, gone = catalog.reader().rows("SELECT kept, record FROM folds")[0]
    assert see(catalog)[1].id == kept != gone


def test_the_whole_record_must_be_the_same(tmp_path: Path) -> None:
    """A key more, another value, an empty text for none: then they are two."""
    for other in (
        parsl(AT, "x", more=1),
        parsl(AT, "y"),
        parsl(AT, "x", level=""),
        parsl(AT + 1e-6, "x"),
        parsl(AT, "x", a="None"),
    ):
        write(tmp_path, {"000/parsl.jsonlog": line(parsl(AT, "x")), WORKER: line(other)})
        catalog = load(tmp_path)
        assert len(see(catalog)) == 2 and not copies(catalog)


def test_text_logs_fold_as_well(tmp_path: Path) -> None:
    record = text(AT, "x\nTraceback:\n  deep")
    write(tmp_path, {"000/parsl.log": record, WORKER.replace("jsonlog", "log"): record})
    assert one(load(tmp_path)).body == "x\nTraceback:\n  deep"
    write(tmp_path, {"000/parsl.log": record, WORKER.replace("jsonlog", "log"): record.replace("deep", "deeper")})
    assert len(see(load(tmp_path))) == 2


def test_a_time_must_be_finer_than_a_millisecond(tmp_path: Path) -> None:
    for at, count in ((1, 2), (1.5, 2), (1.123, 2), (1.1231, 1), (1.000001, 1)):
        record = line(parsl(at, "x"))
        write(tmp_path, {"000/parsl.jsonlog": record, WORKER: record})
        assert len(see(load(tmp_path))) == count, at


def test_equal_lines_of_one_file_stay(tmp_path: Path) -> None:
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/parsl.jsonlog": record * 2})
    assert [each.line for each in see(load(tmp_path))] == [1, 2]


def test_at_most_once_a_file(tmp_path: Path) -> None:
    """Twice here and three times there are three."""
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/parsl.jsonlog": record * 2, WORKER: record * 3})
    catalog = load(tmp_path)
    assert len(see(catalog)) == 3 and len(copies(catalog)) == 2


def test_three_files(tmp_path: Path) -> None:
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/parsl.jsonlog": record, WORKER: record, f"{HOME}/manager.jsonlog": record})
    catalog = load(tmp_path)
    assert len(see(catalog)) == 1 and len(copies(catalog)) == 2


def test_without_a_time_never(tmp_path: Path) -> None:
    write(tmp_path, {"000/a.jsonl": '{"msg": "x"}\n', "000/b.jsonl": '{"msg": "x"}\n', "000/parsl.log": text(0, "p")})
    assert [each.body for each in see(load(tmp_path))].count("x") == 2


def test_two_runs_do_not_fold_into_each_other(tmp_path: Path) -> None:
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/parsl.jsonlog": record, "001/parsl.jsonlog": record})
    assert len(see(load(tmp_path))) == 2


def test_it_takes_the_path_keys_of_all_places(tmp_path: Path) -> None:
    record = line(parsl(AT, "x"))
    write(tmp_path, {WORKER: record, "000/task_7_0.jsonlog": record})
    seen = one(load(tmp_path))
    expected = {
        "parsl.rundir": "000",
        "parsl.executor": "htex_Local",
        "parsl.block": "0",
        "parsl.manager": "2a2f67d0aedf",
        "parsl.worker": "1",
        "parsl.task": "7",
        "parsl.try": "0",
        "process": "7",
    }
    assert seen.keys == expected
    assert seen.file.endswith("worker_1.jsonlog") and seen.label == "worker 1", "not the file of copies"


def test_the_file_of_copies_is_never_the_one_kept(tmp_path: Path) -> None:
    """Though it comes first."""
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/task_7_0.jsonlog": record, f"{HOME.replace('htex', 'zz')}/worker_1.jsonlog": record})
    assert one(load(tmp_path)).label == "worker 1"


def test_what_places_disagree_on_is_left_out(tmp_path: Path) -> None:
    record = line(parsl(AT, "x"))
    write(tmp_path, {"000/task_7_0.jsonlog": record, "000/task_8_0.jsonlog": record, WORKER: record})
    seen = one(load(tmp_path))
    assert "parsl.task" not in seen.keys and (seen.keys["parsl.try"], seen.keys["parsl.worker"]) == ("0", "1")


def test_its_own_key_beats_every_files_name(tmp_path: Path) -> None:
    record = line(parsl(AT, "x", parsl_task_id="9"))
    write(tmp_path, {"000/task_7_0.jsonlog": record, WORKER: record})
    seen = one(load(tmp_path))
    assert (seen.keys["parsl.task"], seen.keys["parsl.try"]) == ("9", "0")


def test_a_fold_belongs_to_each_span_it_stands_in(tmp_path: Path) -> None:
    """What holds where its original stands holds for the one that is kept."""
    pool = "parsl.executors.high_throughput.process_worker_pool"
    inside = line(parsl(AT, "inside"))
    write(
        tmp_path,
        {
            WORKER: line(parsl(1, "Received executor task 3", pool))
            + inside
            + line(parsl(2, "All processing finished for executor task 3", pool)),
            "000/task_7_0.jsonlog": inside,
        },
    )
    seen = {each.body: each for each in see(load(tmp_path))}["inside"]
    assert (seen.keys["parsl.executor_task"], seen.keys["parsl.task"]) == ("3", "7")


def test_a_time_that_happens_to_be_a_whole_millisecond(tmp_path: Path) -> None:
    """The file's times are finer, so such a record is folded as well."""
    fine, whole = line(parsl(AT, "x")), line(parsl(1.5, "y"))
    write(tmp_path, {WORKER: fine + whole, "000/task_7_0.jsonlog": fine + whole})
    assert load(tmp_path).count == 2
