// What a signed index says.
import { expect, it } from 'vitest';
import { parseRelease } from '../../../../src/postgres/client/release.ts';

const HEAD = 'Origin: apt.postgresql.org\nCodename: bookworm-pgdg\nDate: Fri, 20 Nov 2026 00:12:41 UTC\n';
const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)];

it('reads codename, dates and the SHA-256 section alone', () => {
  const text = `${HEAD}Valid-Until: Fri, 27 Nov 2026 00:12:41 UTC
Acquire-By-Hash: yes
MD5Sum:
 d41d8cd98f00b204e9800998ecf8427e        0 main/binary-amd64/Packages
SHA256:
 ${ONE}     1234 main/binary-amd64/Packages
 ${TWO} 99 main/binary-amd64/Packages.gz
SHA512:
 ${ONE}${TWO} 99 main/binary-arm64/Packages.gz
`;
  const release = parseRelease(text, 'it');
  expect(release).toMatchObject({
    codename: 'bookworm-pgdg',
    date: Date.UTC(2026, 10, 20, 0, 12, 41),
    validUntil: Date.UTC(2026, 10, 27, 0, 12, 41),
    byHash: true,
  });
  expect([...release.files]).toEqual([
    ['main/binary-amd64/Packages', { sha256: ONE, bytes: 1234 }],
    ['main/binary-amd64/Packages.gz', { sha256: TWO, bytes: 99 }],
  ]);
});

it('may say nothing of its end', () => {
  expect(parseRelease(HEAD, 'it')).toMatchObject({ validUntil: null, byHash: false, files: new Map() });
});

it.each([
  ['', 'nothing'],
  ['Codename: x\n', 'no date'],
  [HEAD.replace(/Date: .*/, 'Date: soon'), 'a date that is none'],
  [`${HEAD}Valid-Until: never\n`, 'an end that is none'],
])('is refused with %j: %s', text => {
  expect(() => parseRelease(text, 'it')).toThrow(expect.objectContaining({ code: 'PGB274' }));
});
