"""Corrections out and in: sheets for people, JSON Lines for replay, sentences for training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textperf.batch.run import refresh
from textperf.classify.categories import shipped_classifier
from textperf.classify.model import Classifier, Sample
from textperf.classify.reviews import Stale, training_samples
from textperf.classify.suggest import suggest as most_useful
from textperf.rules.catalogue import indicators
from textperf.store.corrections import add_reviews, all_reviews, finding_rows
from textperf.store.database import Store, StoreError
from textperf.store.load import load_reports
from textperf.store.reviews_io import load_reviews, write_review_sheet, write_reviews


def export_reviews(store: Store, file: Path, *, department: str | None = None, suggest: int | None = None) -> int:
    """Writes the sheet of findings to correct, or the corrections made so far; returns how many rows.

    Raises :class:`StoreError` when ``suggest`` is asked for and there is no model.
    """
    if file.suffix.lower() == ".jsonl":
        reviews = all_reviews(store)
        write_reviews(reviews, file)
        return len(reviews)
    ids: Sequence[str] | None = None
    if suggest is not None:
        model = shipped_classifier()
        if not isinstance(model, Classifier):
            raise StoreError(
                f"没有可用的归类模型，挑不出最值得看的：请先运行 textperf train{f'（{model}）' if model else ''}"
            )
        ids = [s.finding_id for s in most_useful(load_reports(store), model, suggest)]
    rows = finding_rows(store, ids, department)
    write_review_sheet(rows, file)
    return len(rows)


def import_reviews(db: Path, file: Path) -> tuple[int, tuple[Stale, ...]]:
    """Appends the corrections of a file and writes the results anew; returns how many fit, and those that do not.

    Raises :class:`textperf.classify.reviews.ReviewError` with the lines at fault; then nothing is taken.
    """
    reviews = load_reviews(file, frozenset(indicators()))
    with Store(db) as store:
        applied, stale = add_reviews(store, reviews)
        refresh(store, db.parent)
    return applied, stale


def samples_from(db: Path) -> list[Sample]:
    """The corrected categories of a database as training sentences, grouped by body. Raises :class:`StoreError`."""
    if db.is_dir():
        db = db / "textperf.db"
    with Store(db, readonly=True) as store:
        types = {r["finding_id"]: r["type"] for r in store.rows("SELECT finding_id, type FROM findings")}
        bodies = {
            r["report_id"]: r["department"] or r["report_id"]
            for r in store.rows("SELECT report_id, department FROM reports")
        }
        return training_samples(all_reviews(store), types, bodies)
