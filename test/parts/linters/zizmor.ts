// zizmor: what an attacker could use. Offline, so that it says the same everywhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonProgramPath } from '../python-programs.ts';
import { collect } from '../run.ts';
import type { Finding, Sample } from './sample.ts';
import { withScratchTree } from './scratch-tree.ts';

interface Report {
  readonly ident: string;
  readonly desc: string;
  readonly locations: readonly {
    readonly symbolic: {
      readonly kind: string;
      readonly key: { readonly Local?: { readonly verbatim_path: string } };
    };
    readonly concrete: { readonly location: { readonly start_point: { readonly row: number } } };
  }[];
}

/** The pages of the documentation name releases, for reading, and say where to pin. */
const RELEASES_ARE_FINE = `rules:
  unpinned-uses:
    config:
      policies:
        '*': ref-pin
`;

/** Pedantic, but for what is only shown. */
export function lintByZizmor(
  samples: readonly Sample[],
  { asShown = false }: { readonly asShown?: boolean } = {},
): Promise<Finding[]> {
  return withScratchTree(
    samples,
    text => text,
    async tree => {
      const config = join(tree.folder, 'zizmor-for-pages.yml');
      if (asShown) writeFileSync(config, RELEASES_ARE_FINE);
      const strict = ['--offline', '--strict-collection', '--format', 'json'];
      const args = [
        ...strict,
        ...(asShown ? ['--config', config] : ['--persona', 'pedantic']),
        '--no-exit-codes',
        ...tree.files,
      ];
      const { out, status, err } = await collect(pythonProgramPath('zizmor'), args, { cwd: tree.folder });
      if (status !== 0) throw new Error(`zizmor ended with ${status}: ${err}`);
      const reports: readonly Report[] = JSON.parse(out);
      return reports.map(({ ident, desc, locations }) => {
        const place = locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
        const path = place?.symbolic.key.Local?.verbatim_path ?? '';
        return {
          where: tree.sampleOf(path)?.where ?? path,
          line: (place?.concrete.location.start_point.row ?? 0) + 1,
          message: `${ident}: ${desc}`,
        };
      });
    },
  );
}
