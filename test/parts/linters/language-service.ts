// GitHub's own language service, the code behind its editor: the only linter that knows `$/` and `queue`, and what the
// called workflows and our own actions take.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { actionFiles } from '../action-files.ts';
import { checkout } from '../folder.ts';
import type { Finding, Sample } from './sample.ts';

// Its JSON is imported without the attribute that Node asks for.
registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.json') || !url.startsWith('file:')) return next(url, context);
    const source = `export default ${readFileSync(fileURLToPath(url), 'utf8')}`;
    return { format: 'module', shortCircuit: true, source };
  },
});

const OWN = { owner: 'org', name: 'pg-backup-action' };

export async function lintByGitHub(samples: readonly Sample[]): Promise<Finding[]> {
  const { registerLogger, validate } = await import('@actions/languageservice');
  const { data, DescriptionDictionary, FeatureFlags } = await import('@actions/expressions');
  const { TextDocument } = await import('vscode-languageserver-textdocument');
  // What goes wrong inside is only logged, and the file passes.
  const troubles: string[] = [];
  const nothing = () => {};
  registerLogger({
    error: (text: string) => troubles.push(text),
    warn: nothing,
    info: nothing,
    log: nothing,
  });
  const actions = actionFiles();
  const config = {
    featureFlags: new FeatureFlags({ all: true, blockScalarChompingWarning: false }),
    fileProvider: {
      async getFileContent(reference: { readonly path: string; readonly repository?: string }) {
        if (reference.repository !== undefined && reference.repository !== OWN.name)
          throw new Error(`not here: ${reference.repository}`);
        const content = actions[reference.path] ?? readFileSync(join(checkout, reference.path), 'utf8');
        return { name: reference.path, content };
      },
    },
    actionsMetadataProvider: {
      async fetchActionMetadata(action: {
        readonly owner: string;
        readonly name: string;
        readonly path?: string;
      }) {
        // What others' actions take is not known here.
        if (action.owner !== OWN.owner || action.name !== OWN.name) return { name: '', description: '' };
        return parse(actions[join(action.path ?? '', 'action.yml')] ?? '');
      },
    },
  };
  const lint = async ({ where, text }: Sample): Promise<Finding[]> => {
    const declared = declaredSecrets(text);
    // A called workflow sees the secrets that it declares and no other; a caller may have any.
    const contextProviderConfig = {
      getContext: async (name: string) => {
        if (name !== 'secrets') return undefined;
        const known = new DescriptionDictionary();
        for (const secret of declared ?? []) known.add(secret, new data.StringData('***'));
        known.complete = declared !== undefined;
        return known;
      },
    };
    // It takes a file for a workflow by its path, and remembers what it has read under it.
    const path = `file:///.github/workflows/${randomUUID()}.yml`;
    const document = TextDocument.create(path, 'yaml', 1, text);
    const diagnostics = await validate(document, { ...config, contextProviderConfig });
    return diagnostics
      .filter(({ severity = 1 }) => severity <= 2)
      .map(({ range, message }) => ({ where, line: range.start.line + 1, message: String(message) }));
  };
  const findings = (await Promise.all(samples.map(lint))).flat();
  if (troubles.length > 0) throw new Error(`the language service failed: ${troubles.join('\n')}`);
  return findings;
}

/** undefined for a workflow that nobody calls. */
function declaredSecrets(text: string): readonly string[] | undefined {
  const on: unknown = (parse(text, { logLevel: 'silent' }) as { on?: unknown } | null)?.on;
  if (typeof on !== 'object' || on === null || !('workflow_call' in on)) return undefined;
  const call = on.workflow_call as { secrets?: Record<string, unknown> } | null;
  return ['GITHUB_TOKEN', ...Object.keys(call?.secrets ?? {})];
}
