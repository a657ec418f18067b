"""The styles of an OpenDocument text: named, so that the whole document changes with one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from easychat_gui.rendering.direction import is_right_to_left
from easychat_gui.transfer.odt_xml import DECLARED, HEAD, escaped
from easychat_gui.transfer.words import Words

SIZES_CM = {
    "A4": (21.0, 29.7),
    "Letter": (21.59, 27.94),
    "Legal": (21.59, 35.56),
    "A5": (14.8, 21.0),
    "A3": (29.7, 42.0),
}
MARGIN_CM = 2.3
DEEPEST_LIST = 10
"""Levels of a list that a style must have (ODF 16.30)."""
DEEPEST_QUOTE = 6
"""Quotes in quotes that have a look of their own."""
_IN_CELL = (
    'fo:margin-top="0.05cm" fo:margin-bottom="0.05cm" fo:margin-left="0cm" fo:margin-right="0cm" fo:text-indent="0cm"'
)
_HEADINGS_PT = (20, 13, 15, 13, 11.5, 10.5, 10)
_MIRRORED = "_20_from_20_right"
MIRRORED = frozenset(
    {
        *("Text_20_body", "List", "Question", "Reasoning", "Chat", "Table_20_Contents", "Small_20_Table_20_Contents"),
        *(f"Heading_20_{level}" for level in range(1, len(_HEADINGS_PT) + 1)),
        *(f"Quote_20_{depth}" for depth in range(1, DEEPEST_QUOTE + 1)),
    }
)
"""Styles of which there is another for text from right to left."""
_SCRIPTED = re.compile(r'fo:(font-size|font-weight|font-style)="([^"]*)"')
SYNTAX = ("keyword", "string", "function", "number", "comment", "type", "operator")


class Colours:
    """The colours of a theme, as ODF has them."""

    def __init__(self, palette: Mapping[str, Any]) -> None:
        self._palette = palette

    def __getitem__(self, name: str) -> str:
        return str(self._palette.get(name, "#000000"))

    def syntax(self, kind: str) -> str:
        colours: Mapping[str, str] = self._palette.get("syntax", {})
        return str(colours.get(kind, "#000000"))


def styles_xml(palette: Mapping[str, Any], paper: str, code_font: str, words: Words, title: str) -> str:
    """Return styles.xml: the styles, the page, its head and its foot."""
    colours = Colours(palette)
    usual_size = for_all_scripts('fo:font-size="10.5pt"')
    language, _, country = words.language.partition("-")
    return (
        f"{HEAD}<office:document-styles {DECLARED}>"
        "<office:font-face-decls>"
        f'<style:font-face style:name="Code" svg:font-family="{escaped(code_font)}" '
        'style:font-family-generic="modern" style:font-pitch="fixed"/>'
        '<style:font-face style:name="Text" svg:font-family="&apos;Liberation Sans&apos;, Arial, Helvetica" '
        'style:font-family-generic="swiss" style:font-pitch="variable"/>'
        "</office:font-face-decls><office:styles>"
        f'<style:default-style style:family="paragraph"><style:paragraph-properties fo:orphans="2" fo:widows="2" '
        'style:writing-mode="page" style:tab-stop-distance="1.25cm"/>'
        f'<style:text-properties style:font-name="Text" {usual_size} fo:color="{colours["text"]}" '
        f'fo:language="{escaped(language)}" fo:country="{escaped(country or "none")}"/></style:default-style>'
        + "".join(_paragraphs(colours))
        + "".join(_texts(colours))
        + "".join(_lists())
        + "</office:styles>"
        + _page(paper, words, title)
        + "</office:document-styles>"
    )


def for_all_scripts(font: str) -> str:
    """Say the size, the weight and the slant of a font of Arabic and of Chinese text as well: ODF has them thrice."""
    return _SCRIPTED.sub(
        lambda match: f'{match[0]} style:{match[1]}-complex="{match[2]}" style:{match[1]}-asian="{match[2]}"', font
    )


def mirrored(style: str, text: str) -> str:
    """Return the style of a paragraph: that for text from right to left, where this text is."""
    return f"{style}{_MIRRORED}" if style in MIRRORED and is_right_to_left(text) else style


def paragraph(name: str, parent: str, look: str, font: str = "", *, attributes: str = "") -> str:
    """Return a style of paragraphs; ``look`` and ``font`` are attributes of ODF."""
    shown = name.replace("_20_", " ")
    inside = f"<style:paragraph-properties {look}/>" if look else ""
    inside += f"<style:text-properties {for_all_scripts(font)}/>" if font else ""
    parent_attribute = f' style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="paragraph"'
        f'{parent_attribute} style:class="text"{attributes}>{inside}</style:style>'
    )


def _paragraphs(colours: Colours) -> list[str]:
    muted, pale = f'fo:color="{colours["text_muted"]}"', 'fo:font-size="9pt"'
    ground = f'fo:background-color="{colours["code_bg"]}" fo:border="0.5pt solid {colours["code_border"]}"'
    bar = f'fo:border-left="1.5pt solid {colours["quote_bar"]}" fo:padding-left="0.25cm"'
    code = 'style:font-name="Code" fo:font-size="9pt"'
    question = f'fo:background-color="{colours["user_bubble"]}" fo:padding="0.2cm" fo:margin-bottom="0cm"'
    result = [
        paragraph("Standard", "", ""),
        paragraph("Text_20_body", "Standard", 'fo:margin-top="0cm" fo:margin-bottom="0.22cm" fo:line-height="130%"'),
        paragraph("Title", "Standard", 'fo:margin-bottom="0.1cm"', 'fo:font-size="20pt" fo:font-weight="bold"'),
        paragraph("Facts", "Standard", 'fo:margin-bottom="0.4cm"', f"{pale} {muted}"),
        paragraph("Reasoning", "Text_20_body", f'{bar} style:join-border="true"', f"{pale} {muted}"),
        paragraph("Question", "Text_20_body", f'{question} style:join-border="true" style:shadow="none"'),
        paragraph("List", "Text_20_body", 'fo:margin-bottom="0.1cm"'),
        paragraph("Note", "Text_20_body", 'fo:margin-left="0.8cm" fo:text-indent="-0.8cm"'),
        paragraph("Formula", "Text_20_body", 'fo:text-align="center"'),
        paragraph(
            "Rule", "Standard", f'fo:border-bottom="0.5pt solid {colours["border_strong"]}" fo:margin-bottom="0.3cm"'
        ),
        paragraph(
            "Code",
            "Standard",
            f'{ground} fo:padding="0.15cm" style:join-border="true" style:writing-mode="lr-tb"',
            code + ' fo:language="zxx" fo:country="none"',
        ),
        paragraph("Code_20_kept", "Code", 'fo:keep-with-next="always"'),
        paragraph("Code_20_last", "Code", 'fo:margin-bottom="0.3cm"'),
        paragraph("Code_20_language", "Code", 'fo:keep-with-next="always"', f"{pale} {muted}"),
        paragraph("Table_20_Contents", "Standard", _IN_CELL, 'fo:font-size="9pt"'),
        paragraph("Table_20_Right", "Table_20_Contents", 'fo:text-align="end"'),
        paragraph("Table_20_Centre", "Table_20_Contents", 'fo:text-align="center"'),
        *(
            paragraph(f"Small_20_{name}", name, "", 'fo:font-size="7.5pt"')
            for name in ("Table_20_Contents", "Table_20_Right", "Table_20_Centre")
        ),
        paragraph("Header", "Standard", "", f"{pale} {muted}"),
        paragraph("Footer", "Standard", 'fo:text-align="center"', f"{pale} {muted}"),
        paragraph("Contents_20_Heading", "Title", ""),
        paragraph("Contents_20_1", "Standard", 'fo:margin-bottom="0.1cm"'),
    ]
    for depth in range(1, DEEPEST_QUOTE + 1):
        look = f'fo:margin-left="{0.5 * depth:.1f}cm" {bar} style:join-border="true"'
        result.append(paragraph(f"Quote_20_{depth}", "Text_20_body", look, muted))
    for level, size in enumerate(_HEADINGS_PT, 1):
        look = 'fo:keep-with-next="always" fo:margin-top="0.5cm" fo:margin-bottom="0.12cm"'
        outline = f' style:default-outline-level="{level}" style:next-style-name="Text_20_body"'
        font = f'fo:font-size="{size}pt" fo:font-weight="bold"'
        result.append(paragraph(f"Heading_20_{level}", "Standard", look, font, attributes=outline))
    result.append(paragraph("Chat", "Heading_20_1", 'fo:break-before="page"'))
    for style in MIRRORED:
        look = 'style:writing-mode="rl-tb" fo:text-align="end"'
        if style.startswith("Quote"):
            depth = int(style[-1])
            bar = f'fo:border-right="1.5pt solid {colours["quote_bar"]}" fo:padding-right="0.25cm"'
            look += f' fo:border-left="none" {bar} fo:margin-left="0cm" fo:margin-right="{0.5 * depth:.1f}cm"'
        result.append(paragraph(f"{style}{_MIRRORED}", style, look))
    name = 'fo:keep-with-next="always" fo:margin-top="0.6cm" fo:margin-bottom="0.1cm"'
    result.append(paragraph("Speaker", "Heading_20_2", name, 'fo:font-size="10.5pt"'))
    return result


def _texts(colours: Colours) -> list[str]:
    looks = {
        "Bold": 'fo:font-weight="bold"',
        "Italic": 'fo:font-style="italic"',
        "Bold_20_italic": 'fo:font-weight="bold" fo:font-style="italic"',
        "Struck": 'style:text-line-through-style="solid"',
        "Source_20_Text": f'style:font-name="Code" fo:font-size="9pt" fo:background-color="{colours["code_bg"]}"',
        "Raised": f'style:text-position="super 66%" fo:color="{colours["text_muted"]}"',
        "Muted": f'fo:color="{colours["text_muted"]}" fo:font-size="9pt" fo:font-weight="normal"',
        "Internet_20_link": f'fo:color="{colours["link"]}"',
    }
    looks |= {f"Code_20_{kind}": f'fo:color="{colours.syntax(kind)}"' for kind in SYNTAX}
    return [
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" style:family="text">'
        f"<style:text-properties {for_all_scripts(look)}/></style:style>"
        for name, look in looks.items()
    ]


def _lists() -> list[str]:
    def levels(make: str) -> str:
        return "".join(
            make.format(
                level=level,
                bullet="•◦"[(level - 1) % 2],
                place='<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
                '<style:list-level-label-alignment text:label-followed-by="listtab" '
                f'fo:text-indent="-0.6cm" fo:margin-left="{0.6 * level:.1f}cm"/></style:list-level-properties>',
            )
            for level in range(1, DEEPEST_LIST + 1)
        )

    bullet = (
        '<text:list-level-style-bullet text:level="{level}" text:bullet-char="{bullet}">{place}'
        "</text:list-level-style-bullet>"
    )
    number = (
        '<text:list-level-style-number text:level="{level}" style:num-format="1" style:num-suffix=".">{place}'
        "</text:list-level-style-number>"
    )
    none = (
        '<text:list-level-style-number text:level="{level}" style:num-format="">{place}</text:list-level-style-number>'
    )
    kinds = {"Bullets": bullet, "Numbers": number, "Tasks": none}
    return [f'<text:list-style style:name="{name}">{levels(make)}</text:list-style>' for name, make in kinds.items()]


def _page(paper: str, words: Words, title: str) -> str:
    width, height = SIZES_CM.get(paper, SIZES_CM["A4"])
    before, _, rest = words.page.partition("{number}")
    between, _, after = rest.partition("{count}")
    return (
        '<office:automatic-styles><style:page-layout style:name="Page">'
        f'<style:page-layout-properties fo:page-width="{width}cm" fo:page-height="{height}cm" '
        f'fo:margin="{MARGIN_CM}cm" style:print-orientation="portrait"/>'
        '<style:header-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-bottom="0.5cm"/>'
        "</style:header-style>"
        '<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.5cm"/>'
        "</style:footer-style></style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page">'
        f'<style:header><text:p text:style-name="Header">{escaped(title)}</text:p></style:header>'
        f'<style:footer><text:p text:style-name="Footer">{escaped(before)}'
        f'<text:page-number text:select-page="current">1</text:page-number>{escaped(between)}'
        f"<text:page-count>1</text:page-count>{escaped(after)}</text:p></style:footer>"
        "</style:master-page></office:master-styles>"
    )
