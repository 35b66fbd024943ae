import {
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  type Observable,
  share,
  switchMap,
} from 'rxjs';
import { type CombineOptions, combinePlaces, type PlaceMood } from './mood/combine-places.ts';
import { decideMood, type DecisionOptions } from './mood/decide-mood.ts';
import type { Mood, MoodUpdate } from './mood/mood.ts';
import { reportMoods, type ReportOptions } from './mood/report-moods.ts';
import type { Watch } from './watch-camera.ts';

type Source = Pick<Watch, 'name' | 'room' | 'decided$' | 'enabled$'>;

export type JoinOptions = DecisionOptions & ReportOptions & Pick<CombineOptions, 'strategy'>;

export interface JoinedMoods {
  /** Moods worth reporting of each room that has a name. */
  readonly rooms$: Observable<MoodUpdate>;
  /** Moods worth reporting of the home. */
  readonly home$: Observable<Mood>;
  /** Whether any camera is switched on; when none is, nothing is known of the home. */
  readonly watched$: Observable<boolean>;
}

/**
 * Cameras to rooms to the home. Cameras that look at the same room see the same people; one without a room looks at a
 * room of its own. A camera that is switched off is left out at once, and with the last one of a place all is forgotten.
 */
export function joinMoods(cameras: readonly Source[], options: JoinOptions): JoinedMoods {
  // Each camera has waited already before it said that somebody came, or that nobody is there.
  const decision = { ...options, presentAfterMs: 0, absentAfterMs: 0 };
  const join = (people: CombineOptions['people'], places: readonly Observable<PlaceMood>[]): Observable<Mood> =>
    merge(...places).pipe(combinePlaces({ strategy: options.strategy, people }), decideMood(decision));
  const rooms = groupByRoom(cameras).map((group) => {
    const [first] = group;
    const places = group.map((camera, i) => placeOf(String(i), camera.decided$, [camera]));
    const alone = first!.room === null;
    const decided$ = alone ? first!.decided$ : whileWatched(group, join('most', places)).pipe(share());
    return { group, room: first!.room, decided$ };
  });
  const places = rooms.map(({ group, decided$ }, i) => placeOf(String(i), decided$, group));
  return {
    rooms$: merge(
      ...rooms.flatMap(({ room, decided$ }) =>
        room === null
          ? []
          : [
              decided$.pipe(
                reportMoods(options),
                map((mood) => ({ camera: null, room, mood })),
              ),
            ],
      ),
    ).pipe(share()),
    home$: whileWatched(cameras, join('sum', places).pipe(reportMoods(options))).pipe(share()),
    watched$: watched(cameras),
  };
}

function groupByRoom(cameras: readonly Source[]): Source[][] {
  const named = new Map<string, Source[]>();
  const groups: Source[][] = [];
  for (const camera of cameras) {
    const known = camera.room === null ? undefined : named.get(camera.room);
    if (known) {
      known.push(camera);
      continue;
    }
    const group = [camera];
    groups.push(group);
    if (camera.room !== null) named.set(camera.room, group);
  }
  return groups;
}

/** A place's moods, and that nothing is known of it as soon as all of its cameras are off. */
function placeOf(place: string, moods$: Observable<Mood>, cameras: readonly Source[]): Observable<PlaceMood> {
  return merge(
    moods$.pipe(map((mood) => ({ place, mood }))),
    watched(cameras).pipe(
      filter((on) => !on),
      map(() => ({ place, mood: undefined })),
    ),
  );
}

/** Whether any of some cameras is switched on. */
export function watched(cameras: readonly Pick<Source, 'enabled$'>[]): Observable<boolean> {
  return combineLatest(cameras.map(({ enabled$ }) => enabled$)).pipe(
    map((states) => states.some((on) => on)),
    distinctUntilChanged(),
  );
}

/** Begins anew each time that the first of the cameras is switched on. */
function whileWatched(cameras: readonly Source[], moods$: Observable<Mood>): Observable<Mood> {
  return watched(cameras).pipe(switchMap((on) => (on ? moods$ : EMPTY)));
}
