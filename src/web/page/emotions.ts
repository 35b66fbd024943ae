/** The seven, in the order that is used everywhere. */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

export type Emotion = (typeof EMOTIONS)[number];

/** What a face on the page can show: a mood, or why there is none. */
export type Look = Emotion | 'uncertain' | 'nobody' | 'unknown';

/** All that takes time on a timeline, in the order in which it is drawn. */
export const HELD = [...EMOTIONS, 'uncertain', 'nobody'] as const;

/** How each is called on the page. */
export const NAMES: Readonly<Record<Look, string>> = {
  angry: 'Angry',
  disgust: 'Disgusted',
  fear: 'Afraid',
  happy: 'Happy',
  sad: 'Sad',
  surprise: 'Surprised',
  neutral: 'Neutral',
  uncertain: 'Uncertain',
  nobody: 'Nobody here',
  unknown: 'No mood',
};

export function lookOf(mood: string | null | undefined): Look {
  if (mood === null) return 'nobody';
  return mood !== undefined && mood in NAMES ? (mood as Look) : 'unknown';
}
