import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { EMOTIONS } from '../../vision/emotion.ts';
import { CHANNELS, cropChannel } from '../../vision/face-crop.ts';
import { DataSetError, PICTURE_PX, SIDE, type LabelledPicture, type Split } from './data-set.ts';

interface Listed {
  readonly path: string;
  readonly label: number;
  readonly split: Split | undefined;
}

/** Reads `train|test/<class>/*` or `<class>/*`; a file named PublicTest_* or PrivateTest_* goes where its name says. */
export async function loadFolders(root: string, only: readonly Split[]): Promise<LabelledPicture[]> {
  const names = await readdir(root);
  const divided = names.includes('train') || names.includes('test');
  const listed = divided
    ? [
        ...(names.includes('train') ? await listClasses(join(root, 'train'), 'Training') : []),
        ...(names.includes('test') ? await listClasses(join(root, 'test'), 'PrivateTest') : []),
      ]
    : await listClasses(root, undefined);
  if (listed.length === 0)
    throw new DataSetError(
      `${root}: no pictures found; expected fer2013.csv, or folders named ${EMOTIONS.join(', ')}, alone or under train/ and test/`,
    );
  const wanted = listed.filter(({ split }) => split === undefined || only.includes(split));
  return await Promise.all(
    wanted.map(async ({ path, label, split }) => ({ pixels: await decode(path), label, split, source: path })),
  );
}

async function listClasses(folder: string, split: Split | undefined): Promise<Listed[]> {
  const listed: Listed[] = [];
  const present = await readdir(folder);
  for (const [label, emotion] of EMOTIONS.entries()) {
    if (!present.includes(emotion)) continue;
    for (const name of (await readdir(join(folder, emotion))).sort()) {
      if (!/\.(jpe?g|png|webp|gif|tiff?|avif)$/i.test(name)) continue;
      const named = /^(PublicTest|PrivateTest|Training)_/.exec(name)?.[1] as Split | undefined;
      listed.push({ path: join(folder, emotion, name), label, split: named ?? split });
    }
  }
  return listed;
}

/** The picture's centre square as 48 × 48 grey, by the same resampling as the daemon's crops. */
async function decode(path: string): Promise<Uint8Array> {
  try {
    const { data, info } = await sharp(path)
      .rotate()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const rgb = channels === 3 ? data : spread(data, channels);
    const size = Math.min(width, height);
    const grey = new Float32Array(PICTURE_PX);
    const square = { x: (width - size) / 2, y: (height - size) / 2, size };
    cropChannel({ width, height, rgb }, square, CHANNELS.grey, SIDE, grey);
    return Uint8Array.from(grey, Math.round);
  } catch (cause) {
    throw new DataSetError(`${path}: not a readable picture`, { cause });
  }
}

function spread(data: Uint8Array, channels: number): Uint8Array {
  const count = data.length / channels;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return rgb;
}
