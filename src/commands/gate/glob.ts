// Globs over paths, for file names that a stranger chose: no regular expression is made, so no name takes long to judge.

/**
 * Whether the whole path matches: `*` is anything within a folder's or file's name, `?` one character of it, `**` any number
 * of folders, `{a,b}` either. Upper and lower case are the same.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const segments = path.toLowerCase().split('/');
  return alternatives(glob.toLowerCase()).some(one => matchesSegments(segments, one.split('/')));
}

/** The glob with its braces written out; braces inside of braces stand for themselves. */
function alternatives(glob: string): string[] {
  const [whole, before = '', list = '', after = ''] = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  return list.split(',').flatMap(word => alternatives(after).map(rest => before + word + rest));
}

/** Row by row: which beginnings of the path the first patterns can have taken. */
function matchesSegments(path: readonly string[], patterns: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const pattern of patterns) {
    const next = new Set<number>();
    if (pattern === '**') for (let to = Math.min(...reached); to <= path.length; to++) next.add(to);
    else
      for (const at of reached) {
        const name = path[at];
        if (name !== undefined && matchesName(name, pattern)) next.add(at + 1);
      }
    reached = next;
  }
  return reached.has(path.length);
}

/** Greedy with one point to go back to: the last `*`, since an earlier one can't do better. */
function matchesName(name: string, pattern: string): boolean {
  let [at, next] = [0, 0];
  let star: { readonly next: number; readonly at: number } | undefined;
  while (at < name.length) {
    if (pattern[next] === '*') {
      next += 1;
      star = { next, at };
    } else if (pattern[next] === '?' || pattern[next] === name[at]) {
      next += 1;
      at += 1;
    } else if (star) {
      star = { ...star, at: star.at + 1 };
      ({ next, at } = star);
    } else return false;
  }
  return /^\**$/.test(pattern.slice(next));
}
