"""The database: names that researchers' queries rely on. Integer keys inside, content ids outside."""

from __future__ import annotations

SCHEMA_VERSION = 1

# Columns that a human may correct; the views facts_now and findings_now show the corrected state.
FACT_CORRECTABLE = (
    "value",
    "value_max",
    "unit",
    "approx",
    "bound",
    "status",
    "scope",
    "item",
    "action",
    "actor",
    "indicator",
    "period",
)
FINDING_CORRECTABLE = ("type", "category", "also", "subject")

_FACT_COLUMNS = (
    "fact_id TEXT NOT NULL UNIQUE, report_id TEXT NOT NULL REFERENCES reports(report_id) ON DELETE CASCADE, start INTEGER NOT NULL, "
    '"end" INTEGER NOT NULL, quote TEXT NOT NULL, value NUMERIC, value_max NUMERIC, unit TEXT NOT NULL, approx INTEGER NOT NULL, bound TEXT, '
    "status TEXT NOT NULL, scope TEXT NOT NULL, direction TEXT, item TEXT NOT NULL, action TEXT, actor TEXT, indicator TEXT, period TEXT, "
    "of TEXT, parent TEXT, sentence_start INTEGER, sentence_end INTEGER, section_id TEXT, page INTEGER, boxes TEXT NOT NULL, source TEXT NOT NULL, "
    "rule TEXT, confidence REAL"
)

_SERIES_COLUMNS = (
    "department TEXT NOT NULL, indicator TEXT NOT NULL, item TEXT, unit TEXT, fiscal_year INTEGER NOT NULL, value NUMERIC, state TEXT NOT NULL, "
    "origin TEXT, fact_ids TEXT NOT NULL"
)

TABLES = f"""
CREATE TABLE IF NOT EXISTS runs(run_id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, version TEXT NOT NULL, params TEXT NOT NULL,
  files_seen INTEGER, files_read INTEGER);
CREATE TABLE IF NOT EXISTS files(path TEXT PRIMARY KEY, sha256 TEXT, size INTEGER, status TEXT NOT NULL, reason TEXT, message TEXT, seconds REAL,
  report_id TEXT, digest TEXT);
CREATE INDEX IF NOT EXISTS files_report ON files(report_id);
CREATE TABLE IF NOT EXISTS reports(report_id TEXT PRIMARY KEY, file TEXT NOT NULL, title TEXT, region TEXT, department TEXT, fiscal_year INTEGER,
  report_type TEXT NOT NULL, pages INTEGER, reader TEXT NOT NULL, text TEXT NOT NULL, notices TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sections(id INTEGER PRIMARY KEY, section_id TEXT NOT NULL, report_id TEXT NOT NULL REFERENCES reports(report_id) ON DELETE CASCADE,
  role TEXT NOT NULL, number TEXT, title TEXT, level INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, parent_id TEXT);
CREATE INDEX IF NOT EXISTS sections_report ON sections(report_id);
CREATE TABLE IF NOT EXISTS facts(id INTEGER PRIMARY KEY, {_FACT_COLUMNS});
CREATE INDEX IF NOT EXISTS facts_report ON facts(report_id);
CREATE INDEX IF NOT EXISTS facts_indicator ON facts(indicator, report_id);
CREATE TABLE IF NOT EXISTS findings(id INTEGER PRIMARY KEY, finding_id TEXT NOT NULL UNIQUE,
  report_id TEXT NOT NULL REFERENCES reports(report_id) ON DELETE CASCADE, type TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, category TEXT NOT NULL, also TEXT NOT NULL, score REAL, labelled_by TEXT NOT NULL, subject TEXT, answers TEXT NOT NULL,
  section_id TEXT, page INTEGER, boxes TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS findings_report ON findings(report_id);
CREATE INDEX IF NOT EXISTS findings_category ON findings(category, type);
CREATE TABLE IF NOT EXISTS answers(measure_id TEXT NOT NULL, problem_id TEXT NOT NULL, score REAL, method TEXT,
  report_id TEXT NOT NULL REFERENCES reports(report_id) ON DELETE CASCADE, PRIMARY KEY(measure_id, problem_id));
CREATE INDEX IF NOT EXISTS answers_report ON answers(report_id);
CREATE TABLE IF NOT EXISTS indicator_rows(id INTEGER PRIMARY KEY, report_id TEXT NOT NULL REFERENCES reports(report_id) ON DELETE CASCADE,
  level1 TEXT, level2 TEXT, level3 TEXT, target TEXT, actual TEXT, weight REAL, score REAL, reason TEXT, target_value REAL, actual_value REAL,
  unit TEXT, page INTEGER, start INTEGER, "end" INTEGER);
CREATE INDEX IF NOT EXISTS indicator_rows_report ON indicator_rows(report_id);
CREATE TABLE IF NOT EXISTS funding_rows(id INTEGER PRIMARY KEY, report_id TEXT NOT NULL REFERENCES reports(report_id) ON DELETE CASCADE,
  name TEXT NOT NULL, initial REAL, budget REAL, executed REAL, weight REAL, rate REAL, score REAL, unit TEXT, page INTEGER, start INTEGER, "end" INTEGER);
CREATE INDEX IF NOT EXISTS funding_rows_report ON funding_rows(report_id);
CREATE TABLE IF NOT EXISTS checks(id INTEGER PRIMARY KEY, check_id TEXT NOT NULL, report_id TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL,
  message TEXT NOT NULL, fact_ids TEXT NOT NULL, expected TEXT, found TEXT, stage TEXT NOT NULL DEFAULT 'report');
CREATE INDEX IF NOT EXISTS checks_report ON checks(report_id);
CREATE TABLE IF NOT EXISTS reviews(review_id INTEGER PRIMARY KEY, target TEXT NOT NULL, target_id TEXT NOT NULL, report_id TEXT, start INTEGER,
  "end" INTEGER, quote TEXT, field TEXT NOT NULL, old TEXT, new TEXT, who TEXT, reviewed_at TEXT, note TEXT);
CREATE INDEX IF NOT EXISTS reviews_target ON reviews(target_id, field);
CREATE TABLE IF NOT EXISTS series(id INTEGER PRIMARY KEY, {_SERIES_COLUMNS}, UNIQUE(department, indicator, fiscal_year));
CREATE INDEX IF NOT EXISTS series_indicator ON series(indicator, fiscal_year);
CREATE TABLE IF NOT EXISTS series_parts(id INTEGER PRIMARY KEY, {_SERIES_COLUMNS});
CREATE TABLE IF NOT EXISTS alignments(id INTEGER PRIMARY KEY, department TEXT, fact_a TEXT NOT NULL, year_a INTEGER, fact_b TEXT NOT NULL, year_b INTEGER, score REAL);
CREATE TABLE IF NOT EXISTS shared_items(id INTEGER PRIMARY KEY, item TEXT NOT NULL, action TEXT, unit TEXT NOT NULL, scope TEXT NOT NULL,
  bodies INTEGER NOT NULL, department TEXT NOT NULL, fiscal_year INTEGER NOT NULL, value NUMERIC, state TEXT NOT NULL, wording TEXT NOT NULL, score REAL,
  fact_ids TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS recurrences(id INTEGER PRIMARY KEY, department TEXT, category TEXT, finding_a TEXT NOT NULL, year_a INTEGER,
  finding_b TEXT NOT NULL, year_b INTEGER, score REAL);
CREATE TABLE IF NOT EXISTS followups(id INTEGER PRIMARY KEY, department TEXT, measure_id TEXT NOT NULL, year INTEGER, next_year INTEGER,
  verdict TEXT NOT NULL, evidence TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS copies(id INTEGER PRIMARY KEY, report_a TEXT NOT NULL, start_a INTEGER NOT NULL, end_a INTEGER NOT NULL, report_b TEXT NOT NULL,
  start_b INTEGER NOT NULL, end_b INTEGER NOT NULL, similarity REAL);
CREATE TABLE IF NOT EXISTS bodies(report_id TEXT PRIMARY KEY, department TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS clusters(id INTEGER PRIMARY KEY, cluster_id TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, phrases TEXT NOT NULL,
  finding_ids TEXT NOT NULL, example TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS search_entries(entry INTEGER PRIMARY KEY, target TEXT NOT NULL, id TEXT NOT NULL, report_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS search_report ON search_entries(report_id);
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(body, content='search_entries', content_rowid='entry', tokenize="unicode61 remove_diacritics 0");
CREATE TRIGGER IF NOT EXISTS search_added AFTER INSERT ON search_entries BEGIN
  INSERT INTO search(rowid, body) VALUES (new.entry, new.body); END;
CREATE TRIGGER IF NOT EXISTS search_removed AFTER DELETE ON search_entries BEGIN
  INSERT INTO search(search, rowid, body) VALUES ('delete', old.entry, old.body); END;
"""


def _now(table: str, key: str, columns: tuple[str, ...], correctable: tuple[str, ...]) -> str:
    """The view of a table after corrections: the latest one a field wins, if the quote it was made for still stands there.

    Rows that nobody touched take a short way: their columns as they are.
    """

    def said(field: str, what: str) -> str:
        return (
            f"(SELECT {what} FROM reviews r WHERE r.target_id = t.{key} AND r.field = '{field}' AND (r.quote IS NULL OR r.quote = t.quote) "
            "ORDER BY r.review_id DESC LIMIT 1)"
        )

    picked = []
    for c in columns:
        if c in correctable:
            new = f"CAST({said(c, 'r.new')} AS NUMERIC)" if c in ("value", "value_max", "approx") else said(c, "r.new")
            picked.append(f"CASE WHEN {said(c, '1')} THEN {new} ELSE t.{c} END AS {c}")
        elif c == "labelled_by":
            picked.append(f"CASE WHEN {said('category', '1')} THEN 'human' ELSE t.labelled_by END AS labelled_by")
        else:
            picked.append(f't."{c}" AS "{c}"')
    plain = ", ".join(f't."{c}" AS "{c}"' for c in columns)
    return (
        f"CREATE VIEW IF NOT EXISTS {table}_now AS SELECT {plain} FROM {table} t WHERE t.{key} NOT IN (SELECT target_id FROM reviews) "
        f"UNION ALL SELECT {', '.join(picked)} FROM {table} t WHERE t.{key} IN (SELECT target_id FROM reviews) "
        f"AND coalesce({said('verdict', 'r.new')}, '') <> 'reject';\n"
    )


FACT_FIELDS = (
    "fact_id", "report_id", "start", "end", "quote", "value", "value_max", "unit", "approx", "bound", "status", "scope", "direction", "item", "action",
    "actor", "indicator", "period", "of", "parent", "sentence_start", "sentence_end", "section_id", "page", "boxes", "source", "rule", "confidence",
)  # fmt: skip
FINDING_FIELDS = (
    "finding_id", "report_id", "type", "start", "end", "quote", "category", "also", "score", "labelled_by", "subject", "answers", "section_id", "page", "boxes",
)  # fmt: skip
VIEWS = _now("facts", "fact_id", FACT_FIELDS, FACT_CORRECTABLE) + _now(
    "findings", "finding_id", FINDING_FIELDS, FINDING_CORRECTABLE
)
