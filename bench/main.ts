// npm run bench: what moodstat costs. Every figure of a measurement comes from one run, so that its ratios mean something
// on any machine; README.md says what each of them means.
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { above0, count, counts, entryScript } from '../src/training/entry.ts';
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

const values = entryScript('npm run bench --', 'What moodstat costs; bench/README.md says what each measurement means.')
  .addOption(
    new Option('--only <a,b,…>', ALL.map(({ name }) => name).join(', ')).argParser(measurements).default(ALL, 'all'),
  )
  .option('--json', 'one JSON object')
  .option('--seconds <n>', 'that what runs is watched', above0, 8)
  .option('--frames <n>', 'of the measurement memory', count, 3000)
  .addOption(new Option('--cameras <a,b,…>', 'how many, one after the other').argParser(counts).default([1, 8], '1,8'))
  .option('--report-model <dir>', "the report's network, trained (default: an untrained one, which costs the same)")
  .parse()
  .opts();
const { seconds, frames, cameras: cameraCounts, reportModel } = values;
const options = { seconds, frames, cameras: cameraCounts, reportModel };

const figures: Record<string, unknown> = {};
for (const measurement of ALL) {
  const { name, title } = measurement;
  if (!values.only.includes(measurement)) continue;
  const measured = await measurement.run(options);
  figures[name] = measured.figures;
  if (values.json) continue;
  console.log(`\n${name}: ${title}`);
  console.table(measured.rows);
  for (const note of measured.notes) console.log(`  ${note}`);
}
if (values.json) console.log(JSON.stringify(figures));

function measurements(text: string): readonly Measurement[] {
  return text.split(',').map((name) => {
    const found = ALL.find((measurement) => measurement.name === name);
    if (!found) throw new InvalidArgumentError(`there are ${ALL.map((measurement) => measurement.name).join(', ')}`);
    return found;
  });
}
