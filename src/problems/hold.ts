// Why a hold could not be lifted. Code PGB455.
import { Problem } from './problem.ts';

export function holdNotLifted(key: string, why: 'changed' | 'locked'): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB455',
    summary:
      why === 'locked'
        ? `The hold ${key} is locked by the store.`
        : `The hold ${key} was replaced while it was being lifted.`,
    hint:
      why === 'locked'
        ? 'Object Lock keeps it until its retention ends; the backup is held until then.'
        : 'Somebody else holds this backup now: ask them, then release it again.',
  });
}
