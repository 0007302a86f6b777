"""Make the four Tinos faces that forms are printed with, and the list of the letters they hold.

Tinos (SIL Open Font License 1.1) is the metric twin of Times New Roman, the typeface of Decree 30/2020/NĐ-CP. The
package `@fontsource/tinos` ships it as web pieces, one per script, so that no single file holds the whole Vietnamese
alphabet. This program joins the latin, latin-ext and vietnamese pieces of each face into one TTF, leaves out the screen
hints (each piece carries its own, and they cannot be joined), and stops when a letter that forms need is missing.

    npm pack @fontsource/tinos@5.3.0 && tar xf fontsource-tinos-5.3.0.tgz
    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools brotli
    /tmp/fonts/bin/python tools/make_fonts.py package

The result is the same to the byte for the same package and the same fontTools.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "src" / "motcua" / "documents" / "fonts"
FACES = {
    "Tinos-Regular": "400-normal",
    "Tinos-Italic": "400-italic",
    "Tinos-Bold": "700-normal",
    "Tinos-BoldItalic": "700-italic",
}
SCRIPTS = ("latin", "latin-ext", "vietnamese")
TONES = "\u0300\u0301\u0303\u0309\u0323"
NEEDED = (
    {*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x1EA0, 0x1EFA)}
    | set(map(ord, "ĂăĐđĨĩŨũƠơƯư₫–—‘’“”…•€™\ufffd"))
    | set(map(ord, TONES))
)
HINTING = ["fpgm", "prep", "cvt ", "hdmx", "LTSH", "VDMX", "gasp", "DSIG"]


def join(pieces: list[Path], name: str) -> TTFont:
    """One face from its pieces: unhinted, joined, named `name` (for example "Tinos-BoldItalic")."""
    with tempfile.TemporaryDirectory() as folder:
        plain: list[str] = []
        for number, piece in enumerate(pieces):
            options = subset.Options(hinting=False, layout_features=["*"], glyph_names=False, notdef_outline=True)
            options.drop_tables += HINTING
            font = subset.load_font(str(piece), options)
            tool = subset.Subsetter(options)
            tool.populate(unicodes=font.getBestCmap())
            tool.subset(font)
            font.flavor = None
            path = Path(folder) / f"{number}.ttf"
            font.save(path)
            plain.append(str(path))
        font = merge.Merger(merge.Options(drop_tables=HINTING)).merge(plain)
    style = name.removeprefix("Tinos-").replace("BoldItalic", "Bold Italic")
    table = font["name"]
    for name_id, text in {1: "Tinos", 2: style, 4: f"Tinos {style}", 6: name}.items():
        table.setName(text, name_id, 3, 1, 0x409)
    for name_id in (16, 17, 21, 22, 25):
        table.removeNames(nameID=name_id)
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = TTFont(pieces[0])["head"].modified
    return font


def ranges(letters: list[int]) -> list[str]:
    """Sorted code points as "0020-007e" lines."""
    starts = [letters[0], *(b for a, b in pairwise(letters) if b != a + 1)]
    ends = [*(a for a, b in pairwise(letters) if b != a + 1), letters[-1]]
    return [f"{start:04x}-{end:04x}" for start, end in zip(starts, ends, strict=True)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="folder of the unpacked @fontsource/tinos")
    package = parser.parse_args().package
    FONTS.mkdir(parents=True, exist_ok=True)
    held = set(range(0x20, 0x110000))
    for name, piece in FACES.items():
        font = join([package / "files" / f"tinos-{script}-{piece}.woff2" for script in SCRIPTS], name)
        letters = set(font.getBestCmap())
        if missing := NEEDED - letters:
            print(f"{name} lacks {' '.join(f'U+{code:04X}' for code in sorted(missing))}", file=sys.stderr)
            return 1
        font.save(FONTS / f"{name}.ttf")
        held &= letters
    (FONTS / "coverage.txt").write_text("\n".join(ranges(sorted(held))) + "\n", encoding="ascii")
    shutil.copyfile(package / "LICENSE", FONTS / "OFL.txt")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
