import type { LayersModel, SymbolicTensor, layers as Layers } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { exportOnnx } from '../../../src/training/onnx/export-onnx.ts';
import { exportDifference, randomiseWeights, randomTensor, runOnnx } from './onnx-run.ts';

const TOLERANCE = 1e-4;

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
});

type AnyLayer = Layers.Layer;

/** A model of these layers in a row. */
function chain(shape: (number | null)[], layers: AnyLayer[]): LayersModel {
  const input = tf.input({ shape });
  const model = tf.model({
    inputs: input,
    outputs: layers.reduce((x, layer) => layer.apply(x) as SymbolicTensor, input),
  });
  randomiseWeights(tf, model);
  return model;
}

describe('every kind of layer gives what TensorFlow.js gives', () => {
  const picture = [9, 12, 4];
  const cases: [string, () => AnyLayer[], number[]?][] = [
    ['conv2d', () => [tf.layers.conv2d({ filters: 5, kernelSize: 3 })]],
    ['conv2d without bias', () => [tf.layers.conv2d({ filters: 5, kernelSize: [1, 3], useBias: false })]],
    ['conv2d dilated', () => [tf.layers.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' })]],
    [
      'conv2d of many channels',
      () => [tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' })],
      [8, 8, 16],
    ],
    [
      'depthwise conv2d',
      () => [tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu6' })],
    ],
    ['depthwise conv2d without bias', () => [tf.layers.depthwiseConv2d({ kernelSize: 3, useBias: false })]],
    [
      'separable conv2d',
      () => [tf.layers.separableConv2d({ filters: 6, kernelSize: 3, depthMultiplier: 2, padding: 'same' })],
    ],
    [
      'separable conv2d without bias',
      () => [tf.layers.separableConv2d({ filters: 6, kernelSize: 3, strides: 2, useBias: false })],
    ],
    ['max pooling', () => [tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })]],
    ['average pooling', () => [tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })]],
    ['average pooling of one size', () => [tf.layers.averagePooling2d({ poolSize: [2, 3] })]],
    ['global average pooling', () => [tf.layers.globalAveragePooling2d({})]],
    ['global max pooling', () => [tf.layers.globalMaxPooling2d({})]],
    ['up-sampling', () => [tf.layers.upSampling2d({ size: [2, 3] })]],
    ['bilinear up-sampling', () => [tf.layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })]],
    [
      'zero padding',
      () => [
        tf.layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 3],
          ],
        }),
      ],
    ],
    ['flatten and dense', () => [tf.layers.flatten(), tf.layers.dense({ units: 6, activation: 'softmax' })]],
    ['flatten of one channel', () => [tf.layers.flatten(), tf.layers.dense({ units: 3 })], [4, 5, 1]],
    ['reshape to rows', () => [tf.layers.reshape({ targetShape: [-1, 2] })]],
    ['reshape to a picture', () => [tf.layers.reshape({ targetShape: [4, 9, 12] })]],
    ['reshape to one place', () => [tf.layers.globalMaxPooling2d({}), tf.layers.reshape({ targetShape: [1, 1, 4] })]],
    ['dense on pictures', () => [tf.layers.dense({ units: 3, activation: 'tanh' })]],
    ['dense on rows', () => [tf.layers.reshape({ targetShape: [108, 4] }), tf.layers.dense({ units: 3 })]],
    ['dense without bias', () => [tf.layers.dense({ units: 3, useBias: false })], [7]],
    ['softmax over channels', () => [tf.layers.softmax({ axis: -1 })]],
    ['softmax with its default axis', () => [tf.layers.softmax()], [7]],
    ['relu', () => [tf.layers.reLU()]],
    ['relu with a ceiling', () => [tf.layers.reLU({ maxValue: 1.5 })]],
    ['leaky relu', () => [tf.layers.leakyReLU({ alpha: 0.1 })]],
    ['elu', () => [tf.layers.elu()]],
    ['prelu, a slope a place', () => [tf.layers.prelu({})]],
    ['prelu, a slope a channel', () => [tf.layers.prelu({ sharedAxes: [1, 2] })]],
    ['prelu on rows', () => [tf.layers.prelu({})], [7]],
    [
      'dropout, before and behind',
      () => [tf.layers.dropout({ rate: 0.5 }), tf.layers.reLU(), tf.layers.gaussianNoise({ stddev: 1 })],
    ],
    ['rescaling', () => [tf.layers.rescaling({ scale: 0.5, offset: -1 })]],
    ['batch norm alone', () => [tf.layers.batchNormalization({})]],
    ['batch norm without gamma', () => [tf.layers.batchNormalization({ scale: false })]],
    ['batch norm without beta', () => [tf.layers.batchNormalization({ center: false })]],
    ['batch norm on rows', () => [tf.layers.batchNormalization({ epsilon: 0.1 })], [7]],
  ];
  for (const activation of [
    'linear',
    'relu',
    'relu6',
    'sigmoid',
    'tanh',
    'softplus',
    'softsign',
    'elu',
    'selu',
    'hardSigmoid',
    'swish',
    'mish',
    'softmax',
  ])
    cases.push([`activation ${activation}`, () => [tf.layers.activation({ activation: activation as 'relu' })]]);

  test.each(cases)('%s', async (_, layers, shape = picture) => {
    const model = chain(shape, layers());
    const input = randomTensor(tf, [3, ...shape]);
    expect(await exportDifference(tf, model, [input])).toBeLessThan(TOLERANCE);
    expect(await exportDifference(tf, model, [input], { inputLayout: 'NCHW' })).toBeLessThan(TOLERANCE);
  });

  test('a picture that passes unchanged is copied', async () => {
    const model = chain(picture, [tf.layers.activation({ activation: 'linear' })]);
    expect(await exportDifference(tf, model, [randomTensor(tf, [1, ...picture])], { inputLayout: 'NCHW' })).toBe(0);
  });
});

describe('windows pad as TensorFlow pads', () => {
  const kinds = {
    conv2d: (kernelSize: number, strides: number, padding: 'same' | 'valid') =>
      tf.layers.conv2d({ filters: 3, kernelSize, strides, padding }),
    depthwise: (kernelSize: number, strides: number, padding: 'same' | 'valid') =>
      tf.layers.depthwiseConv2d({ kernelSize, strides, padding }),
    'max pooling': (poolSize: number, strides: number, padding: 'same' | 'valid') =>
      tf.layers.maxPooling2d({ poolSize, strides, padding }),
    'average pooling': (poolSize: number, strides: number, padding: 'same' | 'valid') =>
      tf.layers.averagePooling2d({ poolSize, strides, padding }),
  };
  const cases = Object.keys(kinds).flatMap((kind) =>
    [1, 2, 3, 5].flatMap((kernel) =>
      [1, 2, 3].flatMap((stride) =>
        (['same', 'valid'] as const).map((padding) => ({ kind: kind as keyof typeof kinds, kernel, stride, padding })),
      ),
    ),
  );
  test.each(cases)('$kind, kernel $kernel, stride $stride, $padding', async ({ kind, kernel, stride, padding }) => {
    for (const [height, width] of [
      [8, 8],
      [9, 7],
      [6, 11],
    ] as const) {
      const input = randomTensor(tf, [2, height, width, 2]);
      const fixed = chain([height, width, 2], [kinds[kind](kernel, stride, padding)]);
      expect(await exportDifference(tf, fixed, [input])).toBeLessThan(TOLERANCE);
      expect(await exportDifference(tf, fixed, [input], { dynamicSize: true })).toBeLessThan(TOLERANCE);
    }
  });
});

describe('batch normalisation is folded', () => {
  const count = async (model: LayersModel): Promise<number> =>
    Buffer.from(await exportOnnx(tf, model, { inputLayout: 'NCHW' }))
      .toString('latin1')
      .split('BatchNormalization').length - 1;
  let norms = 0;
  const norm = (): AnyLayer => tf.layers.batchNormalization({ epsilon: 0.01, name: `norm${++norms}` });
  const foldable: [string, () => AnyLayer[], number[]?][] = [
    ['conv2d', () => [tf.layers.conv2d({ filters: 5, kernelSize: 3, useBias: false }), norm()]],
    ['conv2d with bias', () => [tf.layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same' }), norm()]],
    ['depthwise conv2d', () => [tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), norm()]],
    ['separable conv2d', () => [tf.layers.separableConv2d({ filters: 5, kernelSize: 3 }), norm(), tf.layers.reLU()]],
    ['dense', () => [tf.layers.dense({ units: 5 }), norm()], [7]],
    ['two in a row', () => [tf.layers.conv2d({ filters: 5, kernelSize: 3 }), norm(), norm()]],
    [
      'behind dropout',
      () => [tf.layers.conv2d({ filters: 5, kernelSize: 3 }), tf.layers.dropout({ rate: 0.5 }), norm()],
    ],
  ];
  test.each(foldable)('into %s', async (_, layers, shape = [6, 7, 3]) => {
    const model = chain(shape, layers());
    expect(await count(model)).toBe(0);
    expect(await exportDifference(tf, model, [randomTensor(tf, [2, ...shape])])).toBeLessThan(TOLERANCE);
  });

  test('but not behind an activation, nor when another layer reads the convolution', async () => {
    const activated = chain([6, 7, 3], [tf.layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu' }), norm()]);
    const input = tf.input({ shape: [6, 7, 3] });
    const conv = tf.layers.conv2d({ filters: 5, kernelSize: 3 }).apply(input) as SymbolicTensor;
    const sum = tf.layers.add().apply([conv, norm().apply(conv) as SymbolicTensor]) as SymbolicTensor;
    const shared = tf.model({ inputs: input, outputs: sum });
    const asOutput = tf.model({ inputs: input, outputs: [conv, norm().apply(conv) as SymbolicTensor] });
    for (const model of [activated, shared, asOutput]) {
      randomiseWeights(tf, model);
      expect(await count(model)).toBeGreaterThan(0);
      expect(await exportDifference(tf, model, [randomTensor(tf, [2, 6, 7, 3])])).toBeLessThan(TOLERANCE);
    }
  });
});

describe('whole models', () => {
  test('merging layers, also spread over a picture', async () => {
    const a = tf.input({ shape: [6, 5, 3] });
    const b = tf.input({ shape: [6, 5, 3] });
    const gate = tf.layers
      .reshape({ targetShape: [1, 1, 3] })
      .apply(tf.layers.globalAveragePooling2d({}).apply(a)) as SymbolicTensor;
    const merged = [
      tf.layers.add().apply([a, b, a]),
      tf.layers.multiply().apply([a, gate]),
      tf.layers.average().apply([a, b]),
      tf.layers.maximum().apply([a, b]),
      tf.layers.minimum().apply([a, b]),
      tf.layers.concatenate().apply([a, b]),
      tf.layers.concatenate({ axis: 1 }).apply([a, b]),
      tf.layers.concatenate({ axis: 2 }).apply([a, b]),
    ] as SymbolicTensor[];
    const model = tf.model({ inputs: [a, b], outputs: merged });
    const inputs = [randomTensor(tf, [2, 6, 5, 3], 1), randomTensor(tf, [2, 6, 5, 3], 2)];
    expect(await exportDifference(tf, model, inputs)).toBeLessThan(TOLERANCE);
    expect(await exportDifference(tf, model, inputs, { inputLayout: 'NCHW', outputLayout: 'NHWC' })).toBeLessThan(
      TOLERANCE,
    );
  });

  test('a residual net with two named heads, in any batch', async () => {
    const input = tf.input({ shape: [48, 48, 1] });
    const conv = (x: SymbolicTensor, filters: number, strides = 1): SymbolicTensor =>
      tf.layers
        .batchNormalization({})
        .apply(
          tf.layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false }).apply(x),
        ) as SymbolicTensor;
    const relu = (x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor => tf.layers.reLU().apply(x) as SymbolicTensor;
    const stem = relu(conv(input, 8, 2));
    const block = relu(tf.layers.add().apply([stem, conv(relu(conv(stem, 8)), 8)]) as SymbolicTensor);
    const pooled = tf.layers.globalAveragePooling2d({}).apply(block);
    const heads = ['product', 'fer2013'].map(
      (name) => tf.layers.dense({ units: 7, name }).apply(pooled) as SymbolicTensor,
    );
    const model = tf.model({ inputs: input, outputs: heads });
    randomiseWeights(tf, model);
    for (const batch of [1, 5])
      expect(
        await exportDifference(tf, model, [randomTensor(tf, [batch, 48, 48, 1])], {
          inputLayout: 'NCHW',
          inputName: 'faces',
          outputNames: ['a', 'b'],
        }),
      ).toBeLessThan(TOLERANCE);
  });

  test('a pyramid of free size gives one output a stride, at sizes it was not built with', async () => {
    const input = tf.input({ shape: [64, 64, 3] });
    const conv = (x: SymbolicTensor, filters: number, strides: number): SymbolicTensor =>
      tf.layers
        .conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu' })
        .apply(x) as SymbolicTensor;
    const c2 = conv(conv(input, 4, 2), 6, 2);
    const c3 = conv(c2, 6, 2);
    const p2 = tf.layers.add().apply([c2, tf.layers.upSampling2d({}).apply(c3) as SymbolicTensor]) as SymbolicTensor;
    const rows = (x: SymbolicTensor): SymbolicTensor =>
      tf.layers
        .reshape({ targetShape: [-1, 2] })
        .apply(tf.layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x)) as SymbolicTensor;
    const model = tf.model({
      inputs: input,
      outputs: [p2, rows(p2), tf.layers.concatenate({ axis: 1 }).apply([rows(p2), rows(c3)]) as SymbolicTensor],
    });
    randomiseWeights(tf, model);
    const onnx = await exportOnnx(tf, model, {
      inputLayout: 'NCHW',
      inputName: 'frame',
      outputNames: ['map', 'rows', 'both'],
      dynamicSize: true,
    });
    // TensorFlow.js refuses other sizes than the model was built with, so a free twin with the same weights answers there.
    const twin = await tf.models.modelFromJSON(withFreeSize(model));
    twin.setWeights(model.getWeights());
    for (const [height, width] of [
      [64, 64],
      [96, 32],
      [32, 160],
    ] as const) {
      const frame = randomTensor(tf, [2, height, width, 3]);
      const got = await runOnnx(onnx, { frame: tf.transpose(frame, [0, 3, 1, 2]) });
      const wanted = twin.predict(frame) as ReturnType<typeof tf.tensor>[];
      expect(got['map']!.dims).toEqual([2, 6, height / 4, width / 4]);
      expect(greatestDifference(got['rows']!.data as Float32Array, wanted[1]!.dataSync())).toBeLessThan(TOLERANCE);
      expect(greatestDifference(got['both']!.data as Float32Array, wanted[2]!.dataSync())).toBeLessThan(TOLERANCE);
    }
  });

  test('a sequential model, and models inside models', async () => {
    const inner = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
        tf.layers.batchNormalization({}),
      ],
    });
    const outer = tf.sequential({
      layers: [inner, tf.layers.flatten(), tf.layers.dense({ units: 3, activation: 'softmax' })],
    });
    randomiseWeights(tf, outer);
    expect(await exportDifference(tf, outer, [randomTensor(tf, [2, 8, 8, 3])])).toBeLessThan(TOLERANCE);
  });

  test('a layer used twice keeps one set of weights', async () => {
    const input = tf.input({ shape: [4] });
    const twice = tf.layers.dense({ units: 4, name: 'twice' });
    const model = tf.model({ inputs: input, outputs: twice.apply(twice.apply(input)) as SymbolicTensor });
    randomiseWeights(tf, model);
    expect(await exportDifference(tf, model, [randomTensor(tf, [2, 4])])).toBeLessThan(TOLERANCE);
  });

  test.each([13, 14, 15, 17, 18, 19, 21])('operator set %i runs', async (opset) => {
    const model = chain(
      [8, 8, 3],
      [
        tf.layers.zeroPadding2d({ padding: 1 }),
        tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'hardSigmoid' }),
        tf.layers.batchNormalization({}),
        tf.layers.upSampling2d({}),
        tf.layers.averagePooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    );
    expect(await exportDifference(tf, model, [randomTensor(tf, [2, 8, 8, 3])], { opset })).toBeLessThan(TOLERANCE);
  });

  test('the same model gives the same bytes', async () => {
    const model = chain([8, 8, 3], [tf.layers.conv2d({ filters: 4, kernelSize: 3 }), tf.layers.batchNormalization({})]);
    const [first, second] = [
      await exportOnnx(tf, model, { inputLayout: 'NCHW' }),
      await exportOnnx(tf, model, { inputLayout: 'NCHW' }),
    ];
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
  });
});

describe('what has no faithful form is refused by name', () => {
  test.each<[string, (number | null)[], () => AnyLayer[], RegExp]>([
    ['an unknown layer', [8, 4], () => [tf.layers.lstm({ units: 2, name: 'memory' })], /"memory" is of kind LSTM/],
    [
      'channels first',
      [3, 8, 8],
      () => [tf.layers.maxPooling2d({ poolSize: 2, dataFormat: 'channelsFirst', name: 'pool' })],
      /"pool".*channels first/,
    ],
    [
      'a dilated depthwise convolution',
      [8, 8, 3],
      () => [tf.layers.depthwiseConv2d({ kernelSize: 3, dilationRate: 2, name: 'deep' })],
      /"deep".*dilated/,
    ],
    [
      'batch norm over rows',
      [8, 8, 3],
      () => [tf.layers.batchNormalization({ axis: 1, name: 'rows' })],
      /"rows".*axis 1/,
    ],
    [
      'an unknown activation',
      [4],
      () => [tf.layers.dense({ units: 2, activation: 'gelu', name: 'head' })],
      /"head".*"gelu"/,
    ],
  ])('%s', async (_, shape, layers, message) => {
    await expect(exportOnnx(tf, chain(shape, layers()), { inputLayout: 'NHWC' })).rejects.toThrow(message);
  });

  test('options that contradict the model', async () => {
    const model = chain([8, 8, 3], [tf.layers.flatten()]);
    const failing = async (options: object): Promise<unknown> =>
      exportOnnx(tf, model, { inputLayout: 'NHWC', ...options });
    await expect(failing({ outputNames: ['a', 'b'] })).rejects.toThrow(/1 outputs/);
    await expect(failing({ opset: 9 })).rejects.toThrow(/13 to 21/);
    await expect(failing({ inputName: 'x', outputNames: ['x'] })).rejects.toThrow(/"x" is taken/);
    const fixed = chain([8, 8, 3], [tf.layers.reshape({ targetShape: [192], name: 'rows' })]);
    await expect(exportOnnx(tf, fixed, { inputLayout: 'NHWC', dynamicSize: true })).rejects.toThrow(/"rows".*-1/);
  });
});

function greatestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

function withFreeSize(model: LayersModel): Parameters<typeof tf.models.modelFromJSON>[0] {
  const topology = model.toJSON(null, false) as {
    config: { layers: { class_name: string; config: { batch_input_shape?: unknown } }[] };
  };
  for (const layer of topology.config.layers)
    if (layer.class_name === 'InputLayer') layer.config.batch_input_shape = [null, null, null, 3];
  return { modelTopology: topology } as unknown as ReturnType<typeof withFreeSize>;
}
