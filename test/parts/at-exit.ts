// What must be undone when this process ends in the middle of a test: one listener for any number of parts.
const duties = new Set<() => void>();

process.on('exit', () => {
  for (const duty of duties) duty();
});

/** Runs `duty`, which must be synchronous, at this process's exit, unless the returned function is called before. */
export function atExit(duty: () => void): () => void {
  duties.add(duty);
  return () => duties.delete(duty);
}
