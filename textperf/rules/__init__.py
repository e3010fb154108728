"""What experts own: units, hedges, headings, indicators, categories, checks — TOML with examples that are its tests."""
