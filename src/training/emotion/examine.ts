import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSetError } from './data-set.ts';
import { loadDataSet } from './load-data-set.ts';
import { examineDataSet, samplePictures } from './examine-data.ts';
import { alignTable, countTable, examinationReport, findings } from './examine-report.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'var/examine.html' },
    seed: { type: 'string', default: '1' },
  },
});
if (options.data === undefined) {
  console.error('usage: npm run examine -- --data DIR [--out FILE.html] [--seed N]');
  process.exit(2);
}

// What is in a data set, on the terminal and, with samples, as one HTML file.
try {
  const pictures = await loadDataSet(options.data);
  const examination = examineDataSet(pictures);
  console.log(alignTable(countTable(examination)));
  console.log(`\n${findings(examination).join('\n')}`);
  const samples = samplePictures(pictures, 5, Number(options.seed));
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(options.out, await examinationReport(`Data set ${options.data}`, examination, samples));
  console.log(`\n${options.out} shows samples; it holds pictures of the data set, so do not publish it`);
} catch (error) {
  if (!(error instanceof DataSetError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
