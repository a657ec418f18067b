"""The frame of an exported page: head, colours and lengths. Works without scripts, and the policy forbids them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from string import Template
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Nothing is run, nothing is fetched; styles and pictures are those in the page."""

_NAMES = (
    *("window", "surface", "raised", "border", "border_strong", "text", "text_muted", "text_faint", "accent"),
    *("accent_soft", "selection", "user_bubble", "code_bg", "code_border", "quote_bar", "link", "danger"),
)

# The lengths are those of the conversation's view.
_STYLE = Template("""
:root { color-scheme: light dark; $light }
@media (prefers-color-scheme: dark) { :root { $dark } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--window); color: var(--text); line-height: 1.55; font-size: 16px;
  font-family: Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: break-word;
}
main { max-width: 760px; margin: 0 auto; padding: 40px 24px 80px; }
h1 { font-size: 1.6em; line-height: 1.25; margin: 0 0 .3em; }
::selection { background: var(--selection); }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.about { color: var(--text_muted); font-size: .85em; margin: 0 0 2em; }
nav { border: 1px solid var(--border); border-radius: 12px; padding: 12px 24px; margin: 0 0 40px; }
nav h2 { font-size: 1em; margin: 0 0 .4em; }
nav ol { margin: 0; padding-inline-start: 1.6em; }
nav time { color: var(--text_faint); font-size: .85em; }
.chat + .chat { border-top: 1px solid var(--border); margin-top: 56px; padding-top: 40px; }
.chat > h1, .chat > h2 { font-size: 1.5em; margin: 0 0 .3em; line-height: 1.25; }
.message { margin: 0 0 28px; }
.author { font-size: .875em; font-weight: 600; margin: 0 0 4px; }
.author time, .author .told { font-weight: 400; color: var(--text_muted); margin-inline-start: 8px; }
.author .ended { font-weight: 400; color: var(--danger); margin-inline-start: 8px; }
.user { display: flex; flex-direction: column; align-items: flex-end; }
.user .author { color: var(--text_muted); font-weight: 400; }
.user > .files { justify-content: flex-end; }
.user > .body, .user > .files { max-width: 84%; }
.user > .body { background: var(--user_bubble); border-radius: 16px; padding: 10px 16px; }
.system > .body { border-inline-start: 3px solid var(--border_strong); padding-inline-start: 16px;
  color: var(--text_muted); }
.figures { color: var(--text_faint); font-size: .8em; margin: 6px 0 0; text-align: end; }
.body > :first-child { margin-top: 0; }
.body > :last-child { margin-bottom: 0; }
p { margin: 0 0 .75em; white-space: pre-wrap; }
.body h1, .body h2, .body h3, .body h4, .body h5, .body h6 { line-height: 1.3; margin: 1.2em 0 .5em;
  font-size: 1.05em; }
.body h3 { font-size: 1.3em; }
.body h4 { font-size: 1.15em; }
ul, ol { margin: 0 0 .75em; padding-inline-start: 1.7em; }
li:has(> .note:first-child), li:has(> p > input:first-child) { list-style: none; }
li > p > input { margin-block: 0; margin-inline: -1.4em .3em; accent-color: var(--accent); }
li > p { margin: 0 0 .25em; }
li > p:first-of-type { display: inline; }
li > p:first-of-type + * { margin-top: .4em; }
blockquote { margin: 0 0 .75em; border-inline-start: 3px solid var(--quote_bar); padding-inline-start: 14px;
  color: var(--text_muted); }
hr { border: none; border-top: 1px solid var(--border); margin: 1.5em 0; }
img { max-width: 100%; height: auto; border-radius: 8px; }
code { font-family: "JetBrains Mono", "Cascadia Code", "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
  font-size: .875em; }
:not(pre) > code { background: var(--code_bg); border-radius: 4px; padding: 1px 4px; }
.code { background: var(--code_bg); border: 1px solid var(--code_border); border-radius: 12px;
  margin: 0 0 .9em; overflow: hidden; }
.language { margin: 0; padding: 6px 14px; font-size: .8em; color: var(--text_muted);
  border-bottom: 1px solid var(--code_border); }
pre { margin: 0; padding: 12px 14px; overflow-x: auto; line-height: 1.45; tab-size: 4; }
.table { overflow-x: auto; margin: 0 0 .9em; }
table { border-collapse: collapse; font-size: .95em; }
th, td { border-bottom: 1px solid var(--border); padding: 6px 16px 6px 0; text-align: left;
  vertical-align: top; }
:where([dir="rtl"] > table) :is(th, td) { padding: 6px 0 6px 16px; text-align: right; }
th { border-bottom-color: var(--border_strong); }
.left { text-align: left; } .right { text-align: right; } .center { text-align: center; }
.formula svg { overflow: visible; max-width: 100%; }
.formula.display { display: block; text-align: center; margin: .4em 0; overflow-x: auto; }
.note { font-size: .8em; color: var(--text_muted); }
details.reasoning { border: 1px solid var(--border); border-radius: 8px; padding: 6px 12px; margin: 0 0 12px;
  color: var(--text_muted); font-size: .94em; }
details.reasoning[open] > summary { margin-bottom: 8px; }
summary { cursor: pointer; }
.files { list-style: none; margin: 0 0 8px; padding: 0; display: flex; flex-wrap: wrap; gap: 8px; }
.files li { border: 1px solid var(--border); border-radius: 8px; padding: 6px 12px; font-size: .875em;
  background: var(--raised); }
.files li.picture { padding: 0; border: none; background: none; }
.files img { display: block; max-height: 360px; }
.branch { color: var(--text_muted); font-size: 1.1em; margin: 56px 0 20px; border-top: 1px solid var(--border);
  padding-top: 20px; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
$syntax
footer { color: var(--text_faint); font-size: .8em; margin-top: 56px; }
@media (max-width: 520px) { main { padding: 24px 16px 48px; } .user > .body { max-width: 94%; } }
@media print {
  :root { $light }
  main { max-width: none; padding: 0; }
  body { font-size: 11pt; }
  pre { white-space: pre-wrap; }
  .user > .body, .code, .language { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1, h2, h3, h4, h5, h6, .author, .language { break-after: avoid; }
  img, svg, tr { break-inside: avoid; }
  .chat + .chat { break-before: page; border: none; margin: 0; padding: 0; }
}
""")

_USUAL_PALETTE: dict[str, Any] = {
    **dict.fromkeys(_NAMES, "#808080"),
    "window": "#ffffff",
    "text": "#1f1d1a",
    "code_bg": "#f4f3f0",
    "user_bubble": "#eef3f2",
    "syntax": {},
}


def head(title: str, language: str, palettes: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page up to its content."""
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="generator" content="EasyChat GUI">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_style(palettes)}</style>\n</head>\n<body>\n<main>\n"
    )


FOOT = "</main>\n</body>\n</html>\n"


def _style(palettes: Mapping[str, Mapping[str, Any]]) -> str:
    light = palettes.get("light", _USUAL_PALETTE)
    dark = palettes.get("dark", light)
    kinds = list(light.get("syntax", {}))
    syntax = "\n".join(f"code .{kind} {{ color: var(--{kind}); }}" for kind in kinds)
    return _STYLE.substitute(light=_variables(light), dark=_variables(dark), syntax=syntax)


def _variables(palette: Mapping[str, Any]) -> str:
    values = {name: palette[name] for name in _NAMES if name in palette} | dict(palette.get("syntax", {}))
    return " ".join(f"--{name}: {value};" for name, value in values.items())
