"""Cuts Be Vietnam Pro (SIL OFL 1.1, no reserved font name) into the files that the pages load.

Two things make our own cut better than a ready-made one:

* The font has no tabular figures: its "1" is 385 units wide and its "4" 710, so columns of numbers would not line up.
  We add a figure set of equal width (the same drawings, moved) under the OpenType feature ``tnum``.
* Ready-made cuts split Vietnamese into three files per weight. Every page of ours needs ASCII, Latin-1 and Vietnamese
  together, so these are one file (``vi``); the rest of European letters (names of foreigners) is ``latin-ext``, which
  a browser fetches only when such a letter is on the page.

Instructions (hinting) are kept: a clerk's Windows screen is sharper with them.

Needs: pip install fonttools brotli fontpkg-be-vietnam-pro. Run: python frontend/fonts/build.py OUTPUT_FOLDER
"""

from __future__ import annotations

import importlib.util
import io
import pathlib
import shutil
import sys

from fontTools import subset
from fontTools.otlLib.builder import buildLookup, buildSingleSubstSubtable
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}
FIGURE_WIDTH = {400: 660, 600: 680, 700: 690}  # units of 1000: the widest figure keeps 35 units of air on both sides
VIETNAMESE = {*map(ord, "ĂăĐđĨĩŨũƠơƯư₫"), *range(0x1EA0, 0x1EFA), 0x300, 0x301, 0x303, 0x309, 0x323}
PUNCTUATION = {*map(ord, "‐‑–—‘’“”•…€−"), 0x2009, 0x200B, 0x202F}
VI = {*range(0x20, 0x7F), *range(0xA0, 0x100)} | VIETNAMESE | PUNCTUATION
LATIN_EXT = {*range(0x100, 0x250)} - VI
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]


def add_tabular_figures(font: TTFont, width: int) -> None:
    """Adds zero.tf … nine.tf, each the ordinary figure centred in ``width`` units, and the feature ``tnum``."""
    cmap, glyf, metrics, order = font.getBestCmap(), font["glyf"], font["hmtx"], font.getGlyphOrder()
    names = [cmap[ord(figure)] for figure in "0123456789"]
    for name in names:
        drawing = glyf[name]
        shift = (width - (drawing.xMax - drawing.xMin)) // 2 - drawing.xMin
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = name, shift, 0, 0x4  # ROUND_XY_TO_GRID
        moved = Glyph()
        moved.numberOfContours, moved.components = -1, [part]
        order.append(f"{name}.tf")
        glyf[f"{name}.tf"] = moved
        moved.recalcBounds(glyf)
        metrics[f"{name}.tf"] = (width, moved.xMin)
    font.setGlyphOrder(order)
    font["maxp"].numGlyphs = len(order)
    table = font["GSUB"].table
    table.LookupList.Lookup.append(buildLookup([buildSingleSubstSubtable({name: f"{name}.tf" for name in names})]))
    feature = otTables.Feature()
    feature.FeatureParams, feature.LookupListIndex = None, [len(table.LookupList.Lookup) - 1]
    record = otTables.FeatureRecord()
    record.FeatureTag, record.Feature = "tnum", feature
    table.FeatureList.FeatureRecord.append(record)
    index = len(table.FeatureList.FeatureRecord) - 1
    for script in table.ScriptList.ScriptRecord:
        for language in (script.Script.DefaultLangSys, *(entry.LangSys for entry in script.Script.LangSysRecord)):
            language.FeatureIndex.append(index)


def cut(source: pathlib.Path, target: pathlib.Path, letters: set[int], figure_width: int | None) -> None:
    """Writes the part of ``source`` that holds ``letters`` (code points) as woff2."""
    font = TTFont(source)
    if figure_width:
        add_tabular_figures(font, figure_width)
        whole = io.BytesIO()  # the subsetter sees new features only in a font read from a file
        font.save(whole)
        font = TTFont(whole)
    options = subset.Options(
        hinting=True, layout_features=FEATURES, flavor="woff2", name_IDs=[0, 1, 2, 4, 5, 6, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters & set(font.getBestCmap()))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)
    print(f"{target.name}: {target.stat().st_size:,} B")


def main(folder: str) -> None:
    spec = importlib.util.find_spec("fontpkg_be_vietnam_pro")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("needs: pip install fonttools brotli fontpkg-be-vietnam-pro")
    package, output = pathlib.Path(spec.submodule_search_locations[0]), pathlib.Path(folder)
    output.mkdir(parents=True, exist_ok=True)
    for weight, style in WEIGHTS.items():
        source = package / "files" / f"BeVietnamPro-{style}.ttf"
        cut(source, output / f"be-vietnam-pro-vi-{weight}.woff2", VI, FIGURE_WIDTH[weight])
        cut(source, output / f"be-vietnam-pro-latin-ext-{weight}.woff2", LATIN_EXT, None)
    shutil.copy(package / "LICENSE", output / "OFL.txt")


if __name__ == "__main__":
    main(*sys.argv[1:])
