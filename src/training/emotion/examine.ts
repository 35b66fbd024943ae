import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { entryScript, wholeNumber } from '../entry.ts';
import { DataSetError } from './data-set.ts';
import { loadDataSet } from './load-data-set.ts';
import { examineDataSet, samplePictures } from './examine-data.ts';
import { alignTable, countTable, examinationReport, findings } from './examine-report.ts';

const options = entryScript(
  'npm run examine --',
  'What is in a data set, on the terminal and, with samples, as one HTML file.',
)
  .requiredOption('--data <dir>', 'fer2013.csv, or pictures as train|test/<class>/* or <class>/*')
  .option('--out <file>', 'the HTML file', 'var/examine.html')
  .option('--seed <n>', 'of the samples', wholeNumber, 1)
  .parse()
  .opts();

try {
  const pictures = await loadDataSet(options.data);
  const examination = examineDataSet(pictures);
  console.log(alignTable(countTable(examination)));
  console.log(`\n${findings(examination).join('\n')}`);
  const samples = samplePictures(pictures, 5, options.seed);
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(options.out, await examinationReport(`Data set ${options.data}`, examination, samples));
  console.log(`\n${options.out} shows samples; it holds pictures of the data set, so do not publish it`);
} catch (error) {
  if (!(error instanceof DataSetError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
