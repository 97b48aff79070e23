// Recognises the commands that the runner obeys in a line of output: `::name key=value::data` at its start, and the
// older `##[name key=value]data` anywhere in it.

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** What the runner has a handler for; any other name is plain text. */
const KNOWN = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** `stopToken`: while commands are stopped, the token that starts them again. */
export function parseCommand(line: string, stopToken?: string): WorkflowCommand | undefined {
  const known = (name: string) =>
    stopToken === undefined ? KNOWN.has(name.toLowerCase()) : name === stopToken;
  return newForm(line.trimStart(), known) ?? oldForm(line, known);
}

function newForm(line: string, known: (name: string) => boolean): WorkflowCommand | undefined {
  const end = line.startsWith('::') ? line.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  return command(line.slice(2, end), line.slice(end + 2), known, {
    separator: ',',
    property: { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' },
    data: { '%0D': '\r', '%0A': '\n' },
  });
}

function oldForm(line: string, known: (name: string) => boolean): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const escapes = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']' };
  return command(line.slice(start + 3, end), line.slice(end + 1), known, {
    separator: ';',
    property: escapes,
    data: escapes,
  });
}

interface Form {
  readonly separator: string;
  readonly property: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

function command(
  head: string,
  data: string,
  known: (name: string) => boolean,
  form: Form,
): WorkflowCommand | undefined {
  const space = head.indexOf(' ');
  const name = space < 0 ? head : head.slice(0, space);
  if (!known(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of space < 0 ? [] : head.slice(space + 1).split(form.separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0)
      properties[pair.slice(0, equals).trim()] = unescapeWith(pair.slice(equals + 1), form.property);
  }
  return { name: name.toLowerCase(), properties, data: unescapeWith(data, form.data) };
}

/** The per cent sign last, so that an escaped escape stays text. */
function unescapeWith(text: string, escapes: Readonly<Record<string, string>>): string {
  let plain = text;
  for (const [escaped, character] of Object.entries(escapes)) plain = plain.replaceAll(escaped, character);
  return plain.replaceAll('%25', '%');
}
