/**
 * The innermost loop of the letterbox as WebAssembly SIMD, written out by hand below: most cameras' frames are shrunk by
 * two, and this takes a fifth of the time of the same loop in JavaScript, whatever the compiler's mood. Its memory holds
 * a band of rows; `npm run bench -- --only cost` shows what it takes.
 */

/** Px of the source that a step takes; a frame's width must be a multiple of it. */
export const STEP_PX = 16;

/** Halves bands of rows. */
export interface HalvingKernel {
  /** Source rows a call may take, even. */
  readonly maxRows: number;
  /** Where `run` finds the source: `rows` × `width` × RGB, tightly packed. */
  readonly source: Uint8Array;
  /** Where `run` leaves the planes red, green and blue, each (rows / 2) × (width / 2). */
  readonly planes: Float32Array;
  /** Writes the sum of each square of 2 × 2, times the channel's gain, plus its shift. */
  run(rows: number, gain: Triple, shift: Triple): void;
}

type Triple = readonly [number, number, number];

/** What is used of a global that Node's own types leave out. */
const { WebAssembly: wasm } = globalThis as unknown as {
  readonly WebAssembly: {
    validate(bytes: Uint8Array): boolean;
    readonly Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer };
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (
      module: object,
      imports: object,
    ) => { readonly exports: { readonly halve: (...values: number[]) => void } };
  };
};

const PAGE_BYTES = 65_536;
/** A band and its planes together stay in a core's second cache, of 256 KiB and more. */
const BAND_BYTES = 65_536;

/** A kernel for frames of this width; undefined where the width does not suit, or the processor has no SIMD. */
export function createHalvingKernel(width: number): HalvingKernel | undefined {
  if (width % STEP_PX !== 0 || !wasm.validate(MODULE)) return undefined;
  const maxRows = Math.max(2, Math.floor(BAND_BYTES / (width * 3 * 2)) * 2);
  const sourceBytes = Math.ceil((maxRows * width * 3) / 16) * 16;
  const planesBytes = maxRows * width * 3;
  const memory = new wasm.Memory({ initial: Math.ceil((sourceBytes + planesBytes) / PAGE_BYTES) });
  const { halve } = new wasm.Instance(new wasm.Module(MODULE), { m: { m: memory } }).exports;
  return {
    maxRows,
    source: new Uint8Array(memory.buffer, 0, maxRows * width * 3),
    planes: new Float32Array(memory.buffer, sourceBytes, planesBytes / 4),
    run(rows, gain, shift) {
      halve(width * 3, (rows / 2) * (width / 2) * 4, rows * width * 3, sourceBytes, ...gain, ...shift);
    },
  };
}

// Parameters, then locals, of the only function.
const [ROW_BYTES, PLANE_BYTES, END, OUT, GAIN, SHIFT] = [0, 1, 2, 3, 4, 7] as const;
const [UPPER, ROW_END, PAIRS, GAINS, SHIFTS, SUMS, MIXED, CHANNELS] = [10, 11, 12, 13, 16, 19, 21, 23] as const;
const LOCALS = [...[2, 2, 0x7f], ...[13, 0x7b]];

/** An unsigned number in LEB128, as the format writes all sizes and indices. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

const sized = (bytes: readonly number[]): number[] => [...leb(bytes.length), ...bytes];
const section = (id: number, ...entries: readonly (readonly number[])[]): number[] => [
  id,
  ...sized([...leb(entries.length), ...entries.flat()]),
];
const text = (value: string): number[] => sized([...Buffer.from(value)]);

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32 = { const: (value: number): number[] => [0x41, value], add: [0x6a], ltU: [0x49] };
const simd = (code: number, ...rest: number[]): number[] => [0xfd, ...leb(code), ...rest];
const load = (offset: number): number[] => simd(0x00, 0, ...leb(offset));
const store = (offset: number): number[] => simd(0x0b, 0, ...leb(offset));
const SWIZZLE = simd(14);
const ADD_PAIRS_U8 = simd(125);
const ADD_I16 = simd(142);
const [WIDEN_LOW_U16, WIDEN_HIGH_U16] = [simd(169), simd(170)];
const TO_F32 = simd(250);
const [SPLAT_F32, ADD_F32, MUL_F32] = [simd(19), simd(228), simd(230)];
/** Two vectors of eight 16-bit lanes, their first or their last four lanes taken in turn. */
const zip = (first: 0 | 8): number[] =>
  simd(13, ...[0, 2, 4, 6].flatMap((i) => [i, i + 1, i + 16, i + 17].map((lane) => lane + first)));

/** Four px of RGB are twelve bytes; this puts the pairs to be added beside each other: RR GG BB – RR GG BB –. */
const PAIR_UP = [...[0, 3, 1, 4, 2, 5, 255, 255], ...[6, 9, 7, 10, 8, 11, 255, 255]];

/** Sums of 2 × 2 px for four px of two rows, from `offset` bytes on: two times red, green, blue and nothing. */
const sumsAt = (offset: number): number[] =>
  [
    ...[get(UPPER), load(offset), get(PAIRS), SWIZZLE, ADD_PAIRS_U8],
    ...[get(UPPER), get(ROW_BYTES), i32.add, load(offset), get(PAIRS), SWIZZLE, ADD_PAIRS_U8],
    ADD_I16,
  ].flat();

/** Eight px of two rows: the sums sorted by channel, normalised, and each four put into their plane at `outOffset`. */
const halveEight = (offset: number, outOffset: number): number[] => [
  ...[sumsAt(offset), set(SUMS), sumsAt(offset + 12), set(SUMS + 1)].flat(),
  ...[get(SUMS), get(SUMS + 1), zip(0), set(MIXED), get(SUMS), get(SUMS + 1), zip(8), set(MIXED + 1)].flat(),
  ...[get(MIXED), get(MIXED + 1), zip(0), set(CHANNELS), get(MIXED), get(MIXED + 1), zip(8), set(CHANNELS + 1)].flat(),
  ...[0, 1, 2].flatMap((channel) =>
    [
      ...[get(OUT), ...Array.from({ length: channel }, () => [get(PLANE_BYTES), i32.add].flat())],
      ...[get(CHANNELS + (channel >> 1)), channel === 1 ? WIDEN_HIGH_U16 : WIDEN_LOW_U16, TO_F32],
      ...[get(GAINS + channel), MUL_F32, get(SHIFTS + channel), ADD_F32, store(outOffset)],
    ].flat(),
  ),
];

const loop = (body: readonly number[]): number[] => [0x03, 0x40, ...body, 0x0b];
const again = (local: number, end: number): number[] => [get(local), get(end), i32.ltU, [0x0d, 0]].flat();
const advance = (local: number, by: readonly number[]): number[] => [get(local), by, i32.add, set(local)].flat();

const BODY = [
  ...[simd(12, ...PAIR_UP), set(PAIRS)].flat(),
  ...[0, 1, 2].flatMap((c) => [get(GAIN + c), SPLAT_F32, set(GAINS + c), get(SHIFT + c), SPLAT_F32, set(SHIFTS + c)]),
].flat();

const ROWS = loop([
  ...[get(UPPER), get(ROW_BYTES), i32.add, set(ROW_END)].flat(),
  ...loop([
    ...[...halveEight(0, 0), ...halveEight(24, 16)],
    ...[...advance(UPPER, i32.const(48)), ...advance(OUT, i32.const(32))],
    ...again(UPPER, ROW_END),
  ]),
  // The lower row of this pair is done, too.
  ...advance(UPPER, get(ROW_BYTES)),
  ...again(UPPER, END),
]);

const SIGNATURE = [0x60, ...sized([0x7f, 0x7f, 0x7f, 0x7f, 0x7d, 0x7d, 0x7d, 0x7d, 0x7d, 0x7d]), ...sized([])];

/** The module: one imported memory, one function, exported (WebAssembly core specification 2.0, binary format). */
const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, SIGNATURE),
  ...section(2, [...text('m'), ...text('m'), 0x02, 0x00, 0x01]),
  ...section(3, [0]),
  ...section(7, [...text('halve'), 0x00, 0]),
  ...section(10, sized([...LOCALS, ...BODY, ...ROWS, 0x0b])),
]);
