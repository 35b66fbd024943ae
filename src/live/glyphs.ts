import { createRequire } from 'node:module';
import sharp from 'sharp';

/** The font comes with the project: a server often has none. All its letters are of one width. */
const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf');
/** All that captions are made of. */
const LETTERS = '#%0123456789abcdefghijklmnopqrstuvwxyz';
/** Fills its cell from edge to edge, and so shows where the others' cells are. */
const BLOCK = '█';

/** Letters as pixels: how much of each is ink, 0 to 255, in cells of one size, row by row. */
export interface Glyphs {
  readonly width: number;
  readonly height: number;
  readonly inkOf: (letter: string) => Uint8Array | undefined;
}

/** Draws every letter once; a caption is then put together of them for a thousandth of what drawing it anew would cost. */
export async function renderGlyphs(sizePx: number): Promise<Glyphs> {
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="white">${BLOCK} ${LETTERS} ${BLOCK}</span>`,
      font: `DejaVu Sans Mono Bold ${sizePx}`,
      fontfile: FONT_FILE,
      rgba: true,
      // A point is a pixel.
      dpi: 72,
    },
  })
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const cell = info.width / (LETTERS.length + 4);
  const width = Math.round(cell);
  const ink = new Map<string, Uint8Array>();
  for (let i = 0; i < LETTERS.length; i++) {
    const left = Math.round((i + 2) * cell);
    const pixels = new Uint8Array(width * info.height);
    for (let y = 0; y < info.height; y++)
      for (let x = 0; x < width; x++) pixels[y * width + x] = data[y * info.width + left + x] ?? 0;
    ink.set(LETTERS.charAt(i), pixels);
  }
  return { width, height: info.height, inkOf: (letter) => ink.get(letter) };
}
