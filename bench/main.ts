// npm run bench: what moodstat costs. Every figure of a measurement comes from one run, so that its ratios mean something
// on any machine; README.md says what each of them means.
import { parseArgs } from 'node:util';
import { cameras } from './cameras.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';
import type { Measurement } from './measurement.ts';
import { memory } from './memory.ts';
import { page } from './page.ts';
import { report } from './report.ts';
import { startUp } from './start-up.ts';
import { threads } from './threads.ts';

const ALL: readonly Measurement[] = [cost, latency, startUp, memory, cameras, page, threads, report];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: ALL.map(({ name }) => name).join(',') },
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    frames: { type: 'string', default: '3000' },
    cameras: { type: 'string', default: '1,8' },
    'report-model': { type: 'string' },
  },
});
const wanted = values.only.split(',');
const unknown = wanted.filter((name) => !ALL.some((measurement) => measurement.name === name));
if (unknown.length > 0)
  throw new RangeError(`no measurement ${unknown.join(', ')}; there are ${ALL.map(({ name }) => name).join(', ')}`);
const options = {
  seconds: Number(values.seconds),
  frames: Number(values.frames),
  cameras: values.cameras.split(',').map(Number),
  reportModel: values['report-model'],
};
if (![options.seconds, options.frames, ...options.cameras].every((value) => value > 0))
  throw new RangeError('--seconds, --frames and --cameras take numbers above 0, the last a list such as 1,2,4');

const figures: Record<string, unknown> = {};
for (const measurement of ALL) {
  const { name, title } = measurement;
  if (!wanted.includes(name)) continue;
  const measured = await measurement.run(options);
  figures[name] = measured.figures;
  if (values.json) continue;
  console.log(`\n${name}: ${title}`);
  console.table(measured.rows);
  for (const note of measured.notes) console.log(`  ${note}`);
}
if (values.json) console.log(JSON.stringify(figures));
