// How far a backup is proven. Each level includes those before it; `counted` may be skipped by `counts: off`.

export const LEVELS = ['listed', 'decoded', 'counted', 'stored', 'restored'] as const;
export type Level = (typeof LEVELS)[number];

/** A level that was reached, with when and what was seen. */
export interface LevelReached {
  readonly level: Level;
  /** ISO instant. */
  readonly at: string;
  /** Figures of that level, e.g. `{ entries: 212, tables: 21 }`. */
  readonly figures: Readonly<Record<string, number | string>>;
}
