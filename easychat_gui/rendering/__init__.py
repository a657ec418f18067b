"""From a model's Markdown to values that can be drawn. No Qt, no network, no file is touched here."""
