import { readEmotionCard } from '../../vision/emotion-card.ts';
import { EMOTIONS, type Emotion, type FaceReading } from '../../vision/emotion.ts';
import { boxOfSquare } from '../../vision/face-crop.ts';
import { strongestEmotion } from '../../vision/observe-frame.ts';
import { loadEmotionClassifier } from '../../vision/onnx-emotion-classifier.ts';
import { DataSetError, SIDE } from '../emotion/data-set.ts';
import { blurred } from '../emotion/distort.ts';
import { loadDataSet } from '../emotion/load-data-set.ts';
import { majority } from '../emotion/targets.ts';
import { entryScript } from '../entry.ts';
import { halfOf } from './score-pool.ts';

// What the scores of faces are worth by how sharp they are: where the constants of mood/face-weight.ts come from. Pictures
// are blurred in several ways, sorted by the sharpness that the daemon would measure, and weighed half-octave by half-octave.

const options = entryScript(
  'npx tsx src/training/mood/weigh-sharpness.ts',
  'What a blurred face is worth beside a sharp one.',
)
  .requiredOption('--data <dir>', 'fer2013.csv, fer2013new.csv beside it')
  .option('--model <dir>', 'the emotion model', 'models/emotion')
  .parse()
  .opts();

interface Judged extends FaceReading {
  readonly truth: Emotion;
}

const SIGMAS_PX = [0, 0.5, 0.8, 1.1, 1.5, 2, 3];
/** With fewer faces a weight says nothing. */
const LEAST = 100;

try {
  const judged = await judge(options.data, options.model);
  const reference = weight(judged.filter(({ sharpness }) => sharpness >= 2 ** -3));
  console.log('log2 sharpness   faces   right   weight');
  for (let low = -10; low < 2; low += 0.5) {
    const some = judged.filter(({ sharpness }) => sharpness >= 2 ** low && sharpness < 2 ** (low + 0.5));
    if (some.length < LEAST) continue;
    const right = some.filter(({ scores, truth }) => strongestEmotion(scores) === truth).length / some.length;
    console.log(
      `${low.toFixed(1).padStart(6)} to ${(low + 0.5).toFixed(1).padStart(4)}${String(some.length).padStart(8)}` +
        `${(100 * right).toFixed(1).padStart(6)} %${(weight(some) / reference).toFixed(2).padStart(9)}`,
    );
  }
} catch (error) {
  if (!(error instanceof DataSetError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** The half of PublicTest by which constants are chosen, each picture as it is and blurred. */
async function judge(data: string, model: string): Promise<Judged[]> {
  const classifier = await loadEmotionClassifier(model);
  const box = boxOfSquare({ x: 0, y: 0, size: SIDE }, (await readEmotionCard(model)).crop);
  const rgb = new Uint8Array(SIDE * SIDE * 3);
  const judged: Judged[] = [];
  for (const { pixels, votes } of halfOf(await loadDataSet(data, ['PublicTest']), 'tune', 1))
    for (const sigmaPx of SIGMAS_PX) {
      const shown = sigmaPx === 0 ? pixels : blurred(sigmaPx)(pixels);
      shown.forEach((v, i) => rgb.fill(v, i * 3, i * 3 + 3));
      const frame = { camera: 'data-set', index: 0, atMs: 0, width: SIDE, height: SIDE, rgb };
      const [reading] = await classifier.classify(frame, [box]);
      judged.push({ ...reading!, truth: EMOTIONS[majority(votes!)!]! });
    }
  await classifier.close();
  return judged;
}

/** The exponent under which the scores explain the truth best, all emotions equally important. */
function weight(judged: readonly Judged[]): number {
  const counts = new Map(EMOTIONS.map((emotion) => [emotion, judged.filter(({ truth }) => truth === emotion).length]));
  const fit = (exponent: number): number =>
    judged.reduce((total, { scores, truth }) => {
      const powers = EMOTIONS.map((emotion) => Math.max(scores[emotion], 1e-9) ** exponent);
      const sum = powers.reduce((a, b) => a + b, 0);
      return total + Math.log(powers[EMOTIONS.indexOf(truth)]! / sum) / counts.get(truth)!;
    }, 0);
  const exponents = Array.from({ length: 80 }, (_, i) => i * 0.025);
  const fits = exponents.map(fit);
  return exponents[fits.indexOf(Math.max(...fits))]!;
}
