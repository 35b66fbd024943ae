import type { Registry } from 'prom-client';
import { EMOTIONS } from '../../vision/emotion.ts';
import type { HomeState, MoodPayload } from '../home-state.ts';
import { addGauge } from './read-metric.ts';

/** Every mood by its name; that nobody is visible is called `nobody`. */
const MOODS = [...EMOTIONS, 'uncertain', 'nobody'] as const;

const NUMBERS = [
  { attribute: 'confidence', help: 'How sure the mood is, 0 to 1.' },
  { attribute: 'valence', help: 'From unpleasant, -1, to pleasant, 1.' },
  { attribute: 'arousal', help: 'From at rest, 0, to excited, 1.' },
] as const;

/** The moods of cameras, rooms and the home, of those that are known now. */
export function addMoodMetrics(registry: Registry, state: () => HomeState): void {
  const labels = ['scope', 'name'] as const;
  addGauge(registry, {
    name: 'moodstat_mood',
    help: 'Which mood there is: 1 for that one, 0 for the others.',
    labels: [...labels, 'mood'],
    read: (tell) => {
      for (const { place, payload } of knownMoods(state()))
        for (const mood of MOODS) tell({ ...place, mood }, Number((payload.mood ?? 'nobody') === mood));
    },
  });
  for (const { attribute, help } of NUMBERS)
    addGauge(registry, {
      name: `moodstat_mood_${attribute}`,
      help,
      labels,
      read: (tell) => {
        for (const { place, payload } of knownMoods(state())) tell(place, payload[attribute]);
      },
    });
  addGauge(registry, {
    name: 'moodstat_faces',
    help: 'How many faces count.',
    labels,
    read: (tell) => {
      for (const { place, payload } of knownMoods(state())) tell(place, payload.faces);
    },
  });
}

interface KnownMood {
  readonly place: { readonly scope: 'camera' | 'room' | 'home'; readonly name: string };
  readonly payload: MoodPayload;
}

function knownMoods({ cameras, rooms, home }: HomeState): KnownMood[] {
  return [
    ...cameras.map(({ name, mood }) => ({ place: { scope: 'camera' as const, name }, payload: mood })),
    ...rooms.map(({ name, mood }) => ({ place: { scope: 'room' as const, name }, payload: mood })),
    { place: { scope: 'home' as const, name: 'home' }, payload: home },
  ].flatMap(({ place, payload }) => (payload === null ? [] : [{ place, payload }]));
}
