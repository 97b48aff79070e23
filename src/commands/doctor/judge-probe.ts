// Judges what became of the probe object: may it be written, how does the store show that it holds it, is anything ever
// overwritten there, and may this role delete. Pure.
import { type Finding, findingsOf } from './finding.ts';
import type { Probed } from './probe.ts';
import type { Answer } from './world.ts';

const store = findingsOf('store');

const SHOWN: Readonly<Record<Probed['shown'], string>> = {
  checksum: 'by a checksum of the whole object',
  etag: 'by an ETag that is the MD5 of its parts',
  'read-back': '',
};

export function judgeProbe(
  probed: Answer<Probed> | null,
  { prunes, place }: { readonly prunes: boolean; readonly place: string },
): Finding[] {
  if (probed === null)
    return [
      store.advice(
        'writes',
        'Whether this role may write was not tried.',
        'Run it once with `probe: true`: it writes one small object, looks at it and removes it.',
      ),
    ];
  if ('not' in probed) return probed.not.map(problem => store.wrong('writes', problem));
  return [
    store.good('writes', 'An object was written, and listed right after.'),
    judgeShown(probed.ok),
    judgeOverwriting(probed.ok),
    judgeRemoval(probed.ok, prunes, place),
  ];
}

function judgeShown({ shown }: Probed): Finding {
  if (shown !== 'read-back')
    return store.good('checksums', `The store shows ${SHOWN[shown]} that it holds what was sent.`);
  return store.advice(
    'checksums',
    'The store does not show by itself that it holds what was sent: every archive is read back after its upload.',
    'Reckon with a download as large as the archive for each backup; the role must be allowed to read archives.',
  );
}

function judgeOverwriting({ overwriting }: Probed): Finding {
  if (overwriting === 'refused')
    return store.good('overwriting', 'The store refuses to overwrite an object (`If-None-Match`).');
  const how = overwriting === 'ignored' ? 'ignores' : 'does not know';
  return store.advice(
    'overwriting',
    `The store ${how} \`If-None-Match\`: it would not stop anybody from overwriting an object.`,
    'Two runs never choose the same key, so this tool overwrites nothing. Turn versioning on against others.',
  );
}

function judgeRemoval({ removal, key }: Probed, prunes: boolean, place: string): Finding {
  const left = `The probe object stays at ${place}/${key}`;
  switch (removal) {
    case 'deleted':
    case 'absent':
      return store.good(
        'removal',
        prunes
          ? 'The probe object was removed: this role may prune.'
          : 'The probe object was removed. This role may delete, and does not prune: one that may not is safer (docs/iam.md).',
      );
    case 'locked':
      return store.good('removal', `${left} until its lock ends: Object Lock works.`);
    case 'changed':
      return store.advice('removal', `${left}: somebody changed it meanwhile.`, 'Remove it by hand.');
    case 'forbidden':
      return prunes
        ? store.advice(
            'removal',
            `${left}: this role may not delete, and so it can't prune by \`retention\` either.`,
            'Prune in a job of its own (`prune: false` here, docs/prune.md), or grant s3:DeleteObject. Remove the object by hand.',
          )
        : store.good('removal', `${left}: this role may not delete, as it should be.`);
  }
}
