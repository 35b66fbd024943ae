import { startDaemonProcess } from './daemon-process.ts';
import { digits, type Measurement } from './measurement.ts';

const RUNS = 3;

/** From starting the process to what a listener hears, with the demo as the camera. */
export const startUp: Measurement = {
  name: 'start',
  title: 'start-up, ms from the start of the process',
  async run() {
    const runs: Awaited<ReturnType<typeof oneStart>>[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await oneStart());
    const median = (key: keyof (typeof runs)[0]): number => runs.map((run) => run[key]).sort((a, b) => a - b)[1]!;
    const figures = { online: median('online'), face: median('face'), mood: median('mood') };
    return {
      figures,
      rows: [
        {
          online: digits(figures.online, 0),
          'first face': digits(figures.face, 0),
          'first mood': digits(figures.mood, 0),
        },
      ],
      notes: [
        `median of ${RUNS} starts`,
        'first face: the second frame that shows it, at six a second; first mood: the first that is decided, neither null nor uncertain',
      ],
    };
  },
};

async function oneStart(): Promise<{ online: number; face: number; mood: number }> {
  const daemon = await startDaemonProcess({ demo: { source: 'demo' } });
  const after = async (heard: Promise<unknown>): Promise<number> => {
    await heard;
    return performance.now() - daemon.startedMs;
  };
  const { recorder } = daemon;
  const [online, face, mood] = await Promise.all([
    after(recorder.heard(({ topic }) => topic === 'home/emotion/bridge/state')),
    after(recorder.heard(({ topic }) => topic.startsWith('home/emotion/demo/face/'))),
    after(
      recorder.heard(({ topic, payload }) => {
        if (topic !== 'home/emotion/demo' || payload === '') return false;
        const { mood } = JSON.parse(payload) as { mood: string | null };
        return mood !== null && mood !== 'uncertain';
      }),
    ),
  ]);
  await daemon.stop();
  return { online, face, mood };
}
