/** Everything that decides how a training goes; kept in the checkpoint, so that resuming cannot change it unseen. */
export interface Recipe {
  readonly arch: 'compact';
  readonly widths: readonly [number, number, number, number];
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly warmupEpochs: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Decay of the weights' moving average, a step. */
  readonly average: number;
  /** Share of a hard label given to other classes. */
  readonly smoothing: number;
  /** Share of each target that comes from the teachers (Hinton et al. 2015); 0 without any. */
  readonly teacherShare: number;
  /** Power of the inverse class frequency in the loss. */
  readonly balance: number;
  /** Power of the inverse class frequency by which rare classes are shown more often in an epoch. */
  readonly oversample: number;
  /** Share of the easy pictures that an epoch leaves out, from the second epoch on and until the last eighth. */
  readonly leaveOut: number;
  /** Beta(α, α) of mixup (Zhang et al. 2018); 0 turns it off. */
  readonly mixup: number;
  /** Weight of the fer2013 head's loss beside the product head's. */
  readonly fer2013Weight: number;
  /** Full strength of augmentation, and the share of the epochs after which it is reached. */
  readonly strength: number;
  readonly growth: number;
  /** Whether the first four fifths run on smaller pictures. */
  readonly progressive: boolean;
  readonly seed: number;
}

export const RECIPE: Recipe = {
  arch: 'compact',
  widths: [16, 32, 64, 128],
  epochs: 32,
  batch: 64,
  learningRate: 0.06,
  warmupEpochs: 1,
  momentum: 0.9,
  weightDecay: 5e-4,
  average: 0.999,
  smoothing: 0.15,
  teacherShare: 0,
  balance: 0.25,
  oversample: 0,
  leaveOut: 0,
  mixup: 0,
  fer2013Weight: 1,
  strength: 0.6,
  growth: 0.4,
  progressive: true,
  seed: 1,
};

/** The recipe of a checkpoint; one older than a key did what the key's default does. */
export function recipeOf(written: Partial<Recipe>): Recipe {
  return { ...RECIPE, ...written };
}

/** Throws when the checkpoint at `path` was started by another recipe; says by which. */
export function requireSameRecipe(path: string, written: Partial<Recipe>, now: Recipe): void {
  const before = recipeOf(written);
  const keys = (Object.keys(now) as (keyof Recipe)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]),
  );
  if (keys.length === 0) return;
  const told = (recipe: Recipe): string => keys.map((key) => `${key} ${String(recipe[key])}`).join(', ');
  throw new Error(
    `${path} was started with ${told(before)}; now ${told(now)}. Give the same options, another --out, or --replan`,
  );
}

/** What of the recipe changes from epoch to epoch; `epoch` counts from 0. */
export interface EpochPlan {
  /** Side of the pictures, px. */
  readonly side: number;
  readonly strength: number;
  readonly mixup: number;
  readonly leaveOut: number;
}

/**
 * An easy start, since a short training that meets full augmentation at once never fits anything: pictures of 32 px,
 * then 40, then 48 (at 32 an epoch costs less than half), augmentation from a third upwards; and an honest end on
 * pictures much like those to come: the last fifth with 0.7 of the augmentation, the last 15 % without mixup, the last
 * eighth with all pictures.
 */
export function planEpoch(recipe: Recipe, epoch: number): EpochPlan {
  const done = epoch / recipe.epochs;
  const side = !recipe.progressive || done >= 0.8 ? 48 : done >= 0.5 ? 40 : 32;
  const grown = recipe.growth === 0 ? 1 : Math.min(1, 0.3 + (0.7 * done) / recipe.growth);
  const calm = done >= 0.8 ? 0.7 : 1;
  return {
    side,
    strength: recipe.strength * grown * calm,
    mixup: done >= 0.85 ? 0 : recipe.mixup,
    leaveOut: done >= 0.875 ? 0 : recipe.leaveOut,
  };
}
