// Names and values written into SQL of ours, for the few statements that take no parameters (CREATE DATABASE, RENAME).

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Means the same whatever standard_conforming_strings says. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
