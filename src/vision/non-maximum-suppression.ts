import { intersectionOverUnion } from './box-geometry.ts';
import type { DetectedFace } from './face.ts';

/**
 * Greedy non-maximum suppression: of faces that overlap by more than `maxIou`, only the best remains. Returns them in
 * order of falling score; faces of equal score keep their order.
 */
export function suppressNonMaxima(faces: readonly DetectedFace[], maxIou: number): readonly DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score))
    if (kept.every((better) => intersectionOverUnion(better.box, face.box) <= maxIou)) kept.push(face);
  return kept;
}
