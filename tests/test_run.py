"""The main job on real files: outputs, a second run, broken files, what is gone."""

from __future__ import annotations

import csv
import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import REPORTS

from textperf.batch.discover import look, printable, walk
from textperf.batch.run import run
from textperf.read import content, read
from textperf.store.database import Store


def test_outputs_and_rows(sample_run: Path) -> None:
    for name in ("textperf.db", "comparison.xlsx", "report.html", "files.csv"):
        assert (sample_run / name).stat().st_size > 0
    with Store(sample_run / "textperf.db", readonly=True) as store:
        assert {r["status"] for r in store.rows("SELECT status FROM files")} == {"ok"}
        assert store.rows("SELECT count(*) n FROM files")[0]["n"] == 6
        assert {r["fiscal_year"] for r in store.rows("SELECT fiscal_year FROM reports")} == {2021, 2022, 2023}
        assert {r["department"] for r in store.rows("SELECT DISTINCT department FROM series")} == {
            "漳澜县水利局",
            "澜江县审计局",
        }
        for r in store.rows(
            'SELECT r.text t, f.start s, f."end" e, f.quote q FROM facts f JOIN reports r USING (report_id)'
        ):
            assert r["t"][r["s"] : r["e"]] == r["q"]
    with (sample_run / "files.csv").open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    assert len(rows) == 6
    assert all(r["sha256"] and r["report_id"] for r in rows)


def test_second_run_reads_nothing(sample_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(sample_run, out)
    before = (out / "files.csv").read_bytes()
    again = run([REPORTS / "漳澜县水利局", REPORTS / "澜江县审计局"], out, jobs=1)
    assert (again.files_seen, again.files_read) == (6, 0)
    assert (out / "files.csv").read_bytes() == before


def test_broken_files_cost_only_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    good = next((REPORTS / "澜江县审计局").glob("*2022*.docx"))
    shutil.copy(good, folder / "好.docx")
    shutil.copy(good, folder / "重复.docx")
    (folder / "空.pdf").write_bytes(b"")
    (folder / "断.pdf").write_bytes(b"%PDF-1.4\n1 0 obj <<")
    (folder / "=cmd|' 图.docx").write_bytes(b"PK\x03\x04 broken")
    (folder / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    (folder / "循环").symlink_to(folder)
    result = run([folder], tmp_path / "out", jobs=2)
    with Store(tmp_path / "out" / "textperf.db", readonly=True) as store:
        files = {Path(p).name: r for p, r in store.files().items()}
    assert len(files) == result.files_seen == 6
    assert files["好.docx"].status == "ok"
    assert (files["重复.docx"].status, files["重复.docx"].reason) == ("skipped", "duplicate")
    assert files["空.pdf"].reason == "empty"
    for name in ("断.pdf", "=cmd|' 图.docx", "图.png"):
        assert files[name].status in ("failed", "skipped")
        assert files[name].reason
        assert "；" in (files[name].message or ""), "what is the matter; what to do"
    with (tmp_path / "out" / "files.csv").open(encoding="utf-8-sig", newline="") as f:
        assert not [c for row in csv.reader(f) for c in row if c[:1] in "=+@" and c]


def test_a_file_that_is_gone_leaves_the_comparison(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    shutil.copytree(REPORTS / "漳澜县水利局", folder)
    run([folder], tmp_path / "out", jobs=2)
    gone = sorted(folder.iterdir())[0]
    gone.unlink()
    result = run([folder], tmp_path / "out", jobs=1)
    assert result.files_read == 0
    with Store(tmp_path / "out" / "textperf.db", readonly=True) as store:
        assert store.files()[str(gone)].reason == "not_found"
        years = {
            r["fiscal_year"]
            for r in store.rows("SELECT fiscal_year FROM series WHERE origin = 'own' AND state = 'value'")
        }
    assert 2021 not in years


def test_links_that_loop_are_walked_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("x")
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a")
    assert [p.name for p in walk([tmp_path])] == ["x.txt"]


def test_look_tells_why(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("四个字")
    assert look(path, 3).error == "too_large"
    assert look(tmp_path / "没有", 10).error == "not_found"
    assert printable("a\nb\udcff") == "a\\x0ab\ufffd"


@pytest.mark.parametrize("kind", ["timeout", "crash"])
def test_a_hang_or_a_crash_costs_one_task(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is killed at its time limit, and the next task is done."""
    from textperf.batch.workers import run_all
    from textperf.read.limits import DEFAULT

    good = next((REPORTS / "漳澜县水利局").glob("*.html"))
    bad = tmp_path / "坏.txt"
    if kind == "timeout":
        bad.write_text("举办培训班3期，培训干部120人次。\n" * 200_000, encoding="utf-8")
    else:
        bad.write_bytes(b"\x00" * 10)
    outcomes = {o.path: o for o in run_all([(str(bad), 0.5), (str(good), 60.0)], DEFAULT, 1)}
    assert outcomes[str(good)].report is not None
    assert outcomes[str(bad)].report is None
    if kind == "timeout":
        assert outcomes[str(bad)].reason == "timeout"


def test_members_of_archives_stand_with_their_own_hash(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    body = "一、基本情况\n全年召开会议13次，听取报告45项。\n"
    gbk = "青岚县财政局.txt".encode("gbk")
    with zipfile.ZipFile(folder / "各单位.zip", "w") as z:
        z.writestr("甲/水利局.txt", body.encode())
        z.writestr("乙/水利局.txt", body.encode())
        z.writestr("x" * len(gbk), body.replace("13", "17").encode())
        z.writestr("坏.txt", body.replace("13", "19").encode())
    data = (folder / "各单位.zip").read_bytes().replace(b"x" * len(gbk), gbk)
    data = data.replace("会议19次".encode(), "会议91次".encode(), 1)  # its checksum no longer holds
    (folder / "各单位.zip").write_bytes(data)
    (folder / "同一份.txt").write_bytes(body.replace("13", "17").encode())
    run([folder], tmp_path / "out", jobs=1)
    with Store(tmp_path / "out" / "textperf.db", readonly=True) as store:
        files = {p.removeprefix(str(folder)).lstrip("/"): r for p, r in store.files().items()}
        known = {r["report_id"] for r in store.rows("SELECT report_id FROM reports")}
    assert set(files) == {
        "各单位.zip!/甲/水利局.txt",
        "各单位.zip!/乙/水利局.txt",
        "各单位.zip!/青岚县财政局.txt",
        "各单位.zip!/坏.txt",
        "同一份.txt",
    }
    for name in ("甲/水利局.txt", "青岚县财政局.txt"):
        row = files[f"各单位.zip!/{name}"]
        path = f"{folder / '各单位.zip'}!/{name}"
        assert row.status == "ok"
        assert (row.sha256, row.size) == (hashlib.sha256(content(path)).hexdigest(), len(content(path)))
        assert row.sha256 == read(path).source.sha256
        assert row.report_id in known
    assert files["各单位.zip!/乙/水利局.txt"].reason == "duplicate"
    assert files["同一份.txt"].reason == "duplicate"
    broken = files["各单位.zip!/坏.txt"]
    assert (broken.status, broken.reason, broken.sha256) == ("failed", "truncated", None)
    assert "坏.txt" in (broken.message or "")
