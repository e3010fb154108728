#!/usr/bin/env python3
"""Build plain text and gold JSONL of a set from its annotated reports (SET/src/*.txt, markup: MARKUP.md).

    python3 build.py SET            check and write SET/plain/<id>.txt and SET/gold/<id>.jsonl; exit 1 on any error
    python3 build.py SET --check    check only
    python3 build.py SET --stats    also print counts (facts by status/indicator, findings, uncovered numerals)

Stdlib only. Offsets are code points into plain/<id>.txt.
"""
import glob
import json
import os
import re
import sys
import unicodedata
from collections import Counter
from decimal import Decimal

SET = os.path.abspath(next(a for a in sys.argv[1:] + ["."] if not a.startswith("-")))
INDICATORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "indicators.tsv")
HEADER_KEYS = ("id", "department", "region", "fiscal_year", "doc_type", "format")
OPTIONAL_KEYS = ("department_aliases",)
DOC_TYPES = {"overall_self_evaluation", "project_self_evaluation", "final_accounts", "work_report"}
FORMATS = {"pdf", "docx", "html", "txt"}
PROBLEMS = set("budget_preparation budget_execution budget_control perf_target perf_awareness perf_monitoring "
               "fund_gap fund_compliance asset_procurement project_mgmt staffing mechanism service_effect publicity "
               "external_env integrity_style".split())
MEASURES = set("refine_budgeting speed_execution strengthen_budget_control improve_targets train_awareness "
               "monitoring_results secure_funds standardize_funds asset_procurement_mgmt project_supervision "
               "staff_building mechanism_building improve_service publicity_openness economy_frugality "
               "integrity_discipline".split())
KEYS = {"item", "act", "ind", "value", "max", "unit", "bound", "status", "scope", "alias"}
FLAGS = {"approx"}
BOUNDS = {"ge", "gt", "le", "lt"}
STATUS = {"target", "prior", "change"}
SCOPES = {"cumulative", "each", "average", "part"}
MAGNITUDE = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
             "万亿": 10**12, "余万": 10**4}
OPERATOR = {"≥": "ge", ">=": "ge", "≧": "ge", ">": "gt", "≤": "le", "<=": "le", "≦": "le", "<": "lt", "=": None}
QUOTE = re.compile(r"^(?P<op>>=|<=|[≥≤≧≦<>=])?\s*(?P<num>\d[\d,]*(?:\.\d+)?)\s*(?P<ap1>余|多|来|几)?\s*"
                   r"(?P<mag>万亿|千万|百万|十万|万|亿|千(?!瓦|克|米|卡|伏)|百(?!分))?\s*(?P<ap2>余|多)?\s*(?P<unit>\D*)$", re.S)
FACT_OPEN, FACT_CLOSE, FIND_OPEN, FIND_CLOSE, SEP = "⟦", "⟧", "⟪", "⟫", "¦"
TYPE_NAMES = {"P": "problem", "C": "cause", "M": "measure", "N": "none"}


def number(text):
    d = Decimal(str(text))
    return int(d) if d == d.to_integral_value() else float(d)


def parse_quote(quote):
    """(value, unit, approx, bound) of a printed quantity, or None when it is not plain digits."""
    m = QUOTE.match(unicodedata.normalize("NFKC", quote).strip())
    if not m:
        return None
    value = Decimal(m["num"].replace(",", "")) * MAGNITUDE[m["mag"] or ""]
    unit = re.sub(r"[(（][^)）]*[)）]", "", m["unit"])
    unit = re.sub(r"\s+", "", unit)
    return number(value), unit, bool(m["ap1"] or m["ap2"]), OPERATOR.get(m["op"]) if m["op"] else None


def core_ids():
    ids = {"other"}
    with open(INDICATORS, encoding="utf-8") as f:
        for line in f:
            cells = line.rstrip("\n").split("\t")
            if cells[0] == "core":
                ids.add(cells[2])
    return ids


class Report:
    def __init__(self, path, ids):
        self.path, self.ids, self.errors = path, ids, []
        self.meta, self.facts, self.findings = {}, [], []
        self.plain = ""
        self.parse()

    def err(self, line_no, message):
        self.errors.append("%s:%d: %s" % (os.path.basename(self.path), line_no, message))

    def parse(self):
        with open(self.path, encoding="utf-8") as f:
            text = f.read()
        if "\r" in text or "\t" in text or "\ufeff" in text:
            self.err(0, "CR, tab or BOM in the file")
        lines = text.rstrip("\n").split("\n")
        at = 0
        while at < len(lines) and lines[at].startswith("#"):
            m = re.match(r"#(\w+):\s*(.*\S)\s*$", lines[at])
            if not m:
                self.err(at + 1, "bad header line")
            elif m[1] in self.meta:
                self.err(at + 1, "header key twice: " + m[1])
            else:
                self.meta[m[1]] = m[2]
            at += 1
        for key in HEADER_KEYS:
            if key not in self.meta:
                self.err(1, "header key missing: " + key)
        for key in self.meta:
            if key not in HEADER_KEYS + OPTIONAL_KEYS:
                self.err(1, "unknown header key: " + key)
        if "department_aliases" in self.meta:
            self.meta["department_aliases"] = self.meta["department_aliases"].split("/")
        if self.meta.get("id") != os.path.basename(self.path)[:-4]:
            self.err(1, "id differs from the file name")
        if not re.match(r"\d{4}$", self.meta.get("fiscal_year", "")):
            self.err(1, "fiscal_year is not a year")
        else:
            self.meta["fiscal_year"] = int(self.meta["fiscal_year"])
        if self.meta.get("doc_type") not in DOC_TYPES:
            self.err(1, "unknown doc_type")
        if self.meta.get("format") not in FORMATS:
            self.err(1, "unknown format")
        out, base, in_table = [], 0, False
        for no in range(at, len(lines)):
            if lines[no].strip() in ("#table", "#endtable"):  # tables stand in the rendered files only
                in_table = lines[no].strip() == "#table"
                continue
            if in_table:
                continue
            plain = self.parse_line(lines[no], no + 1, base)
            out.append(plain)
            base += len(plain) + 1
        self.plain = "\n".join(out) + "\n"
        self.check_document()

    def parse_line(self, line, no, base):
        """Strip the markup of one paragraph; record its facts and findings."""
        out, length, stack, i = [], 0, [], 0
        while i < len(line):
            ch = line[i]
            if ch == FACT_OPEN:
                j = line.find(FACT_CLOSE, i)
                body = line[i + 1:j] if j > 0 else ""
                if j < 0 or FACT_OPEN in body or FIND_OPEN in body or FIND_CLOSE in body:
                    self.err(no, "unbalanced fact: " + line[i:i + 30])
                    i += 1
                    continue
                fields = body.split(SEP)
                quote = fields[0]
                self.fact(no, quote, fields[1:], base + length)
                out.append(quote)
                length += len(quote)
                i = j + 1
            elif ch == FIND_OPEN:
                m = re.compile(r"⟪([PCMN])(\d*)(?::([a-z_]+))?(?:>([\d,]+))?¦").match(line, i)
                if not m:
                    self.err(no, "bad finding head: " + line[i:i + 30])
                    i += 1
                    continue
                stack.append((m, base + length))
                i = m.end()
            elif ch == FIND_CLOSE:
                if not stack:
                    self.err(no, "finding closed but not open")
                else:
                    m, start = stack.pop()
                    text = "".join(out)[start - base:]
                    self.finding(no, m, start, base + length, text)
                i += 1
            else:
                if ch in FACT_CLOSE + SEP:
                    self.err(no, "stray %s near %s" % (ch, line[max(0, i - 10):i + 10]))
                out.append(ch)
                length += 1
                i += 1
        for m, start in stack:
            self.err(no, "finding not closed: " + m[0])
        return "".join(out)

    def fact(self, no, quote, fields, start):
        opts, flags = {}, set()
        for field in fields:
            key, eq, val = field.partition("=")
            if not eq:
                if key not in FLAGS:
                    self.err(no, "unknown flag %r of %s" % (key, quote))
                flags.add(key)
            elif key not in KEYS:
                self.err(no, "unknown key %r of %s" % (key, quote))
            elif key in opts:
                self.err(no, "key twice %r of %s" % (key, quote))
            else:
                opts[key] = val
        for key, allowed in (("bound", BOUNDS), ("status", STATUS), ("scope", SCOPES)):
            if key in opts and opts[key] not in allowed:
                self.err(no, "bad %s=%s of %s" % (key, opts[key], quote))
        if not quote or quote != quote.strip():
            self.err(no, "empty quote or spaces around it: %r" % quote)
        if not opts.get("item"):
            self.err(no, "no item: " + quote)
        if opts.get("ind") not in self.ids:
            self.err(no, "unknown indicator %r of %s" % (opts.get("ind"), quote))
        parsed = parse_quote(quote)
        value, unit, approx, bound = parsed or (None, None, False, None)
        if "value" in opts:
            try:
                given = number(opts["value"])
            except ArithmeticError:
                self.err(no, "value is no number: " + quote)
                given = None
            if parsed and given is not None and abs(given - value) > 1e-9:
                if unit and "unit" not in opts:
                    self.err(no, "value=%s disagrees with %s" % (opts["value"], quote))
            value = given
        elif not parsed:
            self.err(no, "quote not parsable and no value: " + quote)
        if "unit" in opts:
            unit = opts["unit"]
        elif not unit:
            self.err(no, "no unit: " + quote)
        value_max = None
        if "max" in opts:
            try:
                value_max = number(opts["max"])
                if value is None or value_max <= value:
                    self.err(no, "max not above value: " + quote)
            except ArithmeticError:
                self.err(no, "max is no number: " + quote)
        item = opts.get("item", "")
        self.facts.append({
            "start": start, "end": start + len(quote), "quote": quote, "value": value, "value_max": value_max,
            "unit": unit, "approx": approx or "approx" in flags, "bound": opts.get("bound", bound),
            "status": opts.get("status", "actual"), "scope": opts.get("scope", "whole"), "item": item,
            "aliases": [a for a in opts.get("alias", "").split("/") if a], "action": opts.get("act") or None,
            "indicator": opts.get("ind")})

    def finding(self, no, m, start, end, text):
        kind, num, category, answers = m[1], m[2], m[3], m[4]
        allowed = {"P": PROBLEMS, "C": PROBLEMS, "M": MEASURES, "N": {None, "none"}}[kind]
        if category not in allowed:
            self.err(no, "bad category %r of %s" % (category, m[0]))
        if kind in "PM" and not num:
            self.err(no, "finding without number: " + m[0])
        if answers and kind != "M":
            self.err(no, "only a measure answers a problem: " + m[0])
        if not text.strip():
            self.err(no, "empty finding " + m[0])
        while text and text[-1] in "。；;":  # spans leave out the final stop
            text, end = text[:-1], end - 1
        if not num:
            num = str(1 + sum(f["type"] == TYPE_NAMES[kind] for f in self.findings))
        self.findings.append({
            "key": kind + num, "type": TYPE_NAMES[kind], "category": category or "none", "start": start, "end": end,
            "text": text, "answers": ["P" + a for a in (answers or "").split(",") if a]})

    def check_document(self):
        self.facts.sort(key=lambda f: f["start"])
        self.findings.sort(key=lambda f: (f["start"], -f["end"]))
        keys = [f["key"] for f in self.findings]
        for key, n in Counter(keys).items():
            if n > 1:
                self.err(0, "finding key twice: " + key)
        for f in self.findings:
            if self.plain[f["start"]:f["end"]] != f["text"]:
                self.err(0, "offsets of finding " + f["key"])
            for a in f["answers"]:
                if a not in keys:
                    self.err(0, "%s answers unknown problem %s" % (f["key"], a))
        last = -1
        for f in self.facts:
            if self.plain[f["start"]:f["end"]] != f["quote"]:
                self.err(0, "offsets of fact " + f["quote"])
            if f["start"] < last:
                self.err(0, "facts overlap at " + f["quote"])
            last = f["end"]

    def uncovered(self):
        """Numerals outside facts: the traps of the report."""
        covered = set()
        for f in self.facts:
            covered.update(range(f["start"], f["end"]))
        hits = []
        for m in re.finditer(r"[0-9０-９][0-9０-９,.]*|[一二三四五六七八九十百两〇]+", self.plain):
            if m.start() not in covered:
                hits.append(self.plain[max(0, m.start() - 4):m.end() + 6].replace("\n", "/"))
        return hits

    def gold(self):
        return {"id": self.meta.get("id"), "meta": {k: v for k, v in self.meta.items() if k != "id"},
                "facts": self.facts, "findings": self.findings}


def main(argv):
    ids = core_ids()
    paths = sorted(glob.glob(os.path.join(SET, "src", "*.txt")))
    reports = [Report(p, ids) for p in paths]
    errors = [e for r in reports for e in r.errors]
    for e in errors:
        print("ERROR " + e, file=sys.stderr)
    if "--check" not in argv:
        for name in ("plain", "gold"):
            os.makedirs(os.path.join(SET, name), exist_ok=True)
        for r in reports:
            if r.errors:
                continue
            name = r.meta["id"]
            with open(os.path.join(SET, "plain", name + ".txt"), "w", encoding="utf-8", newline="\n") as f:
                f.write(r.plain)
            with open(os.path.join(SET, "gold", name + ".jsonl"), "w", encoding="utf-8", newline="\n") as f:
                f.write(json.dumps(r.gold(), ensure_ascii=False) + "\n")
    for r in reports:
        types = Counter(f["type"] for f in r.findings)
        chars = sum("\u4e00" <= c <= "\u9fff" for c in r.plain)
        print("%-22s %4d han %5d chars %3d facts P%d C%d M%d N%d traps %d%s" % (
            r.meta.get("id"), chars, len(r.plain), len(r.facts), types["problem"], types["cause"], types["measure"],
            types["none"], len(r.uncovered()), "  ERRORS %d" % len(r.errors) if r.errors else ""))
        if "--traps" in argv:
            print("    " + " | ".join(r.uncovered()))
    facts = [f for r in reports for f in r.facts]
    print("%d reports, %d facts, %d findings, %d errors" % (
        len(reports), len(facts), sum(len(r.findings) for r in reports), len(errors)))
    if "--stats" in argv:
        for key in ("status", "scope", "bound", "approx", "indicator", "unit"):
            print(key, dict(Counter(f[key] for f in facts).most_common()))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
